#include "losses/divergence/divergence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <utility>

#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/smooth_pieces.h"
#include "losses/loss.h"
#include "losses/loss_error.h"
#include "losses/numeric/infinity.h"
#include "losses/numeric/program.h"
#include "tests/support/divergence_cases.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::numeric;

double log_of(const Place& start) {
  return start.is_zero() ? -kInfinity : std::log(start.value());
}

Program program_of(
    const std::vector<SmoothPiece>& pieces,
    const std::function<ex(const ex&)>& transform = [](const ex& e) { return e; }) {
  Program program;
  for (const SmoothPiece& piece : pieces) {
    program.append_piece(log_of(piece.start), transform(piece.expression));
  }
  return program;
}

Program f_of(const std::string& name) {
  return program_of(named_divergence(name).pieces);
}

Program curvature_of(const Divergence& divergence) {
  return program_of(divergence.pieces, [](const ex& e) { return stable_form(e.diff(variable_t(), 2)); });
}

// Sixty digits for as long as it lives: a reference that cancellation does not reach.
struct ManyDigits {
  ManyDigits() { GiNaC::Digits = 60; }
  ~ManyDigits() { GiNaC::Digits = previous; }
  ManyDigits(const ManyDigits&) = delete;
  ManyDigits& operator=(const ManyDigits&) = delete;
  long previous = GiNaC::Digits;
};

double exact_value(const ex& expression, const numeric& u) {
  const ex at_u = GiNaC::exp(ex(u)).evalf();
  return ex_to<numeric>(expression.subs(variable_t() == at_u).evalf()).to_double();
}

class EveryDivergence : public ::testing::TestWithParam<std::string> {
 protected:
  const Divergence divergence_ = named_divergence(GetParam());
};

TEST_P(EveryDivergence, IsExactlyZeroAtOne) {
  for (size_t i = 0; i < divergence_.pieces.size(); ++i) {
    const SmoothPiece& piece = divergence_.pieces[i];
    const bool reaches_one =
        i + 1 == divergence_.pieces.size() || Place(1) <= divergence_.pieces[i + 1].start;
    if (piece.start <= 1 && reaches_one) {
      const ex at_one = piece.expression.subs(variable_t() == 1).expand();
      EXPECT_TRUE(at_one.is_zero()) << to_text(at_one);
    }
  }
}

TEST_P(EveryDivergence, IsContinuousAtItsKinks) {
  for (size_t i = 1; i < divergence_.pieces.size(); ++i) {
    const ex jump = divergence_.pieces[i].expression - divergence_.pieces[i - 1].expression;
    EXPECT_TRUE(jump.subs(variable_t() == divergence_.pieces[i].start.lower()).expand().is_zero());
  }
}

TEST_P(EveryDivergence, IsConvexBetweenItsKinks) {
  const Program curvature = curvature_of(divergence_);
  double previous_sign = 1;
  for (const double u : grid(-80, 80, 5121)) {
    const SignedLog value = curvature.run(u);
    if (divergence_.dual_pair) {
      EXPECT_EQ(value.sign, 0) << "u = " << u;
    } else {
      EXPECT_GE(value.sign, 0) << "u = " << u;
      EXPECT_GT(value.sign + previous_sign, 0) << "no strict convexity around u = " << u;
    }
    previous_sign = value.sign;
  }
}

TEST_P(EveryDivergence, ItsSlopeDoesNotFallAtAKink) {
  for (size_t i = 1; i < divergence_.pieces.size(); ++i) {
    const ex jump = (divergence_.pieces[i].expression - divergence_.pieces[i - 1].expression)
                        .diff(variable_t())
                        .subs(variable_t() == divergence_.pieces[i].start.lower());
    EXPECT_TRUE(jump.info(GiNaC::info_flags::nonnegative)) << to_text(jump);
    EXPECT_EQ(jump.info(GiNaC::info_flags::positive), divergence_.dual_pair.has_value());
  }
}

TEST_P(EveryDivergence, IsEvaluatedAsItIsWritten) {
  const Program f = program_of(divergence_.pieces);
  const ManyDigits digits;
  const ex written = parse_expression(divergence_.f);
  for (int k = -40; k <= 40; ++k) {
    const double expected = exact_value(written, numeric(k, 4));
    EXPECT_NEAR(f(k / 4.0), expected, 1e-9 * std::abs(expected) + 1e-15) << "u = " << k / 4.0;
  }
}

TEST_P(EveryDivergence, IsNonNegativeUpToALineThroughOne) {
  const Program f = program_of(divergence_.pieces);
  const double slope = program_of(divergence_.pieces, [](const ex& e) { return e.diff(variable_t()); })(0);
  for (const double u : grid(-20, 20, 401)) {
    const double line = slope * std::expm1(u);
    EXPECT_GE(f(u) - line, -1e-12 * std::max(1.0, std::abs(line))) << "u = " << u;
  }
}

INSTANTIATE_TEST_SUITE_P(Divergences, EveryDivergence, ::testing::ValuesIn(all_divergences()), case_name);

