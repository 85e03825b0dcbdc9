#include "data/picture_cache.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>
#include <system_error>

#include "data/parallel.h"
#include "errors.h"
#include "files/atomic_file.h"
#include "files/checksum.h"
#include "files/partial.h"
#include "system/file_descriptor.h"
#include "system/file_fault.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using ByteSpan = std::span<const std::byte>;
using Magic = std::array<char, 8>;

constexpr Magic kMagic = {'G', 'W', 'P', 'I', 'X', 'E', 'L', '2'};
constexpr Magic kFormerMagic = {'G', 'W', 'P', 'I', 'X', 'E', 'L', '1'};
constexpr size_t kBlock = size_t{1} << 22;
constexpr uint64_t kFormerPage = 4096;
constexpr uint64_t kMostBytes = uint64_t{20} << 30;
constexpr size_t kMostFiles = 16;
constexpr std::string_view kSuffix = ".pictures";

/// A file is this, the key, the faults (each closed by a zero), the hash of each block of pixels, and the
/// pixels.
struct Header {
  Magic magic = kMagic;
  uint64_t key_bytes = 0;
  uint64_t fault_bytes = 0;
  uint64_t pixel_bytes = 0;
  uint64_t text_hash = 0;    ///< of key, faults and hashes
  uint64_t header_hash = 0;  ///< of all the above
};

/// What earlier versions wrote: this, the key, the faults, zeros up to a page, and the pixels.
struct FormerHeader {
  Magic magic = kFormerMagic;
  uint64_t key_bytes = 0;
  uint64_t fault_bytes = 0;
  uint64_t pixel_bytes = 0;
  uint64_t fault_checksum = 0;
  uint64_t pixel_checksum = 0;
  uint64_t header_checksum = 0;  ///< of all the above
};

/// What stands before the pixels of a file, checked; and what they are checked by.
struct Contents {
  std::string key;
  std::string faults;
  uint64_t pixels_at = 0;
  uint64_t pixel_bytes = 0;
  std::vector<uint64_t> hashes;
  std::optional<uint64_t> former_checksum;
};

uint64_t block_count(uint64_t bytes) {
  return (bytes + kBlock - 1) / kBlock;
}

template <class AnyHeader>
ByteSpan all_but_last_hash(const AnyHeader& header) {
  return std::as_bytes(std::span(&header, 1)).first(sizeof(header) - sizeof(uint64_t));
}

std::string name_of(const std::string& key) {
  return fmt::format("{:016x}{}", checksum(std::as_bytes(std::span(key))), kSuffix);
}

fs::path folder_in(const fs::path& cache) {
  return cache / "pictures";
}

struct OpenFile {
  FileDescriptor file;
  uint64_t size = 0;

  explicit OpenFile(const fs::path& path)
      : file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)) {
    struct stat status{};
    const bool is_file =
        file.number() >= 0 && ::fstat(file.number(), &status) == 0 && S_ISREG(status.st_mode);
    size = is_file ? static_cast<uint64_t>(status.st_size) : 0;
  }

  [[nodiscard]] bool read(void* destination, uint64_t bytes, uint64_t offset) const {
    auto* next = static_cast<char*>(destination);
    while (bytes > 0) {
      const ssize_t count = ::pread(file.number(), next, bytes, static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      next += count;
      offset += static_cast<uint64_t>(count);
      bytes -= static_cast<uint64_t>(count);
    }
    return true;
  }
};

std::optional<Contents> read_contents(const OpenFile& file) {
  Header header;
  if (file.size < sizeof(header) || !file.read(&header, sizeof(header), 0) || header.magic != kMagic ||
      header.header_hash != xxh3(all_but_last_hash(header)) ||
      std::max({header.key_bytes, header.fault_bytes, header.pixel_bytes}) > file.size) {
    return std::nullopt;
  }
  const uint64_t hash_bytes = block_count(header.pixel_bytes) * sizeof(uint64_t);
  const uint64_t text_bytes = header.key_bytes + header.fault_bytes + hash_bytes;
  if (sizeof(header) + text_bytes + header.pixel_bytes != file.size) return std::nullopt;
  std::string text(text_bytes, '\0');
  if (!file.read(text.data(), text.size(), sizeof(header)) ||
      header.text_hash != xxh3(std::as_bytes(std::span(text)))) {
    return std::nullopt;
  }
  Contents contents{text.substr(0, header.key_bytes),
                    text.substr(header.key_bytes, header.fault_bytes),
                    sizeof(header) + text_bytes,
                    header.pixel_bytes,
                    std::vector<uint64_t>(block_count(header.pixel_bytes)),
                    std::nullopt};
  std::memcpy(contents.hashes.data(), text.data() + header.key_bytes + header.fault_bytes, hash_bytes);
  return contents;
}

