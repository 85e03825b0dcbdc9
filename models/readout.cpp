#include "models/readout.h"

#include "models/initialize.h"
#include "models/patches.h"
#include "models/rms_norm.h"

namespace ganwright {
namespace {

// Little is painted at the start, so that the summed pictures lead.
constexpr double paint_gain = 0.1;

}  // namespace

ReadoutImpl::ReadoutImpl(const ModelOptions& options)
    : patch_(options.patch),
      maps_(register_module(
          "maps", make_linear(options.readout_channels * options.patch * options.patch, options.width))),
      smooth_(register_module("smooth", Convolution(options.readout_channels, options.readout_channels,
                                                    InputActivation::silu, silu_gain))),
      paint_(register_module("paint", Convolution(options.readout_channels, options.channels,
                                                  InputActivation::silu, paint_gain))) {}

torch::Tensor ReadoutImpl::forward(const torch::Tensor& tokens, const PatchGrid& grid) {
  const torch::Tensor maps = join_pixels(at_least_float(maps_(tokens)), grid, patch_);
  return at_least_float(paint_(smooth_(maps))).permute({0, 3, 1, 2});
}

}  // namespace ganwright
