#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/parallel.h"
#include "data/picture_source.h"

namespace ganwright {

struct ImportOptions {
  std::filesystem::path source;
  std::filesystem::path destination;
  ImportSplit split = ImportSplit::train;  ///< of a folder; a single file is taken as it is
  int64_t limit = 0;                       ///< the first so many pictures; 0: all
  int64_t size = 0;  ///< fonts only: side of the pictures, up to 8192; 0: as in the font
};

struct ImportResult {
  int64_t pictures = 0;
  std::vector<std::string> classes;
  std::string format;
};

/// Writes the pictures of `source` as PNG files into one folder a class under `destination`. The kind of
/// source is found by its content and names: IDX files (see read_idx), CIFAR-10 batches (read_cifar), a color
/// bitmap font (read_bitmap_font). Everything is written to the sibling `destination`.partial (one left over
/// is removed first) and renamed at the end, so that an import that was cut off never looks whole. `progress`
/// and `interrupted` are called on the calling thread. Throws DataError for a source that cannot be used;
/// OutputError for a destination that is not empty or cannot be created; WriteError where writing fails
/// later; UsageError for options out of range; Interrupted when `interrupted` says so. Nothing is left behind
/// then.
ImportResult import_pictures(const ImportOptions& options, const ProgressCallback& progress = {},
                             const InterruptCheck& interrupted = {});

}  // namespace ganwright
