#include "models/generator.h"

#include <cmath>
#include <sstream>

#include "models/initialize.h"
#include "models/model_error.h"
#include "models/patches.h"
#include "models/rms_norm.h"

namespace ganwright {
namespace {

constexpr double patch_token_size = 0.3;
constexpr double modulation_spread = 0.1;
constexpr double picture_deviation = 0.5;
// As large as the mapped latent, so that the class weighs as much as all of z.
constexpr double class_deviation = 1.0;

// Sines and cosines of column and row, of wavelengths from 2 pi to 2 pi * 10000 patches (Vaswani et al.
// 2017), scaled to a root mean square that leaves room for what the blocks add: [side * side, width].
torch::Tensor sine_cosine_grid(int64_t side, int64_t width) {
  const int64_t frequency_count = width / 4;
  const auto frequencies = torch::pow(
      10000.0, -torch::arange(frequency_count, torch::kDouble) / static_cast<double>(frequency_count));
  const auto angles = torch::arange(side, torch::kDouble).unsqueeze(1) * frequencies;
  const auto axis = torch::cat({angles.sin(), angles.cos()}, 1) * (std::sqrt(2.0) * patch_token_size);
  const auto columns = axis.unsqueeze(0).expand({side, side, width / 2});
  const auto rows = axis.unsqueeze(1).expand({side, side, width / 2});
  return torch::cat({columns, rows}, 2).view({side * side, width}).to(torch::get_default_dtype());
}

// To (attention scale, attention gate, feed-forward scale, feed-forward gate).
torch::nn::Linear make_modulation(int64_t width) {
  auto linear = make_linear(4 * width, width, modulation_spread);
  const torch::NoGradGuard no_grad;
  const auto bias = linear->bias.view({2, 2, width});
  bias.select(1, 0).fill_(1.0);
  bias.select(1, 1).fill_(first_gate);
  return linear;
}

}  // namespace

GeneratorImpl::GeneratorImpl(const ModelOptions& options) : options_(options) {
  validate(options);
  grid_ = patch_grid(options);
  output_depths_ = output_depths_of(options);
  mapping_ =
      register_module("mapping", torch::nn::ModuleList(make_linear(options.width, options.latent),
                                                       make_linear(options.width, options.width, silu_gain)));
  latent_tokens_ =
      register_module("latent_tokens", make_linear(options.latent_tokens * options.width, options.width));
  patch_tokens_ = register_parameter("patch_tokens", sine_cosine_grid(grid_side(options), options.width));
  if (options.latent_maps > 0) {
    map_vectors_ =
        register_module("map_vectors", make_linear(options.latent_maps * options.width, options.width));
    latent_maps_ = register_parameter(
        "latent_maps",
        truncated_normal({patch_grid(options).count(), options.latent_maps},
                         patch_token_size / std::sqrt(static_cast<double>(options.latent_maps))));
  }
  modulations_ = register_module("modulations", torch::nn::ModuleList());
  blocks_ = register_module("blocks", torch::nn::ModuleList());
  outputs_ = register_module("outputs", torch::nn::ModuleList());
  rotary_table_ = register_buffer(
      "rotary_table",
      position_table(options, options.latent_tokens, patch_grid(options)).to(torch::get_default_dtype()));
  for (int64_t block = 0; block < options.depth; ++block) {
    modulations_->push_back(make_modulation(options.width));
    blocks_->push_back(Block(options.width, options.heads, generator_direction(options.attention, block)));
  }
  if (options.classes > 0) {
    class_vectors_ = register_parameter("class_vectors",
                                        truncated_normal({options.classes, options.width}, class_deviation));
  }
  const double output_gain = picture_deviation / std::sqrt(static_cast<double>(output_depths_.size()));
  for (size_t output = 0; output < output_depths_.size(); ++output) {
    outputs_->push_back(
        make_linear(options.channels * options.patch * options.patch, options.width, output_gain));
  }
  if (options.readout_channels > 0) {
    readout_ = register_module("readout", Readout(options));
  }
}

void GeneratorImpl::resize(const PatchGrid& grid, Resize method) {
  require_drawable(options_, grid);
  const auto table = position_table(options_, options_.latent_tokens, grid, method);
  rotary_table_.set_data(table.to(rotary_table_.options()));
  grid_ = grid;
}

void GeneratorImpl::truncate(double share, const torch::Tensor& latents) {
  const torch::NoGradGuard no_grad;
  mapped_mean_ = share == 1 ? torch::Tensor() : map(latents).mean(0);
  truncation_ = share;
}

torch::Tensor GeneratorImpl::map(const torch::Tensor& z) {
  const auto hidden = at::silu(mapping_[0]->as<torch::nn::Linear>()->forward(rms_normalize(z)));
  return mapping_[1]->as<torch::nn::Linear>()->forward(hidden);
}

torch::Tensor GeneratorImpl::forward(const torch::Tensor& z, const torch::Tensor& labels) {
  if (z.dim() != 2 || z.size(1) != options_.latent || !z.is_floating_point()) {
    std::ostringstream message;
    message << "latents of shape " << z.sizes() << " and type " << z.scalar_type()
            << " do not fit the generator: give floating-point [batch, " << options_.latent << "]";
    throw ModelError(message.str());
  }
  check_labels(options_, labels, z.size(0));
  auto mapped = map(z);
  if (mapped_mean_.defined()) {
    mapped = mapped_mean_ + truncation_ * (mapped - mapped_mean_);
  }
  if (class_vectors_.defined()) {
    mapped = mapped + class_vectors_.index_select(0, labels);
  }
  const auto latent_tokens = latent_tokens_(mapped).view({z.size(0), options_.latent_tokens, options_.width});
  auto patch_tokens = resized_places(patch_tokens_, patch_grid(options_), grid_)
                          .expand({z.size(0), -1, -1})
                          .to(latent_tokens.scalar_type());
  if (map_vectors_) {
    const auto maps = resized_places(latent_maps_, patch_grid(options_), grid_);
    const auto vectors = map_vectors_(mapped).view({z.size(0), options_.latent_maps, options_.width});
    patch_tokens = patch_tokens + at::matmul(maps, vectors);
  }
  auto tokens = torch::cat({latent_tokens, patch_tokens}, 1);

  torch::Tensor patches;
  torch::Tensor normalized;
  size_t output = 0;
  for (size_t block = 0; block < blocks_->size(); ++block) {
    tokens = blocks_[block]->as<BlockImpl>()->forward(tokens, modulation(mapped, block), rotary_table_,
                                                      tokens.size(1));
    if (static_cast<int64_t>(block) + 1 == output_depths_[output]) {
      normalized = rms_normalize(tokens);
      const auto pixels = at_least_float(outputs_[output]->as<torch::nn::Linear>()->forward(normalized));
      patches = patches.defined() ? patches + pixels : pixels;
      ++output;
    }
  }
  // The latent tokens are dropped here and not before: cutting a few pixels is cheaper than cutting wide
  // tokens.
  auto pictures =
      join_patches(patches.slice(1, options_.latent_tokens), grid_, options_.channels, options_.patch);
  if (readout_) {
    pictures = pictures + readout_(normalized.slice(1, options_.latent_tokens), grid_);
  }
  return options_.output_activation == OutputActivation::tanh ? pictures.tanh() : pictures;
}

Modulation GeneratorImpl::modulation(const torch::Tensor& mapped, size_t block) {
  const auto parts =
      at_least_float(modulations_[block]->as<torch::nn::Linear>()->forward(mapped)).unsqueeze(1).chunk(4, -1);
  return {parts[0], parts[1], parts[2], parts[3]};
}

}  // namespace ganwright
