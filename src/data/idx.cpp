#include "data/idx.h"

#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <memory>
#include <span>
#include <system_error>

#include "errors.h"
#include "files/bytes.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kImagesMagic = 0x0803;
constexpr uint32_t kLabelsMagic = 0x0801;
constexpr uint64_t kLargestArray = uint64_t{1} << 32;
constexpr uint32_t kLargestSide = 4096;

/// A file that is read as it is or, where it is gzipped, uncompressed.
class CompressedFile {
 public:
  explicit CompressedFile(const fs::path& path) : path_(path), file_(gzopen(path.c_str(), "rb"), gzclose) {
    if (!file_)
      throw DataError("cannot read " + path.string() + ": " + std::generic_category().message(errno));
  }

  /// Appends up to `length` bytes; fewer only at the end of the file.
  void read(std::vector<uint8_t>& bytes, uint64_t length) {
    // In steps, so that a false header cannot ask for more memory than the file fills.
    constexpr uint64_t kStep = uint64_t{1} << 22;
    while (length > 0) {
      const uint64_t wanted = std::min(length, kStep);
      const size_t before = bytes.size();
      bytes.resize(before + wanted);
      const int got = gzread(file_.get(), bytes.data() + before, static_cast<unsigned>(wanted));
      int code = Z_OK;
      const char* reason = gzerror(file_.get(), &code);
      if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
        throw DataError(path_.string() + " cannot be read whole (" + reason + "); fetch it again");
      }
      bytes.resize(before + static_cast<size_t>(got));
      if (got == 0) return;
      length -= static_cast<uint64_t>(got);
    }
  }

 private:
  fs::path path_;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

/// An IDX array of unsigned bytes.
struct Array {
  std::vector<uint32_t> sizes;
  std::vector<uint8_t> bytes;
};

Array read_array(const fs::path& path, uint32_t magic) {
  CompressedFile file(path);
  const size_t dimensions = magic & 0xFF;
  std::vector<uint8_t> header;
  file.read(header, 4 + 4 * dimensions);
  if (header.size() < 4 || big_endian(header, 0, 4) != magic) {
    throw DataError(path.string() + " is not an IDX file of " +
                    (magic == kImagesMagic ? "images" : "labels") + "; fetch it again");
  }
  if (header.size() < 4 + 4 * dimensions) throw DataError(path.string() + " ends too early; fetch it again");

  Array array;
  uint64_t length = 1;
  for (size_t i = 0; i < dimensions; ++i) {
    const uint32_t size = big_endian(header, 4 + 4 * i, 4);
    const bool plausible = size > 0 && (i == 0 || size <= kLargestSide) && length * size <= kLargestArray;
    if (!plausible) {
      throw DataError(path.string() + " announces a size of " + std::to_string(size) +
                      ", which is not plausible; fetch it again");
    }
    length *= size;
    array.sizes.push_back(size);
  }
  file.read(array.bytes, length);
  if (array.bytes.size() < length) {
    throw DataError(path.string() + " ends after " + std::to_string(array.bytes.size()) + " of " +
                    std::to_string(length) + " bytes; fetch it again");
  }
  // This read also makes zlib compare the checksum.
  std::vector<uint8_t> rest;
  file.read(rest, 1);
  if (!rest.empty()) throw DataError(path.string() + " is longer than its header says; fetch it again");
  return array;
}

/// `folder`/`name`, or the same with .gz; empty where neither is a file.
fs::path plain_or_gzipped(const fs::path& plain) {
  std::error_code ignored;
  fs::path gzipped = plain;
  gzipped += ".gz";
  if (fs::is_regular_file(plain, ignored)) return plain;
  return fs::is_regular_file(gzipped, ignored) ? gzipped : fs::path();
}

fs::path images_of_split(const fs::path& folder, bool test) {
  return plain_or_gzipped(folder / (test ? "t10k-images-idx3-ubyte" : "train-images-idx3-ubyte"));
}

