#include "evaluation/divergence_bounds.h"

#include <cmath>
#include <limits>

#include "losses/divergence/divergence.h"
#include "losses/objective/log_ratio_form.h"

namespace ganwright {
namespace {

constexpr int64_t kShares = 10;
constexpr int64_t kResamplings = 1000;

// A function of u at each of them.
torch::Tensor values_of(const RealFunction& function, const torch::Tensor& log_ratios) {
  torch::Tensor values = torch::empty_like(log_ratios);
  const auto* const u = log_ratios.const_data_ptr<double>();
  auto* const value = values.mutable_data_ptr<double>();
  for (int64_t i = 0; i < log_ratios.numel(); ++i) {
    value[i] = function(u[i]);
  }
  return values;
}

// What each picture adds to the bound.
struct Terms {
  torch::Tensor p;
  torch::Tensor q;

  Terms(const LogRatioForm& form, const LogRatios& ratios, double share)
      : p(values_of(form.phi.value, ratios.p * share)), q(values_of(form.psi.value, ratios.q * share)) {}

  [[nodiscard]] double bound() const { return p.mean().item<double>() + q.mean().item<double>(); }
};

double best_share(const LogRatioForm& form, const LogRatios& validation) {
  double best = 0;
  double best_bound = 0;
  for (int64_t i = 1; i <= kShares; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(kShares);
    const double bound = Terms(form, validation, share).bound();
    // Of equal ones the largest: total variation looks at the sign of u alone.
    if (std::isfinite(bound) && bound > 0 && bound >= best_bound) {
      best = share;
      best_bound = bound;
    }
  }
  return best;
}

}  // namespace

std::vector<DivergenceBound> divergence_bounds(const LogRatios& validation, const LogRatios& held_out,
                                               const ResampledGroups& groups) {
  std::vector<DivergenceBound> bounds;
  std::vector<NamedEstimate> estimates;
  for (const std::string& name : divergence_names()) {
    const Divergence divergence = named_divergence(name);
    const LogRatioForm form = log_ratio_form(divergence);
    const double share = best_share(form, validation);
    const Terms terms(form, held_out, share);
    if (std::isfinite(terms.bound())) {
      bounds.push_back({divergence.name, terms.bound(), 0, 0, share});
      estimates.push_back({divergence.name, linear_estimate(terms.bound(), terms.p, terms.q)});
    }
  }
  const std::vector<ConfidenceInterval> intervals =
      bootstrap_intervals(estimates, held_out.p.size(0), held_out.q.size(0), kResamplings, {}, {}, groups);
  const bool tells_nothing =
      held_out.p.count_nonzero().item<int64_t>() + held_out.q.count_nonzero().item<int64_t>() == 0;
  for (size_t i = 0; i < bounds.size(); ++i) {
    const bool is_constant = tells_nothing || bounds[i].share == 0;
    bounds[i].low = is_constant ? std::numeric_limits<double>::quiet_NaN() : intervals[i].low;
    bounds[i].high = is_constant ? std::numeric_limits<double>::quiet_NaN() : intervals[i].high;
  }
  return bounds;
}

}  // namespace ganwright
