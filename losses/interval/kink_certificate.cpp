#include "losses/interval/kink_certificate.h"

#include <algorithm>

#include "losses/formula/algebra.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/interval_program.h"
#include "losses/text/number.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

std::optional<Interval> enclosed_value(const ex& expression, const Interval& t) {
  const Enclosure enclosure = IntervalProgram(expression, variable_t()).run(t);
  const bool is_value = enclosure.regularity <= Regularity::continuous && enclosure.value.is_finite();
  return is_value ? std::optional(enclosure.value) : std::nullopt;
}

// The limit from the right, for an expression that is continuous there.
std::optional<Interval> limit_at_zero(const ex& expression) {
  constexpr double kNear = 1e-30;
  const bool is_continuous = enclosed_value(expression, Interval(0, kNear)).has_value();
  return is_continuous ? enclosed_value(expression, Interval()) : std::nullopt;
}

// A value and a slope on one side of a kink, in the distance from it where the kink is exact: there the
// argument of the root in (t-1/3)^(3/2) is exactly 0.
struct Side {
  ex value;
  ex slope;
  std::optional<Interval> value_at_kink;
  std::optional<Interval> slope_at_kink;
};

// t^(-1) t^(3/2) has its limit at 0 once it is one power.
std::optional<Interval> limit_of(ex& expression) {
  std::optional<Interval> limit = limit_at_zero(expression);
  if (!limit) {
    expression = with_powers_joined(stable_form_if_possible(expression));
    limit = limit_at_zero(expression);
  }
  return limit;
}

Interval between_bounds(const Place& place) {
  return hull(enclose(place.lower()), enclose(place.upper()));
}

Side side_of(const ex& piece, const Place& kink, int direction) {
  Side side;
  if (!kink.is_exact()) {
    side = {piece, piece.diff(variable_t()), std::nullopt, std::nullopt};
    side.value_at_kink = enclosed_value(side.value, between_bounds(kink));
    side.slope_at_kink = enclosed_value(side.slope, between_bounds(kink));
    return side;
  }
  side.value = piece.subs(variable_t() == kink.lower() + direction * variable_t());
  side.slope = direction * side.value.diff(variable_t());
  side.value_at_kink = limit_of(side.value);
  side.slope_at_kink = limit_of(side.slope);
  return side;
}

// Of the difference of two sides. At a zero of g that is not known exactly: by a factor g.
bool vanishes_at(const ex& difference, const Place& kink) {
  if (kink.is_exact()) {
    return is_zero_at(difference, 0);
  }
  const ex quotient = stable_form_if_possible(difference / kink.zero_of());
  return difference.is_zero() || enclosed_value(quotient, between_bounds(kink)).has_value();
}

// f'' >= 0 of one side between the bounds of a kink: by its enclosure, or by that of f''/g^k, where the sign
// of g on this side is known.
bool is_convex_between_bounds(const ex& piece, const Place& kink, int direction) {
  const Interval t = between_bounds(kink);
  if (IntervalProgram(piece, variable_t()).run(t).regularity != Regularity::analytic) {
    return false;
  }
  const ex curvature = stable_form_if_possible(piece.diff(variable_t(), 2));
  const Interval end = enclose(direction > 0 ? kink.upper() : kink.lower());
  const Interval sign = IntervalProgram(kink.zero_of(), variable_t()).run(end).value;
  constexpr int kLargestOrder = 3;
  for (int order = 0; order <= kLargestOrder; ++order) {
    const ex quotient = stable_form_if_possible(curvature / GiNaC::pow(kink.zero_of(), order));
    const bool is_negated = order % 2 != 0 && sign.is_below(0);
    const std::optional<Interval> value = enclosed_value(is_negated ? -quotient : quotient, t);
    if (value && value->is_at_least(0)) {
      return true;
    }
  }
  return false;
}

// There it is not known which piece holds.
bool is_inside_bounds(const std::vector<SmoothPiece>& pieces, const numeric& t) {
  return std::any_of(pieces.begin(), pieces.end(), [&](const SmoothPiece& piece) {
    return piece.start.lower() < t && t < piece.start.upper();
  });
}

std::string middle_text(const Interval& x) {
  return number_text(x.lower() / 2 + x.upper() / 2);
}

}  // namespace

std::optional<Interval> enclose_at(const std::vector<SmoothPiece>& pieces, const numeric& t) {
  const SmoothPiece& piece = piece_at(pieces, t);
  if (piece.start == t && !piece.start.is_zero()) {
    const std::optional<Interval> right = side_of(piece.expression, t, 1).value_at_kink;
    const std::optional<Interval> left = side_of((&piece - 1)->expression, t, -1).value_at_kink;
    const bool is_step = left && right && !(*right - *left).contains(0);
    return left && !is_step ? right : std::nullopt;
  }
  return is_inside_bounds(pieces, t) ? std::nullopt : enclosed_value(piece.expression, enclose(t));
}

