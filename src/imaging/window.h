#pragma once

#include <opencv2/core.hpp>
#include <string>

#include "system/plugin.h"

namespace ganwright {

/// A window on the screen.
class Window {
 public:
  /// Opens one for pictures of about this size, smaller where they are very large. Throws OutputError where
  /// this build has no windows, or there is no display to open them on; window systems would end the program
  /// themselves there.
  Window(std::string title, cv::Size size);
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  ~Window();

  /// Throws OutputError where the window system fails.
  void show(const cv::Mat& picture);

  /// Waits for a key, at most so long, while the window stays alive; its code, or -1.
  [[nodiscard]] int wait_for_key(int milliseconds);

  /// False once the user has closed it.
  [[nodiscard]] bool is_open() const;

 private:
  std::string title_;
  Plugin plugin_;
};

}  // namespace ganwright
