#pragma once

#include <cstdint>
#include <filesystem>

#include "data/picture_source.h"

namespace ganwright {

/// Whether `source` is a folder with an IDX images file of the MNIST family under its standard name
/// (train-images-idx3-ubyte, t10k-images-idx3-ubyte, either with .gz), or is itself such a file by its
/// content.
bool is_idx(const std::filesystem::path& source);

/// Reads the IDX files of the MNIST family, plain or gzipped: from a folder those of `split`, or one images
/// file with its labels beside it (images-idx3 replaced by labels-idx1 in the name). Classes are the digits,
/// or the garments of Fashion-MNIST where the path contains "fashion" in any case. Source:
/// yann.lecun.com/exdb/mnist (file format); Xiao, Rasul, Vollgraf 2017 (garments). Only the first `limit`
/// pictures, 0 for all. Headers and labels are read at once, the pictures one by one as they are asked for,
/// so that a small file that unpacks to a large one takes no memory. Throws DataError, naming the file, for
/// one that is missing, foreign, of other counts than its partner, or with a label above 9;
/// PictureSource::picture throws it for one that is truncated or, with its last picture, too long or damaged.
PictureSource read_idx(const std::filesystem::path& source, ImportSplit split, int64_t limit = 0);

}  // namespace ganwright
