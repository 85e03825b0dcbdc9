#include "losses/objective/generator_objective.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "losses/formula/parser.h"
#include "losses/interval/smooth_pieces.h"
#include "losses/loss.h"
#include "losses/loss_error.h"
#include "losses/numeric/program.h"
#include "tests/support/divergence_cases.h"
#include "tests/support/refusal.h"

namespace ganwright {
namespace {

torch::Tensor outputs_of(const std::vector<double>& u) {
  return torch::tensor(u, torch::dtype(torch::kFloat64));
}

// g''(r) = -(beta o omega)'(r)/r for the log link, by central differences in r (§6).
double effective_curvature(const RealFunction& value, double sign, double r) {
  const double step = 1e-4 * r;
  const double above = sign * value(std::log(r + step));
  const double below = sign * value(std::log(r - step));
  return -(above - below) / (2 * step) / r;
}

class EveryGenerator : public ::testing::TestWithParam<std::string> {
 protected:
  double curvature(double r) const {
    const auto piece = std::find_if(divergence_.pieces.rbegin(), divergence_.pieces.rend(),
                                    [&](const SmoothPiece& p) { return p.start.value() <= r; });
    return Program(piece->expression.diff(variable_t(), 2))(std::log(r));
  }

  const Divergence divergence_ = named_divergence(GetParam());
  const Objective objective_ = make_objective(divergence_);
};

Loss loss_of(const std::string& divergence, const std::string& generator_objective) {
  return make_loss({.divergence = divergence, .generator_objective = generator_objective});
}

TEST_P(EveryGenerator, IsPushedTowardsHigherLogitsByEitherObjective) {
  for (const std::string& generator : generator_objective_names()) {
    const Loss loss = loss_of(GetParam(), generator);
    const torch::Tensor logits = outputs_of({-6, -2, -0.3, 0.4, 1, 3}).requires_grad_(true);
    generator_loss(loss.objective, loss.generator_objective, logits).backward();
    EXPECT_TRUE(loss.generator_objective.wrong_way.empty());
    EXPECT_TRUE((logits.grad() < 0).all().item<bool>());
  }
}

TEST_P(EveryGenerator, FollowsFByMinimax) {
  for (const double r : {0.05, 0.5, 0.9, 1.1, 2.0, 20.0}) {
    const double expected = curvature(r);
    EXPECT_NEAR(effective_curvature(objective_.psi.value, 1, r), expected, 1e-5 * expected + 1e-9);
  }
}

TEST_P(EveryGenerator, FollowsTheDivergenceOfCurvatureFOverRNonSaturating) {
  for (const double r : {0.05, 0.5, 0.9, 1.1, 2.0, 20.0}) {
    const double expected = curvature(r) / r;
    EXPECT_NEAR(effective_curvature(objective_.phi.value, -1, r), expected, 1e-5 * expected + 1e-9);
  }
}

INSTANTIATE_TEST_SUITE_P(Divergences, EveryGenerator, ::testing::ValuesIn(divergences_with(false)),
                         case_name);

TEST(GeneratorLoss, OfDualPairsPushesTowardsHigherLogitsToo) {
  for (const std::string& name : divergences_with(true)) {
    for (const std::string& generator : generator_objective_names()) {
      const Loss loss = loss_of(name, generator);
      const torch::Tensor logits = outputs_of({-3, 0, 3}).requires_grad_(true);
      generator_loss(loss.objective, loss.generator_objective, logits).backward();
      EXPECT_TRUE((logits.grad() < 0).all().item<bool>()) << name;
    }
  }
}

TEST(GeneratorLoss, IsTheMeanOfPsiOrOfMinusPhi) {
  // phi = 1 + u, psi = -e^u.
  const torch::Tensor logits = outputs_of({0, std::log(3.0)});
  const Loss minimax = loss_of("kl", "minimax");
  const Loss saturating = loss_of("kl", "non-saturating");
  EXPECT_NEAR(generator_loss(minimax.objective, minimax.generator_objective, logits).item<double>(), -2,
              1e-14);
  EXPECT_NEAR(generator_loss(saturating.objective, saturating.generator_objective, logits).item<double>(),
              -1 - std::log(3.0) / 2, 1e-14);
}

TEST(GeneratorLoss, NonSaturatingGanFollowsTheSoftenedReverseKl) {
  const Objective gan = make_objective("gan");
  for (const double r : {0.1, 1.0, 7.0}) {
    EXPECT_NEAR(effective_curvature(gan.phi.value, -1, r), 1 / (r * r * (1 + r)), 1e-6 / (r * r));
  }
  const Objective softened = make_objective("softened-reverse-kl");
  for (const double u : grid(-20, 20, 81)) {
    // Both have the generator slope -r g''(r) at u = log r, up to the factor r of the logit.
    EXPECT_NEAR(softened.psi.slope.run(u).log, gan.phi.slope.run(u).log, 1e-12 * 40);
  }
}

TEST(EffectiveDivergence, OfKnownPairsIsNamed) {
  EXPECT_EQ(loss_of("gan", "non-saturating").generator_objective.effective_text, "softened-reverse-kl");
  EXPECT_EQ(loss_of("kl", "non-saturating").generator_objective.effective_text, "reverse-kl");
  EXPECT_EQ(loss_of("gan", "minimax").generator_objective.effective_text, "gan");
  EXPECT_EQ(loss_of("gan", "kl").generator_objective.effective_text, "kl");
}

TEST(Hybrid, HasTheGeneratorSlopeOfTheOtherDivergence) {
  for (const char* link : {"", "ratio", "posterior", "dual"}) {
    const Loss loss = make_loss({.divergence = "gan", .link = link, .generator_objective = "kl"});
    for (const double h : grid(-5, 5, 21)) {
      const double ratio = std::exp(loss.objective.log_ratio.value(h));
      // beta = g(r) - r g'(r) = -r for kl.
      EXPECT_NEAR(loss.generator_objective.beta.value(h), -ratio, 1e-12 * ratio) << link;
      EXPECT_NEAR(loss.generator_objective.beta.slope(h), -ratio * loss.objective.log_ratio.slope(h),
                  1e-12 * ratio)
          << link;
    }
  }
}

TEST(ExplicitBeta, OfTheSlopeOfPsiIsTheMinimaxObjective) {
  const Loss loss = make_loss({.divergence = "kl", .beta = "-exp(v)"});
  EXPECT_EQ(loss.generator_objective.effective_text, "kl");
  EXPECT_TRUE(loss.generator_objective.wrong_way.empty());
}

TEST(ExplicitBeta, ThatRisesWithTheRatioIsToldWithTheInterval) {
  // beta = r log r rises where log r > -1.
  const Loss loss = make_loss({.divergence = "kl", .beta = "v*exp(v)"});
  ASSERT_EQ(loss.generator_objective.wrong_way.size(), 1U);
  EXPECT_NEAR(loss.generator_objective.wrong_way[0].low, std::exp(-1.0), 1e-9);
  EXPECT_TRUE(std::isinf(loss.generator_objective.wrong_way[0].high));
  // LSGAN with a = -1, b = 1, c = 0: v^2 pushes generated samples beyond r = 1 back.
  const Loss lsgan = make_loss({.divergence = "mse:-1,1", .beta = "v^2/2"});
  ASSERT_EQ(lsgan.generator_objective.wrong_way.size(), 1U);
  EXPECT_NEAR(lsgan.generator_objective.wrong_way[0].low, 1, 1e-9);
}

TEST(GeneratorObjectiveNames, RefuseOthersAndTellTheNearest) {
  try {
    (void)loss_of("gan", "reverse-k");
    ADD_FAILURE() << "accepted";
  } catch (const LossError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("unknown generator objective 'reverse-k'"), std::string::npos) << message;
    EXPECT_NE(message.find("did you mean 'reverse-kl'?"), std::string::npos) << message;
  }
}

TEST(GeneratorObjective, TellsWhereBetaComesFrom) {
  using Kind = GeneratorObjective::Kind;
  const auto kind_of = [](const LossOptions& options) { return make_loss(options).generator_objective.kind; };
  EXPECT_EQ(kind_of({.divergence = "gan", .generator_objective = "minimax"}), Kind::minimax);
  EXPECT_EQ(kind_of({.divergence = "gan", .generator_objective = "non-saturating"}), Kind::non_saturating);
  EXPECT_EQ(kind_of({.divergence = "gan", .generator_objective = "kl"}), Kind::hybrid);
  EXPECT_EQ(kind_of({.divergence = "gan", .generator_f = "(t-1)^2"}), Kind::hybrid);
  EXPECT_EQ(kind_of({.divergence = "gan", .beta = "-v"}), Kind::explicit_beta);
}

TEST(GeneratorObjective, ThatNeverMovesTheGeneratorIsRefused) {
  expect_refused({.divergence = "gan", .generator_f = "2*(t-1)"}, "multiple of t - 1");
  expect_refused({.divergence = "gan", .generator_f = "max(t-1,0)-max(1-t,0)"}, "multiple of t - 1");
  expect_refused({.divergence = "gan", .beta = "3"}, "beta is constant");
  expect_refused({.divergence = "gan", .beta = "(v+1)^2 - v*(v+2)"}, "beta is constant");
}

TEST(WrittenG, ThatIsNotZeroAtOneIsToldWithItsValue) {
  // Not by a shift, which is of f.
  EXPECT_EQ(expect_refused({.divergence = "gan", .generator_f = "t^2"}, "g(1) = 1 but has to be 0: subtract"),
            Remedy::generator_f);
  EXPECT_EQ(expect_refused({.divergence = "gan", .generator_f = "exp(t)"}, "g(1) = 2.71828 but"),
            Remedy::generator_f);
  EXPECT_NO_THROW(make_loss({.divergence = "gan", .generator_f = "exp(t) - exp(1)"}));
}

TEST(GeneratorObjectiveNames, RefuseAHybridWhereTheRatioIsNotKnownOrBetaWouldJump) {
  EXPECT_THROW(loss_of("total-variation", "kl"), LossError);
  EXPECT_THROW(loss_of("gan", "total-variation"), LossError);
  EXPECT_THROW(loss_of("gan", "vajda:1.5"), LossError);
}

}  // namespace
}  // namespace ganwright
