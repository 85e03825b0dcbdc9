#pragma once

#include <ginac/ginac.h>

#include <string>
#include <vector>

namespace ganwright {

/// What a step of a written formula asks of an argument so that it has a real value, as log(x) asks x > 0.
struct DomainCondition {
  /// Of the argument to 0.
  enum class Relation {
    positive,     ///< of log, and of a base whose exponent is variable or negative and no whole number
    nonnegative,  ///< of a root
    nonzero       ///< of a divisor
  };
  Relation relation;   ///< what is asked
  GiNaC::ex argument;  ///< of what, in the formula's variable
};

/// What all steps ask. It is part of a formula, since algebra forgets it: 0*log(t-5) becomes 0.
using Domain = std::vector<DomainCondition>;

/// Adds a condition, unless the domain has it or it holds for every t > 0 by the signs of the coefficients.
void add_condition(Domain& domain, DomainCondition::Relation relation, const GiNaC::ex& argument);

/// Adds what base^exponent asks.
void add_conditions_of_power(Domain& domain, const GiNaC::ex& base, const GiNaC::ex& exponent);

/// Adds what a call of a named function asks, such as "log".
void add_conditions_of_call(Domain& domain, const std::string& function, const GiNaC::ex& argument);

}  // namespace ganwright
