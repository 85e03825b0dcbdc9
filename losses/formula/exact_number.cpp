#include "losses/formula/exact_number.h"

#include <flint/fmpq.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <limits>
#include <utility>
#include <vector>

#include "losses/formula/algebra.h"
#include "losses/formula/constant.h"
#include "losses/formula/parser.h"
#include "losses/formula/run_algebra.h"
#include "losses/formula/size_bounds.h"
#include "losses/formula/stable_form.h"
#include "losses/loss_error.h"
#include "losses/text/number.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

constexpr int kLargestPrime = 1000;
constexpr int kLargestTerm = 1000;
// Beyond it an exact power of a number may not fit into memory.
constexpr int kLargestExactExponent = 1000;

// A positive whole number as a product of powers of primes, the last of which may be no prime.
std::vector<std::pair<numeric, int>> prime_powers(numeric rest) {
  std::vector<std::pair<numeric, int>> powers;
  for (int prime = 2; prime < kLargestPrime && rest > 1; ++prime) {
    int exponent = 0;
    for (; GiNaC::mod(rest, prime).is_zero(); ++exponent) {
      rest = rest / prime;
    }
    if (exponent > 0) {
      powers.emplace_back(prime, exponent);
    }
  }
  if (rest > 1) {
    powers.emplace_back(rest, 1);
  }
  return powers;
}

// log(12) as 2 log(2) + log(3), sqrt(6) as sqrt(2) sqrt(3), and abs by the sign of its argument, so that
// equal numbers become equal expressions.
struct SplitIntoPrimes : GiNaC::map_function {
  ex operator()(const ex& e) override {
    const ex inner = e.map(*this);
    if (is_function(inner, "abs") && is_constant(inner)) {
      const std::optional<int> sign = sign_of_constant(inner.op(0));
      return sign ? *sign * inner.op(0) : inner;
    }
    const bool is_log = is_function(inner, "log");
    if ((!is_log && !is_a<GiNaC::power>(inner)) || !is_a<numeric>(inner.op(0)) ||
        !ex_to<numeric>(inner.op(0)).is_pos_integer()) {
      return inner;
    }
    ex result = is_log ? 0 : 1;
    for (const auto& [base, exponent] : prime_powers(ex_to<numeric>(inner.op(0)))) {
      if (is_log) {
        result += exponent * GiNaC::log(ex(base));
      } else {
        result *= GiNaC::pow(base, exponent * inner.op(1));
      }
    }
    return result;
  }
};

// FLINT's fraction, freed with its scope.
struct Fraction {
  Fraction() { fmpq_init(value); }
  Fraction(const Fraction&) = delete;
  Fraction& operator=(const Fraction&) = delete;
  ~Fraction() { fmpq_clear(value); }
  fmpq_t value;
};

// Exact for 2^-10 <= x <= 2^10, whose digits end at 2^-62.
void set_exactly(Fraction& fraction, double x) {
  constexpr int kBits = 62;
  fmpz_set_d(fmpq_numref(fraction.value), std::ldexp(x, kBits));
  fmpz_one_2exp(fmpq_denref(fraction.value), kBits);
  fmpq_canonicalise(fraction.value);
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
    if (base.is_zero() && is_constant(exponent) && sign_of_constant(exponent) == 1) {
      return 0;
    }
    if (is_a<numeric>(base) && is_a<numeric>(exponent) && !base.is_equal(1) && !base.is_equal(-1)) {
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

}  // namespace

GiNaC::ex exact_value_at(const GiNaC::ex& expression, const GiNaC::numeric& t) {
  return run_algebra([&] { return to_text(expression); }, [&] { return ValueAt(t)(expression); });
}

bool is_zero_at(const ex& expression, const numeric& t) {
  // GiNaC reports poles by exceptions of several types.
  try {
    SplitIntoPrimes split_into_primes;
    const ex value = exact_value_at(expression, t);
    // The size is that of the expression in t: a number does not show what it takes to expand it.
    constexpr double kMostTerms = 1e5;
    return value.is_zero() || (!has_exponent_beyond(expression, kLargestExactExponent) &&
                               expanded_terms_bound(expression) <= kMostTerms &&
                               split_into_primes(stable_form(value)).normal().expand().is_zero());
  } catch (const std::exception&) {
    return false;
  }
}

numeric short_decimal_between(double lower, double upper) {
  const double first = lower > 0 ? lower : std::isinf(upper) ? 0.1 : upper / 4;
  const double last = !std::isinf(upper) ? upper : lower > 0 ? lower * 4 : 10.0;
  const double middle = std::sqrt(first) * std::sqrt(last);
  for (int digits = 0; digits < std::numeric_limits<double>::max_digits10; ++digits) {
    const std::string text = scientific_text(middle, digits);
    if (const double value = std::strtod(text.c_str(), nullptr); value >= first && value <= last) {
      return parse_number(text);
    }
  }
  return parse_number(scientific_text(middle, std::numeric_limits<double>::max_digits10));
}

numeric exact_fraction(double x) {
  int exponent = 0;
  const double mantissa = std::ldexp(std::frexp(x, &exponent), std::numeric_limits<double>::digits);
  const numeric scale = GiNaC::pow(numeric(2), numeric(exponent - std::numeric_limits<double>::digits));
  return numeric(static_cast<long>(mantissa)) * scale;
}

std::optional<numeric> simplest_fraction_between(double lower, double upper) {
  // All fractions with terms below kLargestTerm lie between these.
  const double first = std::max(lower, 1.0 / kLargestTerm);
  const double last = std::min(upper, static_cast<double>(kLargestTerm));
  if (!(first <= last)) {
    return std::nullopt;
  }
  Fraction left;
  Fraction right;
  Fraction simplest;
  set_exactly(left, first);
  set_exactly(right, last);
  fmpq_simplest_between(simplest.value, left.value, right.value);
  const fmpz* numerator = fmpq_numref(simplest.value);
  const fmpz* denominator = fmpq_denref(simplest.value);
  return fmpz_cmp_si(numerator, kLargestTerm) < 0 && fmpz_cmp_si(denominator, kLargestTerm) < 0
             ? std::optional(numeric(fmpz_get_si(numerator), fmpz_get_si(denominator)))
             : std::nullopt;
}

std::string exact_text(const numeric& number) {
  const numeric most = GiNaC::pow(numeric(10), numeric(280));
  if (GiNaC::abs(number) > most || (!number.is_zero() && GiNaC::abs(number) < 1 / most)) {
    return to_text(number);
  }
  for (const int digits : {15, 17}) {
    const std::string text = number_text(number.to_double(), digits);
    if (parse_number(text) == number) {
      return text;
    }
  }
  return to_text(number);
}

}  // namespace ganwright
