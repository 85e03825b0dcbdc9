#pragma once

#include <torch/types.h>

#include <string>
#include <utility>
#include <vector>

namespace ganwright {

/// Adam (Kingma, Ba 2015) on a fixed list of parameters, in one fused call a step and group. The count of
/// steps is a tensor on the parameters' device, so that the step itself never waits for the host and can be
/// captured (training/step_graphs.h).
class Adam {
 public:
  /// An optimizer without parameters; assign one before use.
  Adam() = default;

  /// `rate_shares`: what each parameter's learning rate is multiplied by; empty: 1.
  Adam(std::vector<torch::Tensor> parameters, double beta1, double beta2,
       const std::vector<double>& rate_shares = {});

  /// Moves the parameters against `gradients`, one for each in the same order. `learning_rate`: a float64
  /// scalar on their device. `skip`: a float32 scalar there; where it is 1 the step changes nothing, neither
  /// parameters nor moments nor the count.
  void step(const std::vector<torch::Tensor>& gradients, const torch::Tensor& learning_rate,
            const torch::Tensor& skip = {});

  /// The same at a learning rate that the host knows.
  void step(const std::vector<torch::Tensor>& gradients, double learning_rate);

  /// The parameters that the steps change, in the order of their gradients.
  [[nodiscard]] const std::vector<torch::Tensor>& parameters() const { return parameters_; }

  /// The moments and the count as named tensors "<prefix>.first_moment.<i>", ... that share memory with the
  /// state, to be written to a checkpoint or copied into.
  [[nodiscard]] std::vector<std::pair<std::string, torch::Tensor>> state(const std::string& prefix) const;

 private:
  // Parameters of one learning rate.
  struct Group {
    double rate_share;
    std::vector<size_t> members;
  };

  std::vector<torch::Tensor> parameters_;
  std::vector<torch::Tensor> first_moments_;
  std::vector<torch::Tensor> second_moments_;
  std::vector<Group> groups_;
  torch::Tensor steps_;
  double beta1_ = 0;
  double beta2_ = 0;
};

/// Scales `gradients` in place so that their common norm is at most `largest` (0: leaves them) and returns
/// the norm that each had, [gradients] on their device: float64, so that gradients whose squares are beyond
/// float32 are clipped like others. Those that are left as they are have norms in float32, infinite where
/// Adam's second moments would be.
torch::Tensor clip_gradient_norm(std::vector<torch::Tensor>& gradients, double largest);

}  // namespace ganwright
