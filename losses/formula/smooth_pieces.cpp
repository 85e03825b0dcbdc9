#include "losses/formula/smooth_pieces.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "losses/formula/algebra.h"
#include "losses/formula/constant.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/run_algebra.h"
#include "losses/formula/size_bounds.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_is_less;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

using ExpressionSet = std::set<ex, ex_is_less>;

void collect_kinks(const ex& e, ExpressionSet& arguments) {
  for (const ex& operand : e) {
    collect_kinks(operand, arguments);
  }
  if (is_function(e, "abs")) {
    arguments.insert(e.op(0));
  }
}

// The places t > 0 where the sign can change, zeros and poles, of a fraction whose numerator and denominator
// split into rational linear factors and factors without zeros.
std::vector<numeric> sign_changes(const ex& argument) {
  const ex fraction = argument.numer_denom();
  const ex& t = variable_t();
  std::vector<numeric> places;
  for (const ex& factor : factors_of(factored_fraction_if_possible(fraction.op(0) * fraction.op(1)))) {
    const ex base = is_a<GiNaC::power>(factor) ? factor.op(0) : factor;
    if (is_positive_by_signs(base) || is_positive_by_signs(-base) || is_a<numeric>(base)) {
      continue;
    }
    const bool is_linear = base.is_polynomial(t) && base.degree(t) == 1;
    const ex place = is_linear ? ex(-base.coeff(t, 0) / base.coeff(t, 1)) : ex(t);
    if (!is_a<numeric>(place)) {
      throw LossError("the kink of abs(" + to_text(argument) +
                      ") cannot be placed exactly; its argument must have rational zeros, as abs(t-1) has");
    }
    if (ex_to<numeric>(place).is_positive()) {
      places.push_back(ex_to<numeric>(place));
    }
  }
  return places;
}

// Replaces abs(g) by +g or -g according to the sign of g at one point of the piece, innermost first. The
// absolute value of a constant stays where its sign is not settled.
struct ResolveAbs : GiNaC::map_function {
  explicit ResolveAbs(numeric inside) : point(std::move(inside)) {}
  ex operator()(const ex& e) override {
    const ex inner = e.map(*this);
    if (is_a<GiNaC::power>(inner) && inner.op(0).is_zero()) {
      throw LossError("zero to the power " + to_text(inner.op(1)) + " is not defined for every t > 0");
    }
    if (!is_function(inner, "abs")) {
      return inner;
    }
    const ex& argument = inner.op(0);
    const std::optional<int> sign = sign_of_constant(exact_value_at(argument, point));
    if (!sign && !is_constant(argument)) {
      throw LossError("the sign of " + to_text(argument) + " at t = " + to_text(point) +
                      " is not settled; write the formula without abs, max or min of it");
    }
    return sign ? *sign * argument : inner;
  }
  numeric point;
};

// How deep functions, and powers with a variable exponent, stand inside one another: each level multiplies
// the size of a second derivative.
int nesting_of(const ex& e) {
  int deepest = 0;
  for (const ex& operand : e) {
    deepest = std::max(deepest, nesting_of(operand));
  }
  const bool is_variable_power = is_a<GiNaC::power>(e) && !is_a<numeric>(e.op(1));
  return deepest + static_cast<int>(is_a<GiNaC::function>(e) || is_variable_power);
}

std::vector<SmoothPiece> smooth_pieces(const ex& expression) {
  constexpr int kDeepest = 5;
  if (nesting_of(expression) > kDeepest) {
    throw LossError("functions stand more than 5 deep inside one another; write a simpler formula");
  }
  constexpr double kMostTerms = 1e5;
  if (expanded_terms_bound(expression) > kMostTerms) {
    throw LossError(
        "the formula is too large: it would multiply out to more than 100000 terms; write a simpler one");
  }
  ExpressionSet arguments;
  collect_kinks(expression, arguments);
  std::vector<numeric> kinks{0};
  for (const ex& argument : arguments) {
    if (is_constant(argument)) {
      continue;
    }
    if (ExpressionSet nested; collect_kinks(argument, nested), !nested.empty()) {
      throw LossError("abs, max or min inside one another cannot be split at " + to_text(argument) +
                      "; write the pieces without nesting");
    }
    const std::vector<numeric> places = sign_changes(argument);
    kinks.insert(kinks.end(), places.begin(), places.end());
  }
  std::sort(kinks.begin(), kinks.end());
  kinks.erase(std::unique(kinks.begin(), kinks.end()), kinks.end());
  std::vector<SmoothPiece> pieces;
  for (size_t i = 0; i < kinks.size(); ++i) {
    const numeric inside = i + 1 < kinks.size() ? (kinks[i] + kinks[i + 1]) / 2 : kinks[i] + 1;
    ResolveAbs resolve(inside);
    pieces.push_back({kinks[i], resolve(expression)});
  }
  return pieces;
}

}  // namespace

std::vector<SmoothPiece> split_at_kinks(const GiNaC::ex& expression) {
  return run_algebra(to_text(expression), [&] { return smooth_pieces(expression); });
}

}  // namespace ganwright
