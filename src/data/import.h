#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/parallel.h"
#include "data/picture_source.h"

namespace ganwright {

/// What is imported, and where it goes.
struct ImportOptions {
  std::filesystem::path source;            ///< a file or folder
  std::filesystem::path destination;       ///< the folder to create; an empty one is taken as well
  ImportSplit split = ImportSplit::train;  ///< of a folder; a single file is taken as it is
  int64_t limit = 0;                       ///< import only the first `limit` pictures; 0: all
  int64_t size = 0;  ///< fonts only: side of the pictures, up to 8192; 0: as in the font
};

/// What an import has written.
struct ImportResult {
  int64_t pictures = 0;              ///< files that were written
  std::vector<std::string> classes;  ///< all classes of the source
  std::string format;                ///< PictureSource::format
};

/// Writes the pictures of `source` as PNG files to `destination`, one subfolder for each class. The format is
/// recognized by content and names: IDX files (read_idx), CIFAR-10 batches (read_cifar), or a color bitmap
/// font (read_bitmap_font). Everything is written to a sibling of its own (PartialFolder) and renamed at the
/// end, so an interrupted import never looks complete, and of two imports at once the later one is refused.
/// `progress` and `interrupted` are called on the calling thread. Throws DataError for a source that cannot
/// be used; OutputError for a destination that is not empty or cannot be created; WriteError where writing
/// fails later; UsageError for options out of range; Interrupted when `interrupted` says so. Nothing is left
/// behind in these cases.
ImportResult import_pictures(const ImportOptions& options, const ProgressCallback& progress = {},
                             const InterruptCheck& interrupted = {});

}  // namespace ganwright
