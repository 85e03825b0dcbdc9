#pragma once

#include <cmath>
#include <string_view>

#include "losses/divergence/divergence.h"
#include "losses/loss_error.h"
#include "losses/numeric/program.h"
#include "losses/objective/ratio_form.h"

namespace ganwright {

/// Reads a formula as --f does, derives the loss's functions and runs them at some ratios. Returns whether it
/// was accepted; anything but a LossError is a fault and passes through.
inline bool read_formula(std::string_view text) {
  try {
    const Divergence divergence = written_divergence(text, {{"a", GiNaC::numeric(3, 10)}}, /*shift=*/true);
    const RatioForm form = ratio_form(divergence);

    for (const double u : {-80.0, -1.0, 0.0, 0.5, 80.0}) {
      (void)form.f.run(u);
      (void)form.phi.value.run(u);
      (void)form.psi.slope.run(u);
    }
    return true;
  } catch (const LossError&) {
    return false;
  }
}

}  // namespace ganwright
