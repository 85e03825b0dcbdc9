#include "files/safetensors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <map>
#include <numeric>
#include <span>
#include <utility>

#include "errors.h"
#include "files/atomic_file.h"
#include "files/checksum.h"

namespace ganwright {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian, and so is this code");

constexpr int64_t kMaximumHeaderLength = 100'000'000;
constexpr int64_t kLengthSize = sizeof(uint64_t);

void read_exactly(const FileDescriptor& file, int64_t offset, void* destination, int64_t size) {
  auto* next = static_cast<char*>(destination);
  while (size > 0) {
    const ssize_t count = ::pread(file.number(), next, static_cast<size_t>(size), offset);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      throw CheckpointError("it ends too early or cannot be read");
    }
    next += count;
    offset += count;
    size -= count;
  }
}

int64_t size_of(const FileDescriptor& file) {
  struct stat status{};
  if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
    throw CheckpointError("it cannot be opened");
  }
  return status.st_size;
}

// Runs `action`; a CheckpointError of it gets the file and the way out.
template <class Action>
auto with_path(const std::string& task, const std::filesystem::path& path, const char* advice,
               Action action) {
  try {
    return action();
  } catch (const CheckpointError& error) {
    throw CheckpointError("cannot " + task + " " + path.string() + ": " + error.what() + "; " + advice);
  }
}

constexpr const char* kReadAdvice = "choose another checkpoint";

std::vector<TensorEntry> entries_of(const TensorFile& file) {
  std::vector<TensorEntry> entries;
  for (const auto& [name, tensor] : file.tensors) {
    if (!tensor.defined() || tensor.layout() != torch::kStrided) {
      throw CheckpointError("tensor " + quoted_for_message(name) + " is undefined or not dense");
    }
    entries.push_back({name, tensor.scalar_type(), tensor.sizes().vec(), 0, 0});
  }
  return entries;
}

// The key of the metadata under which the hashes stand: 16 digits for the header without them, and 16 for
// each tensor in the order of the names.
constexpr const char* kHashes = "xxh3";
// And one that says so: where a byte of either key is altered, the other is there still.
constexpr const char* kHashKind = "hashes";
constexpr size_t kHashDigits = 16;

std::string hash_text(std::span<const std::byte> bytes) {
  std::array<char, kHashDigits + 1> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(xxh3(bytes)));
  return text.data();
}

// The same whatever the order of the tensors in the file: other writers choose their own.
std::string hash_text(SafetensorsHeader header) {
  std::sort(header.entries.begin(), header.entries.end(),
            [](const TensorEntry& a, const TensorEntry& b) { return a.name < b.name; });
  for (TensorEntry& entry : header.entries) {
    entry.begin = 0;
    entry.end = 0;
  }
  const std::string text = format_safetensors_header(header);
  return hash_text(std::as_bytes(std::span(text)));
}

std::span<const std::byte> bytes_of(const torch::Tensor& tensor) {
  return {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()};
}

// Data lies by falling element size, so that every tensor is aligned: other readers view them in place.
std::vector<size_t> lay_out(std::vector<TensorEntry>& entries) {
  std::vector<size_t> order(entries.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return c10::elementSize(entries[a].dtype) > c10::elementSize(entries[b].dtype);
  });
  int64_t offset = 0;
  for (const size_t index : order) {
    TensorEntry& entry = entries[index];
    entry.begin = offset;
    offset += c10::multiply_integers(entry.shape) * static_cast<int64_t>(c10::elementSize(entry.dtype));
    entry.end = offset;
  }
  return order;
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, const TensorFile& file) {
  with_path("write", path, "give every tensor a unique name and a plain type", [&] {
    SafetensorsHeader header{entries_of(file), file.metadata};
    const std::vector<size_t> order = lay_out(header.entries);
    std::vector<torch::Tensor> tensors;
    header.metadata[kHashKind] = kHashes;
    std::string hashes = hash_text(header);
    std::map<std::string_view, std::string> by_name;
    for (const auto& [name, tensor] : file.tensors) {
      tensors.push_back(tensor.detach().to(torch::kCPU).contiguous());
      by_name[name] = hash_text(bytes_of(tensors.back()));
    }
    for (const auto& [name, hash] : by_name) {
      hashes += hash;
    }
    header.metadata[kHashes] = hashes;
    const std::string text = format_safetensors_header(header);
    const uint64_t length = text.size();
    std::vector<std::span<const std::byte>> parts{std::as_bytes(std::span(&length, 1)),
                                                  std::as_bytes(std::span(text))};
    for (const size_t index : order) {
      parts.push_back(bytes_of(tensors[index]));
    }
    write_file_atomically(path, parts);
  });
}

