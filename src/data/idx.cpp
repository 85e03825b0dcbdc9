#include "data/idx.h"

#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "errors.h"
#include "files/bytes.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kImagesMagic = 0x0803;
constexpr uint32_t kLabelsMagic = 0x0801;
// Twice as many as the largest set of this format holds.
constexpr uint32_t kMostPictures = 1 << 24;
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

/// An IDX array of unsigned bytes, read piece by piece: no more is uncompressed than is asked for, and
/// nothing beyond what the header announced but one byte.
class IdxFile {
 public:
  IdxFile(const fs::path& path, uint32_t magic) : path_(path), file_(path) {
    const size_t dimensions = magic & 0xFF;
    std::vector<uint8_t> header;
    file_.read(header, 4 + 4 * dimensions);
    if (header.size() < 4 || big_endian(header, 0, 4) != magic) {
      throw DataError(path.string() + " is not an IDX file of " +
                      (magic == kImagesMagic ? "images" : "labels") + "; fetch it again");
    }
    if (header.size() < 4 + 4 * dimensions) {
      throw DataError(path.string() + " ends too early; fetch it again");
    }
    for (size_t i = 0; i < dimensions; ++i) {
      const uint32_t size = big_endian(header, 4 + 4 * i, 4);
      if (size == 0 || size > (i == 0 ? kMostPictures : kLargestSide)) {
        throw DataError(path.string() + " announces a size of " + std::to_string(size) +
                        ", which is not plausible; fetch it again");
      }
      sizes_.push_back(size);
      item_bytes_ *= i == 0 ? 1 : size;
    }
  }

  [[nodiscard]] const std::vector<uint32_t>& sizes() const { return sizes_; }
  [[nodiscard]] uint64_t item_bytes() const { return item_bytes_; }

  /// The next items, such as pictures; with the last of all, the end of the file is checked.
  std::vector<uint8_t> next(uint64_t items) {
    std::vector<uint8_t> bytes;
    file_.read(bytes, items * item_bytes_);
    done_ += bytes.size();
    if (bytes.size() < items * item_bytes_) {
      throw DataError(path_.string() + " ends after " + std::to_string(done_) + " of " +
                      std::to_string(sizes_[0] * item_bytes_) + " bytes; fetch it again");
    }
    if (done_ == sizes_[0] * item_bytes_) {
      // This read also makes zlib compare the checksum.
      std::vector<uint8_t> rest;
      file_.read(rest, 1);
      if (!rest.empty()) {
        throw DataError(path_.string() + " is longer than its header says; fetch it again");
      }
    }
    return bytes;
  }

 private:
  fs::path path_;
  CompressedFile file_;
  std::vector<uint32_t> sizes_;
  uint64_t item_bytes_ = 1;
  uint64_t done_ = 0;  ///< bytes
};

/// Pictures of several files, one after the other. They are asked for nearly in order, by several threads,
/// each once: what was passed over waits until it is asked for.
class PictureStream {
 public:
  void add(IdxFile file, int64_t count) { files_.push_back({std::move(file), count}); }

  cv::Mat picture(int64_t i) {
    const std::lock_guard lock(mutex_);
    while (next_ <= i) {
      waiting_.emplace(next_++, read_next());
    }
    return std::move(waiting_.extract(i).mapped());
  }

 private:
  struct Part {
    IdxFile file;
    int64_t left;
  };

  cv::Mat read_next() {
    while (files_.front().left == 0) {
      files_.pop_front();
    }
    Part& part = files_.front();
    --part.left;
    const std::vector<uint8_t> bytes = part.file.next(1);
    cv::Mat picture(static_cast<int>(part.file.sizes()[1]), static_cast<int>(part.file.sizes()[2]), CV_8U);
    std::copy(bytes.begin(), bytes.end(), picture.data);
    return picture;
  }

  std::mutex mutex_;
  std::deque<Part> files_;
  int64_t next_ = 0;
  std::map<int64_t, cv::Mat> waiting_;
};

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

PictureSource read_idx(const fs::path& source, ImportSplit split, int64_t limit) {
  PictureSource result;
  if (is_fashion(source)) {
    result.format = "Fashion-MNIST";
    result.classes = {"t-shirt", "trouser", "pullover", "dress", "coat",
                      "sandal",  "shirt",   "sneaker",  "bag",   "ankle-boot"};
  } else {
    result.format = "MNIST";
    result.classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  }

  const auto stream = std::make_shared<PictureStream>();
  for (const auto& path : image_files(source, split)) {
    IdxFile images(path, kImagesMagic);
    const fs::path labels_path = labels_of(path);
    IdxFile labels(labels_path, kLabelsMagic);
    const auto count = static_cast<int64_t>(images.sizes()[0]);
    if (images.sizes()[0] != labels.sizes()[0]) {
      throw DataError(labels_path.string() + " has " + std::to_string(labels.sizes()[0]) +
                      " labels for the " + std::to_string(count) + " pictures of " + path.string() +
                      "; fetch both again");
    }
    const auto listed = static_cast<int64_t>(result.labels.size());
    const int64_t wanted = limit > 0 ? std::min(count, limit - listed) : count;
    const std::string prefix = path.filename().string().starts_with("t10k") ? "test-" : "train-";
    for (const uint8_t label : labels.next(static_cast<uint64_t>(wanted))) {
      if (label >= result.classes.size()) {
        throw DataError(labels_path.string() + " has the label " + std::to_string(label) +
                        ", above 9; give files of ten classes");
      }
      result.names.push_back(prefix + std::to_string(result.labels.size() - static_cast<size_t>(listed)));
      result.labels.push_back(label);
    }
    stream->add(std::move(images), wanted);
  }
  result.picture = [stream](int64_t i) { return stream->picture(i); };
  return result;
}

}  // namespace ganwright
