#include "losses/formula/smooth_pieces.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "losses/formula/algebra.h"
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

struct ValueAt : GiNaC::map_function {
  explicit ValueAt(numeric t) : point(std::move(t)) {}
  ex operator()(const ex& e) override {
    if (e.is_equal(variable_t())) {
      return point;
    }
    if (!is_a<GiNaC::power>(e)) {
      return e.map(*this);
    }
    const ex base = (*this)(e.op(0));
    const ex exponent = (*this)(e.op(1));
    if (is_a<numeric>(base) && is_a<numeric>(exponent)) {
      constexpr double kMostBits = 1e5;
      const auto& number = ex_to<numeric>(base);
      const double bits = number.numer().int_length() + number.denom().int_length();
      if (bits * std::abs(ex_to<numeric>(exponent).to_double()) > kMostBits) {
        throw LossError(to_text(e) + " is too large to be computed exactly at t = " + to_text(point));
      }
    }
    return GiNaC::pow(base, exponent);
  }
  numeric point;
};

// Replaces abs(g) by +g or -g according to the sign of g at one point of the piece, innermost first.
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
    const ex value = ValueAt(point)(inner.op(0)).evalf();
    return is_a<numeric>(value) && ex_to<numeric>(value).is_negative() ? -inner.op(0) : inner.op(0);
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
    if (!argument.has(variable_t())) {
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

GiNaC::ex exact_value_at(const GiNaC::ex& expression, const GiNaC::numeric& t) {
  return run_algebra(to_text(expression), [&] { return ValueAt(t)(expression); });
}

std::vector<SmoothPiece> split_at_kinks(const GiNaC::ex& expression) {
  return run_algebra(to_text(expression), [&] { return smooth_pieces(expression); });
}

}  // namespace ganwright
