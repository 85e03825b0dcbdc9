#pragma once

#include <string>
#include <vector>

#include "evaluation/log_ratio_calibration.h"

namespace ganwright {

/// A lower bound of D_f(p||q) with its uncertainty.
struct DivergenceBound {
  std::string name;  ///< of the divergence, with its parameter, such as "alpha:0.5"
  double bound;      ///< E_p[f'(r)] + E_q[f(r) - r f'(r)] on the held-out pictures
  double low;        ///< 95 % bootstrap interval over the held-out pictures, the critic being given
  double high;
  double share;  ///< of the log ratio that went into r = exp(share * u)
};

/// Held-out lower bounds of every named divergence (with its default parameter). For any critic the formula
/// is below D_f in the mean (Nguyen, Wainwright, Jordan 2010); how far depends on how near the critic's u is
/// to log p/q. Heavy tails of f punish a u that is too large far more than one that is too small, so each
/// divergence takes the share of u, 0 to 1, whose bound is best on the `validation` pictures, with which
/// `held_out` has nothing in common. A divergence whose bounds are not finite is left out. The intervals are
/// those of bootstrap_intervals with 1000 resamples.
std::vector<DivergenceBound> divergence_bounds(const LogRatios& validation, const LogRatios& held_out);

}  // namespace ganwright
