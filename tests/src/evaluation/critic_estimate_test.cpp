#include "evaluation/critic_estimate.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "errors.h"
#include "evaluation/divergence_bounds.h"
#include "system/interrupt.h"
#include "tests/support/thread_count.h"

namespace ganwright {
namespace {

// Pictures of one grey each, whose level is normal, or uniform noise.
torch::Tensor grey_pictures(int64_t count, double mean, double deviation, uint64_t seed) {
  const at::Generator random = at::detail::createCPUGenerator(seed);
  const torch::Tensor levels = mean + deviation * torch::randn({count}, random, torch::kFloat32);
  return levels.round()
      .clamp(0, 255)
      .to(torch::kUInt8)
      .view({count, 1, 1, 1})
      .expand({count, 1, 4, 4})
      .contiguous();
}

torch::Tensor noise(int64_t count, uint64_t seed) {
  const at::Generator random = at::detail::createCPUGenerator(seed);
  return torch::randint(256, {count, 1, 4, 4}, random, torch::kInt64).to(torch::kUInt8);
}

CriticOptions small_critic() {
  CriticOptions options;
  options.training.model = {.size = 4, .channels = 1, .patch = 4, .width = 16, .depth = 1, .heads = 1};
  options.training.penalty_share = 0.25;
  options.training.warm_up = 50;
  options.steps = 300;
  options.check_every = 50;
  return options;
}

// No picture is a copy of another one, though plain ones may well be equal.
PictureGroups no_copies(int64_t count_p, int64_t count_q) {
  return {torch::arange(count_p, torch::kInt64), torch::arange(count_p, count_p + count_q, torch::kInt64),
          count_p + count_q};
}

struct Found {
  PictureParts parts_p;
  PictureParts parts_q;
  CriticEstimate critic;
};

Found estimate(const torch::Tensor& p, const torch::Tensor& q, const CriticOptions& options,
               const PictureGroups& groups) {
  // Networks this small lose more by waiting for a second thread than they gain.
  const test_support::ThreadCount one_thread(1);
  const SplitPictures parts = split_pictures(groups, options.training.seed, "p", "q");
  Found result{parts.p, parts.q, {}};
  result.critic =
      estimate_log_ratios(p, result.parts_p, q, result.parts_q, options, make_loss(options.training.loss),
                          torch::kCPU, [](const CriticStatus&) {});
  return result;
}

Found estimate(const torch::Tensor& p, const torch::Tensor& q,
               const CriticOptions& options = small_critic()) {
  return estimate(p, q, options, no_copies(p.size(0), q.size(0)));
}

std::map<std::string, DivergenceBound> found_bounds(const Found& found) {
  std::map<std::string, DivergenceBound> bounds;
  for (const DivergenceBound& bound : divergence_bounds(found.critic.validation, found.critic.held_out,
                                                        {found.parts_p.groups_of(found.parts_p.held_out),
                                                         found.parts_q.groups_of(found.parts_q.held_out)})) {
    bounds[bound.name] = bound;
  }
  return bounds;
}

// Of two normal densities of deviation 1, by the trapezoidal rule.
double jensen_shannon(double distance) {
  const auto density = [](double x) { return std::exp(-x * x / 2) / std::sqrt(2 * M_PI); };
  double sum = 0;
  constexpr double width = 1e-3;
  for (double x = -10; x < 10 + distance; x += width) {
    const double p = density(x);
    const double q = density(x - distance);
    const double middle = (p + q) / 2;
    sum += width * (p * std::log(p / middle) + q * std::log(q / middle)) / 2;
  }
  return sum;
}

TEST(CriticEstimate, OfKnownDensitiesIsBelowAndNearTheirDivergence) {
  constexpr double distance = 1.2;
  // Different counts on both sides, which must not move the log ratio.
  const Found found =
      estimate(grey_pictures(4000, 110, 25, 1), grey_pictures(2500, 110 + 25 * distance, 25, 2));
  const std::map<std::string, double> exact = {
      {"kl", distance * distance / 2},
      {"reverse-kl", distance * distance / 2},
      {"js", jensen_shannon(distance)},
      {"squared-hellinger", 2 - 2 * std::exp(-distance * distance / 8)}};
  const auto bounds = found_bounds(found);
  for (const auto& [name, divergence] : exact) {
    const DivergenceBound& bound = bounds.at(name);
    EXPECT_LT(bound.low, divergence) << name;
    EXPECT_GT(bound.high, 0.9 * divergence) << name;
    EXPECT_NEAR(bound.bound, divergence, 0.15 * divergence) << name;
  }
  EXPECT_GT(found.critic.best_step, 0);
}

TEST(CriticEstimate, OfTheHalvesOfOneFolderIsAboutZero) {
  const torch::Tensor whole = grey_pictures(3000, 128, 30, 3);
  const Found found = estimate(whole.slice(0, 0, 1500), whole.slice(0, 1500));
  for (const auto& [name, bound] : found_bounds(found)) {
    EXPECT_FALSE(bound.low >= 1e-3) << name;
    EXPECT_NEAR(bound.bound, 0, 0.03) << name;
  }
}

TEST(CriticEstimate, OfAFolderAgainstItselfIsZero) {
  const torch::Tensor whole = grey_pictures(200, 128, 30, 4);
  CriticOptions options = small_critic();
  options.steps = 100;
  for (const auto& [name, bound] :
       found_bounds(estimate(whole, whole, options, group_copies(whole, whole)))) {
    EXPECT_NEAR(bound.bound, 0, 1e-6) << name;
  }
}

TEST(CriticEstimate, IsNotMisledByCopiesThatItLearnedByHeart) {
  CriticOptions options = small_critic();
  options.training.batch_size = 32;
  options.training.r1 = 0;
  options.training.r2 = 0;
  const torch::Tensor p = noise(60, 5).repeat({6, 1, 1, 1});
  const torch::Tensor q = noise(60, 6).repeat({6, 1, 1, 1});
  const auto separate = found_bounds(estimate(p, q, options));
  const auto together = found_bounds(estimate(p, q, options, group_copies(p, q)));
  // Split one by one, almost every held-out picture was trained on.
  EXPECT_GT(separate.at("kl").low, 0.2);
  EXPECT_FALSE(together.at("kl").low > 0);
  EXPECT_LT(together.at("kl").bound, 0.1);
}

TEST(CriticEstimate, OfPicturesThatCanOnlyBeLearnedByHeartIsAboutZero) {
  CriticOptions options = small_critic();
  options.training.batch_size = 32;
  options.steps = 300;
  for (const auto& [name, bound] : found_bounds(estimate(noise(80, 5), noise(80, 6), options))) {
    EXPECT_LT(bound.bound, 0.1) << name;
    EXPECT_GT(bound.bound, -0.5) << name;
  }
}

TEST(CriticEstimate, StandsOutWithThePicturesThatTheOtherSideLacks) {
  torch::Tensor p = grey_pictures(2000, 100, 20, 7);
  const torch::Tensor q = grey_pictures(2000, 100, 20, 8);
  // One in ten is nearly white.
  for (int64_t i = 0; i < p.size(0); i += 10) {
    p[i].fill_(240 + i % 7);
  }
  const Found found = estimate(p, q);
  const torch::Tensor levels =
      p.index_select(0, found.parts_p.held_out).select(1, 0).select(1, 0).select(1, 0);
  const torch::Tensor is_white = levels > 200;
  const torch::Tensor& ratios = found.critic.held_out.p;
  EXPECT_GT(ratios.masked_select(is_white).min().item<double>(),
            ratios.masked_select(is_white.logical_not()).max().item<double>());
}

TEST(CriticEstimate, RepeatsForItsSeed) {
  CriticOptions options = small_critic();
  options.steps = 60;
  const torch::Tensor p = grey_pictures(300, 100, 20, 9);
  const torch::Tensor q = grey_pictures(300, 140, 20, 10);
  EXPECT_TRUE(
      torch::equal(estimate(p, q, options).critic.held_out.p, estimate(p, q, options).critic.held_out.p));
}

TEST(CriticEstimate, StopsWhenItIsAskedTo) {
  request_interrupt();
  EXPECT_THROW(estimate(noise(60, 1), noise(60, 2)), Interrupted);
  clear_interrupt();
}

TEST(CriticOptionsCheck, RefusesALossThatTellsNoLogRatio) {
  CriticOptions options = small_critic();
  const auto refusal = [&](const std::string& name) -> std::string {
    options.training.loss.divergence = name;
    try {
      check_critic_options(options, make_loss(options.training.loss));
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  };
  for (const char* name : {"total-variation", "hinge", "wasserstein"}) {
    EXPECT_NE(refusal(name).find(std::string(name) + " do not determine log r"), std::string::npos)
        << name << ": " << refusal(name);
  }
  options.training.loss.divergence = "kl";
  EXPECT_NO_THROW(check_critic_options(options, make_loss(options.training.loss)));
}

TEST(SplitPictures, IsAPartitionThatRepeatsForItsSeed) {
  for (const int64_t count : {40, 41, 1003}) {
    const auto split = [&](int64_t seed) { return split_pictures(no_copies(count, 50), seed, "x", "y").p; };
    const PictureParts parts = split(3);
    const torch::Tensor all = torch::cat({parts.training, parts.validation, parts.held_out});
    EXPECT_TRUE(torch::equal(std::get<0>(all.sort()), torch::arange(count, torch::kInt64)));
    EXPECT_NEAR(static_cast<double>(parts.training.size(0)), 0.6 * static_cast<double>(count), 1.5);
    EXPECT_NEAR(static_cast<double>(parts.held_out.size(0)), 0.25 * static_cast<double>(count), 1);
    EXPECT_TRUE(torch::equal(split(3).held_out, parts.held_out));
    EXPECT_FALSE(torch::equal(split(4).held_out, parts.held_out));
  }
}

TEST(SplitPictures, KeepsCopiesInOnePartOfBothFolders) {
  const torch::Tensor p = torch::arange(300, torch::kInt64) % 50;
  const torch::Tensor q = torch::arange(30, 430, torch::kInt64) % 100;
  const SplitPictures parts = split_pictures({p, q, 100}, 1, "x", "y");
  const auto of = [](const PictureParts& side, const torch::Tensor& part) { return side.groups_of(part); };
  const torch::Tensor trained = torch::cat({of(parts.p, parts.p.training), of(parts.q, parts.q.training)});
  for (const PictureParts& side : {parts.p, parts.q}) {
    for (const torch::Tensor& part : {side.validation, side.held_out}) {
      EXPECT_GT(part.size(0), 20);
      EXPECT_FALSE(torch::isin(of(side, part), trained).any().item<bool>());
    }
  }
}

TEST(SplitPictures, TrainsOnAGroupThatIsTooLargeForTheOtherParts) {
  // Half of all pictures are one.
  const torch::Tensor p = torch::cat({torch::arange(100, torch::kInt64), torch::zeros({100}, torch::kInt64)});
  const SplitPictures parts = split_pictures({p, torch::arange(100, torch::kInt64), 100}, 1, "x", "y");
  EXPECT_FALSE((parts.p.groups_of(parts.p.held_out) == 0).any().item<bool>());
}

TEST(SplitPictures, NeedsFortyDifferentPictures) {
  const auto refusal = [](const torch::Tensor& p) -> std::string {
    try {
      (void)split_pictures({p, torch::arange(40, torch::kInt64), 40}, 1, "x", "y");
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(refusal(torch::arange(39, torch::kInt64)).find("x holds 39 pictures"), std::string::npos);
  EXPECT_NE(refusal(torch::arange(100, torch::kInt64) % 39).find("x holds 39 different pictures"),
            std::string::npos);
  EXPECT_EQ(refusal(torch::arange(100, torch::kInt64) % 40), "");
}

}  // namespace
}  // namespace ganwright
