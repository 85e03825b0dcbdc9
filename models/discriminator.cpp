#include "models/discriminator.h"

#include <cmath>
#include <sstream>

#include "models/initialize.h"
#include "models/model_error.h"
#include "models/patches.h"
#include "models/position_table.h"
#include "models/rms_norm.h"

namespace ganwright {
namespace {

constexpr double token_deviation = 0.02;
constexpr double logit_deviation = 0.3;

// The mean of independent logits has a smaller deviation than each; the gain makes up for it.
torch::Tensor first_logit_weight(int64_t count, int64_t width) {
  return linear_weight(count, width, logit_deviation * std::sqrt(static_cast<double>(count)));
}

}  // namespace

DiscriminatorImpl::DiscriminatorImpl(const ModelOptions& options) : options_(options) {
  validate(options);
  logit_depths_ = logit_depths_of(options);
  if (options.stem_channels > 0) {
    stem_ = register_module("stem", Stem(options));
  }
  patch_projection_ = register_parameter(
      "patch_projection", linear_weight(options.width, (options.channels + options.stem_channels) *
                                                           options.patch * options.patch));
  class_token_ = register_parameter("class_token", truncated_normal({1, options.width}, token_deviation));
  places_ = register_parameter(
      "places", truncated_normal({grid_side(options) * grid_side(options), options.width}, token_deviation));
  blocks_ = register_module("blocks", torch::nn::ModuleList());
  scales_ = register_module("scales", torch::nn::ParameterList());
  gates_ = register_module("gates", torch::nn::ParameterList());
  logit_weight_ = register_parameter(
      "logit_weight", first_logit_weight(static_cast<int64_t>(logit_depths_.size()), options.width));
  logit_bias_ = register_parameter("logit_bias", torch::zeros({}));
  rotary_table_ = register_buffer(
      "rotary_table", position_table(options, 1, patch_grid(options)).to(torch::get_default_dtype()));
  if (options.classes > 0) {
    class_weights_ =
        register_parameter("class_weights", linear_weight(options.classes, options.width, logit_deviation));
  }
  for (int64_t block = 0; block < options.depth; ++block) {
    blocks_->push_back(Block(options.width, options.heads,
                             discriminator_direction(options.attention, block, options.depth)));
    // A parameter list keeps the flag of what it is given, unlike register_parameter.
    scales_->append(torch::ones({2, options.width}, torch::requires_grad()));
    gates_->append(torch::full({2, options.width}, first_gate, torch::requires_grad()));
  }
}

torch::Tensor DiscriminatorImpl::forward(const torch::Tensor& images, const torch::Tensor& labels) {
  if (images.dim() != 4 || images.size(1) != options_.channels || images.size(2) != options_.size ||
      images.size(3) != options_.size || !images.is_floating_point()) {
    std::ostringstream message;
    message << "pictures of shape " << images.sizes() << " and type " << images.scalar_type()
            << " do not fit the discriminator: give floating-point [batch, " << options_.channels << ", "
            << options_.size << ", " << options_.size << "]";
    throw ModelError(message.str());
  }
  check_labels(options_, labels, images.size(0));
  auto patches = cut_patches(images, options_.patch);
  if (stem_) {
    patches = torch::cat({patches, cut_pixels(stem_(images), options_.patch)}, 2);
  }
  // An empty patch in front of the others makes room for [cls] where that is cheap, before the patches are
  // widened.
  auto tokens = at::linear(at::constant_pad_nd(patches, {0, 0, 1, 0}), patch_projection_) +
                torch::cat({class_token_, places_});

  std::vector<torch::Tensor> classes;
  for (size_t block = 0; block < blocks_->size(); ++block) {
    const bool last = block + 1 == blocks_->size();
    const auto scales = scales_[block].unbind();
    const auto gates = gates_[block].unbind();
    tokens = blocks_[block]->as<BlockImpl>()->forward(tokens, {scales[0], gates[0], scales[1], gates[1]},
                                                      rotary_table_, last ? 1 : tokens.size(1));
    if (static_cast<int64_t>(block) + 1 == logit_depths_[classes.size()]) {
      classes.push_back(tokens.select(1, 0));
    }
  }
  // Written out and not as a linear layer, which autocast would narrow to half precision.
  const auto features = rms_normalize(torch::stack(classes, 1));
  const auto weights = class_weights_.defined()
                           ? logit_weight_ + class_weights_.index_select(0, labels).unsqueeze(1)
                           : logit_weight_;
  return (features * weights).sum(-1).mean(1) + logit_bias_;
}

}  // namespace ganwright
