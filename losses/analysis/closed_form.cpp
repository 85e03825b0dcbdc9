#include "losses/analysis/closed_form.h"

#include <algorithm>
#include <cmath>

#include "losses/analysis/limits.h"
#include "losses/divergence/recognition.h"
#include "losses/formula/algebra.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/inverse.h"
#include "losses/formula/parser.h"
#include "losses/formula/short_form.h"
#include "losses/formula/size_bounds.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/smooth_pieces.h"
#include "losses/numeric/infinity.h"
#include "losses/numeric/program.h"
#include "losses/numeric/quadrature.h"
#include "losses/objective/log_ratio_form.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

// c log(g1) - c log(g2) + ... = v solved through the product of the g.
std::optional<ex> solution_of_logs(const ex& e) {
  const auto& t = variable_t();
  ex product = 1;
  ex rest = 0;
  std::optional<numeric> scale;
  for (const ex& term : terms_of(e.expand())) {
    const auto log = as_multiple_of_log(term);
    if (!term.has(t)) {
      rest += term;
    } else if (!log) {
      return std::nullopt;
    } else {
      scale = scale.value_or(log->first);
      product *= GiNaC::pow(log->second, log->first / *scale);
    }
  }
  return scale ? inverse_by_algebra(product.normal(), t, GiNaC::exp((variable_v() - rest) / *scale))
               : std::nullopt;
}

// Both roots of a fraction of polynomials in t of degree 2.
std::vector<ex> solutions_of_quadratic(const ex& e) {
  const auto& t = variable_t();
  const ex fraction = e.normal().numer_denom();
  if (!fraction.op(0).is_polynomial(t) || !fraction.op(1).is_polynomial(t)) {
    return {};
  }
  const ex polynomial = (fraction.op(0) - variable_v() * fraction.op(1)).expand();
  if (polynomial.degree(t) != 2) {
    return {};
  }
  const ex a = polynomial.coeff(t, 2);
  const ex b = polynomial.coeff(t, 1);
  const ex discriminant = ex(b * b - 4 * a * polynomial.coeff(t, 0)).expand();
  const ex content = discriminant.content(variable_v());
  const ex root = GiNaC::sqrt(content) * GiNaC::sqrt(ex(discriminant / content).expand());
  return {(-b + root) / (2 * a), (-b - root) / (2 * a)};
}

// Candidates for the t(v) at which e(t) = v.
std::vector<ex> solutions_of(const ex& e) {
  std::vector<ex> found;
  if (has_exponent_beyond(e, kLargestExpandedExponent)) {
    return found;
  }
  for (const ex& form : {ex(e.expand()), e}) {
    if (const auto inverse = inverse_by_algebra(form, variable_t(), variable_v())) {
      found.push_back(*inverse);
    }
  }
  if (const auto solution = solution_of_logs(e)) {
    found.push_back(*solution);
  }
  const std::vector<ex> roots = solutions_of_quadratic(e);
  found.insert(found.end(), roots.begin(), roots.end());
  return found;
}

struct Sample {
  double v;
  double value;
};

bool agrees(const ex& formula, const std::vector<Sample>& samples) {
  try {
    const RealFunction function = function_of_value(Program(formula));
    return std::all_of(samples.begin(), samples.end(), [&](const Sample& sample) {
      return std::abs(function(sample.v) - sample.value) <= 1e-8 * std::max(1.0, std::abs(sample.value));
    });
  } catch (const std::exception&) {
    return false;
  }
}

// `outer`(t(v)) in v, for the first of the ratios t(v) for which it takes the values of the samples.
std::optional<ex> verified_composition(const ex& outer, const std::vector<ex>& ratios,
                                       const std::vector<Sample>& samples) {
  for (const ex& ratio : ratios) {
    try {
      const ex formula =
          unverified_short_form(outer.subs(variable_t() == ratio), samples[samples.size() / 2].v);
      if (agrees(formula, samples)) {
        return formula;
      }
    } catch (const std::exception&) {
      continue;  // GiNaC reports poles by exceptions of several types
    }
  }
  return std::nullopt;
}

// The slope of one piece of f where another one begins.
double slope_at_start(const Divergence& divergence, size_t piece, size_t of_piece) {
  const ex slope = stable_form(divergence.pieces[of_piece].expression.diff(variable_t()));
  return Program(slope)(std::log(divergence.pieces[piece].start.value()));
}

std::optional<ConjugatePart> conjugate_of_piece(const Divergence& divergence, size_t index,
                                                const LogRatioForm& form, const Limits& limits) {
  const auto& t = variable_t();
  const auto& pieces = divergence.pieces;
  const double low = pieces[index].start.is_zero() ? -kInfinity : std::log(pieces[index].start.value());
  const double high = index + 1 < pieces.size() ? std::log(pieces[index + 1].start.value()) : kInfinity;
  const double first = std::isfinite(low) ? low : std::min(-2.0, high - 3);
  const double last = std::isfinite(high) ? high : std::max(2.0, low + 3);
  std::vector<Sample> samples;
  for (const double share : {0.05, 0.2, 0.4, 0.6, 0.8, 0.95}) {
    const double u = first + share * (last - first);
    samples.push_back({form.phi.value(u), -form.psi.value(u)});
  }
  const ex slope = stable_form(pieces[index].expression.diff(t));
  const ex negative_psi = stable_form(t * slope - pieces[index].expression);
  const auto formula = verified_composition(negative_psi, solutions_of(slope), samples);
  if (!formula) {
    return std::nullopt;
  }
  return ConjugatePart{
      index > 0 ? slope_at_start(divergence, index, index) : limits.slope_at_zero,
      std::isfinite(high) ? slope_at_start(divergence, index + 1, index) : limits.slope_at_infinity,
      *formula};
}

