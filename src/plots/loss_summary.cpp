#include "plots/loss_summary.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "losses/divergence/recognition.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/smooth_pieces.h"
#include "losses/numeric/quadrature.h"
#include "losses/objective/log_ratio_form.h"
#include "losses/text/number.h"

namespace ganwright {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// Each piece with the t from which it holds.
std::string piecewise(const std::vector<SmoothPiece>& pieces, int derivatives) {
  const auto& t = variable_t();
  std::string text;
  for (size_t i = 0; i < pieces.size(); ++i) {
    text += i == 0 ? "" : fmt::format(" for t < {}; ", pieces[i].start.text());
    text += to_text(stable_form(pieces[i].expression.diff(t, static_cast<unsigned>(derivatives))));
  }
  return pieces.size() > 1 ? text + fmt::format(" for t > {}", pieces.back().start.text()) : text;
}

std::string text_of(const std::optional<GiNaC::ex>& formula) {
  return formula ? to_text(*formula) : "";
}

std::vector<std::string> conjugate_lines(const Divergence& divergence, const Limits& limits) {
  std::vector<std::string> lines;
  for (const ConjugatePart& part : conjugate_of(divergence)) {
    lines.push_back(
        fmt::format("{} for {} <= v <= {}", to_text(part.formula), shown(part.low), shown(part.high)));
  }
  if (lines.empty()) {
    lines.push_back(fmt::format("by the Legendre transform, numerically, for {} <= v <= {}",
                                shown(limits.slope_at_zero), shown(limits.slope_at_infinity)));
  }
  if (std::isfinite(limits.slope_at_zero) && std::isfinite(limits.f_at_zero)) {
    lines.push_back(fmt::format("{} for v < {}", shown(limits.f_at_zero == 0 ? 0 : -limits.f_at_zero),
                                shown(limits.slope_at_zero)));
  }
  if (std::isfinite(limits.slope_at_infinity)) {
    lines.push_back(fmt::format("inf for v > {}", shown(limits.slope_at_infinity)));
  }
  return lines;
}

std::string tail_text(const Tail& tail) {
  if (std::isnan(tail.limit)) {
    return "cannot be told";
  }
  if (std::isfinite(tail.limit) && tail.limit != 0) {
    return "saturates at " + shown(tail.limit);
  }
  const std::string verb = tail.limit == 0 ? "vanishes" : "grows without bound";
  if (std::isinf(tail.exponent)) {
    return verb;
  }
  return tail.exponent == 0 ? verb + fmt::format(" like |log r|^{:.3g}", tail.log_power)
                            : verb + fmt::format(" like r^{:.3g}", tail.exponent);
}

std::vector<std::string> describe_weights(const Limits& limits, const Tail& generator_at_zero) {
  return {"real samples that the generator misses (r -> inf): the discriminator's gradient weight r f'' " +
              tail_text(limits.real_weight_at_infinity),
          "fakes far off the data (r -> 0): the discriminator's gradient weight r^2 f'' " +
              tail_text(limits.fake_weight_at_zero) + ", the generator's weight " +
              tail_text(generator_at_zero)};
}

std::vector<WeightRow> weight_table(const Loss& loss) {
  std::vector<WeightRow> rows;
  const RealFunction generator = generator_weight(loss);
  if (!loss.link.log_ratio.value) {
    for (const double h : {-8.0, -4.0, -2.0, -0.5, 0.0, 0.5, 2.0, 4.0, 8.0}) {
      rows.push_back({kUnknown, h, loss.objective.phi.slope(h), -loss.objective.psi.slope(h), generator(h)});
    }
    return rows;
  }
  const LogRatioForm form = log_ratio_form(loss.divergence);
  for (const double ratio : {1e-3, 1e-2, 0.1, 0.5, 1.0, 2.0, 10.0, 100.0, 1000.0}) {
    const double u = std::log(ratio);
    rows.push_back({ratio, solve_rising(loss.link.log_ratio.value, u, -1000, 1000), form.phi.slope(u),
                    -form.psi.slope(u), generator(u)});
  }
  return rows;
}

void describe_divergence(LossSummary& summary, const Divergence& divergence) {
  const auto known = with_closed_form(divergence);
  summary.limits = limits_of(divergence);
  summary.curvature = piecewise(divergence.curvature, 0);
  if (known) {
    summary.f = known->f;
    summary.slope = piecewise(known->pieces, 1);
    summary.conjugate = conjugate_lines(*known, *summary.limits);
  }
  for (const Recognized& name : recognize(divergence)) {
    summary.recognized.push_back(name.text());
  }
  for (const std::string& sentence : describe_costs(*summary.limits)) {
    summary.remarks.push_back(sentence);
  }
}

void describe_generator(LossSummary& summary, const Loss& loss) {
  const GeneratorObjective& generator = loss.generator_objective;
  summary.generator_objective = generator.name;
  summary.effective = generator.effective_text;
  summary.wrong_way = generator.wrong_way;
  const bool is_minimax = generator.kind == GeneratorObjective::Kind::minimax;
  if (generator.effective && !is_minimax && generator.wrong_way.empty()) {
    for (const std::string& sentence : describe_costs(limits_of(*generator.effective))) {
      summary.remarks.push_back("the generator's own divergence: " + sentence);
    }
  }
}

void describe_dual_pair(LossSummary& summary, const DualPair& pair) {
  const std::string where = " at t = exp(h)";
  summary.phi = to_text(pair.activation) + where;
  summary.psi = to_text(-pair.conjugate) + where;
}

}  // namespace

