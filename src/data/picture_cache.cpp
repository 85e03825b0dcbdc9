#include "data/picture_cache.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <span>
#include <string_view>
#include <system_error>

#include "errors.h"
#include "files/atomic_file.h"
#include "files/checksum.h"
#include "system/file_descriptor.h"
#include "system/file_fault.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using ByteSpan = std::span<const std::byte>;

constexpr std::array<char, 8> kMagic = {'G', 'W', 'P', 'I', 'X', 'E', 'L', '1'};
constexpr uint64_t kPage = 4096;
constexpr uint64_t kMostCheckedPixels = uint64_t{1} << 30;
constexpr uint64_t kMostBytes = uint64_t{20} << 30;
constexpr size_t kMostFiles = 16;
constexpr std::string_view kSuffix = ".pictures";

/// A file is this, the key, the faults (each closed by a zero), zeros up to a page, and the pixels.
struct Header {
  std::array<char, 8> magic = kMagic;
  uint64_t key_bytes = 0;
  uint64_t fault_bytes = 0;
  uint64_t pixel_bytes = 0;
  uint64_t fault_checksum = 0;
  uint64_t pixel_checksum = 0;
  uint64_t header_checksum = 0;  ///< of all the above

  [[nodiscard]] uint64_t pixels_at() const {
    return (sizeof(Header) + key_bytes + fault_bytes + kPage - 1) / kPage * kPage;
  }
};

uint64_t checksum_of(const Header& header) {
  return checksum(std::as_bytes(std::span(&header, 1)).first(offsetof(Header, header_checksum)));
}

std::string name_of(const std::string& key) {
  return fmt::format("{:016x}{}", checksum(std::as_bytes(std::span(key))), kSuffix);
}

/// Whether a file of the cache's folder is ours, a partial one included: others are never removed.
bool is_ours(const std::string& name) {
  constexpr size_t kDigits = 16;
  return name.size() > kDigits && std::string_view(name).substr(kDigits).starts_with(kSuffix) &&
         name.find_first_not_of("0123456789abcdef") == kDigits;
}

struct Mapping {
  std::shared_ptr<std::byte> memory;
  size_t size = 0;
};

/// A file's bytes; nothing where it cannot be mapped. They may be written to, which the file does not see.
Mapping map_file(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat status{};
  if (file.number() < 0 || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const auto size = static_cast<size_t>(status.st_size);
  // Without MAP_NORESERVE a mapping larger than the memory is refused.
  void* memory = size == 0 ? MAP_FAILED
                           : ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE,
                                    file.number(), 0);
  if (memory == MAP_FAILED) return {};
  return {std::shared_ptr<std::byte>(static_cast<std::byte*>(memory),
                                     [size](std::byte* start) { ::munmap(start, size); }),
          size};
}

