#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "tests/fuzz/random_formula.h"

namespace ganwright {

/// What came of checking random formulas and holding the verdicts against values of f at 500 bits.
struct VerdictCount {
  int64_t proved = 0;              ///< on all of t > 0
  int64_t proved_in_part = 0;      ///< on a bounded range only
  int64_t refuted = 0;             ///< convexity, or f(1) = 0
  int64_t undecided = 0;           ///< neither
  int64_t unreadable = 0;          ///< refused as too large, too deep, or without a value at one of its steps
  int64_t convex = 0;              ///< how many were convex by construction
  int64_t convex_unproved = 0;     ///< how many of these were not proved on all of t > 0
  int64_t slow = 0;                ///< how many checks took over 2 s
  double slowest = 0;              ///< of the checks, in seconds of processor time
  std::vector<std::string> wrong;  ///< verdicts that values of f contradict, each in a line
};

/// Checks `count` formulas from a seed. Of each, f is evaluated at 400 points from 1e-12 to 1e12, as it is
/// written: a proved f has a real value and lies below its chords there, and f(1) is 0; a refuted one lies
/// above a chord, has no value, or f(1) is not 0, at the point that the refutation names.
/// Lines about wrong verdicts and unproved convex formulas go to `log`, too, as they are found.
VerdictCount count_verdicts(uint64_t seed, int64_t count, std::ostream& log);

}  // namespace ganwright
