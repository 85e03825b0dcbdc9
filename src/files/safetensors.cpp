#include "files/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <fstream>
#include <numeric>
#include <span>

#include "errors.h"
#include "files/atomic_file.h"
#include "files/safetensors_header.h"

namespace ganwright {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian, and so is this code");

constexpr int64_t kMaximumHeaderLength = 100'000'000;
constexpr int64_t kLengthSize = sizeof(uint64_t);

// A file whose header has been read and checked.
struct OpenFile {
  std::ifstream stream;
  SafetensorsHeader header;
  int64_t data_begin = 0;
};

void read_exactly(std::ifstream& stream, void* destination, int64_t size) {
  if (!stream.read(static_cast<char*>(destination), size)) {
    throw CheckpointError("it ends too early or cannot be read");
  }
}

OpenFile open_file(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw CheckpointError("there is no such file");
  }
  const auto file_size = static_cast<int64_t>(std::filesystem::file_size(path, error));
  OpenFile file{std::ifstream(path, std::ios::binary), {}, 0};
  if (error || !file.stream) {
    throw CheckpointError("it cannot be opened");
  }
  uint64_t length = 0;
  if (file_size < kLengthSize) {
    throw CheckpointError("it is truncated");
  }
  read_exactly(file.stream, &length, kLengthSize);
  if (length > static_cast<uint64_t>(std::min(kMaximumHeaderLength, file_size - kLengthSize))) {
    throw CheckpointError("it is truncated or of another format (a header of " + std::to_string(length) +
                          " bytes in a file of " + std::to_string(file_size) + ")");
  }
  std::string text(length, '\0');
  read_exactly(file.stream, text.data(), static_cast<int64_t>(length));
  file.data_begin = kLengthSize + static_cast<int64_t>(length);
  file.header = parse_safetensors_header(text, file_size - file.data_begin);
  return file;
}

torch::Tensor read_tensor(OpenFile& file, const TensorEntry& entry) {
  torch::Tensor tensor;
  try {
    tensor = torch::empty(entry.shape, entry.dtype);
  } catch (const c10::Error&) {
    throw CheckpointError("memory does not suffice for tensor " + quoted_for_message(entry.name));
  }
  if (entry.begin == entry.end) {
    return tensor;
  }
  file.stream.seekg(file.data_begin + entry.begin);
  read_exactly(file.stream, tensor.data_ptr(), entry.end - entry.begin);
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
  with_path("write", path, "give every tensor a name of its own and a plain type", [&] {
    SafetensorsHeader header{entries_of(file), file.metadata};
    const std::vector<size_t> order = lay_out(header.entries);
    const std::string text = format_safetensors_header(header);
    const uint64_t length = text.size();

    std::vector<torch::Tensor> tensors;
    std::vector<std::span<const std::byte>> parts{std::as_bytes(std::span(&length, 1)),
                                                  std::as_bytes(std::span(text))};
    for (const size_t index : order) {
      const torch::Tensor& tensor =
          tensors.emplace_back(file.tensors[index].second.detach().to(torch::kCPU).contiguous());
      parts.emplace_back(static_cast<const std::byte*>(tensor.data_ptr()), tensor.nbytes());
    }
    write_file_atomically(path, parts);
  });
}

TensorFile read_safetensors(const std::filesystem::path& path) {
  return with_path("read", path, kReadAdvice, [&] {
    OpenFile opened = open_file(path);
    TensorFile file;
    file.metadata = std::move(opened.header.metadata);
    for (const TensorEntry& entry : opened.header.entries) {
      file.tensors.emplace_back(entry.name, read_tensor(opened, entry));
    }
    return file;
  });
}

}  // namespace ganwright
