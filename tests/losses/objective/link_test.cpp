#include "losses/objective/link.h"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "losses/loss.h"
#include "losses/loss_error.h"
#include "tests/support/divergence_cases.h"
#include "tests/support/refusal.h"

namespace ganwright {
namespace {

std::vector<std::string> every_link() {
  std::vector<std::string> names;
  for (const LinkRow& row : link_table()) {
    names.push_back(row.name);
  }
  names.insert(names.end(), {"affine-posterior:0,2", "sqrt(t)", "log(t)+t"});
  return names;
}

using Pair = std::tuple<std::string, std::string>;

// Every smooth divergence with every link that it has.
std::vector<Pair> every_pair() {
  std::vector<Pair> pairs;
  for (const std::string& divergence : divergences_with(false)) {
    for (const std::string& link : every_link()) {
      if (link != "f-gan" || is_in_the_f_gan_paper(divergence)) {
        pairs.emplace_back(divergence, link);
      }
    }
  }
  return pairs;
}

class EveryLink : public ::testing::TestWithParam<Pair> {
 protected:
  const Loss loss_ = make_loss({.divergence = std::get<0>(GetParam()), .link = std::get<1>(GetParam())});
};

// r phi' + psi' = 0 at the ratio that the output stands for: this is what makes it the maximum.
TEST_P(EveryLink, ItsSlopesBalanceAtTheRatioOfTheOutput) {
  const Objective& objective = loss_.objective;
  for (const double h : grid(-12, 12, 97)) {
    const double u = objective.log_ratio.value(h);
    if (std::abs(u) > 79.9) {
      continue;  // beyond Omega, where the ratio is 0 or infinite
    }
    const SignedLog weighted = SignedLog{1.0, u} * objective.phi.slope.run(h);
    const SignedLog psi = objective.psi.slope.run(h);
    EXPECT_NEAR((weighted + psi).value(), 0, 1e-9 * std::abs(psi.value()) + 1e-300) << "h = " << h;
  }
}

TEST_P(EveryLink, ItsValueAtTheRatioOfTheOutputIsF) {
  const Objective& objective = loss_.objective;
  for (const double h : grid(-6, 6, 49)) {
    const double u = objective.log_ratio.value(h);
    if (std::abs(u) > 30) {
      continue;
    }
    const double r = std::exp(u);
    const double value = r * objective.phi.value(h) + objective.psi.value(h);
    const double scale = std::max({1.0, r * std::abs(objective.phi.value(h)), std::abs(objective.f(u))});
    EXPECT_NEAR(value, objective.f(u), 1e-9 * scale) << "h = " << h;
  }
}

TEST_P(EveryLink, IsFiniteForOutputsTo80) {
  const torch::Tensor h = torch::linspace(-80, 80, 321, torch::kFloat64);
  for (const ScalarFunction& function : {loss_.objective.phi, loss_.objective.psi}) {
    torch::Tensor logits = h.clone().requires_grad_(true);
    const torch::Tensor values = evaluate(loss_.objective, function, logits);
    values.sum().backward();
    EXPECT_TRUE(values.isfinite().all().item<bool>());
    EXPECT_TRUE(logits.grad().isfinite().all().item<bool>());
  }
}

TEST_P(EveryLink, ItsSlopesAreTheDerivativesOfItsValues) {
  constexpr double kStep = 1e-4;
  for (const ScalarFunction& function : {loss_.objective.phi, loss_.objective.psi}) {
    for (const double h : grid(-4.03, 4.01, 40)) {
      const double difference = (function.value(h + kStep) - function.value(h - kStep)) / (2 * kStep);
      const double slope = function.slope(h);
      EXPECT_NEAR(slope, difference, 1e-5 * std::max(1.0, std::abs(slope))) << "h = " << h;
    }
  }
}

std::string pair_name(const ::testing::TestParamInfo<Pair>& info) {
  std::string name = std::get<0>(info.param) + "__" + std::get<1>(info.param);
  for (char& c : name) {
    c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : c == '-' ? 'm' : '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Divergences, EveryLink, ::testing::ValuesIn(every_pair()), pair_name);

TEST(ExtendedLink, IsTheLossOfLsgan) {
  // Labels 0 and 1: phi' = 1 - v and psi' = -v wherever the output is.
  const Loss lsgan = make_loss({.divergence = "mse:0,1"});
  EXPECT_EQ(lsgan.link.kind, Link::Kind::extended);
  for (const double h : grid(-3, 4, 29)) {
    EXPECT_NEAR(lsgan.objective.phi.slope(h), 1 - h, 1e-14);
    EXPECT_NEAR(lsgan.objective.psi.slope(h), -h, 1e-14);
    // -(v-1)^2/2 and -v^2/2 shifted so that both are 0 at v = 1/2.
    EXPECT_NEAR(lsgan.objective.phi.value(h), 0.125 - (h - 1) * (h - 1) / 2, 1e-14);
    EXPECT_NEAR(lsgan.objective.psi.value(h), 0.125 - h * h / 2, 1e-14);
  }
}

TEST(ExtendedLink, OfTheTriangularDivergenceIsThatOfItsPosterior) {
  EXPECT_EQ(make_loss({.divergence = "triangular", .link = "posterior"}).link.kind, Link::Kind::extended);
  EXPECT_EQ(make_loss({.divergence = "gan", .link = "posterior"}).link.kind, Link::Kind::composed);
}

TEST(DualLink, OfAWrittenFWithAJumpIsItsDualPair) {
  const Loss written = make_loss({.f = "abs(t-1)/2"});
  EXPECT_EQ(written.link.name, "dual");
  for (const double h : grid(-5, 5, 21)) {
    EXPECT_NEAR(written.objective.phi.value(h), std::tanh(h / 2) / 2, 1e-14);
    EXPECT_NEAR(written.objective.psi.value(h), -std::tanh(h / 2) / 2, 1e-12);
  }
}

TEST(DualLink, OfKlIsTheFGanConjugate) {
  const Loss loss = make_loss({.divergence = "kl", .link = "dual"});
  for (const double h : grid(-5, 5, 21)) {
    EXPECT_NEAR(loss.objective.phi.value(h), h, 1e-14);
    EXPECT_NEAR(loss.objective.psi.value(h), -std::exp(h - 1), 1e-12 * std::exp(h));
  }
}

TEST(FGanLink, HasTheActivationsOfThePaper) {
  const auto softplus = [](double x) { return std::log1p(std::exp(x)); };
  for (const double h : grid(-4, 4, 17)) {
    const auto output = [&](const char* name) {
      return make_loss({.divergence = name, .link = "f-gan"}).objective.phi.value(h);
    };
    EXPECT_NEAR(output("reverse-kl"), -std::exp(-h), 1e-13 * std::exp(-h));
    EXPECT_NEAR(output("squared-hellinger"), 1 - std::exp(-h), 1e-13 * std::exp(std::abs(h)));
    EXPECT_NEAR(output("js"), (std::log(2.0) - softplus(-h)) / 2, 1e-13);
    EXPECT_NEAR(output("neyman-chi2"), 1 - std::exp(-h), 1e-13 * std::exp(std::abs(h)));
    EXPECT_NEAR(output("weighted-js:0.3"), -0.3 * std::log(0.3) - softplus(-h), 1e-12);
    EXPECT_NEAR(output("alpha:0.3"), 1 / 0.7 - softplus(-h), 1e-12);
  }
}

TEST(FGanLink, IsRefusedWhereThePaperListsNoActivation) {
  int refused = 0;
  for (const std::string& name : divergences_with(false)) {
    if (!is_in_the_f_gan_paper(name)) {
      expect_refused({.divergence = name, .link = "f-gan"}, "lists no output activation");
      EXPECT_NO_THROW(make_loss({.divergence = name, .link = "dual"})) << "the advice is refused too";
      ++refused;
    }
  }
  EXPECT_EQ(refused, 17);
}

TEST(MakeLink, SaysWhyItRefuses) {
  expect_refused({.divergence = "total-variation", .link = "log"}, "not smooth");
  expect_refused({.divergence = "triangular", .link = "f-gan"}, "lists no output activation");
  expect_refused({.divergence = "mse:0,1", .link = "f-gan"}, "a design brings its own link");
  expect_refused({.divergence = "gan", .link = "posterio"}, "did you mean 'posterior'");
  expect_refused({.divergence = "gan", .link = "1/t"}, "does not rise");
  expect_refused({.divergence = "gan", .link = "affine-posterior:2,1"}, "below");
  expect_refused({.divergence = "hinge", .link = "log"}, "takes no link");
  expect_refused({.f = "abs(t-1)", .link = "log"}, "jumps");
  expect_refused({.divergence = "vajda:1.5", .link = "ratio"}, "infinite");
}

TEST(WrittenLink, IsRefusedWhereOmegaFallsSomewhere) {
  for (const char* omega : {"(t-1)^2", "(t-0.01)^2", "t+3*sin(t)", "1-1/(t-2)", "-log(t)",
                            // Between t = 3 and 3.001 only.
                            "t-2e-3*exp(-((t-3)/1e-3)^2)"}) {
    expect_refused({.divergence = "kl", .link = omega}, "does not rise");
  }
}

TEST(WrittenLink, IsRefusedWhereAlgebraFindsTheInverseOfAnotherBranch) {
  // v^(1/3) + 1 has no real value for t < 1.
  expect_refused({.divergence = "kl", .link = "(t-1)^3"}, "does not undo it");
}

}  // namespace
}  // namespace ganwright
