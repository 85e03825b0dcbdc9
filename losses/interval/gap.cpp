#include "losses/interval/gap.h"

#include <algorithm>
#include <limits>

#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/derivative_tower.h"
#include "losses/interval/interval_program.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

constexpr int kLargestOrder = 4;

Interval bounds_of(const Place& place) {
  return hull(enclose(place.lower()), enclose(place.upper()));
}

bool is_analytic_at(const ex& expression, const Place& place) {
  try {
    const Enclosure found = IntervalProgram(expression, variable_t()).run(bounds_of(place));
    return found.regularity == Regularity::analytic && found.value.is_finite();
  } catch (const LossError&) {
    return false;
  }
}

bool is_certainly_nonzero_at(const ex& expression, const Place& place) {
  const Enclosure found = IntervalProgram(expression, variable_t()).run(bounds_of(place));
  return found.regularity == Regularity::analytic && !found.value.contains(0);
}

// Numerator and denominator of one fraction, with functions of t as its symbols.
std::pair<ex, ex> fraction_of(const ex& expression) {
  const ex parts = stable_form_if_possible(expression).numer_denom();
  return {parts.op(0), parts.op(1)};
}

// How many derivatives of an expression that is analytic there are zero; nothing where that is not settled.
std::optional<int> order_at(const ex& expression, const numeric& t) {
  if (!is_analytic_at(expression, t)) {
    return std::nullopt;
  }
  DerivativeTower tower(expression);
  const int order = tower.vanishing_order(t);
  const Enclosure first = tower.evaluate(order, enclose(t));
  const bool is_settled = first.regularity == Regularity::analytic && !first.value.contains(0);
  return is_settled && order <= kLargestOrder ? std::optional(order) : std::nullopt;
}

bool is_pole(const ex& expression, const Place& place) {
  const auto [numerator, denominator] = fraction_of(expression);
  if (!place.is_exact()) {
    return is_certainly_nonzero_at(numerator, place) &&
           is_analytic_at(stable_form_if_possible(denominator / place.zero_of()), place);
  }
  const std::optional<int> above = order_at(numerator, place.lower());
  const std::optional<int> below = order_at(denominator, place.lower());
  return above && below && *above < *below;
}

}  // namespace

std::optional<ex> limit_at(const ex& expression, const numeric& t) {
  try {
    const auto [numerator, denominator] = fraction_of(expression);
    const std::optional<int> above = order_at(numerator, t);
    const std::optional<int> below = order_at(denominator, t);
    if (!above || !below || *above < *below) {
      return std::nullopt;
    }
    const auto derivative = [&](const ex& e) {
      return exact_value_at(e.diff(variable_t(), static_cast<unsigned>(*below)), t);
    };
    return *above > *below ? ex(0) : stable_form(derivative(numerator) / derivative(denominator));
  } catch (const LossError&) {
    return std::nullopt;
  }
}

GapFinding fill_gap(std::vector<SmoothPiece>& pieces, const Place& place) {
  const auto next = std::find_if(pieces.begin(), pieces.end(),
                                 [&](const SmoothPiece& piece) { return !(piece.start <= place); });
  SmoothPiece& piece = *(next - 1);
  if (piece.start == place || is_analytic_at(piece.expression, place)) {
    return {};
  }
  const ex stable = stable_form_if_possible(piece.expression);
  if (is_analytic_at(stable, place)) {
    piece.expression = stable;
    return {};
  }
  if (const auto limit = place.is_exact() ? limit_at(piece.expression, place.lower()) : std::nullopt) {
    pieces.insert(next, {place, piece.expression});
    return {Verdict::proved, "t = " + place.text() + ": f is taken by its limit, " + to_text(*limit),
            std::nullopt};
  }
  if (is_pole(piece.expression, place)) {
    const std::string text = "f has no real value at t = " + place.text();
    return {Verdict::refuted, text,
            Counterexample{place.lower(), std::numeric_limits<double>::quiet_NaN(), text}};
  }
  return {Verdict::undecided, "t = " + place.text() + ": f is not shown to be finite there", std::nullopt};
}

}  // namespace ganwright
