#pragma once

#include <ginac/ginac.h>

#include <cstdint>
#include <vector>

#include "losses/interval/derivative_tower.h"

namespace ganwright {

/// The factors of an expression in t, whose signs give that of the whole: ((t+1) log(t) - 2(t-1))/log(t)^3
/// next to t = 1, where the enclosure of the fraction is of no use and each factor is monotone.
class FactorSigns {
 public:
  /// No factors for an expression that is too large to be brought to one fraction.
  explicit FactorSigns(const GiNaC::ex& expression);

  /// Whether the expression is certainly not negative on the box wherever it is defined: no factor, but for
  /// those of even powers, changes its sign, and an even number of them is negative.
  bool are_nonnegative_on(const Box& box);

  /// What all evaluations cost so far, in interval additions.
  [[nodiscard]] int64_t cost() const;

 private:
  std::vector<DerivativeTower> factors_;
};

}  // namespace ganwright
