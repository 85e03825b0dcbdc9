#include "losses/interval/smooth_pieces.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "losses/formula/algebra.h"
#include "losses/formula/constant.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/run_algebra.h"
#include "losses/formula/size_bounds.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/interval_program.h"
#include "losses/interval/zeros.h"
#include "losses/loss_error.h"
#include "losses/numeric/infinity.h"
#include "losses/text/number.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

// (g^2 h)^(1/2) as |g| h^(1/2): equal wherever the root is real.
struct RootsOfSquares : GiNaC::map_function {
  ex operator()(const ex& e) override {
    const ex inner = e.map(*this);
    const bool is_root = is_a<GiNaC::power>(inner) && !inner.op(1).info(GiNaC::info_flags::integer) &&
                         is_constant(inner.op(1)) && inner.op(0).info(GiNaC::info_flags::rational_function);
    if (!is_root) {
      return inner;
    }
    ex squares = 1;
    ex rest = 1;
    for (const ex& factor : factors_of(factored_fraction_if_possible(inner.op(0)))) {
      const bool is_square = is_a<GiNaC::power>(factor) && factor.op(1).info(GiNaC::info_flags::even) &&
                             !is_positive_by_signs(factor.op(0));
      if (is_square) {
        squares *= GiNaC::pow(GiNaC::abs(factor.op(0)), factor.op(1) * inner.op(1));
      } else {
        rest *= factor;
      }
    }
    return squares.is_equal(1) ? inner : ex(squares * GiNaC::pow(rest, inner.op(1)));
  }
};

// The absolute value of a constant stays where its sign is not settled.
struct ConstantAbs : GiNaC::map_function {
  ex operator()(const ex& e) override {
    const ex inner = e.map(*this);
    if (!is_function(inner, "abs") || !is_constant(inner)) {
      return inner;
    }
    const std::optional<int> sign = sign_of_constant(inner.op(0));
    return sign ? *sign * inner.op(0) : inner;
  }
};

// Fractions of polynomials, the largest there are, factored.
struct FactoredFractions : GiNaC::map_function {
  ex operator()(const ex& e) override {
    if (e.info(GiNaC::info_flags::polynomial)) {
      return e;
    }
    return e.info(GiNaC::info_flags::rational_function) ? factored_fraction_if_possible(e) : e.map(*this);
  }
};

// In the arguments of functions and roots: zeros show, as that of 1/t - 1 in (1-t)/t, and derivatives stay
// small where fractions stand inside one another.
struct FactoredArguments : GiNaC::map_function {
  ex operator()(const ex& e) override {
    const bool is_root = is_a<GiNaC::power>(e) && !e.op(1).info(GiNaC::info_flags::integer);
    if (is_root || is_a<GiNaC::function>(e)) {
      return e.map(fractions);
    }
    return e.map(*this);
  }
  FactoredFractions fractions;
};

// The argument of an abs of t that holds no other one.
std::optional<ex> innermost_argument(const ex& e) {
  for (const ex& operand : e) {
    if (const auto found = innermost_argument(operand)) {
      return found;
    }
  }
  return is_function(e, "abs") && !is_constant(e) ? std::optional(e.op(0)) : std::nullopt;
}

// Between the bounds of a kink that is not known exactly, another argument must not have a zero of its own.
void check_bounds(const ex& base, const Place& kink) {
  if (kink.is_exact()) {
    return;
  }
  const Interval t = hull(enclose(kink.lower()), enclose(kink.upper()));
  const auto value = [&t](const ex& e) { return IntervalProgram(e, variable_t()).run(t); };
  const Enclosure own = value(base);
  const bool is_off_zero = own.regularity <= Regularity::continuous && !own.value.contains(0);
  if (!is_off_zero) {
    const Enclosure quotient = value(stable_form_if_possible(base / kink.zero_of()));
    if (quotient.regularity != Regularity::analytic || quotient.value.contains(0)) {
      throw LossError("two kinks near t = " + kink.text() +
                      " cannot be told apart; write a formula with one kink there");
    }
  }
}

