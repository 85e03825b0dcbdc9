#pragma once

#include <ginac/ginac.h>

#include <vector>

namespace ganwright {

/// An expression in t on an interval where it is smooth. A list of them goes from 0 to infinity: each piece
/// ends where the next one starts.
struct SmoothPiece {
  GiNaC::numeric start;  ///< left end of the interval; 0 for the first piece
  GiNaC::ex expression;  ///< holds no abs of t
};

/// Splits an expression at its kinks, the positive zeros of the arguments of abs, and removes every abs.
/// GiNaC differentiates |t-1| to a function without a jump, so this comes before any differentiation.
/// Throws LossError if an argument's zeros cannot be found exactly, and for a formula that is too large or
/// nested too deeply for exact algebra.
std::vector<SmoothPiece> split_at_kinks(const GiNaC::ex& expression);

}  // namespace ganwright
