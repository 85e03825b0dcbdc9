#include "toy/training.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

#include "errors.h"
#include "losses/logits.h"
#include "losses/numeric/infinity.h"
#include "system/interrupt.h"
#include "toy/exact.h"
#include "toy/weighted_points.h"
#include "training/adam.h"

namespace ganwright {
namespace {

constexpr double kCriticLearningRate = 0.01;
constexpr double kAffineLearningRate = 0.01;
constexpr double kNetworkLearningRate = 0.001;
constexpr int64_t kCriticSteps = 2;  // for each step of the generator
constexpr int64_t kPictures = 4;     // over a run
constexpr int64_t kPictureSamples = 2000;
// Adam forgets the scale of gradients; this keeps one far point with a huge weight out of its moments.
constexpr double kLargestNorm = 1;

double falling(int64_t step, int64_t steps) {
  return (1 + std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(steps))) / 2;
}

class Try {
 public:
  Try(const Loss& loss, const ToyProblem& problem, const std::function<void(int64_t, int64_t)>& progress)
      : loss_(loss),
        problem_(problem),
        progress_(progress),
        random_(at::detail::createCPUGenerator(static_cast<uint64_t>(problem.seed))) {
    // Networks draw their start from the default generator.
    torch::manual_seed(static_cast<uint64_t>(problem.seed));
    critic_ = std::make_unique<ToyCritic>(problem.critic, reference(), is_flat_at_zero(loss.objective));
    critic_parameters_ = critic_->parameters();
    critic_optimizer_ = Adam(critic_parameters_, 0.9, 0.99);
  }

  void train_critic_alone(int64_t steps, double learning_rate) {
    for (int64_t step = 0; step < steps; ++step) {
      critic_step(learning_rate * falling(step, steps));
      advance();
    }
  }

  ToyResult hold_generator_fixed() {
    total_ = problem_.steps;
    train_critic_alone(problem_.steps, kCriticLearningRate);
    return result();
  }

  ToyResult train_both() {
    const RatioFunction g = generator_divergence();
    start_generator(g);
    const int64_t afterwards = problem_.steps / 2;
    total_ = problem_.steps + afterwards;
    const std::vector<torch::Tensor> parameters = generator_->parameters();
    Adam optimizer(parameters, 0.5, 0.99);
    std::vector<torch::Tensor> sums;
    for (const torch::Tensor& parameter : parameters) {
      sums.push_back(torch::zeros_like(parameter, torch::TensorOptions().requires_grad(false)));
    }
    int64_t summed = 0;
    const double rate =
        problem_.generator_kind() == ToyGeneratorKind::affine ? kAffineLearningRate : kNetworkLearningRate;
    for (int64_t step = 0; step < problem_.steps; ++step) {
      const double share = falling(step, problem_.steps);
      for (int64_t i = 0; i < kCriticSteps; ++i) {
        critic_step(kCriticLearningRate * std::max(share, 0.2));
      }
      // A critic that has seen little pushes the generator anywhere.
      if (10 * step >= problem_.steps) {
        optimizer.step(generator_gradients(parameters), rate * share);
      }
      if (3 * (step + 1) > 2 * problem_.steps) {
        const torch::NoGradGuard no_grad;
        at::_foreach_add_(sums, parameters);
        ++summed;
      }
      advance();
    }
    {
      const torch::NoGradGuard no_grad;
      for (size_t i = 0; i < parameters.size(); ++i) {
        parameters[i].copy_(sums[i] / summed);
      }
    }
    train_critic_alone(afterwards, kCriticLearningRate);
    ToyResult found = result();
    if (const auto density = generator_->density()) {
      FittedNormal fit{mean_of(*density), standard_deviation_of(*density), 0};
      if (g) {
        found.optimum = best_normal(g, problem_.target, fit);
      }
      found.fit = fit;
    }
    return found;
  }

 private:
  [[nodiscard]] Density reference() const {
    return problem_.source ? blend(problem_.target, *problem_.source, 0.5) : problem_.target;
  }