std::vector<Place> sign_changes_of_factor(const ex& factor, const ex& argument, const Place& start,
                                          const std::optional<Place>& end) {
  const ex& t = variable_t();
  const bool is_power = is_a<GiNaC::power>(factor);
  const ex base = is_power ? factor.op(0) : factor;
  // Even powers change no sign, and roots have no negative values.
  const bool is_odd = !is_power || factor.op(1).info(GiNaC::info_flags::odd);
  if (!is_odd || is_constant(base) || is_positive_by_signs(base) || is_positive_by_signs(-base)) {
    return {};
  }
  if (base.is_polynomial(t) && base.degree(t) == 1) {
    const ex place = -base.coeff(t, 0) / base.coeff(t, 1);
    if (is_a<numeric>(place)) {
      return ex_to<numeric>(place).is_positive() ? std::vector<Place>{ex_to<numeric>(place)}
                                                 : std::vector<Place>{};
    }
  }
  check_bounds(base, start);
  if (end) {
    check_bounds(base, *end);
  }
  const std::optional<numeric> high = end ? std::optional(end->lower()) : std::nullopt;
  const Zeros zeros = find_zeros(base, start.upper(), high, ZeroKind::sign_change);
  if (!zeros.unsettled.empty()) {
    throw LossError("the kinks of abs(" + to_text(argument) +
                    ") are not isolated near t = " + number_text(zeros.unsettled.front().lower) +
                    "; write a formula whose kinks can be told apart");
  }
  std::vector<Place> places;
  for (const Zero& zero : zeros.found) {
    if (zero.changes_sign) {
      places.push_back(zero.place);
    }
  }
  return places;
}

// Zeros and poles.
std::vector<Place> sign_changes(const ex& argument, const Place& start, const std::optional<Place>& end) {
  const ex fraction = argument.numer_denom();
  std::vector<Place> places;
  for (const ex& factor : factors_of(factored_fraction_if_possible(fraction.op(0) * fraction.op(1)))) {
    const std::vector<Place> found = sign_changes_of_factor(factor, argument, start, end);
    places.insert(places.end(), found.begin(), found.end());
  }
  return places;
}

int sign_between(const ex& argument, double low, double high) {
  const double width = (std::isinf(high) ? 2 * low + 1 : high) - low;
  for (const double share : {0.4, 0.5, 0.7}) {
    const numeric point = short_decimal_between(low + share * width, low + (share + 0.05) * width);
    if (const int sign = sign_of_constant(exact_value_at(argument, point)).value_or(0); sign != 0) {
      return sign;
    }
  }
  throw LossError("the sign of " + to_text(argument) + " between t = " + number_text(low) + " and " +
                  number_text(high) + " is not settled; write the formula without abs, max or min of it");
}

// How deep functions, and powers with a variable exponent, stand inside one another: each level multiplies
// the size of a second derivative.
int nesting_of(const ex& e) {
  int deepest = 0;
  for (const ex& operand : e) {
    deepest = std::max(deepest, nesting_of(operand));
  }
  const bool is_variable_power = is_a<GiNaC::power>(e) && !is_a<numeric>(e.op(1));
  const bool is_smooth_function = is_a<GiNaC::function>(e) && !is_function(e, "abs");
  return deepest + static_cast<int>(is_smooth_function || is_variable_power);
}

void check_size(const ex& expression) {
  constexpr int kDeepest = 5;
  if (nesting_of(expression) > kDeepest) {
    throw LossError("functions stand more than 5 deep inside one another; write a simpler formula");
  }
  constexpr double kMostTerms = 1e5;
  if (expanded_terms_bound(expression) > kMostTerms) {
    throw LossError(
        "the formula is too large: it would multiply out to more than 100000 terms; write a simpler one");
  }
}