std::optional<Contents> read_former_contents(const OpenFile& file) {
  FormerHeader header;
  if (file.size < sizeof(header) || !file.read(&header, sizeof(header), 0) || header.magic != kFormerMagic ||
      header.header_checksum != checksum(all_but_last_hash(header)) ||
      std::max({header.key_bytes, header.fault_bytes, header.pixel_bytes}) > file.size) {
    return std::nullopt;
  }
  const uint64_t text_bytes = header.key_bytes + header.fault_bytes;
  const uint64_t pixels_at = (sizeof(header) + text_bytes + kFormerPage - 1) / kFormerPage * kFormerPage;
  std::string text(text_bytes, '\0');
  if (pixels_at + header.pixel_bytes != file.size || !file.read(text.data(), text.size(), sizeof(header))) {
    return std::nullopt;
  }
  Contents contents{text.substr(0, header.key_bytes),
                    text.substr(header.key_bytes),
                    pixels_at,
                    header.pixel_bytes,
                    {},
                    header.pixel_checksum};
  return checksum(std::as_bytes(std::span(contents.faults))) == header.fault_checksum
             ? std::optional(contents)
             : std::nullopt;
}

std::vector<std::string> split_at_zeros(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t start = 0; start < text.size();) {
    const size_t end = text.find('\0', start);
    if (end == std::string::npos) return {};
    parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

/// Reads the pixels of a file and compares them with their hashes.
bool read_pixels(const OpenFile& file, const Contents& contents, uint8_t* pixels) {
  std::atomic<bool> is_whole = true;
  const auto blocks = static_cast<int64_t>(block_count(contents.pixel_bytes));
  for_each_in_parallel(
      blocks,
      [&](int64_t block) {
        const uint64_t start = static_cast<uint64_t>(block) * kBlock;
        const uint64_t bytes = std::min<uint64_t>(kBlock, contents.pixel_bytes - start);
        const bool is_read = is_whole && file.read(pixels + start, bytes, contents.pixels_at + start);
        const bool is_right = is_read && (contents.former_checksum ||
                                          xxh3({reinterpret_cast<std::byte*>(pixels + start), bytes}) ==
                                              contents.hashes[static_cast<size_t>(block)]);
        if (!is_right) is_whole = false;
      },
      {}, {});
  return is_whole && (!contents.former_checksum ||
                      checksum({reinterpret_cast<std::byte*>(pixels), contents.pixel_bytes}) ==
                          *contents.former_checksum);
}

std::optional<DecodedPictures> pictures_of(const OpenFile& file, const std::optional<Contents>& contents,
                                           const std::string& key, at::IntArrayRef shape, int64_t listed) {
  if (!contents || contents->key != key) return std::nullopt;
  DecodedPictures pictures;
  pictures.faults = split_at_zeros(contents->faults);
  const auto kept = std::count(pictures.faults.begin(), pictures.faults.end(), "");
  const auto picture_bytes = static_cast<uint64_t>(c10::multiply_integers(shape));
  if (pictures.faults.size() != static_cast<size_t>(listed) ||
      static_cast<uint64_t>(kept) * picture_bytes != contents->pixel_bytes) {
    return std::nullopt;
  }
  try {
    pictures.pixels = torch::empty({kept, shape[0], shape[1], shape[2]}, torch::kUInt8);
  } catch (const c10::Error&) {
    return std::nullopt;  // the pictures themselves are then too large, too, and said to be
  }
  return read_pixels(file, *contents, pictures.pixels.data_ptr<uint8_t>()) ? std::optional(pictures)
                                                                           : std::nullopt;
}

/// Whether a file of the cache's own folder is ours: the name of a file or of one in the making, and its
/// beginning. One that was killed before it wrote anything stays.
bool is_ours(const fs::path& path) {
  constexpr size_t kHexadecimalDigits = 16;
  const std::string name = path.filename().string();
  const std::string complete = name.substr(0, kHexadecimalDigits + kSuffix.size());
  const bool is_named = complete.find_first_not_of("0123456789abcdef") == kHexadecimalDigits &&
                        complete.ends_with(kSuffix) && (name == complete || is_partial_of(name, complete));
  Magic magic{};
  return is_named && OpenFile(path).read(magic.data(), magic.size(), 0) && magic == kMagic;
}

/// Removes the least recently used files beyond the bounds; `kept` stays.
void remove_old_files(const fs::path& folder, const fs::path& kept) {
  struct OldFile {
    fs::path path;
    fs::file_time_type used;
    uint64_t bytes;
  };
  std::vector<OldFile> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::error_code vanished;
    if (entry.path() == kept || !is_ours(entry.path())) continue;
    const OldFile file{entry.path(), entry.last_write_time(vanished), entry.file_size(vanished)};
    if (!vanished) files.push_back(file);
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.used > b.used; });
  uint64_t bytes = fs::file_size(kept);
  size_t count = 1;
  for (const OldFile& file : files) {
    bytes += file.bytes;
    std::error_code ignored;
    if (++count > kMostFiles || bytes > kMostBytes) fs::remove(file.path, ignored);
  }
}

