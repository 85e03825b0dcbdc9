#include "evaluation/estimate.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <tuple>

namespace ganwright {
namespace {

constexpr uint64_t kResamplingSeed = 95;

// How often each of `count` pictures is drawn.
torch::Tensor drawn_weights(int64_t count, at::Generator& random) {
  return torch::bincount(torch::randint(count, {count}, random, torch::kInt64), {}, count)
      .to(torch::kFloat64);
}

// What a set is drawn from: its pictures, or its groups of copies.
class Drawn {
 public:
  Drawn(int64_t pictures, const torch::Tensor& groups) : pictures_(pictures), units_(pictures) {
    if (groups.defined()) {
      place_ = std::get<1>(at::_unique2(groups, /*sorted=*/true, /*return_inverse=*/true));
      units_ = place_.max().item<int64_t>() + 1;
    }
  }

  [[nodiscard]] torch::Tensor weights(at::Generator& random) const {
    const torch::Tensor drawn = drawn_weights(units_, random);
    if (units_ == pictures_) {
      return drawn;
    }
    const torch::Tensor weights = drawn.index_select(0, place_);
    return weights * (static_cast<double>(pictures_) / weights.sum());
  }

 private:
  int64_t pictures_;
  int64_t units_;
  torch::Tensor place_;
};

ConfidenceInterval interval_of(const Estimate& estimate, const torch::Tensor& draws) {
  const auto about_mean = [&](double share) {
    return std::clamp(
        estimate.value + torch::quantile(draws, share).item<double>() - draws.mean().item<double>(),
        estimate.lowest, estimate.highest);
  };
  return {about_mean(0.025), about_mean(0.975)};
}

}  // namespace

Estimate linear_estimate(double value, const torch::Tensor& real_contributions,
                         const torch::Tensor& generated_contributions) {
  return {value, [=, real = real_contributions.cpu(), generated = generated_contributions.cpu()](
                     const torch::Tensor& real_weights, const torch::Tensor& generated_weights) {
            const torch::Tensor change =
                ((real_weights - 1) * real).mean() + ((generated_weights - 1) * generated).mean();
            return value + change.item<double>();
          }};
}

std::vector<ConfidenceInterval> bootstrap_intervals(const std::vector<NamedEstimate>& estimates,
                                                    int64_t reals, int64_t generated, int64_t resamples,
                                                    const ProgressCallback& progress,
                                                    const InterruptCheck& interrupted,
                                                    const ResampledGroups& groups) {
  const Drawn drawn_real(reals, groups.real);
  const Drawn drawn_generated(generated, groups.generated);
  at::Generator random = at::detail::createCPUGenerator(kResamplingSeed);
  const torch::Tensor draws =
      torch::empty({static_cast<int64_t>(estimates.size()), resamples}, torch::kFloat64);
  auto values = draws.accessor<double, 2>();
  for (int64_t draw = 0; draw < resamples; ++draw) {
    if (interrupted && interrupted()) {
      throw Interrupted("interrupted after " + std::to_string(draw) + " of " + std::to_string(resamples) +
                        " resamples");
    }
    if (progress) {
      progress(draw, resamples);
    }
    const torch::Tensor real_weights = drawn_real.weights(random);
    const torch::Tensor generated_weights = drawn_generated.weights(random);
    for (size_t i = 0; i < estimates.size(); ++i) {
      values[static_cast<int64_t>(i)][draw] =
          estimates[i].estimate.resampled(real_weights, generated_weights);
    }
  }
  if (progress) {
    progress(resamples, resamples);
  }
  std::vector<ConfidenceInterval> intervals;
  for (size_t i = 0; i < estimates.size(); ++i) {
    intervals.push_back(interval_of(estimates[i].estimate, draws[static_cast<int64_t>(i)]));
  }
  return intervals;
}

}  // namespace ganwright
