#pragma once

#include <ginac/ginac.h>

#include <vector>

namespace ganwright {

/// An expression on an interval of t where it is smooth.
struct SmoothPiece {
  GiNaC::numeric start;  ///< left end of the interval; 0 for the first piece
  GiNaC::ex expression;
};

/// The exact value of an expression in t at one t. Throws LossError where a power of numbers on the way would
/// be enormous, as 99^(9^91) would.
GiNaC::ex value_at(const GiNaC::ex& expression, const GiNaC::numeric& t);

/// Splits an expression at its kinks, the positive zeros of the arguments of abs, and removes every abs.
/// GiNaC differentiates |t-1| to a function without a jump, so this comes before any differentiation.
/// Throws LossError where an argument's zeros cannot be found exactly.
std::vector<SmoothPiece> split_at_kinks(const GiNaC::ex& expression);

}  // namespace ganwright
