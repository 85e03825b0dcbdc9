#include "models/rms_norm.h"

#include "models/fused.h"
#include "models/modulated_norm.h"

namespace ganwright {
namespace {

constexpr double epsilon = 1e-6;

}  // namespace

torch::Tensor rms_normalize(const torch::Tensor& x) {
  if (runs_fused(x)) {
    return fused_rms_normalize(x);
  }
  return at::rms_norm(at_least_float(x), {x.size(-1)}, {}, epsilon);
}

torch::Tensor at_least_float(const torch::Tensor& x) {
  return x.to(at::promote_types(x.scalar_type(), torch::kFloat));
}

}  // namespace ganwright
