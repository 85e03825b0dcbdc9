#include "training/penalized_logits.h"

#include <utility>

#include "losses/penalty.h"
#include "models/attention.h"
#include "models/autocast.h"

namespace ganwright {
namespace {

View narrowed_view(const View& view, int64_t start, int64_t count) {
  return {view.images.narrow(0, start, count),
          view.labels.defined() ? view.labels.narrow(0, start, count) : view.labels,
          narrowed(view.augmentation, start, count)};
}

torch::Tensor no_penalty(const torch::Tensor& logits) {
  return torch::zeros({}, logits.options().requires_grad(false));
}

PenalizedLogits finite_difference_pass(Discriminator& discriminator, const View& real, const View& fake,
                                       const PenaltyPlan& plan, const at::Generator& random) {
  std::vector<View> views{real, fake};
  for (const auto& [gamma, view] : {std::pair(plan.r1, &real), std::pair(plan.r2, &fake)}) {
    if (gamma > 0) {
      View noisy = narrowed_view(*view, 0, plan.count);
      noisy.images =
          noisy.images + plan.sigma * torch::randn(noisy.images.sizes(), random, noisy.images.options());
      views.push_back(std::move(noisy));
    }
  }
  std::vector<int64_t> sizes;
  for (const View& view : views) {
    sizes.push_back(view.images.size(0));
  }
  const std::vector<torch::Tensor> logits = logits_of(discriminator, views).split_with_sizes(sizes);
  const auto penalty = [&](const torch::Tensor& clean, const torch::Tensor& noisy, double gamma) {
    return finite_difference_penalty(clean.narrow(0, 0, plan.count), noisy, plan.sigma, gamma);
  };
  const torch::Tensor none = no_penalty(logits[0]);
  return {logits[0], logits[1], plan.r1 > 0 ? penalty(logits[0], logits[2], plan.r1) : none,
          plan.r2 > 0 ? penalty(logits[1], logits.back(), plan.r2) : none, none};
}

// The part of the batch with penalties runs on the slower attention that has second derivatives, the rest
// does not.
PenalizedLogits exact_pass(Discriminator& discriminator, const View& real, const View& fake,
                           const PenaltyPlan& plan) {
  const int64_t rest = real.images.size(0) - plan.count;
  View real_part = narrowed_view(real, 0, plan.count);
  View fake_part = narrowed_view(fake, 0, plan.count);
  const torch::Tensor images = torch::cat({real_part.images, fake_part.images}).detach().requires_grad_(true);
  real_part.images = images.narrow(0, 0, plan.count);
  fake_part.images = images.narrow(0, plan.count, plan.count);
  std::vector<torch::Tensor> norms;
  std::vector<torch::Tensor> logits;
  {
    const MathAttention math_attention;
    const Autocast in_float32(images.device().type(), false);
    const torch::Tensor all = logits_of(discriminator, {real_part, fake_part});
    norms = squared_gradient_norms(all, images).split(plan.count);
    logits = all.split(plan.count);
  }
  if (rest > 0) {
    const std::vector<torch::Tensor> others =
        logits_of(discriminator,
                  {narrowed_view(real, plan.count, rest), narrowed_view(fake, plan.count, rest)})
            .split(rest);
    logits = {torch::cat({logits[0], others[0]}), torch::cat({logits[1], others[1]})};
  }
  const torch::Tensor none = no_penalty(logits[0]);
  return {logits[0], logits[1], plan.r1 > 0 ? norms[0].mean() * (plan.r1 / 2) : none,
          plan.r2 > 0 ? norms[1].mean() * (plan.r2 / 2) : none, none};
}

torch::Tensor gradient_penalty(Discriminator& discriminator, const View& real, const View& fake,
                               const PenaltyPlan& plan, const at::Generator& random) {
  View between = narrowed_view(real, 0, plan.count);
  const torch::Tensor share = torch::rand({plan.count, 1, 1, 1}, random, between.images.options());
  between.images =
      torch::lerp(between.images, fake.images.narrow(0, 0, plan.count), share).detach().requires_grad_(true);
  const MathAttention math_attention;
  const Autocast in_float32(between.images.device().type(), false);
  const torch::Tensor logits = logits_of(discriminator, {between});
  return unit_gradient_penalty(squared_gradient_norms(logits, between.images), plan.gradient_penalty);
}

}  // namespace

torch::Tensor logits_of(Discriminator& discriminator, const std::vector<View>& views) {
  std::vector<torch::Tensor> images;
  std::vector<torch::Tensor> labels;
  for (const View& view : views) {
    images.push_back(augment(view.images, view.augmentation));
    labels.push_back(view.labels);
  }
  return discriminator->forward(torch::cat(images),
                                labels[0].defined() ? torch::cat(labels) : torch::Tensor());
}

PenalizedLogits penalized_logits(Discriminator& discriminator, const View& real, const View& fake,
                                 const PenaltyPlan& plan, const at::Generator& random) {
  const bool is_exact = plan.kind == Penalty::exact && (plan.r1 > 0 || plan.r2 > 0);
  PenalizedLogits pass = is_exact ? exact_pass(discriminator, real, fake, plan)
                                  : finite_difference_pass(discriminator, real, fake, plan, random);
  if (plan.gradient_penalty > 0) {
    pass.gradient_penalty = gradient_penalty(discriminator, real, fake, plan, random);
  }
  return pass;
}

}  // namespace ganwright
