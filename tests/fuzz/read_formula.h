#pragma once

#include <optional>
#include <string_view>

#include "losses/divergence/divergence.h"
#include "losses/loss_error.h"
#include "losses/objective/log_ratio_form.h"

namespace ganwright {

/// The ratios u = log r at which formulas are tried.
inline constexpr double kTriedLogRatios[] = {-80.0, -1.0, 0.0, 0.5, 80.0};

/// Reads a written f, derives the loss's functions and runs them at some ratios. Returns them where it was
/// accepted; anything but a LossError is a fault and passes through.
inline std::optional<LogRatioForm> read_formula(std::string_view text) {
  try {
    const Divergence divergence = written_divergence(text, {{"a", GiNaC::numeric(3, 10)}}, /*shift=*/true);
    LogRatioForm form = log_ratio_form(divergence);
    for (const double u : kTriedLogRatios) {
      (void)form.f.run(u);
      (void)form.phi.value.run(u);
      (void)form.psi.slope.run(u);
    }
    return form;
  } catch (const LossError&) {
    return std::nullopt;
  }
}

}  // namespace ganwright
