#pragma once

#include <torch/nn/module.h>

#include <string>

#include "models/discriminator.h"
#include "models/generator.h"
#include "models/options.h"

namespace ganwright {

/// Numbers in all parameters of a module.
int64_t parameter_count(const torch::nn::Module& module);

/// One screen about a pair: what goes in and comes out, tokens, blocks, and parameter counts, in all and by
/// the first part of the parameters' names.
std::string summary(const ModelOptions& options, const Generator& generator,
                    const Discriminator& discriminator);

}  // namespace ganwright
