#pragma once

#include <filesystem>
#include <opencv2/core.hpp>
#include <vector>

namespace ganwright {

/// Pictures of one size and type that are shown one after the other, in a loop.
struct Animation {
  std::vector<cv::Mat> frames;    ///< 8-bit grey or BGR
  double frames_per_second = 15;  ///< how fast they follow each other
};

/// Writes a GIF that loops forever, atomically. Grey frames are kept as they are; color frames share one
/// palette of 256 colors, so that parts that do not move do not flicker. Throws WriteError, and UsageError
/// for no frames or frames that differ in size or type.
void write_gif(const std::filesystem::path& path, const Animation& animation);

/// Writes an MP4 (H.264 if the system can encode it, otherwise MPEG-4 Part 2), atomically. An odd last row or
/// column is cut off, since the format needs even sides. Throws OutputError if this build or system cannot
/// write one, WriteError, and UsageError as write_gif.
void write_mp4(const std::filesystem::path& path, const Animation& animation);

/// Throws OutputError, before any work is done, if this build cannot write MP4 files.
void require_mp4();

}  // namespace ganwright
