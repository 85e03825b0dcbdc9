#pragma once

#include <string>
#include <vector>

#include "losses/divergence/divergence.h"
#include "losses/objective/generator_objective.h"
#include "losses/objective/link.h"
#include "losses/objective/objective.h"

namespace ganwright {

/// What a user says about a loss, as text: a divergence by name or a written f, or a design; the link; what
/// the generator minimizes.
struct LossOptions {
  std::string divergence = "gan";  ///< used where neither f nor rho is given
  std::string f = "";
  std::vector<std::string> parameters = {};  ///< such as "a=0.3"
  bool shift = false;
  std::string omega = "";
  std::string omega_inverse = "";
  std::string rho = "";
  std::string link = "";
  std::string generator_objective = "non-saturating";
  std::string generator_f = "";
  std::string beta = "";
  bool normalize_curvature = false;
};

/// Whether a design is written (omega, omega_inverse, rho), and whether that or an f is: it takes the place
/// of a name.
bool is_written_design(const LossOptions& options);
bool is_written(const LossOptions& options);

/// Whether a formula of the options holds the name as a word of its own.
bool speaks_of(const LossOptions& options, const std::string& name);

/// A loss, ready to train: three lines from an expression to a differentiable loss.
struct Loss {
  Divergence divergence;
  Link link;
  Objective objective;
  GeneratorObjective generator_objective;
};

/// The parameters "a=0.3" of the options, exact. Throws LossError for one that is no NAME=NUMBER, and for one
/// that no formula of the options speaks of.
Parameters parameters_of(const LossOptions& options);

/// The divergence that the options name or write. Throws LossError.
Divergence divergence_of(const LossOptions& options);

/// Everything derived from the options. Throws LossError for what cannot be trained, with the reason.
Loss make_loss(const LossOptions& options);

}  // namespace ganwright
