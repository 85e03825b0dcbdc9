#pragma once

#include <cstdint>

#include "models/options.h"

namespace ganwright {

/// Floating-point operations of the matrix products and convolutions of one pass over one picture, a
/// multiplication and an addition counted as two. Everything else (norms, rotary positions, SwiGLU, softmax,
/// residuals) is left out: it grows with the width and not with its square. Attention that reads one way is
/// counted as if it read both.
struct PassFlops {
  int64_t linear = 0;       ///< products of activations with weights
  int64_t attention = 0;    ///< of queries with keys, and of what they make with values
  int64_t convolution = 0;  ///< of the read-out and the stem

  /// Of a forward pass.
  [[nodiscard]] int64_t forward() const { return linear + attention + convolution; }

  /// Of a backward pass to inputs and weights: each product has two factors with a gradient.
  [[nodiscard]] int64_t backward() const { return 2 * forward(); }

  /// Of a backward pass to the inputs alone, such as that through the discriminator in the generator's step.
  [[nodiscard]] int64_t backward_to_inputs() const { return linear + 2 * attention + convolution; }
};

/// What the networks of a pair of this shape take; the options are taken to validate. Backward passes are
/// counted as if inputs (latents, pictures) wanted a gradient, too, which is less than 1 % of a pair that is
/// not tiny.
PassFlops generator_flops(const ModelOptions& options);
PassFlops discriminator_flops(const ModelOptions& options);

}  // namespace ganwright
