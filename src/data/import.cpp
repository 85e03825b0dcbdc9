#include "data/import.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <opencv2/imgcodecs.hpp>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "data/bitmap_font.h"
#include "data/cifar.h"
#include "data/idx.h"
#include "data/picture.h"
#include "errors.h"
#include "files/partial.h"
#include "files/write_fault.h"
#include "system/file_descriptor.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

PictureSource read_source(const ImportOptions& options) {
  std::error_code error;
  if (!fs::exists(options.source, error)) {
    throw DataError("no file or folder " + options.source.string() +
                    "; give IDX files, CIFAR-10 batches or a font");
  }
  const bool folder = fs::is_directory(options.source, error);
  if (!folder && is_font(options.source)) return read_bitmap_font(options.source, options.size);
  if (options.size != 0) throw UsageError("a size is for fonts only; other pictures keep theirs");
  if (is_idx(options.source)) return read_idx(options.source, options.split, options.limit);
  if (is_cifar(options.source)) return read_cifar(options.source, options.split);
  throw DataError(
      options.source.string() +
      " holds no pictures of a known format; give IDX files, CIFAR-10 batches (binary version) or a font");
}

void check_options(const ImportOptions& options) {
  if (options.limit < 0) throw UsageError("limit " + std::to_string(options.limit) + " is negative");
  if (options.size < 0 || options.size > kLargestPictureSize) {
    throw UsageError("picture size " + std::to_string(options.size) + " is not within 0 to " +
                     std::to_string(kLargestPictureSize));
  }
}

/// Where the pictures will be, without links and trailing slashes. Throws OutputError when something is
/// there.
fs::path check_destination(const fs::path& wanted) {
  std::error_code error;
  fs::path destination = fs::absolute(wanted, error);
  if (!error) destination = fs::weakly_canonical(destination, error);
  if (error) throw OutputError("cannot write to \"" + wanted.string() + "\"; choose another folder");
  if (!destination.has_filename()) destination = destination.parent_path();
  if (fs::exists(destination, error) && !fs::is_directory(destination, error)) {
    throw OutputError(destination.string() + " is a file; choose another folder");
  }
  if (fs::exists(destination, error)) {
    const bool empty = fs::is_empty(destination, error);
    if (error) throw OutputError("cannot look into " + destination.string() + ": " + error.message());
    if (!empty) throw OutputError(destination.string() + " is not empty; choose another folder or remove it");
  }
  return destination;
}

/// Writes a new file; the folder is synced as a whole.
void write_picture(const fs::path& path, const cv::Mat& picture) {
  std::vector<uint8_t> encoded;
  if (!cv::imencode(".png", picture, encoded, {cv::IMWRITE_PNG_COMPRESSION, 1})) {
    throw WriteError("cannot encode " + path.string() + " as PNG; import again");
  }
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.number() < 0) throw write_fault(path, errno);
  size_t done = 0;
  while (done < encoded.size()) {
    const ssize_t written = ::write(file.number(), encoded.data() + done, encoded.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw write_fault(path, errno);
    done += static_cast<size_t>(written);
  }
  if (file.close() != 0) throw write_fault(path, errno);
}

}  // namespace

ImportResult import_pictures(const ImportOptions& options, const ProgressCallback& progress,
                             const InterruptCheck& interrupted) {
  check_options(options);
  const fs::path destination = check_destination(options.destination);
  const PictureSource source = read_source(options);
  const auto available = static_cast<int64_t>(source.labels.size());
  const int64_t count = options.limit == 0 ? available : std::min(options.limit, available);

  const auto class_of = [&](int64_t i) {
    return source.classes[static_cast<size_t>(source.labels[static_cast<size_t>(i)])];
  };
  std::set<std::string> used;
  for (int64_t i = 0; i < count; ++i) used.insert(class_of(i));
  PartialFolder partial(destination);
  for (const auto& name : used) {
    if (::mkdir((partial.path() / name).c_str(), 0777) != 0) throw write_fault(partial.path() / name, errno);
  }
  for_each_in_parallel(
      count,
      [&](int64_t i) {
        const fs::path name = source.names[static_cast<size_t>(i)] + ".png";
        write_picture(partial.path() / class_of(i) / name, source.picture(i));
      },
      progress, interrupted);
  partial.publish();
  return {count, source.classes, source.format};
}

}  // namespace ganwright
