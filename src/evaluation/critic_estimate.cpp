#include "evaluation/critic_estimate.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include "cli/progress.h"
#include "errors.h"
#include "losses/logits.h"
#include "models/discriminator.h"
#include "system/interrupt.h"
#include "training/adam.h"
#include "training/batches.h"
#include "training/device.h"
#include "training/optimizer.h"
#include "training/penalized_logits.h"
#include "training/schedule.h"

namespace ganwright {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kFewestPictures = 40;

torch::Tensor part_of(const torch::Tensor& pixels, const torch::Tensor& places) {
  return pixels.index_select(0, places);
}

Batches batches_of(const torch::Tensor& pixels, const CriticOptions& options) {
  return {pixels, torch::zeros({pixels.size(0)}, torch::kInt64), options.training.batch_size,
          options.training.seed};
}

Discriminator make_critic(const CriticOptions& options, const torch::Device& device) {
  torch::manual_seed(static_cast<uint64_t>(options.training.seed));
  Discriminator critic(options.training.model);
  critic->to(device);
  return critic;
}

class Critic {
 public:
  Critic(const CriticOptions& options, Loss loss, const torch::Device& device)
      : options_(options),
        device_(device),
        loss_(std::move(loss)),
        critic_(make_critic(options, device)),
        optimizer_(make_optimizer(*critic_, options.training)),
        random_(random_on(device, options.training.seed)) {}

  // A step of ascent on the bound of D_f(p||q).
  void learn(const torch::Tensor& images_p, const torch::Tensor& images_q, int64_t step) {
    const TrainingOptions& training = options_.training;
    const auto count = static_cast<double>(images_p.size(0));
    const PenaltyPlan plan{.kind = training.penalty,
                           .r1 = training.r1,
                           .r2 = training.r2,
                           .sigma = training.penalty_sigma,
                           .gradient_penalty = 0,
                           .count = std::llround(count * training.penalty_share)};
    const PenalizedLogits pass =
        penalized_logits(critic_, {images_p, {}, {}}, {images_q, {}, {}}, plan, random_);
    const torch::Tensor loss =
        pass.r1 + pass.r2 - divergence_bound(loss_.objective, pass.real_logits, pass.fake_logits);
    std::vector<torch::Tensor> gradients = torch::autograd::grad({loss}, optimizer_.parameters());
    clip_gradient_norm(gradients, training.clip_norm);
    optimizer_.step(gradients, learning_rate_at(training, step));
  }

  // float64 [N] on the CPU, for uint8 pictures [N, C, S, S].
  [[nodiscard]] torch::Tensor log_ratios(const torch::Tensor& pixels) {
    constexpr int64_t batch = 256;
    const torch::NoGradGuard no_grad;
    std::vector<torch::Tensor> parts;
    for (const torch::Tensor& part : pixels.split(batch)) {
      parts.push_back(log_ratio_of(loss_.objective, critic_->forward(to_unit_range(part, device_)))
                          .to(torch::kCPU, torch::kFloat64));
    }
    return torch::cat(parts);
  }

  [[nodiscard]] std::vector<torch::Tensor> weights() const {
    std::vector<torch::Tensor> copies;
    for (const torch::Tensor& weight : critic_->parameters()) {
      copies.push_back(weight.detach().clone());
    }
    return copies;
  }

  void set_weights(const std::vector<torch::Tensor>& weights) {
    const torch::NoGradGuard no_grad;
    const std::vector<torch::Tensor> parameters = critic_->parameters();
    for (size_t i = 0; i < weights.size(); ++i) {
      parameters[i].copy_(weights[i]);
    }
  }

 private:
  const CriticOptions& options_;
  torch::Device device_;
  Loss loss_;
  Discriminator critic_;
  Adam optimizer_;
  at::Generator random_;
};

// The critic with the highest gain on the validation part so far.
struct BestCritic {
  Calibration calibration{0, 0, 0};
  int64_t step = 0;
  std::vector<torch::Tensor> weights;

  void look(const Calibration& found, int64_t at, const Critic& critic) {
    if (found.gain > calibration.gain) {
      calibration = found;
      step = at;
      weights = critic.weights();
    }
  }

  // Whether it tells more than the luckiest of many looks at pictures that nothing tells apart would: a
  // likelihood-ratio test against log ratio 0, at three standard deviations.
  [[nodiscard]] bool is_significant(int64_t count_p, int64_t count_q) const {
    constexpr double least = 9;
    const double count = 4 / (1 / static_cast<double>(count_p) + 1 / static_cast<double>(count_q));
    return count * calibration.gain > least;
  }
};

enum class Part { held_out, validation, training };

// The pictures of a folder, on their way into its parts.
class Splitting {
 public:
  Splitting(const torch::Tensor& groups, int64_t count, const std::string& name)
      : groups_(groups), members_(static_cast<size_t>(count)) {
    const int64_t pictures = groups.size(0);
    const int64_t distinct = PictureGroups::distinct(groups);
    if (distinct < kFewestPictures) {
      throw DataError(name + " holds " + std::to_string(distinct) +
                      (distinct < pictures ? " different pictures" : " pictures") +
                      "; an estimate needs at least " + std::to_string(kFewestPictures) + " on each side");
    }
    room_ = {pictures / 4, pictures * 3 / 20, pictures};
    const auto group = groups.accessor<int64_t, 1>();
    for (int64_t i = 0; i < pictures; ++i) {
      members_[static_cast<size_t>(group[i])].push_back(i);
    }
  }

