#pragma once

#include <torch/types.h>

#include <map>
#include <string>
#include <vector>

#include "models/options.h"

namespace ganwright {

/// The parameters of a network by their registered names, sharing memory with it.
using ParameterMap = std::map<std::string, torch::Tensor>;

/// Makes a larger network compute what a smaller one does, up to rounding; `to` is grown from `from`, and
/// `large` are the parameters at their start, of the shape `to`, which are written to.
///
/// Width (Net2Net, Chen et al. 2016, for this pair): the residual stream becomes copies of the old one side
/// by side, so that norms and heads see what they saw; rows are repeated, and of each input column every copy
/// gets its share plus noise that sums to zero over the copies. Both together have the size of a layer of the
/// new width at its start; the noise is why the copies learn different things (equal shares never would, and
/// Adam soon undoes unequal ones). It is drawn from the default generator. Hidden units of SwiGLU are copied
/// as often as hidden_width of the new width has room for, the first ones once more than the last.
///
/// Depth: new blocks start with output projections of zero, hence as the identity, and learn from the first
/// step on, since their gates are not zero.
///
/// `small` and `large` may be several networks of one shape, the generator and its average: they get the same
/// noise and the same new blocks, so that a mean of them stays one of networks that match. All on the CPU.
/// Throws ModelError for parameters of other names or shapes.
void grow_generator(const ModelOptions& from, const ModelOptions& to, const std::vector<ParameterMap>& small,
                    const std::vector<ParameterMap>& large);
void grow_discriminator(const ModelOptions& from, const ModelOptions& to, const ParameterMap& small,
                        const ParameterMap& large);

}  // namespace ganwright
