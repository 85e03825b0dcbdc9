#include "models/grow.h"

#include <torch/csrc/autograd/grad_mode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <string_view>

#include "models/grown_shape.h"
#include "models/model_error.h"

namespace ganwright {
namespace {

// How a parameter follows the width. Its rows (the second dimension of what is not a matrix of weights) are
// repeated within each of `parts` equal parts.
struct WidthRule {
  std::string_view name;  // with # for the number of a block or a read-out
  int64_t repeated_dimension;
  int64_t parts;
  bool splits_inputs;
};

constexpr int64_t none = -1;
// As many parts as there are vectors of the width.
constexpr int64_t per_vector = 0;

constexpr std::array width_rules = {
    WidthRule{"mapping.0.weight", 0, 1, false},
    WidthRule{"mapping.0.bias", 0, 1, false},
    WidthRule{"mapping.1.weight", 0, 1, true},
    WidthRule{"mapping.1.bias", 0, 1, false},
    WidthRule{"class_vectors", 1, 1, false},
    WidthRule{"latent_tokens.weight", 0, per_vector, true},
    WidthRule{"latent_tokens.bias", 0, per_vector, false},
    WidthRule{"patch_tokens", 1, 1, false},
    WidthRule{"map_vectors.weight", 0, per_vector, true},
    WidthRule{"map_vectors.bias", 0, per_vector, false},
    WidthRule{"latent_maps", none, 1, false},
    WidthRule{"modulations.#.weight", 0, 4, true},
    WidthRule{"modulations.#.bias", 0, 4, false},
    WidthRule{"outputs.#.weight", none, 1, true},
    WidthRule{"outputs.#.bias", none, 1, false},
    WidthRule{"readout.maps.weight", none, 1, true},
    WidthRule{"readout.maps.bias", none, 1, false},
    WidthRule{"readout.smooth.weight", none, 1, false},
    WidthRule{"readout.smooth.bias", none, 1, false},
    WidthRule{"readout.paint.weight", none, 1, false},
    WidthRule{"readout.paint.bias", none, 1, false},
    WidthRule{"blocks.#.attention.query_key_value", 0, 3, true},
    WidthRule{"blocks.#.attention.query_key_scale", none, 1, false},
    WidthRule{"blocks.#.attention.output", 0, 1, true},
    WidthRule{"blocks.#.gate_up", 0, 2, true},
    WidthRule{"blocks.#.down", 0, 1, true},
    WidthRule{"stem.first.weight", none, 1, false},
    WidthRule{"stem.first.bias", none, 1, false},
    WidthRule{"stem.second.weight", none, 1, false},
    WidthRule{"stem.second.bias", none, 1, false},
    WidthRule{"patch_projection", 0, 1, false},
    WidthRule{"class_token", 1, 1, false},
    WidthRule{"places", 1, 1, false},
    WidthRule{"scales.#", 1, 1, false},
    WidthRule{"gates.#", 1, 1, false},
    WidthRule{"logit_weight", none, 1, true},
    WidthRule{"logit_bias", none, 1, false},
    WidthRule{"class_weights", none, 1, true},
};

// A name such as blocks.2.down in its parts; one without a number of a block or a read-out is all rest.
struct NumberedName {
  std::string list;
  int64_t number = 0;
  std::string rest;