TEST(DivergenceTable, HasUniqueNames) {
  std::set<std::string> names;
  for (const DivergenceRow& row : divergence_table()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
  EXPECT_EQ(divergence_names().size(), names.size());
}

TEST(DivergenceTable, EveryDefaultAndSpecialCaseIsInRange) {
  for (const DivergenceRow& row : divergence_table()) {
    if (row.parameter) {
      EXPECT_TRUE(row.parameter->contains(parse_number(row.parameter->default_value))) << row.name;
      for (const SpecialCase& special : row.special_cases) {
        EXPECT_TRUE(row.parameter->contains(special.value)) << row.name;
      }
      EXPECT_EQ(named_divergence(row.name).name, row.name + ":" + row.parameter->default_value);
    } else {
      EXPECT_EQ(named_divergence(row.name).name, row.name);
    }
  }
}

TEST(ParameterRange, ContainsItsEndsWhereItSaysSo) {
  const ParameterRange range{"x", "1", 0, 2, false, true};
  EXPECT_EQ(range.text(), "0 < x <= 2");
  EXPECT_FALSE(range.contains(0));
  EXPECT_TRUE(range.contains(1e-9));
  EXPECT_TRUE(range.contains(2));
  EXPECT_FALSE(range.contains(2.1));
}

TEST(NamedDivergence, WritesTheParameterIntoTheFormula) {
  EXPECT_EQ(named_divergence("vajda:3").f, "abs(t-1)^3");
  EXPECT_EQ(named_divergence("alpha:-1").f, "(t^(-1) - 1 - (-1)*(t-1))/((-1)*((-1)-1))");
  EXPECT_EQ(named_divergence("skew-kl:1/3").f, "t*log(t/((1/3)*t+1-(1/3)))");
}

TEST(NamedDivergence, TakesNoParameterForASpecialCaseNearIt) {
  EXPECT_EQ(named_divergence("vajda:1").f, "abs(t-1)");
  EXPECT_EQ(named_divergence("vajda:1.00000000000000000000001").f, "abs(t-1)^1.00000000000000000000001");
}

TEST(NamedDivergence, RefusesWithOneLineThatHelps) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"pearson-chi", "unknown divergence 'pearson-chi' (did you mean 'pearson-chi2'?)"},
      {"", "unknown divergence ''"},
      {":", "unknown divergence ''"},
      {"KL", "unknown divergence 'KL'"},
      {"kl:1", "kl takes no parameter; write 'kl'"},
      {"kl:", "kl takes no parameter"},
      {"alpha:", "alpha: '' is not a number; give -20 <= alpha <= 20"},
      {"alpha:x", "alpha: 'x' is not a number"},
      {"alpha:nan", "'nan' is not a number"},
      {"alpha:0.5:1", "'0.5:1' is not a number"},
      {"alpha:21", "alpha = 21 is out of range; give -20 <= alpha <= 20"},
      {"weighted-js:0", "weight = 0 is out of range; give 0 < weight < 1"},
      {"weighted-js:1", "out of range"},
      {"skew-kl:1", "out of range"},
      {"vajda:0.9", "out of range"},
      {"vajda:0.9999999999999999999999", "out of range"},
      {"hockey-stick:0", "out of range"},
      {"hockey-stick:-1", "out of range"},
  };
  for (const auto& [name, expected] : cases) {
    try {
      (void)named_divergence(name);
      ADD_FAILURE() << name << " was accepted";
    } catch (const LossError& error) {
      EXPECT_NE(std::string(error.what()).find(expected), std::string::npos) << error.what();
    }
  }
}

TEST(Nontrivial, RefusesWhatIsZeroUpToALineThroughOne) {
  for (const char* f : {"0", "t-1", "3*(1-t)"}) {
    EXPECT_THROW(require_nontrivial(divergence_of({.f = f})), LossError) << f;
  }
  for (const char* f : {"(t-1)^2", "abs(t-1)", "max(t-1,0)"}) {
    EXPECT_NO_THROW(require_nontrivial(divergence_of({.f = f}))) << f;
  }
}

TEST(CurvatureAtOne, IsTheSecondDerivative) {
  const std::vector<std::pair<std::string, double>> cases = {{"kl", 1},
                                                             {"reverse-kl", 1},
                                                             {"jeffreys", 2},
                                                             {"js", 0.25},
                                                             {"gan", 0.5},
                                                             {"weighted-js:0.1", 0.09},
                                                             {"squared-hellinger", 0.5},
                                                             {"pearson-chi2", 2},
                                                             {"neyman-chi2", 2},
                                                             {"symmetric-chi2", 4},
                                                             {"alpha:-3", 1},
                                                             {"alpha:0", 1},
                                                             {"alpha:1", 1},
                                                             {"alpha:1.000001", 1},
                                                             {"triangular", 1},
                                                             {"softened-reverse-kl", 0.5},
                                                             {"arithmetic-geometric", 0.25},
                                                             {"skew-kl:0.3", 0.49},
                                                             {"k-divergence", 0.25},
                                                             {"vajda:2", 2},
                                                             {"vajda:3", 0},
                                                             {"vajda:1.5", kInfinity},
                                                             {"puri-vincze:3", 0},
                                                             {"puri-vincze:1.5", kInfinity},
                                                             {"total-variation", kInfinity},
                                                             {"vajda:1", kInfinity},
                                                             {"hockey-stick:1", kInfinity},
                                                             {"hockey-stick:2", 0}};
  for (const auto& [name, expected] : cases) {
    const double curvature = curvature_at_one(named_divergence(name));
    if (std::isfinite(expected)) {
      EXPECT_NEAR(curvature, expected, 1e-12) << name;
    } else {
      EXPECT_EQ(curvature, expected) << name;
    }
  }
}

