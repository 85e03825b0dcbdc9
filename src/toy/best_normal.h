#pragma once

#include <optional>

#include "toy/convergence.h"
#include "toy/density.h"

namespace ganwright {

/// A Gaussian and its D_f(p||N(mean, standard_deviation^2)).
struct FittedNormal {
  double mean;                ///< of the Gaussian
  double standard_deviation;  ///< of the Gaussian
  double divergence;          ///< D_f(p||N)
};

/// Where to begin a descent: a quarter of a deviation off the moments of p or of one of its components,
/// whichever Gaussian has the smallest D_f; the moments where all are infinite. Its divergence is not set.
FittedNormal starting_normal(const RatioFunction& f, const Density& p);

/// The Gaussian of the smallest D_f(p||.), by the Nelder-Mead simplex on the quadrature, from the moments of
/// p, from each of its components, and from `fit`. Of several that are equally good, the one nearest to
/// `fit`. Nothing where D_f is unknown at `fit`, or infinite wherever the simplex came.
std::optional<FittedNormal> best_normal(const RatioFunction& f, const Density& p, const FittedNormal& fit);

}  // namespace ganwright
