#pragma once

#include <optional>

namespace GiNaC {
class ex;
}

namespace ganwright {

/// The functions that a formula may call, but for those that the parser writes out (sqrt, max, sinh, ...).
enum class ElementaryFunction {
  abs,    ///< |x|
  exp,    ///< e^x
  log,    ///< the natural logarithm
  sin,    ///< sine
  cos,    ///< cosine
  tan,    ///< tangent
  asin,   ///< inverse sine
  acos,   ///< inverse cosine
  atan,   ///< inverse tangent
  asinh,  ///< inverse hyperbolic sine
  acosh,  ///< inverse hyperbolic cosine
  atanh,  ///< inverse hyperbolic tangent
};

/// The function that an expression calls; nothing for anything else.
std::optional<ElementaryFunction> elementary_function_of(const GiNaC::ex& e);

}  // namespace ganwright