  [[nodiscard]] bool has_room(size_t group, Part part) const {
    const int64_t left =
        room_[static_cast<size_t>(part)] - static_cast<int64_t>(places_[static_cast<size_t>(part)].size());
    return static_cast<int64_t>(members_[group].size()) <= left;
  }

  void place(size_t group, Part part) {
    std::vector<int64_t>& places = places_[static_cast<size_t>(part)];
    places.insert(places.end(), members_[group].begin(), members_[group].end());
  }

  [[nodiscard]] PictureParts parts() const {
    const auto indices = [&](Part part) {
      return torch::tensor(places_[static_cast<size_t>(part)], torch::kInt64);
    };
    return {indices(Part::training), indices(Part::validation), indices(Part::held_out), groups_};
  }

 private:
  torch::Tensor groups_;
  std::vector<std::vector<int64_t>> members_;
  std::array<int64_t, 3> room_{};
  std::array<std::vector<int64_t>, 3> places_;
};

}  // namespace

SplitPictures split_pictures(const PictureGroups& groups, int64_t seed, const std::string& name_p,
                             const std::string& name_q) {
  Splitting p(groups.p, groups.count, name_p);
  Splitting q(groups.q, groups.count, name_q);
  const at::Generator random = at::detail::createCPUGenerator(static_cast<uint64_t>(seed));
  const torch::Tensor order = torch::randperm(groups.count, random, torch::kInt64);
  const auto* const next = order.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < groups.count; ++i) {
    const auto group = static_cast<size_t>(next[i]);
    const auto has_room = [&](Part part) { return p.has_room(group, part) && q.has_room(group, part); };
    const Part part = has_room(Part::held_out)     ? Part::held_out
                      : has_room(Part::validation) ? Part::validation
                                                   : Part::training;
    p.place(group, part);
    q.place(group, part);
  }
  return {p.parts(), q.parts()};
}

void check_critic_options(const CriticOptions& options, const Loss& loss) {
  check_training_options(options.training, loss);
  if (!loss.objective.log_ratio.value) {
    throw UsageError("the outputs of " + loss.divergence.name +
                     " do not determine log r, on which estimates are based; choose another --divergence");
  }
}

CriticEstimate estimate_log_ratios(const torch::Tensor& pixels_p, const PictureParts& parts_p,
                                   const torch::Tensor& pixels_q, const PictureParts& parts_q,
                                   const CriticOptions& options, const Loss& loss,
                                   const torch::Device& device,
                                   const std::function<void(const CriticStatus&)>& progress) {
  call_objectives_in_streams_of(device);
  Critic critic(options, loss, device);
  Batches batches_p = batches_of(part_of(pixels_p, parts_p.training), options);
  Batches batches_q = batches_of(part_of(pixels_q, parts_q.training), options);
  const torch::Tensor validation_p = part_of(pixels_p, parts_p.validation);
  const torch::Tensor validation_q = part_of(pixels_q, parts_q.validation);
  const Clock::time_point start = Clock::now();
  const int64_t patience = options.patience * options.check_every;
  BestCritic best;
  CriticStatus status{0, 0, seconds_left(options.max_minutes, start)};
  while (status.step < options.steps && status.step - best.step < patience && status.seconds_left > 0) {
    if (interrupted()) {
      throw Interrupted("interrupted after step " + std::to_string(status.step) + "; nothing was estimated");
    }
    critic.learn(batches_p.next(device).images, batches_q.next(device).images, status.step);
    status.seconds_left = seconds_left(options.max_minutes, start);
    ++status.step;
    if (status.step % options.check_every == 0 || status.step == options.steps || status.seconds_left == 0) {
      const Calibration found = calibrate({critic.log_ratios(validation_p), critic.log_ratios(validation_q)});
      status.gain = found.gain;
      best.look(found, status.step, critic);
    }
    progress(status);
  }
  if (!best.is_significant(PictureGroups::distinct(parts_p.groups_of(parts_p.validation)),
                           PictureGroups::distinct(parts_q.groups_of(parts_q.validation)))) {
    best = {};
  }
  critic.set_weights(best.weights);
  const auto calibrated = [&](const torch::Tensor& pictures_p, const torch::Tensor& pictures_q) {
    return best.calibration.apply({critic.log_ratios(pictures_p), critic.log_ratios(pictures_q)});
  };
  return {calibrated(validation_p, validation_q),
          calibrated(part_of(pixels_p, parts_p.held_out), part_of(pixels_q, parts_q.held_out)),
          best.calibration, status.step, best.step};
}

}  // namespace ganwright
