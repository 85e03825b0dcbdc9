#pragma once

#include <opencv2/core.hpp>

// What libganwright_window offers to the program, which looks it up by name (system/shared_library.h) and
// links no window system itself. A window is identified by its title. A function returns false if the window
// library fails.
extern "C" {

/// Opens a window that shows pictures as a whole, whatever its size.
bool ganwright_open_window(const char* title, int width, int height);

/// Shows a BGR picture.
bool ganwright_show_in_window(const char* title, const cv::Mat* picture);

/// Runs the window system until a key is pressed or the time is over; the key's code, or -1.
int ganwright_wait_for_key(int milliseconds);

/// Whether the window is still open; the user may close it.
bool ganwright_is_window_open(const char* title);

/// Closes the window.
void ganwright_close_window(const char* title);
}
