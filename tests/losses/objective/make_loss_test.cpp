#include "losses/objective/make_loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "losses/loss_error.h"
#include "tests/support/refusal.h"

namespace ganwright {
namespace {

TEST(MakeLoss, DerivesTheSameLossFromANameAFormulaAndADesign) {
  for (const LossOptions& options :
       {LossOptions{.divergence = "kl"}, LossOptions{.f = "t*log(t)"},
        LossOptions{.omega = "log(t)", .rho = "1"},
        LossOptions{.f = "t*log(t) + a", .parameters = {"a=1/2"}, .shift = true}}) {
    const Loss loss = make_loss(options);
    for (const double u : {-2.0, 0.0, 1.5}) {
      EXPECT_DOUBLE_EQ(loss.objective.phi.slope(u), 1) << loss.divergence.name;
      EXPECT_DOUBLE_EQ(loss.objective.psi.slope(u), -std::exp(u)) << loss.divergence.name;
    }
  }
}

TEST(MakeLoss, RefusesWhatIsNotConvexUnlessItIsToldNotTo) {
  for (LossOptions options :
       {LossOptions{.f = "-(t-1)^2"}, LossOptions{.f = "(t-1)^2 - 2*exp(-(t-5)^2*100) + 2*exp(-1600)"},
        LossOptions{.f = "-abs(t-1) + (t-1)^2", .link = "dual"},
        LossOptions{.omega = "log(t)", .rho = "-1"}}) {
    EXPECT_EQ(expect_refused(options, " is not convex: "), Remedy::none);
    if (options.link.empty()) {
      options.require_convex = false;
      EXPECT_NO_THROW(make_loss(options)) << options.f;
    }
  }
}

TEST(MakeLoss, RefusesParametersThatMeanNothing) {
  for (const std::string parameter : {"a", "=1", "2a=1", "t=1", "log=2", "b=1"}) {
    const LossOptions options{.f = "(t-1)^2*a", .parameters = {parameter}};
    EXPECT_EQ(expect_refused(options, "parameter " + parameter + ": "), Remedy::parameter);
  }
  EXPECT_EQ(expect_refused({.f = "(t-1)^2*a", .parameters = {"a=1", "a=2"}}, "given twice"),
            Remedy::parameter);
  EXPECT_EQ(expect_refused({.f = "(t-1)^2*a", .parameters = {"a=t"}}, "not an exact number"), Remedy::none);
}

TEST(MakeLoss, SaysWhichPartMendsWhatItRefuses) {
  const std::vector<std::pair<LossOptions, Remedy>> cases = {
      {{.divergence = "kll"}, Remedy::name},
      {{.divergence = "kll:1"}, Remedy::name},
      {{.f = "a*(t-1)^2"}, Remedy::parameter},
      {{.f = "t^2"}, Remedy::shift},
      {{.divergence = "kl", .shift = true}, Remedy::shift},
      {{.f = "t*log(t)", .rho = "1"}, Remedy::design},
      {{.rho = "1"}, Remedy::design},
      {{.omega = "t + log(t)", .rho = "1"}, Remedy::design},
      {{.divergence = "hinge", .link = "log"}, Remedy::link},
      {{.divergence = "total-variation", .link = "log"}, Remedy::link},
      {{.f = "abs(t-1)", .link = "log"}, Remedy::link},
      {{.divergence = "vajda:1.5", .link = "ratio"}, Remedy::link},
      {{.divergence = "mse", .link = "dual"}, Remedy::link},
      {{.divergence = "triangular", .link = "f-gan"}, Remedy::link},
      {{.divergence = "kl", .link = "t*a"}, Remedy::parameter},
      {{.divergence = "kl", .link = "f-gam"}, Remedy::link},
      {{.divergence = "kl", .generator_f = "t^2"}, Remedy::generator_f},
      {{.divergence = "kl", .beta = "3"}, Remedy::beta},
      {{.divergence = "hinge", .beta = "-v"}, Remedy::beta},
      {{.divergence = "kl", .generator_f = "(t-1)^2", .beta = "-v"}, Remedy::beta},
  };
  for (const auto& [options, remedy] : cases) {
    EXPECT_EQ(expect_refused(options, ""), remedy);
  }
}

}  // namespace
}  // namespace ganwright
