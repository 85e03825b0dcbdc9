#pragma once

#include <functional>
#include <utility>

#include "losses/numeric/signed_log.h"

namespace ganwright {

/// A function of one real number, such as a discriminator's output h or u = log t, whose value is a signed
/// logarithm, so that nothing overflows where functions are composed.
class RealFunction {
 public:
  /// No function: false as a bool, and not to be run.
  RealFunction() = default;
  /// The function that `function` computes.
  explicit RealFunction(std::function<SignedLog(double)> function) : function_(std::move(function)) {}

  /// The value at x.
  [[nodiscard]] SignedLog run(double x) const { return function_(x); }
  /// The value at x as a plain number.
  [[nodiscard]] double operator()(double x) const { return function_(x).value(); }
  /// Whether there is a function.
  [[nodiscard]] explicit operator bool() const { return static_cast<bool>(function_); }

 private:
  std::function<SignedLog(double)> function_;
};

/// A function and its derivative. The derivative is computed from f'' in stable form, never as a difference
/// of large numbers (§5).
struct ScalarFunction {
  RealFunction value;  ///< the function
  RealFunction slope;  ///< its derivative
};

/// -f.
inline RealFunction operator-(const RealFunction& function) {
  return RealFunction([function](double x) { return -function.run(x); });
}

/// -f and -f'.
inline ScalarFunction operator-(const ScalarFunction& function) {
  return {-function.value, -function.slope};
}

/// outer(inner(x)), with its slope by the chain rule.
inline ScalarFunction composed(const ScalarFunction& outer, const ScalarFunction& inner) {
  return {RealFunction([outer, inner](double x) { return outer.value.run(inner.value(x)); }),
          RealFunction(
              [outer, inner](double x) { return outer.slope.run(inner.value(x)) * inner.slope.run(x); })};
}

}  // namespace ganwright
