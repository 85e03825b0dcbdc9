#include "models/stem.h"

#include "models/initialize.h"

namespace ganwright {
namespace {

// Pixels in [-1, 1] have a root mean square of some 0.6.
constexpr double pixel_gain = 1 / 0.6;

}  // namespace

StemImpl::StemImpl(const ModelOptions& options)
    : first_(register_module(
          "first", Convolution(options.channels, options.stem_channels, InputActivation::none, pixel_gain))),
      second_(register_module("second", Convolution(options.stem_channels, options.stem_channels,
                                                    InputActivation::silu, silu_gain))) {}

torch::Tensor StemImpl::forward(const torch::Tensor& images) {
  return at::silu(second_(first_(images.permute({0, 2, 3, 1}))));
}

}  // namespace ganwright
