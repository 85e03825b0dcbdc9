#include "losses/formula/algebra.h"

#include <algorithm>

#include "losses/formula/parser.h"
#include "losses/formula/size_bounds.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

// Square-free parts have to do for a polynomial of high degree: t^100 - 1 takes minutes to factor, and they
// show the repeated factors, which is what matters for signs and digits.
ex polynomial_factors(const ex& polynomial) {
  constexpr double kLargestDegree = 24;
  return degree_bound(polynomial) <= kLargestDegree ? GiNaC::factor(polynomial) : GiNaC::sqrfree(polynomial);
}

// Of a fraction in GiNaC's normal form.
ex factors_of_fraction(const ex& fraction) {
  const ex parts = fraction.numer_denom();
  return polynomial_factors(parts.op(0)) / polynomial_factors(parts.op(1));
}

struct BasesAsFractions : GiNaC::map_function {
  ex operator()(const ex& e) override {
    const ex inner = e.map(*this);
    if (is_a<GiNaC::power>(inner)) {
      return GiNaC::pow(inner.op(0).normal(), inner.op(1));
    }
    return inner;
  }
};

struct PowersJoined : GiNaC::map_function {
  ex operator()(const ex& e) override {
    const ex inner = e.map(*this);
    if (!is_a<GiNaC::mul>(inner)) {
      return inner;
    }
    GiNaC::exmap exponents;
    ex rest = 1;
    for (const ex& factor : inner) {
      if (is_a<numeric>(factor)) {
        rest *= factor;
      } else if (is_a<GiNaC::power>(factor)) {
        exponents[factor.op(0)] += factor.op(1);
      } else {
        exponents[factor] += 1;
      }
    }
    for (const auto& [base, exponent] : exponents) {
      rest *= GiNaC::pow(base, exponent);
    }
    return rest;
  }
};

}  // namespace

std::vector<ex> terms_of(const ex& e) {
  return is_a<GiNaC::add>(e) ? std::vector<ex>(e.begin(), e.end()) : std::vector<ex>{e};
}

std::vector<ex> factors_of(const ex& e) {
  return is_a<GiNaC::mul>(e) ? std::vector<ex>(e.begin(), e.end()) : std::vector<ex>{e};
}

bool is_function(const ex& e, const char* name) {
  return is_a<GiNaC::function>(e) && ex_to<GiNaC::function>(e).get_name() == name;
}

std::optional<std::pair<numeric, ex>> as_multiple_of_log(const ex& term) {
  if (is_function(term, "log")) {
    return std::pair(numeric(1), term.op(0));
  }
  if (is_a<GiNaC::mul>(term) && term.nops() == 2) {
    for (const size_t i : {0, 1}) {
      if (is_function(term.op(i), "log") && is_a<numeric>(term.op(1 - i))) {
        return std::pair(ex_to<numeric>(term.op(1 - i)), term.op(i).op(0));
      }
    }
  }
  return std::nullopt;
}

ex exp_with_logs_as_powers(const ex& argument) {
  ex product = 1;
  ex rest = 0;
  for (const ex& term : terms_of(argument.expand())) {
    if (const auto log = as_multiple_of_log(term)) {
      product *= GiNaC::pow(log->second, log->first);
    } else {
      rest += term;
    }
  }
  return product * GiNaC::exp(rest);
}

bool is_positive_by_signs(const ex& e) {
  if (is_a<numeric>(e)) {
    return ex_to<numeric>(e).is_positive();
  }
  if (e.is_equal(variable_t()) || is_function(e, "exp")) {
    return true;
  }
  if (is_a<GiNaC::power>(e)) {
    return is_positive_by_signs(e.op(0));
  }
  if (is_a<GiNaC::add>(e) || is_a<GiNaC::mul>(e)) {
    return std::all_of(e.begin(), e.end(), is_positive_by_signs);
  }
  return false;
}

ex factored_fraction(const ex& e) {
  return factors_of_fraction(e.normal());
}

ex factored_fraction_if_possible(const ex& e) {
  constexpr double kLargestDegree = 60;
  if (degree_bound(e) > kLargestDegree) {
    return e;
  }
  const ex fraction = e.normal();
  try {
    return factors_of_fraction(fraction);
  } catch (const std::invalid_argument&) {
    return fraction;
  }
}

ex with_powers_joined(const ex& expression) {
  PowersJoined powers_joined;
  return powers_joined(expression);
}

ex with_bases_as_fractions(const ex& expression) {
  BasesAsFractions bases_as_fractions;
  return bases_as_fractions(expression);
}

}  // namespace ganwright
