#include "losses/logits.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "losses/loss_error.h"
#include "losses/on_host.h"

namespace ganwright {
namespace {

double clamp_to_float(const SignedLog& number, int64_t& clamped) {
  static const double log_largest = std::log(static_cast<double>(std::numeric_limits<float>::max()));
  if (number.log > log_largest) {
    ++clamped;
    return number.sign * static_cast<double>(std::numeric_limits<float>::max());
  }
  return number.value();
}

// What each of the functions gives at each logit.
HostFunction each(const std::vector<RealFunction>& functions,
                  const std::shared_ptr<std::atomic<int64_t>>& clamped) {
  return [functions, clamped](const double* h, int64_t count, const std::vector<double*>& results) {
    int64_t beyond = 0;
    for (size_t k = 0; k < functions.size(); ++k) {
      for (int64_t i = 0; i < count; ++i) {
        results[k][i] = std::isfinite(h[i]) ? clamp_to_float(functions[k].run(h[i]), beyond)
                                            : std::numeric_limits<double>::quiet_NaN();
      }
    }
    *clamped += beyond;
  };
}

// The gradient in the dtype of its logits: what would overflow there becomes its largest number, and is
// counted. That of float16 is 65504, which e^u passes at 11.1.
torch::Tensor in_range_of(torch::ScalarType dtype, const torch::Tensor& gradient,
                          const std::shared_ptr<std::atomic<int64_t>>& clamped) {
  if (dtype != torch::kFloat16) {
    return gradient.to(dtype);
  }
  static constexpr double largest = 65504;
  const HostFunction clamp = [clamped](const double* numbers, int64_t count,
                                       const std::vector<double*>& results) {
    int64_t beyond = 0;
    for (int64_t i = 0; i < count; ++i) {
      results[0][i] = std::isnan(numbers[i]) ? numbers[i] : std::clamp(numbers[i], -largest, largest);
      beyond += static_cast<int64_t>(std::abs(numbers[i]) > largest);
    }
    *clamped += beyond;
  };
  return on_host(gradient, 1, clamp)[0].to(dtype);
}

// The counter of an objective, in the form in which a graph keeps it.
struct ClampedCount : torch::CustomClassHolder {
  explicit ClampedCount(std::shared_ptr<std::atomic<int64_t>> shared) : count(std::move(shared)) {}
  std::shared_ptr<std::atomic<int64_t>> count;
};

void require_some(const torch::Tensor& logits, const char* whose) {
  if (logits.numel() == 0) {
    throw LossError(std::string("there are no logits of ") + whose +
                    " samples, whose mean is not defined; give at least one");
  }
}

struct Evaluation : torch::autograd::Function<Evaluation> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& logits,
                               const Objective& objective, const ScalarFunction& function) {
    const std::vector<torch::Tensor> results =
        on_host(logits, 2, each({function.value, function.slope}, objective.clamped));
    context->save_for_backward({results[1]});
    context->saved_data["dtype"] = logits.scalar_type();
    context->saved_data["clamped"] =
        c10::IValue::make_capsule(c10::make_intrusive<ClampedCount>(objective.clamped));
    return results[0];
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const torch::Tensor slope = context->get_saved_variables()[0];
    const torch::ScalarType dtype = context->saved_data["dtype"].toScalarType();
    const auto counter = context->saved_data["clamped"].toCapsule();
    return {in_range_of(dtype, gradients[0] * slope, static_cast<const ClampedCount&>(*counter).count),
            torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

torch::Tensor evaluate(const Objective& objective, const ScalarFunction& function,
                       const torch::Tensor& logits) {
  return Evaluation::apply(logits, objective, function);
}

torch::Tensor divergence_bound(const Objective& objective, const torch::Tensor& real_logits,
                               const torch::Tensor& fake_logits) {
  require_some(real_logits, "real");
  require_some(fake_logits, "generated");
  return evaluate(objective, objective.phi, real_logits).mean() +
         evaluate(objective, objective.psi, fake_logits).mean();
}

torch::Tensor log_ratio_of(const Objective& objective, const torch::Tensor& logits) {
  if (objective.output_is_log_ratio) {
    return logits.detach().to(torch::kFloat64);
  }
  if (!objective.log_ratio.value) {
    return torch::full_like(logits, std::numeric_limits<double>::quiet_NaN(), torch::kFloat64);
  }
  return on_host(logits, 1, each({objective.log_ratio.value}, std::make_shared<std::atomic<int64_t>>(0)))[0];
}

torch::Tensor generator_loss(const Objective& objective, const GeneratorObjective& generator_objective,
                             const torch::Tensor& fake_logits) {
  require_some(fake_logits, "generated");
  return evaluate(objective, generator_objective.beta, fake_logits).mean();
}

}  // namespace ganwright
