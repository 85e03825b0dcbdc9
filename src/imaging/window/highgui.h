#pragma once

#include <opencv2/core.hpp>

// What libganwright_window offers to the program, which looks it up by name (imaging/plugin.h) and links no
// window system itself. A window is known by its title. Where its library gives up, a function returns false.
extern "C" {

/// Opens a window that shows pictures as a whole, whatever its size.
bool ganwright_open_window(const char* title, int width, int height);

/// Shows a BGR picture.
bool ganwright_show_in_window(const char* title, const cv::Mat* picture);

/// Lets the window system work for so long, or until a key is pressed; its code, or -1.
int ganwright_wait_for_key(int milliseconds);

/// Whether the window is still there: it can be closed by the system's own means.
bool ganwright_is_window_open(const char* title);

void ganwright_close_window(const char* title);
}
