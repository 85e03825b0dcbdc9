#include "losses/objective/dual_link.h"

#include <algorithm>
#include <cmath>

#include "losses/formula/inverse.h"
#include "losses/formula/parser.h"
#include "losses/numeric/infinity.h"
#include "losses/numeric/quadrature.h"
#include "losses/objective/algebraic_link.h"
#include "losses/objective/link_parts.h"

namespace ganwright {

using GiNaC::ex;

Link solved_dual_link(const std::string& name, const ScalarFunction& output, const Range& range,
                      const LogRatioForm& form, const std::string& note) {
  const double top = range.high ? range.high->to_double() : kInfinity;
  // Next to a finite upper end v has no digits left to tell large ratios apart.
  const double highest = top - 1e-12 * std::max(1.0, std::abs(top));
  const auto log_ratio = [output, highest, phi = form.phi.value](double h) {
    const double v = std::min(output.value(h), std::isfinite(highest) ? highest : output.value(h));
    return SignedLog::from_value(solve_rising(phi, v, -1000, 1000));
  };
  const auto slope = [output, log_ratio, weight = form.phi.slope](double h) {
    const SignedLog w = weight.run(log_ratio(h).value());
    return w.sign > 0 ? output.slope.run(h) * power(w, -1) : SignedLog{};
  };
  return {.name = name,
          .note = note,
          .kind = Link::Kind::dual,
          .output = output,
          .log_ratio = {RealFunction(log_ratio), RealFunction(slope)}};
}

Link dual_link(const std::string& name, const Divergence& divergence) {
  const LogRatioForm form = log_ratio_form(divergence);
  const Range range = range_of(form.phi.value);
  if (divergence.pieces.size() == 1) {
    const ex derivative = divergence.pieces[0].expression.diff(variable_t());
    const auto inverse = inverse_by_algebra(derivative.expand(), variable_t(), variable_v());
    if (inverse) {
      if (auto link = extended_link(name, *inverse, 1, range)) {
        return *link;
      }
    }
  }
  if (range.is_whole_line()) {
    return solved_dual_link(name, {identity(), constant(1)}, range, form,
                            "Omega is the real line: v = h = f'(r)");
  }
  if (!has_jump(divergence) && std::isfinite(curvature_at_one(divergence))) {
    Link link = log_link(name);
    link.output = form.phi;
    link.note = onto_range_text(range, "v = f'(e^h)") + ", which is the log link";
    return link;
  }
  const Activation activation = activation_onto(range);
  return solved_dual_link(name, function_of_output(activation.output, activation.falls_in_t), range, form,
                          onto_range_text(range, activation.text));
}

}  // namespace ganwright