  // Nothing for a generator whose density is not known, which no divergence can be computed of.
  [[nodiscard]] RatioFunction generator_divergence() const {
    const auto& effective = loss_.generator_objective.effective;
    return effective && problem_.generator_kind() == ToyGeneratorKind::affine ? f_of_log_ratio(*effective)
                                                                              : RatioFunction();
  }

  void start_generator(const RatioFunction& g) {
    if (problem_.generator_kind() == ToyGeneratorKind::affine) {
      const FittedNormal start = starting_normal(g, problem_.target);
      generator_ = std::make_unique<ToyGenerator>(start.mean, start.standard_deviation,
                                                  standard_deviation_of(problem_.target));
    } else {
      generator_ = std::make_unique<ToyGenerator>(problem_.target);
    }
  }

  // q, where it is known.
  [[nodiscard]] std::optional<Density> generated_density() const {
    return problem_.source ? problem_.source : generator_->density();
  }

  [[nodiscard]] bool is_weighted() const { return !problem_.plain_sampling && generated_density(); }

  torch::Tensor latents(int64_t count) {
    return at::special_ndtri(independent_uniform(count, problem_.target.dimension, random_));
  }

  torch::Tensor generated(int64_t count) {
    const torch::NoGradGuard no_grad;
    return problem_.source
               ? points_at(*problem_.source, independent_uniform(count, problem_.target.dimension, random_))
               : generator_->forward(latents(count));
  }

  WeightedPoints draw(int64_t count) {
    if (is_weighted()) {
      return weighted_sample(problem_.target, *generated_density(), count, random_);
    }
    const torch::Tensor uniform = independent_uniform(count, problem_.target.dimension, random_);
    return plain_sample(points_at(problem_.target, uniform), generated(count));
  }

  void critic_step(double learning_rate) {
    const WeightedPoints points = draw(problem_.batch_size);
    const torch::Tensor outputs = critic_->forward(points.points);
    torch::Tensor loss = -divergence_bound(loss_.objective, outputs, points);
    check_finite(loss, "discriminator");
    if (!loss_.objective.log_ratio.value) {
      loss = loss + holding() * ((points.p_weights + points.q_weights) * outputs.square()).sum();
    }
    std::vector<torch::Tensor> gradients = torch::autograd::grad({loss}, critic_parameters_);
    clip_gradient_norm(gradients, kLargestNorm);
    critic_optimizer_.step(gradients, learning_rate);
  }

  // Non-smooth pairs have no gradient left where their activation saturates, so that a wrong side of the kink
  // would never be mended: outputs are held near zero at first.
  [[nodiscard]] double holding() const {
    return 0.01 * std::pow(10.0, -4.0 * static_cast<double>(done_) / static_cast<double>(total_));
  }

  std::vector<torch::Tensor> generator_gradients(const std::vector<torch::Tensor>& parameters) {
    torch::Tensor z;
    torch::Tensor weights;
    if (is_weighted()) {
      const Density q = *generated_density();
      const WeightedPoints points = weighted_sample(problem_.target, q, problem_.batch_size, random_);
      z = (points.points - mean_of(q)) / standard_deviation_of(q);
      weights = points.q_weights;
    } else {
      z = latents(problem_.batch_size);
      weights = torch::full({z.size(0)}, 1.0 / static_cast<double>(z.size(0)), torch::kFloat64);
    }
    const torch::Tensor outputs = critic_->forward(generator_->forward(z));
    const torch::Tensor loss =
        (weights * evaluate(loss_.objective, loss_.generator_objective.beta, outputs)).sum();
    check_finite(loss, "generator");
    std::vector<torch::Tensor> gradients = torch::autograd::grad({loss}, parameters);
    clip_gradient_norm(gradients, kLargestNorm);
    return gradients;
  }

  void check_finite(const torch::Tensor& loss, const std::string& whose) const {
    if (!std::isfinite(loss.item<double>())) {
      throw TrainingError("step " + std::to_string(done_ + 1) + ": the " + whose +
                          "'s loss is not finite; choose another --link, or densities that overlap more");
    }
  }