void write_cache_file(const fs::path& cache, const std::string& key, const DecodedPictures& pictures) {
  std::string text = key;
  for (const std::string& fault : pictures.faults) text.append(fault).append(1, '\0');
  const torch::Tensor whole = pictures.pixels.contiguous();
  const ByteSpan pixels(reinterpret_cast<const std::byte*>(whole.const_data_ptr<uint8_t>()), whole.nbytes());
  const std::vector<uint64_t> hashes = block_hashes(whole);

  Header header;
  header.key_bytes = key.size();
  header.fault_bytes = text.size() - key.size();
  header.pixel_bytes = pixels.size();
  text.append(reinterpret_cast<const char*>(hashes.data()), hashes.size() * sizeof(uint64_t));
  header.text_hash = xxh3(std::as_bytes(std::span(text)));
  header.header_hash = xxh3(all_but_last_hash(header));

  const fs::path folder = folder_in(cache);
  if (fs::create_directories(folder)) fs::permissions(folder, fs::perms::owner_all);
  const uint64_t bytes = sizeof(header) + text.size() + pixels.size();
  if (bytes > std::min<uint64_t>(kMostBytes, fs::space(folder).available / 2)) {
    throw WriteError(fmt::format("{} MiB would be more than half of what is free in {}, or more than {} GiB",
                                 bytes >> 20, folder.string(), kMostBytes >> 30));
  }
  const fs::path path = folder / name_of(key);
  write_file_atomically(
      path, std::array{std::as_bytes(std::span(&header, 1)), std::as_bytes(std::span(text)), pixels});
  remove_old_files(folder, path);
}

fs::path absolute_path_in(const char* variable) {
  const char* value = std::getenv(variable);
  const fs::path path = value == nullptr ? "" : value;
  return path.is_absolute() ? path : fs::path();
}

}  // namespace

std::vector<uint64_t> block_hashes(const torch::Tensor& pixels) {
  const auto* bytes = reinterpret_cast<const std::byte*>(pixels.const_data_ptr<uint8_t>());
  const size_t size = pixels.nbytes();
  std::vector<uint64_t> hashes(block_count(size));
  for_each_in_parallel(static_cast<int64_t>(hashes.size()),
                       [&](int64_t block) {
                         const size_t start = static_cast<size_t>(block) * kBlock;
                         hashes[static_cast<size_t>(block)] =
                             xxh3({bytes + start, std::min(kBlock, size - start)});
                       },
                       {}, {});
  return hashes;
}

fs::path default_picture_cache() {
  if (const fs::path caches = absolute_path_in("XDG_CACHE_HOME"); !caches.empty())
    return caches / "ganwright";
  if (const fs::path home = absolute_path_in("HOME"); !home.empty()) return home / ".cache" / "ganwright";
  return {};
}

std::optional<DecodedPictures> load_pictures_from_cache(const fs::path& cache, const std::string& key,
                                                        int64_t listed, int64_t channels, int64_t size) {
  const fs::path path = folder_in(cache) / name_of(key);
  const fs::path former = cache / name_of(key);
  const std::array<int64_t, 3> shape{channels, size, size};
  const OpenFile file(path);
  const OpenFile former_file(former);
  auto pictures = pictures_of(file, read_contents(file), key, shape, listed);
  const bool is_former = !pictures;
  if (is_former) {
    pictures = pictures_of(former_file, read_former_contents(former_file), key, shape, listed);
  }
  if (pictures) {
    // Marks the file as used, for the choice of the one to remove.
    std::error_code ignored;
    fs::last_write_time(is_former ? former : path, fs::file_time_type::clock::now(), ignored);
    spdlog::info("using the decoded pictures cached in {}", (is_former ? former : path).string());
  }
  return pictures;
}

void store_pictures_in_cache(const fs::path& cache, const std::string& key, const DecodedPictures& pictures) {
  try {
    write_cache_file(cache, key, pictures);
  } catch (const WriteError& error) {
    spdlog::info("could not cache the decoded pictures: {}", error.what());
  } catch (const fs::filesystem_error& error) {
    spdlog::info("could not cache the decoded pictures: {}", text_of(error));
  }
}

}  // namespace ganwright
