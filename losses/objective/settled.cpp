#include "losses/objective/settled.h"

#include <cmath>

namespace ganwright {

RealFunction settled(const RealFunction& function) {
  return RealFunction([function](double h) {
    for (const double far : {1e3, 1e8}) {
      if (!(std::abs(h) > far)) {
        break;
      }
      const SignedLog there = function.run(std::copysign(far, h));
      const SignedLog beyond = function.run(std::copysign(2 * far, h));
      // The rounding of logarithms there, with room to spare.
      const double rounding = 1e-13 * far;
      if (there.sign == beyond.sign && std::abs(there.log - beyond.log) <= rounding) {
        return there;
      }
    }
    return function.run(h);
  });
}

ScalarFunction settled(const ScalarFunction& function) {
  return {settled(function.value), settled(function.slope)};
}

}  // namespace ganwright
