#include "losses/objective/link_parts.h"

#include <cmath>

#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/loss_error.h"
#include "losses/numeric/program.h"
#include "losses/text/number.h"

namespace ganwright {
namespace {

using GiNaC::ex;

// The value of a program in t = e^h, or, where it falls in t, in t = e^-h.
RealFunction at_output(const ex& formula, bool falls_in_t) {
  const RealFunction function = function_of_log(Program(formula));
  return falls_in_t ? RealFunction([function](double h) { return function.run(-h); }) : function;
}

}  // namespace

RealFunction identity() {
  return RealFunction([](double h) { return SignedLog::from_value(h); });
}

RealFunction constant(double value) {
  return RealFunction([value](double) { return SignedLog::from_value(value); });
}

ScalarFunction function_of_output(const ex& formula, bool falls_in_t) {
  const auto& t = variable_t();
  const ex slope = (falls_in_t ? -t : ex(t)) * formula.diff(t);
  return {at_output(formula, falls_in_t), at_output(falls_in_t ? slope : stable_form(slope), falls_in_t)};
}

ScalarFunction log_of_output(const ex& ratio, bool falls_in_t) {
  const auto& t = variable_t();
  const RealFunction value = at_output(ratio, falls_in_t);
  const ex slope = (falls_in_t ? -t : ex(t)) * ratio.diff(t) / ratio;
  return {RealFunction([value](double h) { return logarithm(value.run(h)); }),
          at_output(falls_in_t ? slope : stable_form(slope), falls_in_t)};
}

void require_rising(const Link& link) {
  for (double h = -30; h <= 30; h += 0.5) {
    const double u = link.log_ratio.value(h);
    const double slope = link.log_ratio.slope(h);
    if (!std::isfinite(u) || !(slope > 0)) {
      throw LossError("link " + link.name + ": omega does not rise, or is not defined, where h = " +
                          number_text(h) + " (" + link.note + ")",
                      Remedy::link);
    }
  }
}

std::string onto_range_text(const Range& range, const std::string& activation) {
  return "Omega = " + range.text() + ": the activation " + activation + " maps onto it";
}

Link log_link(const std::string& name) {
  return {.name = name,
          .note = "Omega is the real line: v = h = log r",
          .output = {identity(), constant(1)},
          .log_ratio = {identity(), constant(1)},
          .output_is_log_ratio = true,
          .omega = GiNaC::log(variable_t())};
}

}  // namespace ganwright
