#pragma once

#include <ginac/ginac.h>

#include <cstdint>
#include <string>
#include <vector>

#include "losses/formula/elementary_function.h"
#include "losses/interval/interval.h"

namespace ganwright {

/// How a function behaves on a whole interval, from best to worst. It is judged step by step, as the function
/// is written: sqrt((t-1)^2) is not analytic around 1, though GiNaC differentiates it as if it were.
enum class Regularity {
  analytic,    ///< every step lies inside the domain where it is analytic
  continuous,  ///< every step is defined; an argument may reach the rim of its domain, as the root of 0
  unclear,     ///< a step may leave its domain somewhere
  undefined    ///< some step leaves its domain at every point: there is no real value
};

/// What is certain about a function on an interval.
struct Enclosure {
  Interval value;         ///< holds every value that the function takes there
  Regularity regularity;  ///< how well it behaves there
};

/// What exact algebra on an expression costs, in evaluations of it.
inline constexpr int64_t kCostOfAlgebra = 100;

/// A function of one variable compiled to a straight line of interval operations. Constants are exact
/// fractions and pi, rounded outward.
class IntervalProgram {
 public:
  /// Throws LossError for a function, a symbol or a number that is not exact and real.
  IntervalProgram(const GiNaC::ex& expression, const GiNaC::symbol& variable);

  /// Encloses the function on an interval of its variable.
  [[nodiscard]] Enclosure run(const Interval& variable) const;

  /// What a run costs, in interval additions.
  [[nodiscard]] int64_t cost() const { return cost_; }

 private:
  enum class Operation { variable, constant, add, multiply, whole_power, real_power, power_of_log, function };
  struct Instruction {
    Operation operation = Operation::constant;
    int first = -1;
    int second = -1;
    long exponent = 1;    // of whole_power, and of the log of power_of_log
    Interval constant{};  // of constant, and the exponent of real_power and power_of_log
    ElementaryFunction function = ElementaryFunction::exp;  // of function
  };
  class Compiler;

  static int cost_of(const Instruction& step);
  static Regularity regularity_of(const Instruction& step, const Interval& argument);
  static Interval execute(const Instruction& step, const Interval& variable,
                          const std::vector<Interval>& results);

  std::vector<Instruction> instructions_;
  int64_t cost_ = 0;
};

/// Encloses a rational number. Throws LossError for any other.
Interval enclose(const GiNaC::numeric& number);

}  // namespace ganwright