std::optional<Counterexample> find_concave_triple(const std::vector<SmoothPiece>& pieces, const numeric& t) {
  constexpr int kHalvings = 12;
  const numeric beside = t / GiNaC::pow(numeric(10), numeric(12));
  for (const numeric& center : {t, t + beside, t - beside}) {
    const std::optional<Interval> value = enclose_at(pieces, center);
    for (int i = 1; value && i <= kHalvings; ++i) {
      const numeric distance = t / GiNaC::pow(numeric(2), numeric(i));
      const std::optional<Interval> left = enclose_at(pieces, center - distance);
      const std::optional<Interval> right = enclose_at(pieces, center + distance);
      if (!left || !right) {
        continue;
      }
      const Interval mean = (*left + *right) * Interval(0.5);
      const Interval excess = mean - *value;
      if (excess.is_below(0)) {
        const std::string statement = "f(" + exact_text(center) + ") = " + middle_text(*value) + " > " +
                                      middle_text(mean) + " = (f(" + exact_text(center - distance) +
                                      ") + f(" + exact_text(center + distance) + "))/2";
        return Counterexample{center, excess.upper(), statement};
      }
    }
  }
  return std::nullopt;
}

Jump jump_at(const std::vector<SmoothPiece>& pieces, size_t right_piece) {
  const Place& kink = pieces[right_piece].start;
  const Side left = side_of(pieces[right_piece - 1].expression, kink, -1);
  const Side right = side_of(pieces[right_piece].expression, kink, 1);
  if (!left.slope_at_kink || !right.slope_at_kink) {
    return Jump::unclear;
  }
  const Interval jump = *right.slope_at_kink - *left.slope_at_kink;
  return jump.is_above(0)                              ? Jump::rises
         : jump.is_below(0)                            ? Jump::falls
         : vanishes_at(right.slope - left.slope, kink) ? Jump::none
                                                       : Jump::unclear;
}

KinkCertificate certify_kink(const std::vector<SmoothPiece>& pieces, size_t right_piece) {
  const Place& kink = pieces[right_piece].start;
  const std::string place = "t = " + kink.text();
  const Side left = side_of(pieces[right_piece - 1].expression, kink, -1);
  const Side right = side_of(pieces[right_piece].expression, kink, 1);
  const auto undecided = [&](const std::string& reason) {
    const std::optional<Counterexample> triple = find_concave_triple(pieces, kink.lower());
    return KinkCertificate{triple ? Verdict::refuted : Verdict::undecided, place + ": " + reason, triple};
  };
  if (!left.value_at_kink || !right.value_at_kink) {
    return undecided("f is not shown to be finite there");
  }
  const Interval step = *right.value_at_kink - *left.value_at_kink;
  if (!step.contains(0)) {
    const std::string text = "f jumps from " + middle_text(*left.value_at_kink) + " to " +
                             middle_text(*right.value_at_kink) + " at " + place;
    return {Verdict::refuted, text,
            Counterexample{kink.lower(), -std::max(step.lower(), -step.upper()), text}};
  }
  if (!vanishes_at(right.value - left.value, kink)) {
    return undecided("f is not shown to be continuous there");
  }
  if (!left.slope_at_kink || !right.slope_at_kink) {
    return undecided("f' is not shown to be finite there");
  }
  const Interval jump = *right.slope_at_kink - *left.slope_at_kink;
  const std::string slopes = middle_text(*left.slope_at_kink) + " to " + middle_text(*right.slope_at_kink);
  if (jump.is_below(0)) {
    const std::string text = "f' falls from " + slopes + ", by " + middle_text(-jump) + ", at " + place;
    return {Verdict::refuted, text, Counterexample{kink.lower(), jump.upper(), text}};
  }
  if (!kink.is_exact() && (!is_convex_between_bounds(pieces[right_piece - 1].expression, kink, -1) ||
                           !is_convex_between_bounds(pieces[right_piece].expression, kink, 1))) {
    return undecided("f'' is not shown to be at least 0 next to it");
  }
  if (vanishes_at(right.slope - left.slope, kink)) {
    return {Verdict::proved, place + ": f' has no jump", std::nullopt};
  }
  if (jump.is_at_least(0)) {
    return {Verdict::proved, place + ": f' rises from " + slopes, std::nullopt};
  }
  return undecided("f' is not shown to rise there");
}

}  // namespace ganwright