SafetensorsReader::SafetensorsReader(const std::filesystem::path& path) : path_(path), file_(-1) {
  with_path("read", path, kReadAdvice, [&] {
    std::error_code error;
    // Opening what is no file, a pipe say, might wait for ever.
    if (!std::filesystem::is_regular_file(path, error)) {
      throw CheckpointError("there is no such file");
    }
    file_ = FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const int64_t file_size = size_of(file_);
    if (file_size < kLengthSize) {
      throw CheckpointError("it is truncated");
    }
    uint64_t length = 0;
    read_exactly(file_, 0, &length, kLengthSize);
    if (length > static_cast<uint64_t>(std::min(kMaximumHeaderLength, file_size - kLengthSize))) {
      throw CheckpointError("it is truncated or of another format (a header of " + std::to_string(length) +
                            " bytes in a file of " + std::to_string(file_size) + ")");
    }
    std::string text(length, '\0');
    read_exactly(file_, kLengthSize, text.data(), static_cast<int64_t>(length));
    data_begin_ = kLengthSize + static_cast<int64_t>(length);
    header_ = parse_safetensors_header(text, file_size - data_begin_);
    take_hashes();
  });
  for (const TensorEntry& entry : header_.entries) {
    by_name_.emplace(entry.name, &entry);
  }
}

void SafetensorsReader::take_hashes() {
  const auto found = header_.metadata.find(kHashes);
  const bool is_there = found != header_.metadata.end();
  if (is_there != header_.metadata.contains(kHashKind)) {
    throw CheckpointError("its header is damaged: it holds a part of its hashes");
  }
  if (!is_there) {
    return;
  }
  hashes_ = std::move(found->second);
  header_.metadata.erase(found);
  if (hashes_.size() != kHashDigits * (header_.entries.size() + 1)) {
    throw CheckpointError("its header is damaged: it does not hold one hash for each tensor");
  }
  if (!hashes_.starts_with(hash_text(header_))) {
    throw CheckpointError("its header is damaged: it does not have the hash that was written");
  }
  header_.metadata.erase(kHashKind);
}

const TensorEntry* SafetensorsReader::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

torch::Tensor SafetensorsReader::read(const TensorEntry& entry) const {
  return with_path("read", path_, kReadAdvice, [&] { return read_data(entry); });
}

torch::Tensor SafetensorsReader::read(std::string_view name) const {
  const TensorEntry* const entry = find(name);
  if (entry == nullptr) {
    throw CheckpointError(path_.string() + " has no tensor " + quoted_for_message(name));
  }
  return read(*entry);
}

torch::Tensor SafetensorsReader::read_data(const TensorEntry& entry) const {
  torch::Tensor tensor;
  try {
    tensor = torch::empty(entry.shape, entry.dtype);
  } catch (const c10::Error&) {
    throw CheckpointError("not enough memory for tensor " + quoted_for_message(entry.name));
  }
  if (entry.begin < entry.end) {
    read_exactly(file_, data_begin_ + entry.begin, tensor.data_ptr(), entry.end - entry.begin);
  }
  const auto place =
      static_cast<size_t>(std::count_if(header_.entries.begin(), header_.entries.end(),
                                        [&](const TensorEntry& other) { return other.name < entry.name; }));
  if (has_hashes() &&
      hashes_.compare(kHashDigits * (place + 1), kHashDigits, hash_text(bytes_of(tensor))) != 0) {
    throw CheckpointError("tensor " + quoted_for_message(entry.name) +
                          " is damaged: it does not have the hash that was written");
  }
  if (entry.dtype == torch::kBool) {
    const std::span bytes(static_cast<const uint8_t*>(tensor.data_ptr()),
                          static_cast<size_t>(tensor.numel()));
    if (std::any_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte > 1; })) {
      throw CheckpointError("tensor " + quoted_for_message(entry.name) +
                            " holds a boolean that is not 0 or 1");
    }
  }
  return tensor;
}

TensorFile read_safetensors(const std::filesystem::path& path) {
  const SafetensorsReader reader(path);
  TensorFile file{{}, reader.metadata()};
  for (const TensorEntry& entry : reader.entries()) {
    file.tensors.emplace_back(entry.name, reader.read(entry));
  }
  return file;
}

}  // namespace ganwright
