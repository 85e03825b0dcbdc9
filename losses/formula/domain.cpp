#include "losses/formula/domain.h"

#include <algorithm>

#include "losses/formula/algebra.h"
#include "losses/formula/constant.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using Relation = DomainCondition::Relation;

bool is_even_power(const ex& e) {
  return is_a<GiNaC::power>(e) && e.op(1).info(GiNaC::info_flags::even) &&
         e.op(1).info(GiNaC::info_flags::positive);
}

// c (g + |g|), which max(g, 0) is read as.
bool is_positive_part(const ex& e) {
  for (const ex& term : terms_of(e)) {
    for (const ex& factor : factors_of(term)) {
      const ex coefficient = term / factor;
      if (is_function(factor, "abs") && is_positive_by_signs(coefficient)) {
        const ex rest = (e - term) / coefficient;
        return ex(rest - factor.op(0)).expand().is_zero() || ex(rest + factor.op(0)).expand().is_zero();
      }
    }
  }
  return false;
}

bool is_nonnegative_by_signs(const ex& e) {
  if (e.is_zero() || is_positive_by_signs(e) || is_even_power(e) || is_function(e, "abs")) {
    return true;
  }
  if (is_a<GiNaC::power>(e) && !e.op(1).info(GiNaC::info_flags::negative)) {
    return is_nonnegative_by_signs(e.op(0));
  }
  const bool are_all = (is_a<GiNaC::add>(e) || is_a<GiNaC::mul>(e)) &&
                       std::all_of(e.begin(), e.end(), is_nonnegative_by_signs);
  return are_all || is_positive_part(e);
}

// 1 + |g| is.
bool is_positive_sum(const ex& e) {
  return is_a<GiNaC::add>(e) && std::all_of(e.begin(), e.end(), is_nonnegative_by_signs) &&
         std::any_of(e.begin(), e.end(), is_positive_by_signs);
}

bool holds_by_signs(Relation relation, const ex& argument) {
  return is_positive_by_signs(argument) || is_positive_sum(argument) ||
         (relation == Relation::nonzero && is_positive_by_signs(-argument)) ||
         (relation == Relation::nonnegative && is_nonnegative_by_signs(argument));
}

}  // namespace

void add_condition(Domain& domain, Relation relation, const ex& argument) {
  // A product is 0 where a factor is.
  if (relation == Relation::nonzero && is_a<GiNaC::mul>(argument)) {
    for (const ex& factor : argument) {
      add_condition(domain, relation, factor);
    }
    return;
  }
  const bool is_power = is_a<GiNaC::power>(argument) && is_constant(argument.op(1));
  if (relation == Relation::nonzero && is_power && sign_of_constant(argument.op(1)) == 1) {
    return add_condition(domain, relation, argument.op(0));
  }
  const bool is_there = std::any_of(domain.begin(), domain.end(), [&](const DomainCondition& condition) {
    return condition.relation == relation && condition.argument.is_equal(argument);
  });
  if (!is_there && !holds_by_signs(relation, argument)) {
    domain.push_back({relation, argument});
  }
}

void add_conditions_of_power(Domain& domain, const ex& base, const ex& exponent) {
  if (exponent.info(GiNaC::info_flags::integer)) {
    if (exponent.info(GiNaC::info_flags::negative)) {
      add_condition(domain, Relation::nonzero, base);
    }
    return;
  }
  const bool is_root = is_constant(exponent) && sign_of_constant(exponent) == 1;
  add_condition(domain, is_root ? Relation::nonnegative : Relation::positive, base);
}

void add_conditions_of_call(Domain& domain, const std::string& function, const ex& x) {
  if (function == "log" || function == "ln") {
    add_condition(domain, Relation::positive, x);
  } else if (function == "sqrt") {
    add_condition(domain, Relation::nonnegative, x);
  } else if (function == "tan") {
    add_condition(domain, Relation::nonzero, GiNaC::cos(x));
  } else if (function == "acosh") {
    add_condition(domain, Relation::nonnegative, x - 1);
  } else if (function == "asin" || function == "acos") {
    add_condition(domain, Relation::nonnegative, 1 - x);
    add_condition(domain, Relation::nonnegative, 1 + x);
  } else if (function == "atanh") {
    add_condition(domain, Relation::positive, 1 - x);
    add_condition(domain, Relation::positive, 1 + x);
  }
}

}  // namespace ganwright