// Of the operands in it, an operand counted wherever it stands.
size_t count_of(const ex& e, size_t most) {
  size_t count = 1;
  for (size_t i = 0; i < e.nops() && count <= most; ++i) {
    count += count_of(e.op(i), most - count);
  }
  return count;
}

void check_count(const ex& expression) {
  constexpr size_t kMost = 100'000;
  if (count_of(expression, kMost) > kMost) {
    throw LossError("the formula is too large: it has more than 100000 operations; write a simpler one");
  }
}

void check_powers_of_zero(const ex& e) {
  if (is_a<GiNaC::power>(e) && e.op(0).is_zero()) {
    throw LossError("zero to the power " + to_text(e.op(1)) + " is not defined for every t > 0");
  }
  for (const ex& operand : e) {
    check_powers_of_zero(operand);
  }
}

// The piece split where an argument of abs changes its sign, with that abs resolved; `end` is where it ends.
std::vector<SmoothPiece> resolved(const SmoothPiece& piece, const std::optional<Place>& end,
                                  const ex& argument) {
  std::vector<Place> starts{piece.start};
  for (const Place& place : sign_changes(argument, piece.start, end)) {
    const bool is_outside = place <= piece.start || (end && *end <= place);
    if (!is_outside && !(place == piece.start) && !(end && place == *end)) {
      starts.push_back(place);
    }
  }
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  std::vector<SmoothPiece> pieces;
  for (size_t i = 0; i < starts.size(); ++i) {
    const std::optional<Place> next = i + 1 < starts.size() ? std::optional(starts[i + 1]) : end;
    if (next && !(starts[i] < *next)) {
      throw LossError("two kinks near t = " + starts[i].text() +
                      " cannot be told apart; write a formula with one kink there");
    }
    const int sign = sign_between(argument, starts[i].value(), next ? next->value() : kInfinity);
    const ex expression =
        piece.expression.subs(GiNaC::abs(argument) == sign * argument, GiNaC::subs_options::no_pattern);
    check_powers_of_zero(expression);
    pieces.push_back({starts[i], expression});
  }
  return pieces;
}

std::vector<SmoothPiece> smooth_pieces(const ex& expression) {
  constexpr size_t kMostPieces = 100;
  check_count(expression);
  FactoredArguments factored_arguments;
  RootsOfSquares roots_of_squares;
  ConstantAbs constant_abs;
  std::vector<SmoothPiece> rest{{0, constant_abs(roots_of_squares(factored_arguments(expression)))}};
  std::vector<SmoothPiece> pieces;
  // From right to left, so that each piece's end is the start of the one before.
  while (!rest.empty()) {
    const SmoothPiece last = rest.back();
    rest.pop_back();
    const std::optional<ex> argument = innermost_argument(last.expression);
    if (!argument) {
      check_size(last.expression);
      pieces.push_back(last);
    } else {
      const std::optional<Place> end = pieces.empty() ? std::nullopt : std::optional(pieces.back().start);
      const std::vector<SmoothPiece> parts = resolved(last, end, *argument);
      rest.insert(rest.end(), parts.begin(), parts.end());
    }
    if (rest.size() + pieces.size() > kMostPieces) {
      throw LossError("the formula has more than 100 kinks; write a simpler one");
    }
  }
  std::reverse(pieces.begin(), pieces.end());
  return pieces;
}

}  // namespace

std::vector<SmoothPiece> split_at_kinks(const ex& expression) {
  return run_algebra([&] { return to_text(expression); }, [&] { return smooth_pieces(expression); });
}

const SmoothPiece& piece_at(const std::vector<SmoothPiece>& pieces, const numeric& t) {
  return *std::find_if(pieces.rbegin(), pieces.rend(),
                       [&](const SmoothPiece& piece) { return piece.start.upper() <= t; });
}

}  // namespace ganwright
