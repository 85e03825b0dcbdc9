#pragma once

#include <filesystem>
#include <opencv2/core.hpp>
#include <vector>

namespace ganwright {

/// Pictures of one size and type (8-bit grey or BGR) that follow one another, to be shown in a loop.
struct Animation {
  std::vector<cv::Mat> frames;
  double frames_per_second = 15;
};

/// Writes a GIF that repeats without end, atomically: grey pictures as they are, others in the 256 colors
/// that suit all frames together best, which keeps still parts still. Throws WriteError, UsageError for no
/// frames or frames that differ in size or type.
void write_gif(const std::filesystem::path& path, const Animation& animation);

/// Writes an MP4 (H.264 where the system has it, MPEG-4 Part 2 elsewhere), atomically; odd rows and columns
/// are cut off, since the format has none. Throws OutputError where this build or system cannot, WriteError,
/// UsageError as write_gif.
void write_mp4(const std::filesystem::path& path, const Animation& animation);

/// Throws what write_mp4 throws where it cannot write at all, before any work is done.
void require_mp4();

}  // namespace ganwright