fs::path labels_of(const fs::path& images) {
  constexpr std::string_view kImages = "images-idx3";
  std::string name = images.filename().string();
  const size_t place = name.find(kImages);
  if (place == std::string::npos) {
    throw DataError(images.string() +
                    " does not have images-idx3 in its name; its labels cannot be found without");
  }
  name.replace(place, kImages.size(), "labels-idx1");
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  const fs::path labels = plain_or_gzipped(images.parent_path() / name);
  if (labels.empty())
    throw DataError("no labels " + name + "[.gz] beside " + images.string() + "; put them there");
  return labels;
}

std::vector<fs::path> image_files(const fs::path& source, ImportSplit split) {
  std::error_code ignored;
  if (!fs::is_directory(source, ignored)) return {source};
  std::vector<fs::path> files;
  for (const bool test : {false, true}) {
    if (split == (test ? ImportSplit::train : ImportSplit::test)) continue;
    files.push_back(images_of_split(source, test));
    if (files.back().empty()) {
      throw DataError(std::string("no ") + (test ? "t10k" : "train") + "-images-idx3-ubyte[.gz] in " +
                      source.string() + "; fetch it or choose the other split");
    }
  }
  return files;
}

bool is_fashion(const fs::path& source) {
  std::error_code ignored;
  std::string text = fs::absolute(source, ignored).string();
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text.find("fashion") != std::string::npos;
}

}  // namespace

bool is_idx(const fs::path& source) {
  std::error_code ignored;
  if (fs::is_directory(source, ignored)) {
    return !images_of_split(source, false).empty() || !images_of_split(source, true).empty();
  }
  try {
    std::vector<uint8_t> magic;
    CompressedFile(source).read(magic, 4);
    return magic.size() == 4 && big_endian(magic, 0, 4) == kImagesMagic;
  } catch (const DataError&) {
    return false;
  }
}

PictureSource read_idx(const fs::path& source, ImportSplit split) {
  PictureSource result;
  if (is_fashion(source)) {
    result.format = "Fashion-MNIST";
    result.classes = {"t-shirt", "trouser", "pullover", "dress", "coat",
                      "sandal",  "shirt",   "sneaker",  "bag",   "ankle-boot"};
  } else {
    result.format = "MNIST";
    result.classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  }

  struct Pictures {
    std::vector<std::vector<uint8_t>> storage;
    std::vector<cv::Mat> views;
  };
  const auto pictures = std::make_shared<Pictures>();
  for (const auto& path : image_files(source, split)) {
    Array images = read_array(path, kImagesMagic);
    const fs::path labels_path = labels_of(path);
    const Array labels = read_array(labels_path, kLabelsMagic);
    if (images.sizes[0] != labels.sizes[0]) {
      throw DataError(labels_path.string() + " has " + std::to_string(labels.sizes[0]) + " labels for the " +
                      std::to_string(images.sizes[0]) + " pictures of " + path.string() +
                      "; fetch both again");
    }
    const std::string prefix = path.filename().string().starts_with("t10k") ? "test-" : "train-";
    pictures->storage.push_back(std::move(images.bytes));
    uint8_t* pixels = pictures->storage.back().data();
    const int rows = static_cast<int>(images.sizes[1]);
    const int columns = static_cast<int>(images.sizes[2]);
    for (size_t i = 0; i < labels.bytes.size(); ++i) {
      if (labels.bytes[i] >= result.classes.size()) {
        throw DataError(labels_path.string() + " has the label " + std::to_string(labels.bytes[i]) +
                        ", above 9; give files of ten classes");
      }
      result.labels.push_back(labels.bytes[i]);
      result.names.push_back(prefix + std::to_string(i));
      pictures->views.emplace_back(rows, columns, CV_8U, pixels);
      pixels += int64_t{rows} * columns;
    }
  }
  result.picture = [pictures](int64_t i) { return pictures->views[static_cast<size_t>(i)]; };
  return result;
}

}  // namespace ganwright
