#pragma once

#include <opencv2/core.hpp>
#include <string>

#include "system/shared_library.h"

namespace ganwright {

/// A window on the screen.
class Window {
 public:
  /// Opens one for pictures of about this size, or smaller if they are very large. Throws OutputError if this
  /// build has no windows or there is no display (where a window system would end the program).
  Window(std::string title, cv::Size size);
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  /// Closes it.
  ~Window();

  /// Shows a BGR picture. Throws OutputError if the window system fails.
  void show(const cv::Mat& picture);

  /// Runs the window system until a key is pressed or the time is over; the key's code, or -1.
  [[nodiscard]] int wait_for_key(int milliseconds);

  /// Whether it is still open; the user may close it.
  [[nodiscard]] bool is_open() const;

 private:
  std::string title_;
  SharedLibrary plugin_;
};

}  // namespace ganwright
