#include "losses/formula/exact_number.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <limits>
#include <utility>
#include <vector>

#include "losses/formula/algebra.h"
#include "losses/formula/expression.h"
#include "losses/formula/pieces.h"

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

// log(12) as 2 log(2) + log(3) and sqrt(6) as sqrt(2) sqrt(3), so that equal numbers become equal
// expressions.
struct SplitIntoPrimes : GiNaC::map_function {
  ex operator()(const ex& e) override {
    const ex inner = e.map(*this);
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

std::string formatted(const char* format, int digits, double number) {
  char text[64];
  std::snprintf(text, sizeof text, format, digits, number);
  return text;
}

}  // namespace

bool is_zero_at(const ex& expression, const numeric& t) {
  if (expression.is_zero() || has_exponent_beyond(expression, kLargestExactExponent)) {
    return expression.is_zero();
  }
  // GiNaC reports poles by exceptions of several types.
  try {
    SplitIntoPrimes split_into_primes;
    const ex value = value_at(expression, t);
    // At a number nothing tells the size that is told by t.
    constexpr double kMostTerms = 1e5;
    return value.is_zero() || (expanded_terms_bound(expression) <= kMostTerms &&
                               split_into_primes(simplify(value)).normal().expand().is_zero());
  } catch (const std::exception&) {
    return false;
  }
}

numeric short_decimal_between(double lower, double upper) {
  const double first = lower > 0 ? lower : std::isinf(upper) ? 0.1 : upper / 4;
  const double last = !std::isinf(upper) ? upper : lower > 0 ? lower * 4 : 10.0;
  const double middle = std::sqrt(first) * std::sqrt(last);
  for (int digits = 0; digits < std::numeric_limits<double>::max_digits10; ++digits) {
    const std::string text = formatted("%.*e", digits, middle);
    if (const double value = std::strtod(text.c_str(), nullptr); value >= first && value <= last) {
      return parse_number(text);
    }
  }
  return parse_number(formatted("%.*e", std::numeric_limits<double>::max_digits10, middle));
}

std::optional<numeric> simplest_fraction_between(double lower, double upper) {
  // Down the tree of Stern and Brocot, whose first fraction inside is the simplest.
  long left[2] = {0, 1};
  long right[2] = {1, 0};
  while (true) {
    const long numerator = left[0] + right[0];
    const long denominator = left[1] + right[1];
    if (numerator >= kLargestTerm || denominator >= kLargestTerm) {
      return std::nullopt;
    }
    const double lower_part = lower * static_cast<double>(denominator);
    const double upper_part = upper * static_cast<double>(denominator);
    long* replaced = static_cast<double>(numerator) < lower_part   ? left
                     : static_cast<double>(numerator) > upper_part ? right
                                                                   : nullptr;
    if (replaced == nullptr) {
      return numeric(numerator, denominator);
    }
    replaced[0] = numerator;
    replaced[1] = denominator;
  }
}

std::string number_text(const numeric& number) {
  const numeric most = GiNaC::pow(numeric(10), numeric(280));
  if (GiNaC::abs(number) > most || (!number.is_zero() && GiNaC::abs(number) < 1 / most)) {
    return to_text(number);
  }
  for (const int digits : {15, 17}) {
    const std::string text = formatted("%.*g", digits, number.to_double());
    if (parse_number(text) == number) {
      return text;
    }
  }
  return to_text(number);
}

std::string number_text(double number) {
  return formatted("%.*g", 6, number);
}

}  // namespace ganwright
