#pragma once

#include <string>

#include "losses/loss.h"
#include "plots/gnuplot.h"
#include "toy/training.h"

namespace ganwright {

/// The gnuplot script of a try: on the line, the densities, the samples, and the learned log ratio over time
/// beside the true one; in the plane, the samples and a map of the learned log ratio, at each of its
/// snapshots. Where the critic's outputs tell no ratio, they are shown as they are.
std::string toy_script(const Loss& loss, const ToyProblem& problem, const ToyResult& result);

/// The size that suits that script.
PlotSize toy_picture_size(const ToyProblem& problem, const ToyResult& result);

}  // namespace ganwright
