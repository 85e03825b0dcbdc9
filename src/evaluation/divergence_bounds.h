#pragma once

#include <string>
#include <vector>

#include "evaluation/log_ratio_calibration.h"

namespace ganwright {

/// A lower bound of D_f(p||q) with its uncertainty.
struct DivergenceBound {
  std::string name;  ///< of the divergence, with its parameter, such as "alpha:0.5"
  double bound;      ///< E_p[f'(r)] + E_q[f(r) - r f'(r)] on the held-out pictures
  double low;    ///< lower end of the 95 % bootstrap interval over held-out pictures, for the given critic
  double high;   ///< the upper end of the interval
  double share;  ///< by which the log ratio u is scaled: r = exp(share * u)
};

/// Held-out lower bounds of every named divergence (with its default parameter). For any critic the
/// expectation of the bound is at most D_f (Nguyen, Wainwright, Jordan 2010); the gap shrinks as the critic's
/// u approaches log p/q. Heavy tails of f penalize a u that is too large far more than one that is too small,
/// so each divergence scales u by the share, 0 to 1, whose bound is largest on the `validation` pictures,
/// which are disjoint from `held_out`. A divergence with a bound that is not finite is left out. The
/// intervals are those of bootstrap_intervals with 1000 resamples.
std::vector<DivergenceBound> divergence_bounds(const LogRatios& validation, const LogRatios& held_out);

}  // namespace ganwright