std::vector<std::string> split_at_zeros(ByteSpan bytes) {
  std::vector<std::string> parts;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (size_t start = 0; start < text.size();) {
    const size_t end = text.find('\0', start);
    if (end == std::string_view::npos) return {};
    parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

/// The header of a file of `size` bytes, if it is one that store_pictures_in_cache wrote whole.
std::optional<Header> read_header(const Mapping& file) {
  if (file.size < sizeof(Header)) return std::nullopt;
  Header header;
  std::memcpy(&header, file.memory.get(), sizeof(header));
  if (header.magic != kMagic || header.header_checksum != checksum_of(header)) return std::nullopt;
  if (std::max({header.key_bytes, header.fault_bytes, header.pixel_bytes}) > file.size) return std::nullopt;
  return header.pixels_at() + header.pixel_bytes == file.size ? std::optional(header) : std::nullopt;
}

/// Removes the least recently used files beyond the bounds; `kept` stays.
void remove_old_files(const fs::path& cache, const fs::path& kept) {
  struct OldFile {
    fs::path path;
    fs::file_time_type used;
    uint64_t bytes;
  };
  std::vector<OldFile> files;
  for (const auto& entry : fs::directory_iterator(cache)) {
    std::error_code vanished;
    if (!is_ours(entry.path().filename().string()) || entry.path() == kept) continue;
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
  std::string faults;
  for (const std::string& fault : pictures.faults) faults.append(fault).append(1, '\0');
  const torch::Tensor whole = pictures.pixels.contiguous();
  const ByteSpan pixels(reinterpret_cast<const std::byte*>(whole.const_data_ptr<uint8_t>()), whole.nbytes());

  Header header;
  header.key_bytes = key.size();
  header.fault_bytes = faults.size();
  header.pixel_bytes = pixels.size();
  header.fault_checksum = checksum(std::as_bytes(std::span(faults)));
  header.pixel_checksum = checksum(pixels);
  header.header_checksum = checksum_of(header);
  const std::string filling(header.pixels_at() - sizeof(header) - key.size() - faults.size(), '\0');

  if (fs::create_directories(cache)) fs::permissions(cache, fs::perms::owner_all);
  const uint64_t bytes = header.pixels_at() + pixels.size();
  if (bytes > std::min<uint64_t>(kMostBytes, fs::space(cache).available / 2)) {
    throw WriteError(fmt::format("{} MiB would be more than half of what is free in {}, or more than {} GiB",
                                 bytes >> 20, cache.string(), kMostBytes >> 30));
  }
  const fs::path path = cache / name_of(key);
  // A name of its own: another process may be writing the same pictures.
  fs::path own = path;
  own += fmt::format(".{:08x}{:08x}", std::random_device{}(), std::random_device{}());
  write_file_atomically(
      own, std::array{std::as_bytes(std::span(&header, 1)), std::as_bytes(std::span(key)),
                      std::as_bytes(std::span(faults)), std::as_bytes(std::span(filling)), pixels});
  fs::rename(own, path);
  remove_old_files(cache, path);
}

fs::path absolute_path_in(const char* variable) {
  const char* value = std::getenv(variable);
  const fs::path path = value == nullptr ? "" : value;
  return path.is_absolute() ? path : fs::path();
}

}  // namespace

fs::path default_picture_cache() {
  if (const fs::path caches = absolute_path_in("XDG_CACHE_HOME"); !caches.empty())
    return caches / "ganwright";
  if (const fs::path home = absolute_path_in("HOME"); !home.empty()) return home / ".cache" / "ganwright";
  return {};
}

std::optional<DecodedPictures> load_pictures_from_cache(const fs::path& cache, const std::string& key,
                                                        int64_t listed, int64_t channels, int64_t size) {
  const fs::path path = cache / name_of(key);
  const Mapping file = map_file(path);
  const auto header = read_header(file);
  if (!header) return std::nullopt;
  const ByteSpan bytes(file.memory.get(), file.size);
  const std::string_view stored_key(reinterpret_cast<const char*>(&bytes[sizeof(Header)]), header->key_bytes);
  const ByteSpan faults = bytes.subspan(sizeof(Header) + header->key_bytes, header->fault_bytes);
  const ByteSpan pixels = bytes.subspan(header->pixels_at());
  if (stored_key != key || checksum(faults) != header->fault_checksum) return std::nullopt;

  DecodedPictures pictures;
  pictures.faults = split_at_zeros(faults);
  const auto kept = std::count(pictures.faults.begin(), pictures.faults.end(), "");
  const auto picture_bytes = static_cast<uint64_t>(channels * size * size);
  if (pictures.faults.size() != static_cast<size_t>(listed) ||
      static_cast<uint64_t>(kept) * picture_bytes != pixels.size()) {
    return std::nullopt;
  }
  if (pixels.size() <= kMostCheckedPixels && checksum(pixels) != header->pixel_checksum) return std::nullopt;

  pictures.pixels = torch::from_blob(
      file.memory.get() + header->pixels_at(), {kept, channels, size, size},
      [memory = file.memory](void*) mutable { memory.reset(); }, torch::kUInt8);
  // Marks the file as used, for the choice of the one to remove.
  std::error_code ignored;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
  spdlog::info("using the decoded pictures cached in {}", path.string());
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
