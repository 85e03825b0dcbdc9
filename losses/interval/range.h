#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <string>

#include "losses/numeric/real_function.h"

namespace ganwright {

/// The open interval Omega = omega((0, inf)) that a link maps onto; an end that is missing is infinite.
struct Range {
  std::optional<GiNaC::numeric> low;   ///< the lower end
  std::optional<GiNaC::numeric> high;  ///< the upper end
  /// Whether both ends are infinite.
  [[nodiscard]] bool is_whole_line() const { return !low && !high; }
  [[nodiscard]] std::string text() const;  ///< such as "(0, inf)"
};

/// The range of a rising function of u = log t, from its values far out: an end is finite where these agree.
Range range_of(const RealFunction& rising);

/// The interval of v on which omega^{-1}, a function of v, is positive and rises, around the v where it is
/// nearest to 1. Throws LossError if there is none, or if omega^{-1} has a limit other than 0 and infinity at
/// its ends, so that not every likelihood ratio is a value of it.
Range range_of_inverse(const RealFunction& omega_inverse);

/// An increasing map from the real line onto a range, in t = e^h or, so that no digits are lost next to a
/// finite upper end, in t = e^-h: log t, softplus from the finite end, or a sigmoid.
struct Activation {
  GiNaC::ex output;  ///< v in t
  bool falls_in_t;   ///< whether t = e^-h
  std::string text;  ///< such as "v = softplus(h)"
};

/// The activation that maps onto a range.
Activation activation_onto(const Range& range);

}  // namespace ganwright
