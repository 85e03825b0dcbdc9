#pragma once

#include <torch/types.h>

#include "losses/loss.h"

// Relativistic pairing (Jolicoeur-Martineau 2019; R3GAN, Huang et al. 2024; §7): the discriminator maximizes
// E[h(v_p - v_q)], h(a) = phi(a) + psi(-a), over pairs of a real and a generated image. At the optimum
// v_p - v_q = log(r_p / r_q) / alpha, for every f.

namespace ganwright {

/// Throws LossError with the reason unless the raw outputs (before the activation of a link) are log r up to
/// a factor, and the generator's objective is minimax or non-saturating, the two that pairs have.
void require_relativistic(const Loss& loss);

/// E[h(v_p - v_q)] on the logits [batch] of paired images; a float64 scalar. It bounds no divergence between
/// p and q.
torch::Tensor relativistic_bound(const Objective& objective, const torch::Tensor& real_logits,
                                 const torch::Tensor& fake_logits);

/// What the generator minimizes: E[h(v_p - v_q)] (minimax) or -E[h(v_q - v_p)] (non-saturating, R3GAN's). It
/// follows no effective divergence. Logits [batch]; a float64 scalar.
torch::Tensor relativistic_generator_loss(const Loss& loss, const torch::Tensor& real_logits,
                                          const torch::Tensor& fake_logits);

}  // namespace ganwright
