#include "losses/generator_objective.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "losses/algebra.h"
#include "losses/expression.h"
#include "losses/loss_error.h"
#include "tests/losses/divergence_cases.h"

namespace ganwright {
namespace {

torch::Tensor logits_of(const std::vector<double>& u) {
  return torch::tensor(u, torch::dtype(torch::kFloat64));
}

// g''(r) = -(beta o omega)'(r)/r for the log link, by central differences in r (DESIGN §1).
double effective_curvature(const Program& value, double sign, double r) {
  const double step = 1e-4 * r;
  const double above = sign * value(std::log(r + step));
  const double below = sign * value(std::log(r - step));
  return -(above - below) / (2 * step) / r;
}

class EveryGenerator : public ::testing::TestWithParam<std::string> {
 protected:
  double curvature(double r) const {
    const auto piece = std::find_if(divergence_.pieces.rbegin(), divergence_.pieces.rend(),
                                    [&](const SmoothPiece& p) { return p.start.to_double() <= r; });
    return Program(piece->expression.diff(variable_t(), 2))(std::log(r));
  }

  const Divergence divergence_ = named_divergence(GetParam());
  const Objective objective_ = make_objective(divergence_);
};

TEST_P(EveryGenerator, IsPushedTowardsHigherLogitsByEitherObjective) {
  for (const GeneratorObjective generator :
       {GeneratorObjective::minimax, GeneratorObjective::non_saturating}) {
    const torch::Tensor logits = logits_of({-6, -2, -0.3, 0.4, 1, 3}).requires_grad_(true);
    generator_loss(objective_, generator, logits).backward();
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
    const Objective objective = make_objective(name);
    for (const GeneratorObjective generator :
         {GeneratorObjective::minimax, GeneratorObjective::non_saturating}) {
      const torch::Tensor logits = logits_of({-3, 0, 3}).requires_grad_(true);
      generator_loss(objective, generator, logits).backward();
      EXPECT_TRUE((logits.grad() < 0).all().item<bool>()) << name;
    }
  }
}

TEST(GeneratorLoss, IsTheMeanOfPsiOrOfMinusPhi) {
  const Objective kl = make_objective("kl");
  // phi = 1 + u, psi = -e^u.
  const torch::Tensor logits = logits_of({0, std::log(3.0)});
  EXPECT_NEAR(generator_loss(kl, GeneratorObjective::minimax, logits).item<double>(), -2, 1e-14);
  EXPECT_NEAR(generator_loss(kl, GeneratorObjective::non_saturating, logits).item<double>(),
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

TEST(GeneratorObjectiveNames, ParseToTheirObjectives) {
  EXPECT_EQ(generator_objective_names(), (std::vector<std::string>{"minimax", "non-saturating"}));
  EXPECT_EQ(parse_generator_objective("minimax"), GeneratorObjective::minimax);
  EXPECT_EQ(parse_generator_objective("non-saturating"), GeneratorObjective::non_saturating);
}

TEST(GeneratorObjectiveNames, RefuseOthersAndTellTheNearest) {
  try {
    (void)parse_generator_objective("nonsaturating");
    ADD_FAILURE() << "accepted";
  } catch (const LossError& error) {
    EXPECT_STREQ(error.what(),
                 "unknown generator objective 'nonsaturating' (did you mean 'non-saturating'?); "
                 "choose minimax or non-saturating");
  }
  EXPECT_THROW(parse_generator_objective(""), LossError);
}

}  // namespace
}  // namespace ganwright
