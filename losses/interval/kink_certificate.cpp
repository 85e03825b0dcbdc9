#include "losses/interval/kink_certificate.h"

#include <algorithm>

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

// A value and a slope on one side of a kink, in the distance from it: there the argument of the root in
// (t-1/3)^(3/2) is exactly 0.
struct Side {
  ex value;
  ex slope;
  std::optional<Interval> value_at_kink;
  std::optional<Interval> slope_at_kink;
};

Side side_of(const ex& piece, const numeric& kink, int direction) {
  Side side;
  side.value = piece.subs(variable_t() == kink + direction * variable_t());
  side.slope = direction * side.value.diff(variable_t());
  side.value_at_kink = limit_at_zero(side.value);
  side.slope_at_kink = limit_at_zero(side.slope);
  if (!side.slope_at_kink) {
    // t^(-1) t^(3/2) has its limit at 0 once it is one power.
    side.slope = stable_form_if_possible(side.slope);
    side.slope_at_kink = limit_at_zero(side.slope);
  }
  return side;
}

std::string middle_text(const Interval& x) {
  return number_text(x.lower() / 2 + x.upper() / 2);
}

}  // namespace

std::optional<Interval> enclose_at(const std::vector<SmoothPiece>& pieces, const numeric& t) {
  const auto piece = std::find_if(pieces.rbegin(), pieces.rend(),
                                  [&](const SmoothPiece& candidate) { return candidate.start <= t; });
  if (piece->start == t) {
    return side_of(piece->expression, t, 1).value_at_kink;
  }
  return enclosed_value(piece->expression, enclose(t));
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

KinkCertificate certify_kink(const std::vector<SmoothPiece>& pieces, size_t right_piece) {
  const numeric& kink = pieces[right_piece].start;
  const std::string place = "t = " + exact_text(kink);
  const Side left = side_of(pieces[right_piece - 1].expression, kink, -1);
  const Side right = side_of(pieces[right_piece].expression, kink, 1);
  const auto undecided = [&](const std::string& reason) {
    const std::optional<Counterexample> triple = find_concave_triple(pieces, kink);
    return KinkCertificate{triple ? Verdict::refuted : Verdict::undecided, place + ": " + reason, triple};
  };
  if (!left.value_at_kink || !right.value_at_kink) {
    return undecided("f is not shown to be finite there");
  }
  const Interval step = *right.value_at_kink - *left.value_at_kink;
  if (!step.contains(0)) {
    const std::string text = "f jumps from " + middle_text(*left.value_at_kink) + " to " +
                             middle_text(*right.value_at_kink) + " at " + place;
    return {Verdict::refuted, text, Counterexample{kink, -std::max(step.lower(), -step.upper()), text}};
  }
  if (!is_zero_at(right.value - left.value, 0)) {
    return undecided("f is not shown to be continuous there");
  }
  if (!left.slope_at_kink || !right.slope_at_kink) {
    return undecided("f' is not shown to be finite there");
  }
  const Interval jump = *right.slope_at_kink - *left.slope_at_kink;
  const std::string slopes = middle_text(*left.slope_at_kink) + " to " + middle_text(*right.slope_at_kink);
  if (jump.is_below(0)) {
    const std::string text = "f' falls from " + slopes + ", by " + middle_text(-jump) + ", at " + place;
    return {Verdict::refuted, text, Counterexample{kink, jump.upper(), text}};
  }
  if (is_zero_at(right.slope - left.slope, 0)) {
    return {Verdict::proved, place + ": f' has no jump", std::nullopt};
  }
  if (jump.is_at_least(0)) {
    return {Verdict::proved, place + ": f' rises from " + slopes, std::nullopt};
  }
  return undecided("f' is not shown to rise there");
}

}  // namespace ganwright
