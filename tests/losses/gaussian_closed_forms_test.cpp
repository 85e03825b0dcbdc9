// D_f between Gaussians by closed form, against E_q[f(p/q)] and against E_p[phi] + E_q[psi] at the optimal
// logit, both by quadrature.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "losses/objective/objective.h"
#include "tests/support/divergence_cases.h"

namespace ganwright {
namespace {

struct Gaussian {
  double mean, deviation;
  [[nodiscard]] double log_density(double x) const {
    const double z = (x - mean) / deviation;
    return -z * z / 2 - std::log(deviation * std::sqrt(2 * std::numbers::pi));
  }
};

double log_ratio(const Gaussian& p, const Gaussian& q, double x) {
  return p.log_density(x) - q.log_density(x);
}

// The trapezoidal rule converges faster than any power of the step for these analytic integrands.
double integral(const std::function<double(double)>& integrand) {
  constexpr int kPoints = 16001;
  constexpr double kStep = 0.005;
  double sum = 0;
  for (int i = 0; i < kPoints; ++i) {
    sum += integrand((i - kPoints / 2) * kStep);
  }
  return sum * kStep;
}

// In signed logarithms: far out the density underflows while f overflows.
double by_definition(const Objective& objective, const Gaussian& p, const Gaussian& q) {
  return integral([&](double x) {
    return (SignedLog{1.0, q.log_density(x)} * objective.f.run(log_ratio(p, q, x))).value();
  });
}

double by_optimal_discriminator(const Objective& objective, const Gaussian& p, const Gaussian& q) {
  return integral([&](double x) {
    const double u = log_ratio(p, q, x);
    return (SignedLog{1.0, p.log_density(x)} * objective.phi.value.run(u)).value() +
           (SignedLog{1.0, q.log_density(x)} * objective.psi.value.run(u)).value();
  });
}

double kl(const Gaussian& p, const Gaussian& q) {
  const double shift = p.mean - q.mean;
  return std::log(q.deviation / p.deviation) +
         (p.deviation * p.deviation + shift * shift) / (2 * q.deviation * q.deviation) - 0.5;
}

// The integral of p^a q^(1-a); infinite unless the mixed variance is positive.
double power_integral(double a, const Gaussian& p, const Gaussian& q) {
  const double variance = a * q.deviation * q.deviation + (1 - a) * p.deviation * p.deviation;
  const double shift = p.mean - q.mean;
  return std::pow(p.deviation, 1 - a) * std::pow(q.deviation, a) / std::sqrt(variance) *
         std::exp(-a * (1 - a) * shift * shift / (2 * variance));
}

double alpha_divergence(double a, const Gaussian& p, const Gaussian& q) {
  return (power_integral(a, p, q) - 1) / (a * (a - 1));
}

struct ClosedForm {
  std::string divergence;
  std::function<double(const Gaussian&, const Gaussian&)> value;
};

std::string closed_form_name(const ::testing::TestParamInfo<ClosedForm>& info) {
  return case_name({info.param.divergence, info.index});
}

class GaussianClosedForm : public ::testing::TestWithParam<ClosedForm> {};

TEST_P(GaussianClosedForm, AgreesWithQuadrature) {
  const auto& [name, closed_form] = GetParam();
  const Objective objective = make_objective(name);
  const std::vector<std::pair<Gaussian, Gaussian>> pairs = {
      {{0, 1}, {1, 1}}, {{0, 1}, {-0.5, 1.3}}, {{0.3, 1.2}, {0, 1}}, {{2, 0.5}, {1, 0.4}}};
  for (const auto& [p, q] : pairs) {
    const double expected = closed_form(p, q);
    EXPECT_NEAR(by_definition(objective, p, q), expected, 1e-9 * std::max(1.0, expected));
    EXPECT_NEAR(by_optimal_discriminator(objective, p, q), expected, 1e-9 * std::max(1.0, expected));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Divergences, GaussianClosedForm,
    ::testing::Values(
        ClosedForm{"kl", kl}, ClosedForm{"reverse-kl", [](auto& p, auto& q) { return kl(q, p); }},
        ClosedForm{"jeffreys", [](auto& p, auto& q) { return kl(p, q) + kl(q, p); }},
        ClosedForm{"squared-hellinger", [](auto& p, auto& q) { return 2 - 2 * power_integral(0.5, p, q); }},
        ClosedForm{"pearson-chi2", [](auto& p, auto& q) { return power_integral(2, p, q) - 1; }},
        ClosedForm{"neyman-chi2", [](auto& p, auto& q) { return power_integral(-1, p, q) - 1; }},
        ClosedForm{"symmetric-chi2",
                   [](auto& p, auto& q) { return power_integral(2, p, q) + power_integral(-1, p, q) - 2; }},
        ClosedForm{"alpha:-1", [](auto& p, auto& q) { return alpha_divergence(-1, p, q); }},
        ClosedForm{"alpha:0.3", [](auto& p, auto& q) { return alpha_divergence(0.3, p, q); }},
        ClosedForm{"alpha:0.5", [](auto& p, auto& q) { return alpha_divergence(0.5, p, q); }},
        ClosedForm{"alpha:1", kl}, ClosedForm{"alpha:0", [](auto& p, auto& q) { return kl(q, p); }},
        ClosedForm{"alpha:2", [](auto& p, auto& q) { return alpha_divergence(2, p, q); }}),
    closed_form_name);

TEST(GaussianDivergence, TotalVariationOfShiftedGaussiansIsAnErrorFunction) {
  const Gaussian p{-1, 0.8};
  const Gaussian q{1, 0.8};
  EXPECT_NEAR(by_definition(make_objective("total-variation"), p, q),
              std::erf(2 / (2 * std::sqrt(2.0) * 0.8)), 1e-5);
}

TEST(GaussianDivergence, JensenShannonOfDistantGaussiansIsLogTwo) {
  const Objective js = make_objective("js");
  EXPECT_NEAR(by_definition(js, {-12, 1}, {12, 1}), std::log(2.0), 1e-9);
  EXPECT_LT(by_definition(js, {-1, 1}, {1, 2}), std::log(2.0));
}

TEST(GaussianDivergence, AWrongDiscriminatorGivesALowerBound) {
  const Gaussian p{0, 1};
  const Gaussian q{1, 1.3};
  const Objective gan = make_objective("gan");
  const double wrong = integral([&](double x) {
    const double u = log_ratio(p, q, x) + 0.5;
    return std::exp(p.log_density(x)) * gan.phi.value(u) + std::exp(q.log_density(x)) * gan.psi.value(u);
  });
  EXPECT_LT(wrong, by_definition(gan, p, q) - 1e-3);
}

}  // namespace
}  // namespace ganwright
