#include "tests/fuzz/verdict_check.h"

#include <flint/fmpq.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <optional>
#include <ostream>

#include "losses/analysis/convexity.h"
#include "losses/analysis/variational.h"
#include "losses/divergence/recognition.h"
#include "losses/formula/parser.h"
#include "losses/formula/run_algebra.h"
#include "losses/formula/stable_form.h"
#include "losses/loss_error.h"
#include "tests/fuzz/reference_value.h"

namespace ganwright {
namespace {

constexpr long kReferenceBits = 500;
constexpr int kPoints = 400;
constexpr double kTiny = 1e-20;
constexpr double kLongest = 2;  // in seconds of processor time

// t + direction d as an exact number, for d = t 2^-k.
void set_beside(Ball& beside, const Ball& t, int direction, int k, long bits) {
  Ball distance;
  arb_mul_2exp_si(distance.value, t.value, -k);
  arb_mul_si(distance.value, distance.value, direction, bits);
  arb_add(beside.value, t.value, distance.value, bits);
}

// Whether f(t) certainly lies above the chord between t - d and t + d.
bool lies_above_chord(const ReferenceFunction& f, const Ball& t, int k, long bits) {
  Ball left, middle, right, beside;
  set_beside(beside, t, -1, k, bits);
  f.evaluate(left, beside, bits);
  set_beside(beside, t, 1, k, bits);
  f.evaluate(right, beside, bits);
  f.evaluate(middle, t, bits);
  arb_add(left.value, left.value, right.value, bits);
  arb_submul_ui(left.value, middle.value, 2, bits);
  return arb_is_finite(left.value) != 0 && arb_is_negative(left.value) != 0;
}

// No number, or infinite: no real value. At a pole that is known between bounds f is merely enormous.
bool has_no_value(const ReferenceFunction& f, const Ball& t) {
  constexpr double kEnormous = 1e15;
  Ball value;
  f.evaluate(value, t, kReferenceBits);
  return arb_is_finite(value.value) == 0 ||
         std::abs(arf_get_d(arb_midref(value.value), ARF_RND_NEAR)) > kEnormous;
}

// No simple fractions, more of them near 1, some far out.
double point(int i) {
  const double x = (i + 0.437) / kPoints * 2 - 1;
  return std::exp(28 * x * x * x + 0.0123);
}

std::optional<std::string> contradiction_of_proof(const ReferenceFunction& f) {
  Ball t;
  for (int i = 0; i < kPoints; ++i) {
    arb_set_d(t.value, point(i));
    Ball value;
    f.evaluate(value, t, kReferenceBits);
    if (arb_is_finite(value.value) == 0) {
      return "no value at " + std::to_string(point(i));
    }
    for (const int k : {1, 5, 12, 40, 90}) {
      if (lies_above_chord(f, t, k, kReferenceBits)) {
        return "above a chord at " + std::to_string(point(i));
      }
    }
  }
  return std::nullopt;
}

// In a gap, just beside it.
bool is_nonzero_at_one(const ReferenceFunction& f) {
  constexpr int kBeside = 100;
  Ball one, beside, value;
  arb_one(one.value);
  f.evaluate(value, one, kReferenceBits);
  if (arb_is_finite(value.value) != 0) {
    return arb_contains_zero(value.value) == 0;
  }
  set_beside(beside, one, 1, kBeside, kReferenceBits);
  f.evaluate(value, beside, kReferenceBits);
  return arb_is_finite(value.value) != 0 &&
         std::abs(arf_get_d(arb_midref(value.value), ARF_RND_NEAR)) > kTiny;
}

bool is_confirmed(const ReferenceFunction& f, const Counterexample& counterexample) {
  constexpr long kManyBits = 4096;
  fmpq_t place;
  fmpq_init(place);
  fmpz_set_str(fmpq_numref(place), to_text(counterexample.t.numer()).c_str(), 10);
  fmpz_set_str(fmpq_denref(place), to_text(counterexample.t.denom()).c_str(), 10);
  Ball t;
  arb_set_fmpq(t.value, place, kManyBits);
  fmpq_clear(place);
  if (std::isnan(counterexample.bound)) {
    return has_no_value(f, t);
  }
  for (const int k : {1, 2, 3, 5, 8, 12, 20, 30, 45, 60, 80, 100, 200, 400}) {
    if (lies_above_chord(f, t, k, kManyBits)) {
      return true;
    }
  }
  // At a jump f has no value, or chords on one side only.
  return has_no_value(f, t) || counterexample.statement.starts_with("f jumps");
}

struct Outcome {
  ConvexityCertificate convexity;
  Verdict variational = Verdict::undecided;
};

Outcome check(const std::string& text) {
  return run_algebra(text, [&] {
    const Divergence divergence = divergence_to_certify(text);
    Outcome outcome{certify_convexity(divergence)};
    if (outcome.convexity.convexity != Verdict::refuted) {
      outcome.variational = certify_variational_form(divergence).verdict;
      (void)recognize(divergence);
    }
    return outcome;
  });
}

void judge(const RandomFormula& formula, const Outcome& outcome, VerdictCount& count) {
  const ConvexityCertificate& found = outcome.convexity;
  const ReferenceFunction f(formula.text);
  const auto is_wrong = [&](const std::string& why) {
    count.wrong.push_back(formula.text + ": " + found.headline + ": " + why);
  };
  if (found.convexity == Verdict::proved && found.covers_everything()) {
    if (const auto contradiction = contradiction_of_proof(f)) {
      is_wrong(*contradiction);
    }
  }
  if (found.convexity == Verdict::refuted && (formula.is_convex || !is_confirmed(f, *found.counterexample))) {
    is_wrong("not confirmed");
  }
  if (found.convexity != Verdict::refuted && outcome.variational == Verdict::refuted) {
    is_wrong("a rewritten derivative differs");
  }
  if (found.zero_at_one == Verdict::proved ? is_nonzero_at_one(f)
                                           : found.zero_at_one == Verdict::refuted && !is_nonzero_at_one(f)) {
    is_wrong("f(1)");
  }
}

}  // namespace

VerdictCount count_verdicts(uint64_t seed, int64_t number_of_formulas, std::ostream& log) {
  VerdictCount count;
  FormulaGenerator generator(seed);
  for (int64_t i = 0; i < number_of_formulas; ++i) {
    const RandomFormula formula = generator.next();
    count.convex += formula.is_convex ? 1 : 0;
    const std::clock_t start = std::clock();
    const auto stop_clock = [&] {
      const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
      if (seconds > kLongest) {
        ++count.slow;
        log << "took " << seconds << " s: " << formula.text << std::endl;
      }
      count.slowest = std::max(count.slowest, seconds);
    };
    std::string verdict;
    bool is_proved = false;
    const size_t wrong_before = count.wrong.size();
    try {
      const Outcome outcome = check(formula.text);
      stop_clock();
      const ConvexityCertificate& found = outcome.convexity;
      const bool is_whole = found.covers_everything();
      is_proved = found.verdict == Verdict::proved && is_whole && outcome.variational == Verdict::proved;
      count.proved += is_proved ? 1 : 0;
      count.proved_in_part += found.verdict == Verdict::proved && !is_whole ? 1 : 0;
      count.refuted += found.verdict == Verdict::refuted ? 1 : 0;
      verdict = found.headline;
      judge(formula, outcome, count);
    } catch (const LossError& refusal) {
      stop_clock();
      ++count.unreadable;
      verdict = refusal.what();
    }
    for (size_t wrong = wrong_before; wrong < count.wrong.size(); ++wrong) {
      log << "WRONG: " << count.wrong[wrong] << std::endl;
    }
    if (formula.is_convex && !is_proved) {
      ++count.convex_unproved;
      log << "not proved: " << formula.text << ": " << verdict << std::endl;
    }
  }
  count.undecided =
      number_of_formulas - count.proved - count.proved_in_part - count.refuted - count.unreadable;
  return count;
}

}  // namespace ganwright
