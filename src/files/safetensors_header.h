#pragma once

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ganwright {

/// Where one tensor lies in a safetensors file; `begin` and `end` count bytes from the end of the header.
struct TensorEntry {
  std::string name;
  torch::ScalarType dtype = torch::kFloat32;
  std::vector<int64_t> shape;
  int64_t begin = 0;
  int64_t end = 0;
};

/// The JSON header of a safetensors file, in its own order.
struct SafetensorsHeader {
  std::vector<TensorEntry> entries;
  std::map<std::string, std::string> metadata;
};

/// Reads a header and checks all of it: the schema, known dtypes, unique names, sizes that do not overflow,
/// and entries that together cover `buffer_size` bytes without a hole or an overlap. Throws CheckpointError
/// that says what is wrong (the caller adds the file).
SafetensorsHeader parse_safetensors_header(std::string_view text, int64_t buffer_size);

/// Writes a header as JSON, padded with spaces to a multiple of 8 bytes. Throws CheckpointError for a dtype
/// that the format lacks, two tensors of one name, and text that is not UTF-8.
std::string format_safetensors_header(const SafetensorsHeader& header);

/// `text` in quotes with everything unprintable escaped, cut to 80 bytes: fit for a one-line message.
std::string quoted_for_message(std::string_view text);

}  // namespace ganwright
