// Checks random formulas and holds the verdicts against values of f at 500 bits. Built by scripts/fuzz.
//
//   verdicts [COUNT] [SEED]    default 20000 formulas from seed 1; exit code 1 for a wrong verdict
#include <cstdlib>
#include <iostream>

#include "tests/fuzz/verdict_check.h"

int main(int argc, char** argv) {
  const int64_t number = argc > 1 ? std::atoll(argv[1]) : 20'000;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const ganwright::VerdictCount count = ganwright::count_verdicts(seed, number, std::cout);
  std::cout << number << " formulas from seed " << seed << ": " << count.proved << " proved, "
            << count.proved_in_part << " proved in part, " << count.refuted << " refuted, " << count.undecided
            << " undecided, " << count.unreadable << " refused as too large or undefined\n"
            << count.convex << " convex by construction, of which " << count.convex_unproved
            << " are not proved on all of t > 0 ("
            << 100.0 * static_cast<double>(count.convex_unproved) / static_cast<double>(count.convex)
            << " %)\n"
            << count.slow << " checks took over 2 s of processor time, the slowest " << count.slowest
            << " s\n"
            << count.wrong.size() << " wrong verdicts\n";
  return count.wrong.empty() ? 0 : 1;
}
