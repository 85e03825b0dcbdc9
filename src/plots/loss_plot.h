#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "losses/objective/make_loss.h"

namespace ganwright {

/// Draws a loss on six panels: f, f' and f'', f*, phi and psi, the gradient weights, the generator's weight.
/// `path` ends in .png or .svg. Throws UsageError for a baseline without an f, and as draw_plot.
void draw_loss(const Loss& loss, const std::filesystem::path& path);

/// Draws several divergences on four panels: f - f'(1) (t-1), f' - f'(1), and the gradient weights on real
/// and on generated samples. `scales` multiply each f. Throws as draw_plot.
void draw_comparison(const std::vector<Divergence>& divergences, const std::vector<double>& scales,
                     const std::filesystem::path& path);

}  // namespace ganwright
