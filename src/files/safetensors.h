#pragma once

#include <torch/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

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
/// copied. Throws WriteError where the place cannot be written to, CheckpointError for what the format cannot
/// hold: two tensors of one name, the name `__metadata__`, another dtype or a sparse tensor, text that is not
/// UTF-8.
void write_safetensors(const std::filesystem::path& path, const TensorFile& file);

/// Reads a file into freshly allocated tensors. Every size and offset is checked before anything is
/// allocated. Throws CheckpointError for a file that is missing, truncated, or departs from the format in any
/// way.
TensorFile read_safetensors(const std::filesystem::path& path);

}  // namespace ganwright
