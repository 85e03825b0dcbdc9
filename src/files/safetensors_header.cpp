#include "files/safetensors_header.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "errors.h"

namespace ganwright {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMetadataName = "__metadata__";
// What ATen's own bit sets of dimensions hold.
constexpr size_t kMaximumDimensions = 64;

constexpr std::array<std::pair<std::string_view, torch::ScalarType>, 10> kDtypes{{{"F64", torch::kFloat64},
                                                                                  {"F32", torch::kFloat32},
                                                                                  {"F16", torch::kFloat16},
                                                                                  {"BF16", torch::kBFloat16},
                                                                                  {"I64", torch::kInt64},
                                                                                  {"I32", torch::kInt32},
                                                                                  {"I16", torch::kInt16},
                                                                                  {"I8", torch::kInt8},
                                                                                  {"U8", torch::kUInt8},
                                                                                  {"BOOL", torch::kBool}}};

torch::ScalarType dtype_of(const std::string& name) {
  const auto* row =
      std::find_if(kDtypes.begin(), kDtypes.end(), [&](const auto& r) { return r.first == name; });
  if (row == kDtypes.end()) {
    throw CheckpointError("dtype " + quoted_for_message(name) + " is not supported");
  }
  return row->second;
}

std::string_view dtype_name(torch::ScalarType dtype) {
  const auto* row =
      std::find_if(kDtypes.begin(), kDtypes.end(), [&](const auto& r) { return r.second == dtype; });
  if (row == kDtypes.end()) {
    throw CheckpointError(std::string("dtype ") + c10::toString(dtype) + " has no place in the format");
  }
  return row->first;
}

// Takes the events of the JSON parser one by one. The parser itself keeps no stack of calls, and whatever is
// not exactly name -> {dtype, shape, data_offsets} ends the parse, so hostile nesting or size costs nothing.
// No document is built: it would be quadratic in the number of names, or drop repeated ones silently.
class HeaderReader : public nlohmann::json_sax<Json> {
 public:
  SafetensorsHeader take() { return std::move(header_); }

  bool start_object(size_t) override {
    if (place_ == Place::kOutside) {
      place_ = Place::kTop;
    } else if (place_ == Place::kTop && key_ == kMetadataName) {
      place_ = Place::kMetadata;
    } else if (place_ == Place::kTop) {
      place_ = Place::kTensor;
      dtype_.reset();
      shape_.reset();
      offsets_.reset();
      header_.entries.emplace_back().name = key_;
    } else {
      unexpected("an object");
    }
    return true;
  }

  bool key(std::string& name) override {
    if (place_ == Place::kTop && !names_.insert(name).second) {
      throw CheckpointError("tensor " + quoted_for_message(name) + " is listed twice");
    }
    if (place_ == Place::kMetadata && header_.metadata.contains(name)) {
      throw CheckpointError("metadata " + quoted_for_message(name) + " is listed twice");
    }
    (place_ == Place::kTensor ? field_ : key_) = name;
    return true;
  }

  bool string(std::string& value) override {
    if (place_ == Place::kMetadata) {
      header_.metadata.emplace(key_, value);
    } else if (place_ == Place::kTensor && field_ == "dtype" && !dtype_) {
      dtype_ = dtype_of(value);
    } else {
      unexpected("a string");
    }
    return true;
  }

  bool start_array(size_t) override {
    if (place_ == Place::kTensor && field_ == "shape" && !shape_) {
      numbers_ = &shape_.emplace();
    } else if (place_ == Place::kTensor && field_ == "data_offsets" && !offsets_) {
      numbers_ = &offsets_.emplace();
    } else {
      unexpected("an array");
    }
    place_ = Place::kNumbers;
    return true;
  }

  bool number_unsigned(uint64_t value) override {
    if (place_ != Place::kNumbers || value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      unexpected("a number");
    }
    if (numbers_->size() == kMaximumDimensions) {
      throw CheckpointError("the " + field_ + " of " + quoted_for_message(key_) + " has more than " +
                            std::to_string(kMaximumDimensions) + " numbers");
    }
    numbers_->push_back(static_cast<int64_t>(value));
    return true;
  }

  bool end_array() override {
    place_ = Place::kTensor;
    return true;
  }

  bool end_object() override {
    if (place_ == Place::kTensor) {
      finish_entry();
    }
    place_ = place_ == Place::kTop ? Place::kOutside : Place::kTop;
    return true;
  }

  bool null() override { return unexpected("null"); }
  bool boolean(bool) override { return unexpected("a boolean"); }
  bool number_integer(int64_t) override { return unexpected("a negative number"); }
  bool number_float(double, const std::string&) override {
    return unexpected("a number that is not an integer");
  }
  bool binary(Json::binary_t&) override { return unexpected("binary data"); }
  bool parse_error(size_t position, const std::string&, const Json::exception&) override {
    throw CheckpointError("its header is not valid JSON at byte " + std::to_string(position));
  }

