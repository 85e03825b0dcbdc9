#pragma once

#include <torch/nn/module.h>

#include "training/adam.h"
#include "training/options.h"

namespace ganwright {

/// The optimizer of a network, over its parameters in the order of their names: beta1 = 0, the mapping
/// network of the generator at a tenth of the learning rate, and matrices apart from the rest where
/// options.rate_scaling says so.
Adam make_optimizer(const torch::nn::Module& network, const TrainingOptions& options);

}  // namespace ganwright
