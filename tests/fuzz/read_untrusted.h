#pragma once

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "cli/option_table.h"
#include "data/cifar.h"
#include "data/idx.h"
#include "data/picture_cache.h"
#include "errors.h"
#include "files/checksum.h"
#include "files/json_lines.h"
#include "files/metrics_reader.h"
#include "files/safetensors.h"
#include "report/curves.h"

namespace ganwright {

/// Readers of files that may come from anywhere: each takes the bytes of one, and reads or refuses it by an
/// Error of ours. Anything else (a crash, another exception, much memory, much time) is a fault.
class UntrustedFile {
 public:
  /// A file of these bytes, in a folder of its own in memory.
  explicit UntrustedFile(std::string_view bytes, const std::string& name = "file")
      : folder_("/dev/shm/ganwright-fuzz-" + std::to_string(getpid())), path_(folder_ / name) {
    std::filesystem::create_directories(path_.parent_path());
    std::ofstream(path_, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  UntrustedFile(const UntrustedFile&) = delete;
  UntrustedFile& operator=(const UntrustedFile&) = delete;
  ~UntrustedFile() { std::filesystem::remove_all(folder_); }

  /// Its folder, and the file itself.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path folder_;
  std::filesystem::path path_;
};

/// Calls `read` and returns whether it took the file.
template <class Read>
bool is_taken(const Read& read) {
  try {
    read();
    return true;
  } catch (const Error&) {
    return false;
  }
}

/// A checkpoint, all its tensors.
inline bool read_untrusted_checkpoint(std::string_view bytes) {
  const UntrustedFile file(bytes);
  return is_taken([&] { (void)read_safetensors(file.path()); });
}

/// A configuration, with an option of each kind.
inline bool read_untrusted_config(std::string_view bytes) {
  enum class Choice { one, two };
  constexpr std::array<std::pair<std::string_view, Choice>, 2> names{
      {{"one", Choice::one}, {"two", Choice::two}}};
  const UntrustedFile file(bytes);
  int64_t steps = 1;
  double rate = 1;
  bool flag = false;
  std::string text;
  Choice choice = Choice::one;
  OptionTable table;
  table.add("steps", steps, 0, 1000, "a count");
  table.add("rate", rate, 0, 1, "a number");
  table.add_flag("flag", flag, "a flag");
  table.add("text", text, "a text");
  table.add("choice", choice, names, "a choice");
  return is_taken([&] {
    table.parse_file(file.path());
    // What is taken is read back as it is.
    table.parse_text(table.config_text(), "written");
  });
}

/// An IDX file of images, plain or gzipped; its labels are the file itself where it has some.
inline bool read_untrusted_idx(std::string_view bytes) {
  const UntrustedFile images(bytes, "train-images-idx3-ubyte");
  constexpr std::string_view labels("\0\0\x08\x01\0\0\0\x02\0\x01", 10);
  std::ofstream(images.folder() / "train-labels-idx1-ubyte", std::ios::binary)
      .write(labels.data(), static_cast<std::streamsize>(labels.size()));
  return is_taken([&] {
    (void)is_idx(images.path());
    const PictureSource source = read_idx(images.folder(), ImportSplit::train);
    for (size_t i = 0; i < source.labels.size(); ++i) {
      (void)source.picture(static_cast<int64_t>(i));
    }
  });
}

/// A CIFAR-10 batch whose names of classes are its beginning.
inline bool read_untrusted_cifar(std::string_view bytes) {
  const UntrustedFile batch(bytes, "test_batch.bin");
  std::ofstream(batch.folder() / "batches.meta.txt", std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(std::min<size_t>(bytes.size(), 100)));
  const auto read = [&] {
    const PictureSource source = read_cifar(batch.path(), ImportSplit::test);
    (void)source.picture(0);
  };
  const bool is_taken_with_names = is_taken(read);
  std::filesystem::remove(batch.folder() / "batches.meta.txt");
  return is_taken(read) || is_taken_with_names;
}

/// A file of the cache of pictures, of this version and of the one before. Their hashes are of little
/// hindrance to who writes them on purpose: the last two of the header are put right first.
inline bool read_untrusted_cache(std::string_view bytes) {
  const std::string key = "key";
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "%016llx.pictures",
                static_cast<unsigned long long>(checksum(std::as_bytes(std::span(key)))));
  std::string mended(bytes);
  constexpr size_t kHeader = 48;
  if (mended.size() >= kHeader) {
    const std::string text = mended.substr(kHeader, 64);
    const uint64_t text_hash = xxh3(std::as_bytes(std::span(text)));
    std::memcpy(mended.data() + 32, &text_hash, sizeof(text_hash));
    const uint64_t header_hash = xxh3(std::as_bytes(std::span(mended)).first(kHeader - 8));
    std::memcpy(mended.data() + kHeader - 8, &header_hash, sizeof(header_hash));
  }
  bool taken = false;
  for (const auto& [place, content] :
       {std::pair("pictures/", std::string_view(mended)), std::pair("", std::string_view(bytes))}) {
    const UntrustedFile file(content, std::string(place) + name.data());
    taken = load_pictures_from_cache(file.folder(), key, 2, 1, 2).has_value() || taken;
  }
  return taken;
}

/// A file of JSON lines, by each of its readers.
inline bool read_untrusted_lines(std::string_view bytes) {
  const UntrustedFile file(bytes);
  MetricsReader reader(file.path());
  reader.refresh();
  (void)reader.at(5);
  return is_taken([&] {
    (void)read_curves(file.path(), 10, {"features", "data"});
    (void)read_json_lines(file.path());
    JsonLines(file.path()).truncate_after(3);
  });
}

}  // namespace ganwright
