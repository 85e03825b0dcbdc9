#include "losses/formula/constant.h"

#include <flint/fmpq.h>

#include <algorithm>

#include "losses/formula/elementary_function.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

constexpr long kLowestPrecision = 128;
constexpr long kHighestPrecision = 8192;

void set_fraction(arb_t value, const numeric& number, long bits) {
  fmpq_t fraction;
  fmpq_init(fraction);
  fmpz_set_str(fmpq_numref(fraction), to_text(number.numer()).c_str(), 10);
  fmpz_set_str(fmpq_denref(fraction), to_text(number.denom()).c_str(), 10);
  arb_set_fmpq(value, fraction, bits);
  fmpq_clear(fraction);
}

void apply(arb_t value, ElementaryFunction function, long bits) {
  switch (function) {
    case ElementaryFunction::abs:
      return arb_abs(value, value);
    case ElementaryFunction::exp:
      return arb_exp(value, value, bits);
    case ElementaryFunction::log:
      return arb_log(value, value, bits);
    case ElementaryFunction::sin:
      return arb_sin(value, value, bits);
    case ElementaryFunction::cos:
      return arb_cos(value, value, bits);
    case ElementaryFunction::tan:
      return arb_tan(value, value, bits);
    case ElementaryFunction::asin:
      return arb_asin(value, value, bits);
    case ElementaryFunction::acos:
      return arb_acos(value, value, bits);
    case ElementaryFunction::atan:
      return arb_atan(value, value, bits);
    case ElementaryFunction::asinh:
      return arb_asinh(value, value, bits);
    case ElementaryFunction::acosh:
      return arb_acosh(value, value, bits);
    case ElementaryFunction::atanh:
      return arb_atanh(value, value, bits);
  }
}

// No number where the expression has no real value, or is not shown to have one.
void evaluate(arb_t value, const ex& e, long bits) {
  if (is_a<numeric>(e) && ex_to<numeric>(e).is_rational()) {
    return set_fraction(value, ex_to<numeric>(e), bits);
  }
  if (e.is_equal(GiNaC::Pi)) {
    return arb_const_pi(value, bits);
  }
  if (is_a<GiNaC::add>(e) || is_a<GiNaC::mul>(e)) {
    const bool is_sum = is_a<GiNaC::add>(e);
    arb_set_si(value, is_sum ? 0 : 1);
    Ball operand;
    for (size_t i = 0; i < e.nops(); ++i) {
      evaluate(operand.value, e.op(i), bits);
      is_sum ? arb_add(value, value, operand.value, bits) : arb_mul(value, value, operand.value, bits);
    }
    return;
  }
  if (is_a<GiNaC::power>(e)) {
    Ball exponent;
    evaluate(value, e.op(0), bits);
    evaluate(exponent.value, e.op(1), bits);
    return arb_pow(value, value, exponent.value, bits);
  }
  if (const auto function = elementary_function_of(e)) {
    evaluate(value, e.op(0), bits);
    return apply(value, *function, bits);
  }
  arb_indeterminate(value);
}

}  // namespace

bool is_constant(const ex& expression) {
  return !is_a<GiNaC::symbol>(expression) && std::all_of(expression.begin(), expression.end(), is_constant);
}

bool enclose_constant(const ex& constant, long bits, Ball& ball) {
  for (long precision = kLowestPrecision; precision <= kHighestPrecision; precision *= 2) {
    evaluate(ball.value, constant, precision);
    const bool is_settled = arb_is_zero(ball.value) != 0 || arb_contains_zero(ball.value) == 0;
    if (is_settled && arb_is_finite(ball.value) != 0 && arb_rel_accuracy_bits(ball.value) >= bits) {
      return true;
    }
    // Algebra takes milliseconds, and more precision helps most often.
    if (precision == 4 * kLowestPrecision && is_zero_at(constant, 1)) {
      arb_zero(ball.value);
      return true;
    }
  }
  return false;
}

std::optional<int> sign_of_constant(const ex& constant) {
  Ball ball;
  return enclose_constant(constant, 1, ball) ? std::optional(arb_sgn_nonzero(ball.value)) : std::nullopt;
}

}  // namespace ganwright
