#pragma once

#include <filesystem>

#include "data/picture_source.h"

namespace ganwright {

/// Whether `source` is a folder with a CIFAR-10 binary batch under its standard name (data_batch_1.bin to
/// data_batch_5.bin, test_batch.bin), or is itself a file named *.bin.
bool is_cifar(const std::filesystem::path& source);

/// Reads CIFAR-10 binary batches (records of a label byte and 3 x 32 x 32 bytes of red, green and blue): from
/// a folder those of `split`, or one file. Classes are named by the batches.meta.txt beside them, or as the
/// data set's page does. Source: www.cs.toronto.edu/~kriz/cifar.html; Krizhevsky 2009. Throws DataError,
/// naming the file, for one that is missing, no whole number of records, with a label above 9, or with class
/// names that are no ten file names.
PictureSource read_cifar(const std::filesystem::path& source, ImportSplit split);

}  // namespace ganwright