// At a kink f* is a straight line between the slopes on both sides.
std::optional<ConjugatePart> conjugate_at_kink(const Divergence& divergence, size_t index) {
  const Place& kink = divergence.pieces[index].start;
  const double low = slope_at_start(divergence, index, index - 1);
  const double high = slope_at_start(divergence, index, index);
  if (!(high > low) || !kink.is_exact()) {
    return std::nullopt;
  }
  const ex value = stable_form(exact_value_at(divergence.pieces[index].expression, kink.lower()));
  return ConjugatePart{low, high, kink.lower() * variable_v() - value};
}

// Outputs h and ratios at which formulas are compared with the objective.
std::vector<double> sample_outputs(const Link& link) {
  std::vector<double> outputs;
  for (const double u : {-2.0, -0.7, 0.3, 0.9, 1.8}) {
    outputs.push_back(solve_rising(link.log_ratio.value, u, -1000, 1000));
  }
  return outputs;
}

std::optional<ex> omega_inverse_of(const Link& link, const std::vector<double>& outputs) {
  if (link.omega_inverse) {
    return link.omega_inverse;
  }
  if (!link.omega) {
    return std::nullopt;
  }
  std::vector<Sample> samples;
  for (const double h : outputs) {
    samples.push_back({link.output.value(h), std::exp(link.log_ratio.value(h))});
  }
  return verified_composition(variable_t(), solutions_of(stable_form(*link.omega)), samples);
}

}  // namespace

std::optional<Divergence> with_closed_form(const Divergence& divergence) {
  if (!divergence.pieces.empty()) {
    return divergence;
  }
  const std::vector<Recognized> names = recognize(divergence);
  if (names.empty()) {
    return std::nullopt;
  }
  const auto& t = variable_t();
  const Divergence known = named_divergence(names[0].name);
  if (known.pieces.size() != 1) {
    return std::nullopt;
  }
  const ex f = known.pieces[0].expression;
  const ex slope_at_one = stable_form(exact_value_at(f.diff(t), 1));
  Divergence result = divergence;
  result.pieces = {{0, names[0].scale * (f - slope_at_one * (t - 1))}};
  result.f = to_text(result.pieces[0].expression);
  return result;
}

std::vector<ConjugatePart> conjugate_of(const Divergence& divergence) {
  std::vector<ConjugatePart> parts;
  if (divergence.pieces.empty()) {
    return parts;
  }
  const LogRatioForm form = log_ratio_form(divergence);
  const Limits limits = limits_of(divergence);
  for (size_t i = 0; i < divergence.pieces.size(); ++i) {
    if (i > 0) {
      if (auto line = conjugate_at_kink(divergence, i)) {
        parts.push_back(*line);
      }
    }
    if (divergence.curvature[i].expression.is_zero()) {
      continue;  // a straight piece of f is a single point of f*
    }
    auto part = conjugate_of_piece(divergence, i, form, limits);
    if (!part) {
      return {};
    }
    parts.push_back(*part);
  }
  return parts;
}

ObjectiveFormulas formulas_of(const Divergence& divergence, const Link& link, const Objective& objective) {
  ObjectiveFormulas formulas;
  if (!link.log_ratio.value) {
    return formulas;
  }
  const auto& t = variable_t();
  const std::vector<double> outputs = sample_outputs(link);
  formulas.omega_inverse = omega_inverse_of(link, outputs);
  if (!formulas.omega_inverse) {
    return formulas;
  }
  const auto sampled = [&](const std::function<double(double)>& value) {
    std::vector<Sample> samples;
    for (const double h : outputs) {
      samples.push_back({link.output.value(h), value(h)});
    }
    return samples;
  };
  const ex& ratio = *formulas.omega_inverse;
  if (divergence.curvature.size() == 1) {
    const auto rho = [&](double h) { return objective.phi.slope(h) / link.output.slope(h); };
    formulas.rho = verified_composition(divergence.curvature[0].expression * ratio.diff(variable_v()),
                                        {ratio}, sampled(rho));
  }
  const auto known = with_closed_form(divergence);
  if (known && known->pieces.size() == 1) {
    const ex slope = stable_form(known->pieces[0].expression.diff(t));
    formulas.phi = verified_composition(slope, {ratio}, sampled(objective.phi.value));
    formulas.psi = verified_composition(stable_form(known->pieces[0].expression - t * slope), {ratio},
                                        sampled(objective.psi.value));
  }
  return formulas;
}

}  // namespace ganwright
