#pragma once

#include <ginac/ginac.h>

#include <vector>

#include "losses/formula/place.h"

namespace ganwright {

/// An expression in t on an interval where it is smooth. A list of them goes from 0 to infinity: each piece
/// ends where the next one starts.
struct SmoothPiece {
  Place start;           ///< left end of the interval; 0 for the first piece
  GiNaC::ex expression;  ///< holds no abs of t
};

/// Splits an expression at its kinks, the places where the argument of an abs changes its sign, the innermost
/// first, and removes every abs. GiNaC differentiates |t-1| to a function without a jump, so this comes
/// before any differentiation. The root of a square is an abs too: ((t-1)^2)^(1/2). Throws LossError where
/// the sign changes of an argument are not isolated, and for a formula that is too large or nested too deeply
/// for exact algebra.
std::vector<SmoothPiece> split_at_kinks(const GiNaC::ex& expression);

/// The piece that holds from t on.
const SmoothPiece& piece_at(const std::vector<SmoothPiece>& pieces, const GiNaC::numeric& t);

}  // namespace ganwright
