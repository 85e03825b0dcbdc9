#include "losses/formula/size_bounds.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

using ExpressionSet = std::set<ex, GiNaC::ex_is_less>;

bool has_fraction(const ex& sum) {
  return std::any_of(sum.begin(), sum.end(), [](const ex& term) {
    const auto is_fraction = [](const ex& e) {
      return is_a<GiNaC::power>(e) && ex_to<GiNaC::power>(e).op(1).info(GiNaC::info_flags::negative);
    };
    return is_fraction(term) ||
           (is_a<GiNaC::mul>(term) && std::any_of(term.begin(), term.end(), is_fraction));
  });
}

// How many terms a polynomial of that degree has in so many symbols: (d+n choose n).
double terms_bound(double degree, size_t symbols) {
  const auto n = static_cast<double>(symbols);
  return std::exp(std::lgamma(degree + n + 1) - std::lgamma(degree + 1) - std::lgamma(n + 1));
}

void collect_functions(const ex& e, ExpressionSet& found) {
  if (is_a<GiNaC::function>(e) || (is_a<GiNaC::power>(e) && !e.op(1).info(GiNaC::info_flags::integer))) {
    found.insert(e);
    return;
  }
  for (const ex& operand : e) {
    collect_functions(operand, found);
  }
}

}  // namespace

double degree_bound(const ex& expression) {
  if (is_a<GiNaC::power>(expression)) {
    const ex& exponent = expression.op(1);
    if (!is_a<numeric>(exponent)) {
      return degree_bound(expression.op(0)) + degree_bound(exponent);
    }
    const bool is_whole = exponent.info(GiNaC::info_flags::integer);
    return (is_whole ? std::abs(ex_to<numeric>(exponent).to_double()) : 1.0) * degree_bound(expression.op(0));
  }
  double sum = 0;
  double largest = 0;
  for (const ex& operand : expression) {
    const double degree = degree_bound(operand);
    sum += degree;
    largest = std::max(largest, degree);
  }
  if (is_a<GiNaC::add>(expression)) {
    // Fractions are brought to one denominator, which multiplies their terms by one another.
    return has_fraction(expression) ? sum : largest;
  }
  return is_a<GiNaC::symbol>(expression) ? 1.0 : sum;
}

double expanded_terms_bound(const ex& expression) {
  ExpressionSet functions;
  collect_functions(expression, functions);
  return terms_bound(std::min(degree_bound(expression), 1e4), functions.size() + 1);
}

bool has_exponent_beyond(const ex& e, int largest) {
  const bool is_one =
      is_a<GiNaC::power>(e) && is_a<numeric>(e.op(1)) && GiNaC::abs(ex_to<numeric>(e.op(1))) > largest;
  return is_one || std::any_of(e.begin(), e.end(), [largest](const ex& operand) {
           return has_exponent_beyond(operand, largest);
         });
}

}  // namespace ganwright
