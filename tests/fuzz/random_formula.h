#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace ganwright {

/// A written f made at random.
struct RandomFormula {
  std::string text;  ///< as check reads it
  bool is_convex;    ///< whether it is convex with f(1) = 0 by the way it was made
};

/// Makes formulas of trees up to depth 6, the same ones for the same seed. Half are convex by construction:
/// rows of the table of divergences, their sums, maxima, positive multiples and perspectives. Of the others
/// some are convex ones with something taken away, and some are anything.
class FormulaGenerator {
 public:
  /// Starts at the first formula of a seed.
  explicit FormulaGenerator(uint64_t seed) : random_(seed) {}

  /// The next one.
  RandomFormula next();

 private:
  uint64_t below(uint64_t count) { return random_() % count; }
  std::string number();
  std::string row();
  std::string convex(int depth);
  std::string perspective(const std::string& f);
  std::string anything(int depth);

  std::mt19937_64 random_;
};

}  // namespace ganwright
