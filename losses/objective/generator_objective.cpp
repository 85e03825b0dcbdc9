#include "losses/objective/generator_objective.h"

#include <algorithm>
#include <cmath>

#include "losses/divergence/named_loss.h"
#include "losses/divergence/recognition.h"
#include "losses/formula/parser.h"
#include "losses/interval/kink_certificate.h"
#include "losses/interval/smooth_pieces.h"
#include "losses/loss_error.h"
#include "losses/numeric/program.h"
#include "losses/objective/log_ratio_form.h"
#include "losses/text/choice.h"
#include "losses/text/nearest_name.h"
#include "losses/text/number.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using Kind = GeneratorObjective::Kind;

// The objectives that have a name of their own; that of a divergence asks for its hybrid.
constexpr Choices<Kind, 2> named_objectives{
    {{"minimax", Kind::minimax}, {"non-saturating", Kind::non_saturating}}};

std::string name_of_effective(const Divergence& effective) {
  const std::vector<Recognized> names = recognize(effective);
  return names.empty() ? "g'' = " + to_text(effective.curvature[0].expression) : names[0].text();
}

// One smooth f'' is asked for: with kinks the effective divergence has no single formula.
void set_effective(GeneratorObjective& result, const std::optional<ex>& curvature) {
  if (!curvature) {
    result.effective_text = "no single formula";
    return;
  }
  result.effective = divergence_of_curvature("effective", *curvature);
  result.effective_text = name_of_effective(*result.effective);
}

std::optional<ex> single_curvature(const Divergence& divergence) {
  return divergence.curvature.size() == 1 ? std::optional(divergence.curvature[0].expression) : std::nullopt;
}

GeneratorObjective hybrid(const Divergence& g, const Objective& objective) {
  require_nontrivial(g);
  if (!objective.log_ratio.value) {
    throw LossError("generator objective " + g.name + ": " + objective.name +
                    " does not determine the likelihood ratio; choose minimax or non-saturating");
  }
  if (has_jump(g) || g.dual_pair || g.plain || std::isinf(curvature_at_one(g))) {
    throw LossError("generator objective " + g.name +
                    ": g' jumps or g''(1) is infinite, so beta has no finite "
                    "gradient; choose a smooth divergence");
  }
  GeneratorObjective result{.name = g.name,
                            .kind = Kind::hybrid,
                            .beta = composed(log_ratio_form(g).psi, objective.log_ratio),
                            .effective = g,
                            .effective_text = g.name,
                            .wrong_way = {}};
  return result;
}

Divergence written_g(const GeneratorText& text) {
  const std::optional<Interval> at_one =
      enclose_at(split_at_kinks(parse_expression(text.g, text.parameters)), 1);
  if (at_one && !at_one->contains(0)) {
    throw LossError("the generator's g: g(1) = " + number_text(at_one->upper()) +
                        " but has to be 0: subtract that value from " + text.g,
                    Remedy::generator_f);
  }
  return written_divergence(text.g, text.parameters);
}

GeneratorObjective with_beta(const GeneratorText& text, const Link& link, const Objective& objective) {
  const ex beta = parse_expression(text.beta, text.parameters, variable_v());
  const ex beta_slope = beta.diff(variable_v());
  if (beta_slope.expand().is_zero()) {
    throw LossError("beta = " + text.beta +
                        ": beta is constant, so the generator would never move; write one that falls with v",
                    Remedy::beta);
  }
  const ScalarFunction of_output{function_of_value(Program(beta)), function_of_value(Program(beta_slope))};
  if (!objective.output.value) {
    throw LossError(objective.name + " is trained as it is and has no v; leave beta out", Remedy::beta);
  }
  GeneratorObjective result{.name = "beta = " + text.beta,
                            .kind = Kind::explicit_beta,
                            .beta = composed(of_output, objective.output),
                            .effective = std::nullopt,
                            .effective_text = "",
                            .wrong_way = {}};
  std::optional<ex> curvature;
  if (link.omega) {
    const auto& t = variable_t();
    curvature = -beta.subs(variable_v() == *link.omega).diff(t) / t;
  }
  set_effective(result, curvature);
  return result;
}

// The ends of the stretches of h on which beta rises, as likelihood ratios.
std::vector<RatioInterval> rising_stretches(const ScalarFunction& beta, const ScalarFunction& log_ratio) {
  constexpr double kFirst = -40;
  constexpr double kStep = 0.125;
  constexpr int kSteps = 640;
  const auto rises = [&](double h) { return log_ratio.slope.run(h).sign > 0 && beta.slope.run(h).sign > 0; };
  const auto ratio_at_change = [&](double left, double right) {
    const bool before = rises(left);
    for (int i = 0; i < 60; ++i) {
      const double middle = (left + right) / 2;
      (rises(middle) == before ? left : right) = middle;
    }
    return std::exp(log_ratio.value((left + right) / 2));
  };
  std::vector<RatioInterval> found;
  bool inside = false;
  for (int i = 0; i <= kSteps; ++i) {
    const double h = kFirst + i * kStep;
    if (rises(h) == inside) {
      continue;
    }
    const double ratio = i == 0 ? 0.0 : ratio_at_change(h - kStep, h);
    if (!inside) {
      found.push_back({ratio, std::numeric_limits<double>::infinity()});
    } else {
      found.back().high = ratio;
    }
    inside = !inside;
  }
  return found;
}

GeneratorObjective derive_beta(const GeneratorText& text, const Divergence& divergence, const Link& link,
                               const Objective& objective) {
  if (!text.beta.empty() && !text.g.empty()) {
    throw LossError("beta and the generator's g are mutually exclusive; give one of them", Remedy::beta);
  }
  if (!text.beta.empty()) {
    return with_beta(text, link, objective);
  }
  if (!text.g.empty()) {
    return hybrid(written_g(text), objective);
  }
  const std::optional<Kind> kind = value_of(named_objectives, text.name);
  if (kind == Kind::minimax) {
    return {.name = text.name,
            .kind = *kind,
            .beta = objective.psi,
            .effective = divergence,
            .effective_text = divergence.name,
            .wrong_way = {}};
  }
  if (kind == Kind::non_saturating) {
    GeneratorObjective result{.name = text.name,
                              .kind = *kind,
                              .beta = -objective.phi,
                              .effective = std::nullopt,
                              .effective_text = "",
                              .wrong_way = {}};
    const auto curvature = single_curvature(divergence);
    set_effective(result, curvature ? std::optional<ex>(*curvature / variable_t()) : std::nullopt);
    return result;
  }
  std::vector<std::string> names = loss_names();
  const std::string base = text.name.substr(0, text.name.find(':'));
  if (std::find(names.begin(), names.end(), base) == names.end()) {
    const std::vector<std::string> own = generator_objective_names();
    names.insert(names.end(), own.begin(), own.end());
    throw LossError("unknown generator objective '" + text.name + "'" + did_you_mean(base, names) +
                    "; choose minimax, non-saturating or a divergence");
  }
  return hybrid(divergence_by_name(text.name), objective);
}

}  // namespace

std::vector<std::string> generator_objective_names() {
  return names_of(named_objectives);
}

GeneratorObjective make_generator_objective(const GeneratorText& text, const Divergence& divergence,
                                            const Link& link, const Objective& objective) {
  GeneratorObjective result = derive_beta(text, divergence, link, objective);
  if (objective.log_ratio.value) {
    result.wrong_way = rising_stretches(result.beta, objective.log_ratio);
  }
  return result;
}

}  // namespace ganwright
