#pragma once

#include <string>
#include <vector>

#include "evaluation/estimate.h"
#include "evaluation/log_ratio_calibration.h"

namespace ganwright {

/// An estimate of D_f(p||q) from below with its uncertainty.
struct DivergenceBound {
  std::string name;  ///< of the divergence, with its parameter, such as "alpha:0.5"
  /// E_p[f'(r)] + E_q[f(r) - r f'(r)] on the held-out pictures. Its expectation is at most D_f, and it lies
  /// above that as often as below: a lower bound of D_f is `low`.
  double bound;
  double low;  ///< lower end of the 95 % bootstrap interval over held-out pictures, for the given critic
  double
      high;  ///< the upper end of the interval; both are nan where r is 1 everywhere, so that nothing varies
  double share;  ///< by which the log ratio u is scaled: r = exp(share * u)
};

/// Held-out estimates of every named divergence (with its default parameter). For any critic the
/// expectation is at most D_f (Nguyen, Wainwright, Jordan 2010); the gap shrinks as the critic's
/// u approaches log p/q. Heavy tails of f penalize a u that is too large far more than one that is too small,
/// so each divergence scales u by the share, 0 to 1, whose estimate is largest on the `validation` pictures,
/// which are disjoint from `held_out`. A divergence with an estimate that is not finite is left out. The
/// intervals are those of bootstrap_intervals with 1000 resamples, of the `groups` of held-out pictures.
std::vector<DivergenceBound> divergence_bounds(const LogRatios& validation, const LogRatios& held_out,
                                               const ResampledGroups& groups = {});

}  // namespace ganwright
