#include "imaging/animation.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <opencv2/imgproc.hpp>
#include <span>
#include <string>
#include <system_error>

#include "errors.h"
#include "files/atomic_file.h"
#include "files/partial.h"
#include "files/write_fault.h"
#include "imaging/gif.h"
#include "imaging/video/video.h"
#include "system/file_descriptor.h"
#include "system/shared_library.h"

namespace ganwright {
namespace {

void check(const Animation& animation) {
  if (animation.frames.empty()) {
    throw UsageError("an animation needs frames");
  }
  const cv::Mat& first = animation.frames.front();
  for (const cv::Mat& frame : animation.frames) {
    if (frame.size() != first.size() || frame.type() != first.type() ||
        (frame.type() != CV_8UC1 && frame.type() != CV_8UC3)) {
      throw UsageError("the frames of an animation are 8-bit grey or BGR pictures of one size");
    }
  }
}

const SharedLibrary& video_plugin() {
  static const SharedLibrary plugin("libganwright_video.so");
  return plugin;
}

}  // namespace

void write_gif(const std::filesystem::path& path, const Animation& animation) {
  check(animation);
  const std::vector<std::byte> bytes = encode_gif(animation);
  const std::span<const std::byte> part(bytes);
  write_file_atomically(path, std::span(&part, 1));
}

void require_mp4() {
  if (!video_plugin().reason().empty()) {
    throw OutputError(
        "this build cannot write MP4: install libopencv-videoio-dev and build again, or give a .gif (" +
        video_plugin().reason() + ")");
  }
}

void write_mp4(const std::filesystem::path& path, const Animation& animation) {
  check(animation);
  require_mp4();
  std::vector<cv::Mat> frames;
  for (const cv::Mat& frame : animation.frames) {
    cv::Mat color;
    const cv::Rect even(0, 0, std::max(2, frame.cols / 2 * 2), std::max(2, frame.rows / 2 * 2));
    if (frame.channels() == 1) {
      cv::cvtColor(frame, color, cv::COLOR_GRAY2BGR);
    } else {
      color = frame;
    }
    frames.push_back(color(even & cv::Rect(cv::Point(), color.size())));
  }
  // The library knows the format by the ending, and opens the file by its name: it is made here, exclusively.
  const std::filesystem::path partial = partial_name(path, ".partial.mp4");
  const FileDescriptor made(open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (made.number() < 0) {
    throw write_fault(path, errno);
  }
  const auto write = video_plugin().function<decltype(ganwright_write_video)>("ganwright_write_video");
  std::error_code error;
  if (!write(partial.c_str(), frames.data(), frames.size(), animation.frames_per_second)) {
    std::filesystem::remove(partial, error);
    throw WriteError("cannot write " + path.string() +
                     ": MP4 encoding failed, or no space is left; give a .gif");
  }
  std::filesystem::rename(partial, path, error);
  if (error) {
    const std::string why = error.message();
    std::filesystem::remove(partial, error);
    throw WriteError("cannot write " + path.string() + ": " + why + "; choose another --out");
  }
}

}  // namespace ganwright