// Equal as functions, or up to a multiple of t-1, which changes no divergence.
void expect_same(const std::function<double(double)>& a, const std::function<double(double)>& b,
                 double tolerance, const std::string& what) {
  for (const double u : grid(-10, 10, 81)) {
    EXPECT_NEAR(a(u), b(u), tolerance * std::max({1.0, std::exp(u), std::abs(b(u))})) << what << " at " << u;
  }
}

struct Identity {
  std::string left, right;
  double factor = 1;  ///< left = factor * right + linear * (t-1)
  double linear = 0;
  double tolerance = 1e-12;
};

TEST(Identities, HoldBetweenRowsOfTheTable) {
  const std::vector<Identity> identities = {
      {"gan", "js", 2},
      {"js", "weighted-js:0.5"},
      {"k-divergence", "skew-kl:0.5"},
      {"kl", "skew-kl:0"},
      {"vajda:2", "pearson-chi2"},
      {"puri-vincze:2", "triangular"},
      {"vajda:1", "total-variation", 2},
      {"puri-vincze:1", "total-variation", 2},
      {"hockey-stick:1", "total-variation", 1, 0.5},
      {"alpha:1", "kl", 1, -1},
      {"alpha:0", "reverse-kl", 1, 1},
      {"alpha:2", "pearson-chi2", 0.5},
      {"alpha:-1", "neyman-chi2", 0.5},
      {"alpha:0.5", "squared-hellinger", 2},
      // The derivative of alpha's f in alpha is t log(t)^2/2 at most, up to the factor 1e-6.
      {"alpha:1.000001", "kl", 1, -1, 1e-4},
      {"alpha:0.999999", "kl", 1, -1, 1e-4},
      {"alpha:1e-6", "reverse-kl", 1, 1, 1e-4},
      {"alpha:-1e-6", "reverse-kl", 1, 1, 1e-4},
      {"alpha:1e-12", "reverse-kl", 1, 1, 1e-9},
  };
  for (const Identity& identity : identities) {
    const Program right = f_of(identity.right);
    expect_same(
        f_of(identity.left),
        [&](double u) { return identity.factor * right(u) + identity.linear * std::expm1(u); },
        identity.tolerance, identity.left + " and " + identity.right);
  }
}

TEST(Identities, HoldForSums) {
  const auto sum = [](const std::string& a, const std::string& b) {
    return [fa = f_of(a), fb = f_of(b)](double u) { return fa(u) + fb(u); };
  };
  expect_same(f_of("symmetric-chi2"), sum("pearson-chi2", "neyman-chi2"), 1e-12, "symmetric chi2");
  expect_same(f_of("jeffreys"), sum("kl", "reverse-kl"), 1e-12, "jeffreys");
  // Taneja: J = 4 (I + T) for Jensen-Shannon I and arithmetic-geometric T.
  expect_same([f = f_of("jeffreys")](double u) { return f(u) / 4; }, sum("js", "arithmetic-geometric"), 1e-12,
              "jeffreys/4");
}

TEST(Identities, AdjointPairsSwapPAndQ) {
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"kl", "reverse-kl"},
      {"pearson-chi2", "neyman-chi2"},
      {"alpha:0.3", "alpha:0.7"},
      {"alpha:3", "alpha:-2"},
      {"weighted-js:0.1", "weighted-js:0.9"},
      {"jeffreys", "jeffreys"},
      {"js", "js"},
      {"squared-hellinger", "squared-hellinger"},
      {"symmetric-chi2", "symmetric-chi2"},
      {"total-variation", "total-variation"},
      {"triangular", "triangular"},
      {"arithmetic-geometric", "arithmetic-geometric"},
      {"puri-vincze:3", "puri-vincze:3"},
  };
  for (const auto& [left, right] : pairs) {
    const Program f = f_of(left);
    expect_same([&](double u) { return std::exp(u) * f(-u); }, f_of(right), 1e-12, left + " adjoint");
  }
}

TEST(Identities, JensenShannonIsAtMostLogTwo) {
  const Program f = f_of("js");
  // D_f <= f(0) + lim f(t)/t, reached by distributions that do not meet.
  EXPECT_NEAR(f(-80), std::log(2.0) / 2, 1e-12);
  EXPECT_NEAR(f(80) * std::exp(-80), std::log(2.0) / 2, 1e-12);
  for (const double u : grid(-30, 30, 601)) {
    EXPECT_LE(f(u), std::log(2.0) / 2 * (1 + std::exp(u)));
  }
}

}  // namespace
}  // namespace ganwright
