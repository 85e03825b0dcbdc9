#pragma once

#include <cstddef>
#include <opencv2/core.hpp>

// What libganwright_video offers to the program, which looks it up by name (system/shared_library.h) and
// links no video library itself.
extern "C" {

/// Writes BGR pictures of one size, with even sides, as an MP4 file. Returns whether the file is complete.
bool ganwright_write_video(const char* path, const cv::Mat* frames, size_t count, double frames_per_second);
}
