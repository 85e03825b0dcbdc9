#include "losses/formula/inverse.h"

#include <cmath>
#include <utility>

#include "losses/formula/algebra.h"
#include "losses/formula/size_bounds.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

// v^q (1-v)^-q as (v/(1-v))^q, so that its power can be undone: the base, where all exponents share a factor.
std::optional<std::pair<ex, numeric>> common_power(const ex& product, const GiNaC::symbol& x) {
  std::optional<numeric> exponent;
  ex base = 1;
  for (const ex& factor : product) {
    if (!factor.has(x)) {
      return std::nullopt;
    }
    const bool is_power = is_a<GiNaC::power>(factor) && is_a<numeric>(factor.op(1));
    const numeric own = is_power ? ex_to<numeric>(factor.op(1)) : numeric(1);
    exponent = exponent ? exponent : GiNaC::abs(own);
    base *= GiNaC::pow(is_power ? factor.op(0) : factor, own / *exponent);
  }
  return exponent && !exponent->is_equal(1) ? std::optional(std::pair(base, *exponent)) : std::nullopt;
}

// (A x + B)/(C x + D) = y gives x = (D y - B)/(A - C y).
std::optional<ex> inverse_of_fraction(const ex& e, const GiNaC::symbol& x, const ex& y) {
  constexpr double kLargestDegree = 40;
  if (!e.info(GiNaC::info_flags::rational_function) || degree_bound(e) > kLargestDegree) {
    return std::nullopt;
  }
  const ex fraction = e.numer_denom();
  const ex numerator = fraction.op(0).expand();
  const ex denominator = fraction.op(1).expand();
  const auto is_line = [&](const ex& p) { return p.is_polynomial(x) && p.degree(x) <= 1; };
  if (!is_line(numerator) || !is_line(denominator)) {
    return std::nullopt;
  }
  return (denominator.coeff(x, 0) * y - numerator.coeff(x, 0)) /
         (numerator.coeff(x, 1) - denominator.coeff(x, 1) * y);
}

}  // namespace

std::optional<ex> inverse_by_algebra(const ex& e, const GiNaC::symbol& x, const ex& y) {
  if (e.is_equal(x)) {
    return y;
  }
  if (is_a<GiNaC::add>(e) || is_a<GiNaC::mul>(e)) {
    const bool is_sum = is_a<GiNaC::add>(e);
    ex inner;
    ex rest = is_sum ? 0 : 1;
    int count = 0;
    for (const ex& operand : e) {
      if (operand.has(x)) {
        inner = operand;
        ++count;
      } else {
        rest = is_sum ? ex(rest + operand) : ex(rest * operand);
      }
    }
    if (count == 1) {
      return inverse_by_algebra(inner, x, is_sum ? ex(y - rest) : ex(y / rest));
    }
    if (const auto power = is_sum ? std::nullopt : common_power(e, x)) {
      return inverse_by_algebra(power->first, x, GiNaC::pow(y, 1 / power->second));
    }
    return inverse_of_fraction(e, x, y);
  }
  if (is_a<GiNaC::power>(e) && is_a<numeric>(e.op(1))) {
    // An exponent of 1e6 would be multiplied out further on.
    constexpr double kLargestExponent = 40;
    const double exponent = std::abs(1 / ex_to<numeric>(e.op(1)).to_double());
    if (exponent > kLargestExponent) {
      return std::nullopt;
    }
    return inverse_by_algebra(e.op(0), x, GiNaC::pow(y, 1 / ex_to<numeric>(e.op(1))));
  }
  if (is_a<GiNaC::power>(e) && is_a<numeric>(e.op(0))) {
    return inverse_by_algebra(e.op(1), x, GiNaC::log(y) / GiNaC::log(e.op(0)));
  }
  if (is_function(e, "exp")) {
    return inverse_by_algebra(e.op(0), x, GiNaC::log(y));
  }
  if (is_function(e, "log")) {
    return inverse_by_algebra(e.op(0), x, GiNaC::exp(y));
  }
  return std::nullopt;
}

}  // namespace ganwright
