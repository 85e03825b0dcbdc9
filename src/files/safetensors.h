#pragma once

#include <torch/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "files/safetensors_header.h"
#include "system/file_descriptor.h"

namespace ganwright {

// The safetensors format (https://huggingface.co/docs/safetensors): the length of the header as 8
// little-endian bytes, a JSON header, then raw little-endian tensors. No code can hide in it.

/// What one file holds: named tensors of any rank (dtypes F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL), in an
/// order that is kept, and text. Tensors that were read are contiguous and on the CPU.
struct TensorFile {
  std::vector<std::pair<std::string, torch::Tensor>> tensors;
  std::map<std::string, std::string> metadata;
};

/// Writes a file whole or not at all: after a failure the previous one is still there. CUDA tensors are
/// copied. The metadata gets a key more, "xxh3": hashes (XXH3, 64 bits) of the header and of each tensor,
/// which SafetensorsReader compares. Throws WriteError if the place cannot be written to, CheckpointError for
/// what the format cannot hold: two tensors of one name, the name `__metadata__`, another dtype or a sparse
/// tensor, text that is not UTF-8.
void write_safetensors(const std::filesystem::path& path, const TensorFile& file);

/// A file whose header has been read, and whose tensors are read when they are asked for. The file stays
/// open, so replacing it on disk has no effect.
class SafetensorsReader {
 public:
  /// Reads the header and checks every size and offset, before anything is allocated for tensors. Throws
  /// CheckpointError for a file that is missing, truncated, or departs from the format in any way.
  explicit SafetensorsReader(const std::filesystem::path& path);

  /// Whether the file holds hashes, as all do that write_safetensors wrote since it writes any: an altered
  /// byte is then found, in the header by the constructor, in a tensor when it is read.
  [[nodiscard]] bool has_hashes() const { return !hashes_.empty(); }

  /// The text in the header, by its key; without the hashes.
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return header_.metadata; }

  /// What tensors there are, in the order of the header.
  [[nodiscard]] const std::vector<TensorEntry>& entries() const { return header_.entries; }

  /// The entry of a name; nullptr for none.
  [[nodiscard]] const TensorEntry* find(std::string_view name) const;

  /// Reads a tensor of the file, contiguous and on the CPU. Throws CheckpointError if memory does not
  /// suffice, it cannot be read, it does not have its hash, or a boolean is neither 0 nor 1.
  [[nodiscard]] torch::Tensor read(const TensorEntry& entry) const;

  /// The same by name. Throws CheckpointError for one that is not there, too.
  [[nodiscard]] torch::Tensor read(std::string_view name) const;

 private:
  void take_hashes();
  [[nodiscard]] torch::Tensor read_data(const TensorEntry& entry) const;

  std::filesystem::path path_;
  FileDescriptor file_;
  int64_t data_begin_ = 0;
  SafetensorsHeader header_;
  std::string hashes_;
  std::unordered_map<std::string_view, const TensorEntry*> by_name_;
};

/// Reads all of a file. Throws CheckpointError as SafetensorsReader does.
TensorFile read_safetensors(const std::filesystem::path& path);

}  // namespace ganwright
