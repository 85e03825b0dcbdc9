#include "run/run_pictures.h"

#include <spdlog/spdlog.h>

#include <array>
#include <cstdio>
#include <filesystem>

#include "cli/progress.h"
#include "data/picture_cache.h"
#include "errors.h"
#include "system/interrupt.h"

namespace ganwright {

ImageFolderOptions image_folder_options(const RunOptions& options) {
  std::array<int, 3> color{};
  char rest = 0;
  const bool read =
      std::sscanf(options.background.c_str(), "%d,%d,%d%c", &color[0], &color[1], &color[2], &rest) == 3;
  ImageFolderOptions folder{.size = options.training.model.size, .channels = options.training.model.channels};
  for (size_t i = 0; i < color.size(); ++i) {
    if (!read || color[i] < 0 || color[i] > 255) {
      throw UsageError("--background: '" + options.background +
                       "' is not a color; give R,G,B, each 0 to 255");
    }
    folder.background[i] = static_cast<uint8_t>(color[i]);
  }
  folder.cache = options.cache == "auto"   ? default_picture_cache()
                 : options.cache == "none" ? std::filesystem::path()
                                           : std::filesystem::path(options.cache);
  folder.max_unreadable_share = options.max_unreadable_share;
  return folder;
}

Dataset read_pictures(const RunOptions& options) {
  return load_image_folder(options.data, image_folder_options(options), show_progress("reading pictures"),
                           interrupted);
}

Dataset load_pictures(RunOptions& options) {
  options.data = std::filesystem::absolute(options.data).lexically_normal().string();
  Dataset dataset = read_pictures(options);
  const size_t classes = dataset.classes.size();
  spdlog::info("{} pictures of {} from {} at {} px, {} ({} unreadable)", dataset.pixels.size(0),
               classes == 1 ? "one class" : fmt::format("{} classes", classes), options.data,
               dataset.pixels.size(2), dataset.pixels.size(1) == 1 ? "grey" : "color", dataset.unreadable);
  set_classes(options, dataset.classes);
  return dataset;
}

void set_classes(RunOptions& options, const std::vector<std::string>& classes) {
  if (options.conditional && classes.size() < 2) {
    throw UsageError("--conditional needs classes, and " + options.data +
                     " has no subfolders to tell apart; sort the pictures into some, or leave the flag out");
  }
  options.training.model.classes = options.conditional ? static_cast<int64_t>(classes.size()) : 0;
}

}  // namespace ganwright
