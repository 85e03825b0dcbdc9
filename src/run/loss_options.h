#pragma once

#include <string>
#include <vector>

#include "cli/option_table.h"
#include "losses/objective/make_loss.h"

namespace ganwright {

/// The flags of what is made of a divergence: --link, --generator-objective, --generator-f, --beta.
void add_objective_options(OptionTable& table, LossOptions& options);

/// The flags of a whole loss: --divergence and those that write one (--f, --param, --shift, --omega,
/// --omega-inverse, --rho), those of the objective, and --normalize-curvature.
void add_loss_options(OptionTable& table, LossOptions& options);

/// Logs what a loss is: its link and range, the generator's effective divergence and where its gradient
/// points away from the data; warns of an f that is not proved convex. `in_pairs`: under relativistic
/// pairing, which defines no effective divergence.
void log_loss(const Loss& loss, bool in_pairs);

/// Warns of where the generator is pushed the wrong way, and of an f that is not proved to be convex with
/// f(1) = 0.
void warn_of_loss(const Loss& loss);

/// A positional NAME and the flags that pick or write a divergence in its place, without --divergence.
void add_named_divergence_options(OptionTable& table, LossOptions& options);

/// Throws UsageError unless exactly one of a NAME and a custom divergence is given.
void check_one_divergence(const LossOptions& options);

/// Rejoins names that were split at a comma inside a parameter list, e.g. mse:-1,1. (No name starts with a
/// digit.)
std::vector<std::string> whole_names(const std::vector<std::string>& parts);

}  // namespace ganwright
