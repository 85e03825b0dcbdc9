#include "imaging/window/highgui.h"

#include <opencv2/highgui.hpp>

namespace {

template <class Action>
bool succeeds(const Action& action) {
  try {
    action();
    return true;
  } catch (const cv::Exception&) {
    return false;
  }
}

}  // namespace

bool ganwright_open_window(const char* title, int width, int height) {
  return succeeds([&] {
    // Without the tool bar of some builds, whose keys would take ours.
    cv::namedWindow(title, cv::WINDOW_NORMAL | cv::WINDOW_KEEPRATIO | cv::WINDOW_GUI_NORMAL);
    cv::resizeWindow(title, width, height);
  });
}

bool ganwright_show_in_window(const char* title, const cv::Mat* picture) {
  return succeeds([&] { cv::imshow(title, *picture); });
}

int ganwright_wait_for_key(int milliseconds) {
  int key = -1;
  succeeds([&] { key = cv::waitKeyEx(milliseconds); });
  return key;
}

bool ganwright_is_window_open(const char* title) {
  bool is_open = false;
  return succeeds([&] { is_open = cv::getWindowProperty(title, cv::WND_PROP_VISIBLE) > 0; }) && is_open;
}

void ganwright_close_window(const char* title) {
  succeeds([&] { cv::destroyWindow(title); });
}