std::string shown(double number) {
  return number_text(number, 6, "unknown");
}

nlohmann::ordered_json shown_json(double number) {
  return std::isfinite(number) ? nlohmann::ordered_json(number)
         : std::isnan(number)  ? nlohmann::ordered_json(nullptr)
                               : nlohmann::ordered_json(shown(number));
}

RealFunction generator_weight(const Loss& loss) {
  const RealFunction beta_slope = loss.generator_objective.beta.slope;
  const ScalarFunction log_ratio = loss.link.log_ratio;
  if (!log_ratio.value) {
    return RealFunction([beta_slope](double h) { return -beta_slope.run(h); });
  }
  return RealFunction([beta_slope, log_ratio](double u) {
    const double h = solve_rising(log_ratio.value, u, -1000, 1000);
    return -(beta_slope.run(h) * power(log_ratio.slope.run(h), -1));
  });
}

std::vector<std::string> describe_costs(const Limits& limits) {
  const double missed = limits.missed_cost();
  const double stray = limits.stray_cost();
  if (std::isnan(missed) || std::isnan(stray)) {
    return {"the limits of f cannot be determined"};
  }
  const bool missed_is_free_of_bound = std::isinf(missed);
  const bool stray_is_free_of_bound = std::isinf(stray);
  std::vector<std::string> sentences;
  sentences.push_back(
      missed_is_free_of_bound
          ? "a missed real mode (r -> inf) costs without bound: D is infinite where q = 0 on some of p"
          : "a missed real mode (r -> inf) costs at most " + shown(missed) + " per unit of p's mass");
  sentences.push_back(
      stray_is_free_of_bound
          ? "fakes far off the data (r -> 0) cost without bound: D is infinite where p = 0 on some of q"
          : "fakes far off the data (r -> 0) cost at most " + shown(stray) + " per unit of q's mass");
  if (missed_is_free_of_bound != stray_is_free_of_bound) {
    sentences.push_back(missed_is_free_of_bound
                            ? "its exact minimum in a family too small for p tends to cover modes"
                            : "its exact minimum in a family too small for p tends to seek modes");
  } else if (missed_is_free_of_bound) {
    sentences.push_back(
        "both costs are unbounded, so its limits alone favor neither covering nor seeking modes");
  } else {
    sentences.push_back("D is at most " + shown(limits.largest_value()) +
                        ", reached where p and q do not overlap and where its gradient is 0");
  }
  return sentences;
}

LossSummary summarize(const Loss& loss) {
  LossSummary summary;
  summary.name = loss.divergence.name;
  summary.curvature_at_one = loss.objective.curvature_at_one;
  summary.link = loss.link.name + ": " + loss.link.note;
  const bool has_f = static_cast<bool>(loss.objective.f);
  if (has_f) {
    describe_divergence(summary, loss.divergence);
  }
  const ObjectiveFormulas formulas = formulas_of(loss.divergence, loss.link, loss.objective);
  summary.omega = text_of(loss.link.omega);
  summary.omega_inverse = text_of(formulas.omega_inverse);
  summary.rho = text_of(formulas.rho);
  summary.phi = text_of(formulas.phi);
  summary.psi = text_of(formulas.psi);
  if (loss.divergence.dual_pair) {
    describe_dual_pair(summary, *loss.divergence.dual_pair);
  }
  summary.weights = weight_table(loss);
  describe_generator(summary, loss);
  if (has_f && loss.link.log_ratio.value) {
    constexpr double kFar = 40;  // through a link whose activation saturates
    for (const std::string& sentence :
         describe_weights(*summary.limits, tail_of(generator_weight(loss), -1, kFar))) {
      summary.remarks.push_back(sentence);
    }
  }
  for (const WeightRow& row : summary.weights) {
    if (row.real < 0) {
      summary.remarks.push_back(fmt::format(
          "f''({0}) < 0: f is not convex there, so this is not a divergence; see `ganwright check`",
          shown(row.ratio)));
      break;
    }
  }
  return summary;
}

}  // namespace ganwright