  [[nodiscard]] bool is_of_block() const { return !list.empty() && list != "outputs"; }
  [[nodiscard]] std::string pattern() const { return list.empty() ? rest : list + ".#" + rest; }
  [[nodiscard]] std::string with(int64_t other) const { return list + "." + std::to_string(other) + rest; }
};

NumberedName numbered(const std::string& name) {
  const size_t dot = name.find('.');
  const std::string list = name.substr(0, dot);
  if (list != "blocks" && list != "modulations" && list != "scales" && list != "gates" && list != "outputs") {
    return {"", 0, name};
  }
  const size_t end = std::min(name.find('.', dot + 1), name.size());
  return {list, std::stoll(name.substr(dot + 1, end - dot - 1)), name.substr(end)};
}

const WidthRule& rule_of(const std::string& pattern) {
  const auto* const found = std::find_if(width_rules.begin(), width_rules.end(),
                                         [&](const WidthRule& rule) { return rule.name == pattern; });
  if (found == width_rules.end()) {
    throw ModelError("the parameter " + pattern + " cannot grow: train the larger pair from scratch");
  }
  return *found;
}

const torch::Tensor& value_of(const ParameterMap& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) {
    throw ModelError("one of the networks has no parameter " + name + ": give networks of the same shape");
  }
  return found->second;
}

// Which of `count` units each of `grown_count` is a copy of: side by side, as in [x, x, ...].
torch::Tensor sources(int64_t count, int64_t grown_count) {
  return torch::arange(grown_count, torch::kInt64).remainder(count);
}

torch::Tensor repeat_units(const torch::Tensor& x, int64_t dimension, int64_t parts, int64_t grown_count) {
  const torch::Tensor divided = x.unflatten(dimension, {parts, -1});
  return divided.index_select(dimension + 1, sources(divided.size(dimension + 1), grown_count / parts))
      .flatten(dimension, dimension + 1);
}

// What makes the shares of the copies of an input differ and sums to zero over them: [..., grown_count].
torch::Tensor balanced_noise(const torch::Tensor& weight, int64_t grown_count) {
  const int64_t count = weight.size(-1);
  const torch::Tensor source = sources(count, grown_count);
  std::vector<int64_t> shape = weight.sizes().vec();
  shape.back() = grown_count;
  // Zeros, as of a block that has not learned yet, break no symmetry by a share of their own size.
  const double size = weight.square().mean().sqrt().item<double>();
  const double deviation =
      size > 0 ? size * std::sqrt(static_cast<double>(count) / static_cast<double>(grown_count))
               : 1 / std::sqrt(static_cast<double>(grown_count));
  const torch::Tensor noise = torch::randn(shape, weight.options()) * deviation;
  const torch::Tensor copies = torch::bincount(source).to(weight.scalar_type());
  const torch::Tensor mean = torch::zeros_like(weight).index_add_(-1, source, noise) / copies;
  return noise - mean.index_select(-1, source);
}

torch::Tensor split_inputs(const torch::Tensor& weight, const torch::Tensor& noise) {
  const torch::Tensor source = sources(weight.size(-1), noise.size(-1));
  const torch::Tensor copies = torch::bincount(source).to(weight.scalar_type());
  return (weight / copies).index_select(-1, source) + noise;
}

// The parameters under the names that they have in the deeper network, which has new blocks beside them.
ParameterMap deepened(const ParameterMap& small, const BlockSources& blocks) {
  ParameterMap result;
  for (const auto& [name, value] : small) {
    const NumberedName source = numbered(name);
    if (source.is_of_block()) {
      const auto place = std::find(blocks.begin(), blocks.end(), source.number);
      result[source.with(place - blocks.begin())] = value;
    } else {
      result[name] = value;
    }
  }
  return result;
}

// All networks get the noise that is drawn for the first.
void widen(const std::string& name, const std::vector<torch::Tensor>& small,
           const std::vector<torch::Tensor>& large, int64_t width) {
  const WidthRule& rule = rule_of(numbered(name).pattern());
  torch::Tensor noise;
  for (size_t i = 0; i < small.size(); ++i) {
    torch::Tensor value = small[i];
    torch::Tensor target = large[i];
    if (rule.splits_inputs) {
      noise = i == 0 ? balanced_noise(value, target.size(-1)) : noise;
      value = split_inputs(value, noise);
    }
    if (rule.repeated_dimension != none) {
      value =
          repeat_units(value, rule.repeated_dimension,
                       rule.parts == per_vector ? target.size(rule.repeated_dimension) / width : rule.parts,
                       target.size(rule.repeated_dimension));
    }
    if (value.sizes() != target.sizes()) {
      std::ostringstream message;
      message << name << " would grow to " << value.sizes() << " and not to " << target.sizes()
              << ": give the shape that the larger pair has";
      throw ModelError(message.str());
    }
    target.copy_(value);
  }
}

void start_as_identity(const std::string& name, const std::vector<torch::Tensor>& large) {
  const bool is_output = name.ends_with("attention.output") || name.ends_with("down");
  const torch::Tensor start = is_output ? torch::zeros_like(large.front()) : large.front();
  for (torch::Tensor target : large) {
    target.copy_(start);
  }
}

// `vectors`: one for each place in the picture.
void check_width(const std::vector<ParameterMap>& networks, const std::string& vectors, int64_t width) {
  for (const ParameterMap& network : networks) {
    const int64_t found = value_of(network, vectors).size(-1);
    if (found != width) {
      throw ModelError("a network of width " + std::to_string(found) + " is given where the shapes say " +
                       std::to_string(width) + ": give those that belong together");
    }
  }
}

void grow(const ModelOptions& to, const BlockSources& blocks, const std::vector<ParameterMap>& small,
          const std::vector<ParameterMap>& large) {
  const torch::NoGradGuard no_grad;
  std::vector<ParameterMap> deep;
  for (const ParameterMap& network : small) {
    deep.push_back(deepened(network, blocks));
  }
  const auto values = [](const std::vector<ParameterMap>& networks, const std::string& name) {
    std::vector<torch::Tensor> found;
    for (const ParameterMap& network : networks) {
      found.push_back(value_of(network, name));
    }
    return found;
  };
  for (const auto& item : large.front()) {
    const std::string& name = item.first;
    const NumberedName parts = numbered(name);
    if (parts.is_of_block() && parts.number < static_cast<int64_t>(blocks.size()) && !blocks[parts.number]) {
      start_as_identity(name, values(large, name));
    } else {
      widen(name, values(deep, name), values(large, name), to.width);
    }
  }
}

}  // namespace

void grow_generator(const ModelOptions& from, const ModelOptions& to, const std::vector<ParameterMap>& small,
                    const std::vector<ParameterMap>& large) {
  check_width(small, "patch_tokens", from.width);
  check_width(large, "patch_tokens", to.width);
  grow(to, grown_generator_blocks(from, to.depth - from.depth), small, large);
}

void grow_discriminator(const ModelOptions& from, const ModelOptions& to, const ParameterMap& small,
                        const ParameterMap& large) {
  check_width({small}, "places", from.width);
  check_width({large}, "places", to.width);
  grow(to, grown_discriminator_blocks(from, to.depth - from.depth), {small}, {large});
}

}  // namespace ganwright
