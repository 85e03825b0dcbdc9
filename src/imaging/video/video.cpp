#include "imaging/video/video.h"

#include <array>
#include <cstdlib>
#include <opencv2/videoio.hpp>

namespace {

using Codec = std::array<char, 4>;

int code_of(const Codec& codec) {
  return cv::VideoWriter::fourcc(codec[0], codec[1], codec[2], codec[3]);
}

bool write(const char* path, const cv::Mat* frames, size_t count, double frames_per_second,
           const Codec& codec) {
  cv::VideoWriter writer(path, cv::CAP_FFMPEG, code_of(codec), frames_per_second, frames[0].size());
  if (!writer.isOpened()) {
    return false;
  }
  for (size_t i = 0; i < count; ++i) {
    writer.write(frames[i]);
  }
  writer.release();
  // The writer says nothing of a full disk; the index, which comes last, tells whether all is there.
  cv::VideoCapture reader(path, cv::CAP_FFMPEG);
  return reader.isOpened() && reader.get(cv::CAP_PROP_FRAME_COUNT) == static_cast<double>(count);
}

}  // namespace

bool ganwright_write_video(const char* path, const cv::Mat* frames, size_t count, double frames_per_second) {
  // What goes wrong is told once, by the command; FFmpeg would tell it on stderr, too.
  setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", /*overwrite=*/0);
  try {
    // H.264 plays in browsers; a system without its encoder has the older one.
    return write(path, frames, count, frames_per_second, {'a', 'v', 'c', '1'}) ||
           write(path, frames, count, frames_per_second, {'m', 'p', '4', 'v'});
  } catch (const cv::Exception&) {
    return false;
  }
}