  void advance() {
    ++done_;
    if (interrupted()) {
      throw Interrupted("stopped at step " + std::to_string(done_) + "; nothing is kept of a toy");
    }
    if (done_ * (kPictures - 1) / total_ != (done_ - 1) * (kPictures - 1) / total_ || done_ == total_ / 12) {
      take_snapshot();
    }
    progress_(done_, total_);
  }

  void take_snapshot() {
    const torch::NoGradGuard no_grad;
    snapshots_.push_back(
        {done_, generated(kPictureSamples), critic_->forward(picture_points(problem_)), generated_density()});
  }

  ToyResult result() {
    const torch::NoGradGuard no_grad;
    const std::optional<Density> q = generated_density();
    const bool on_line = problem_.target.dimension == 1;
    const std::optional<WeightedPoints> grid =
        on_line && is_weighted() ? grid_on_line(problem_.target, *q) : std::nullopt;
    const WeightedPoints points = grid ? *grid : draw(problem_.evaluation_size);
    const torch::Tensor outputs = critic_->forward(points.points);
    ToyResult found{
        .estimate = divergence_bound(loss_.objective, outputs, points).item<double>(),
        .standard_error = is_weighted()
                              ? std::nullopt
                              : std::optional(standard_error_of_bound(loss_.objective, outputs, points)),
        .exact = std::nullopt,
        .log_ratio_error = std::nullopt,
        .fit = std::nullopt,
        .optimum = std::nullopt,
        .sampling = is_weighted() ? "weighted: x from (p+q)/2, half of it 1.5 times as wide, with "
                                    "the bounded weights p/m and q/m"
                                  : "plain: x from p and from q",
        .evaluation = grid
                          ? "quadrature of p phi + q psi with the trained critic"
                          : std::to_string(problem_.evaluation_size) + " new samples with the trained critic",
        .snapshots = std::move(snapshots_)};
    if (q && loss_.objective.f) {
      found.exact = exact(*q);
    }
    if (loss_.objective.log_ratio.value && q) {
      found.log_ratio_error = log_ratio_error(loss_.objective, outputs, points, problem_.target, *q);
    }
    return found;
  }

  // In the plane only whether it is infinite.
  [[nodiscard]] std::optional<SignedLog> exact(const Density& q) const {
    if (problem_.target.dimension == 1) {
      return exact_divergence(f_of_log_ratio(loss_), problem_.target, q);
    }
    const Convergence found = convergence_of(growth_of(loss_.divergence), problem_.target, q);
    return found == Convergence::infinite ? std::optional(SignedLog{1.0, kInfinity}) : std::nullopt;
  }

  const Loss& loss_;
  const ToyProblem& problem_;
  const std::function<void(int64_t, int64_t)>& progress_;
  at::Generator random_;
  std::unique_ptr<ToyCritic> critic_;
  std::vector<torch::Tensor> critic_parameters_;
  Adam critic_optimizer_;
  std::unique_ptr<ToyGenerator> generator_;
  std::vector<ToySnapshot> snapshots_;
  int64_t total_ = 0;
  int64_t done_ = 0;
};

}  // namespace

torch::Tensor picture_points(const ToyProblem& problem) {
  if (problem.target.dimension == 2) {
    const torch::Tensor axis = torch::linspace(-3, 3, 60, torch::kFloat64);
    const std::vector<torch::Tensor> both = torch::meshgrid({axis, axis}, "xy");
    return torch::stack({both[0].flatten(), both[1].flatten()}, 1);
  }
  const Density shown = problem.source ? blend(problem.target, *problem.source, 0.5) : problem.target;
  const double reach = 3 * standard_deviation_of(shown);
  return torch::linspace(mean_of(shown) - reach, mean_of(shown) + reach, 400, torch::kFloat64).unsqueeze(1);
}

ToyResult try_loss(const Loss& loss, const ToyProblem& problem,
                   const std::function<void(int64_t done, int64_t total)>& progress) {
  Try attempt(loss, problem, progress);
  return problem.source ? attempt.hold_generator_fixed() : attempt.train_both();
}

}  // namespace ganwright
