#include <cmath>
#include <limits>
#include <optional>

#include "losses/analysis/convexity_parts.h"
#include "losses/divergence/design.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/domain_certificate.h"
#include "losses/interval/interval_program.h"
#include "losses/numeric/infinity.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

// How near omega^{-1} is certain to come to 0 (direction -1) or infinity (1) on its range: 0 or infinity
// itself where algebra says so, else e^-L or e^L where an enclosure near the end is beyond it.
std::optional<double> reach_of(const Design& design, const Range& range, int direction, double log_range) {
  const bool is_low = direction < 0;
  const std::optional<numeric>& end = is_low ? range.low : range.high;
  const ex& t = variable_t();
  const ex vanishing = is_low ? design.omega_inverse : 1 / design.omega_inverse;
  if (end && is_zero_at(stable_form_if_possible(vanishing.subs(variable_v() == *end - direction * t)), 0)) {
    return is_low ? 0 : std::numeric_limits<double>::infinity();
  }
  const IntervalProgram program(design.omega_inverse, variable_v());
  const double wanted = std::exp(direction * log_range);
  constexpr int kSteps = 60;
  for (int i = 0; i < kSteps; ++i) {
    const numeric step = GiNaC::pow(numeric(2), numeric(end ? -i : i));
    const Enclosure found = program.run(enclose(end ? *end - direction * step : direction * step));
    if (found.regularity <= Regularity::continuous && found.value.is_above(0) &&
        (is_low ? found.value.is_at_most(wanted) : found.value.is_at_least(wanted))) {
      return wanted;
    }
  }
  return std::nullopt;
}

void certify_reach(const Design& design, const Range& range, double log_range,
                   ConvexityCertificate& certificate) {
  const auto low = reach_of(design, range, -1, log_range);
  const auto high = reach_of(design, range, 1, log_range);
  certificate.covered_from = low.value_or(certificate.covered_from);
  certificate.covered_to = high.value_or(certificate.covered_to);
  const double first = range.low ? range.low->to_double() : -kInfinity;
  const double last = range.high ? range.high->to_double() : kInfinity;
  if (!low) {
    certificate.undecided.push_back({first, first, "omega^-1 is not shown to come down to 0 there"});
  }
  if (!high) {
    certificate.undecided.push_back({last, last, "omega^-1 is not shown to go up to infinity there"});
  }
}

void certify_domain_of_design(const Design& design, const Range& range, const SignOptions& options,
                              ConvexityCertificate& certificate) {
  const DomainCertificate in_t =
      certify_domain(design.domain_in_t, variable_t(), Range{numeric(0), {}}, options);
  const DomainCertificate in_v = certify_domain(design.domain_in_v, variable_v(), range, options);
  if (in_t.undefined_at) {
    certificate.counterexample = undefined_at(*in_t.undefined_at, "omega", "t");
  } else if (in_v.undefined_at) {
    certificate.counterexample = undefined_at(*in_v.undefined_at, "rho or omega^-1", "v");
  }
  for (const DomainCertificate* found : {&in_t, &in_v}) {
    certificate.undecided.insert(certificate.undecided.end(), found->unproved.begin(), found->unproved.end());
  }
  for (const Place& place : in_t.zero_divisors) {
    certificate.undecided.push_back({place.value(), place.value(), "omega is not shown to be finite there"});
  }
}

}  // namespace

void certify_design(const Divergence& divergence, SignOptions options, ConvexityCertificate& certificate) {
  const Design& design = *divergence.design;
  certify_domain_of_design(design, range_of(design), options, certificate);
  if (certificate.counterexample) {
    return;
  }
  if (design.omega && certify_inverse(*design.omega, design.omega_inverse) == Verdict::proved) {
    options.analytic = *design.omega;
    const ex& curvature = divergence.curvature[0].expression;
    add_sign(certify_nonnegative(curvature, variable_t(), Range{numeric(0), {}}, options), "f''", "t",
             certificate);
    return;
  }
  const Range range = range_of(design);
  certificate.variable = "v";
  const SignCertificate rho = certify_nonnegative(design.rho, variable_v(), range, options);
  options.budget -= rho.cost;
  add_sign(rho, "rho", "v", certificate);
  if (!certificate.counterexample) {
    const ex slope = design.omega_inverse.diff(variable_v());
    add_sign(certify_nonnegative(slope, variable_v(), range, options), "(omega^-1)'", "v", certificate);
  }
  if (!certificate.counterexample) {
    certify_reach(design, range, options.log_range, certificate);
  }
  if (design.omega) {
    certificate.undecided.push_back({-std::numeric_limits<double>::infinity(),
                                     std::numeric_limits<double>::infinity(),
                                     "omega and omega^-1 are not shown to undo one another"});
  }
}

}  // namespace ganwright