 private:
  enum class Place { kOutside, kTop, kMetadata, kTensor, kNumbers };

  [[noreturn]] bool unexpected(const std::string& what) const {
    std::string where = "at the top of its header";
    if (place_ != Place::kOutside) {
      where = "under " + quoted_for_message(key_);
    }
    if (place_ == Place::kTensor || place_ == Place::kNumbers) {
      where += ", " + quoted_for_message(field_);
    }
    throw CheckpointError(what + " is out of place " + where);
  }

  void finish_entry() {
    if (!dtype_ || !shape_ || !offsets_ || offsets_->size() != 2) {
      throw CheckpointError("tensor " + quoted_for_message(key_) +
                            " lacks a dtype, a shape or two data_offsets");
    }
    TensorEntry& entry = header_.entries.back();
    entry.dtype = *dtype_;
    entry.shape = std::move(*shape_);
    entry.begin = (*offsets_)[0];
    entry.end = (*offsets_)[1];
  }

  SafetensorsHeader header_;
  std::set<std::string> names_;
  Place place_ = Place::kOutside;
  std::string key_;
  std::string field_;
  std::optional<torch::ScalarType> dtype_;
  std::optional<std::vector<int64_t>> shape_;
  std::optional<std::vector<int64_t>> offsets_;
  std::vector<int64_t>* numbers_ = nullptr;
};

void check_size(const TensorEntry& entry) {
  // A zero counts as one here: strides are products too, and must not overflow in an empty tensor either.
  auto bytes = static_cast<int64_t>(c10::elementSize(entry.dtype));
  bool empty = false;
  for (const int64_t size : entry.shape) {
    empty = empty || size == 0;
    if (__builtin_mul_overflow(bytes, std::max<int64_t>(size, 1), &bytes)) {
      throw CheckpointError("the shape of tensor " + quoted_for_message(entry.name) + " overflows");
    }
  }
  if (entry.begin > entry.end || entry.end - entry.begin != (empty ? 0 : bytes)) {
    throw CheckpointError("the data_offsets of tensor " + quoted_for_message(entry.name) +
                          " do not fit its shape");
  }
}

void check_layout(const std::vector<TensorEntry>& entries, int64_t buffer_size) {
  std::vector<size_t> order(entries.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::pair(entries[a].begin, entries[a].end) < std::pair(entries[b].begin, entries[b].end);
  });
  int64_t covered = 0;
  for (const size_t index : order) {
    if (entries[index].begin != covered) {
      throw CheckpointError("tensor " + quoted_for_message(entries[index].name) + " starts at byte " +
                            std::to_string(entries[index].begin) + " of the data instead of " +
                            std::to_string(covered));
    }
    covered = entries[index].end;
  }
  if (covered != buffer_size) {
    throw CheckpointError("it holds " + std::to_string(buffer_size) + " bytes of data instead of " +
                          std::to_string(covered));
  }
}

}  // namespace

std::string quoted_for_message(std::string_view text) {
  return Json(text.substr(0, 80)).dump(-1, ' ', true, Json::error_handler_t::replace);
}

SafetensorsHeader parse_safetensors_header(std::string_view text, int64_t buffer_size) {
  if (!text.starts_with('{')) {
    throw CheckpointError("its header is not a JSON object");
  }
  HeaderReader reader;
  Json::sax_parse(text.begin(), text.end(), &reader);
  SafetensorsHeader header = reader.take();
  for (const TensorEntry& entry : header.entries) {
    check_size(entry);
  }
  check_layout(header.entries, buffer_size);
  return header;
}

std::string format_safetensors_header(const SafetensorsHeader& header) {
  const auto text = [](const std::string& value) {
    try {
      return Json(value).dump();
    } catch (const Json::type_error&) {
      throw CheckpointError("the text " + quoted_for_message(value) + " is not UTF-8");
    }
  };
  std::set<std::string> names{std::string(kMetadataName)};
  std::string json = "{";
  if (!header.metadata.empty()) {
    json += text(std::string(kMetadataName)) + ":{";
    for (const auto& [name, value] : header.metadata) {
      json += text(name) + ":" + text(value) + ",";
    }
    json.back() = '}';
    json += ",";
  }
  for (const TensorEntry& entry : header.entries) {
    if (!names.insert(entry.name).second) {
      throw CheckpointError("the name " + quoted_for_message(entry.name) + " is taken already");
    }
    json += text(entry.name) + ":" +
            Json{{"dtype", dtype_name(entry.dtype)},
                 {"shape", entry.shape},
                 {"data_offsets", {entry.begin, entry.end}}}
                .dump() +
            ",";
  }
  if (json.back() == ',') {
    json.pop_back();
  }
  json += "}";
  json.resize((json.size() + 7) / 8 * 8, ' ');
  return json;
}

}  // namespace ganwright
