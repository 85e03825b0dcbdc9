#include "imaging/window.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "errors.h"
#include "imaging/window/highgui.h"

namespace ganwright {
namespace {

bool is_set(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

// Connects as a window system would, through the library that window systems use and bring along.
bool answers(const char* display) {
  const SharedLibrary library("libxcb.so.1");
  if (!library.reason().empty()) {
    return false;
  }
  using Connect = void*(const char*, int*);
  using HasError = int(void*);
  using Disconnect = void(void*);
  auto* const connection = library.function<Connect>("xcb_connect")(display, nullptr);
  const int error = library.function<HasError>("xcb_connection_has_error")(connection);
  library.function<Disconnect>("xcb_disconnect")(connection);
  return error == 0;
}

void require_display() {
  // A platform that the user chose knows by itself where to draw.
  if (is_set("QT_QPA_PLATFORM")) {
    return;
  }
  if (!is_set("DISPLAY")) {
    throw OutputError(
        is_set("WAYLAND_DISPLAY")
            ? "windows need an X display, and this Wayland session has none (DISPLAY is not set); "
              "start Xwayland, or look at the run's samples folder"
            : "there is no display to open a window on (DISPLAY is not set); run this on a "
              "desktop, or look at the run's samples folder");
  }
  const char* const display = std::getenv("DISPLAY");
  if (!answers(display)) {
    throw OutputError("cannot open a window: the display " + std::string(display) +
                      " does not answer; set DISPLAY to one that does, or look at the run's samples folder");
  }
  // Wayland's own platform may not be installed, and its absence would end the program.
  setenv("QT_QPA_PLATFORM", "xcb", 1);
  setenv("GDK_BACKEND", "x11", 1);
  // It warns of what a user can do nothing about, such as folders that a session lacks.
  setenv("QT_LOGGING_RULES", "*.warning=false", 0);
}

}  // namespace

Window::Window(std::string title, cv::Size size)
    : title_(std::move(title)), plugin_("libganwright_window.so") {
  if (!plugin_.reason().empty()) {
    throw OutputError("this build has no windows: install libopencv-highgui-dev and build again (" +
                      plugin_.reason() + ")");
  }
  require_display();
  constexpr double widest = 1200;
  constexpr double highest = 900;
  const double scale = std::min({1.0, widest / size.width, highest / size.height});
  if (!plugin_.function<decltype(ganwright_open_window)>("ganwright_open_window")(
          title_.c_str(), static_cast<int>(scale * size.width), static_cast<int>(scale * size.height))) {
    throw OutputError("the window system opens no window; look at the run's samples folder");
  }
}

Window::~Window() {
  plugin_.function<decltype(ganwright_close_window)>("ganwright_close_window")(title_.c_str());
}

void Window::show(const cv::Mat& picture) {
  if (!plugin_.function<decltype(ganwright_show_in_window)>("ganwright_show_in_window")(title_.c_str(),
                                                                                        &picture)) {
    throw OutputError("the window system shows no picture; look at the run's samples folder");
  }
}

int Window::wait_for_key(int milliseconds) {
  return plugin_.function<decltype(ganwright_wait_for_key)>("ganwright_wait_for_key")(milliseconds);
}

bool Window::is_open() const {
  return plugin_.function<decltype(ganwright_is_window_open)>("ganwright_is_window_open")(title_.c_str());
}

}  // namespace ganwright
