#pragma once

#include <string>
#include <vector>

#include "losses/divergence/divergence.h"
#include "losses/objective/generator_objective.h"
#include "losses/objective/link.h"
#include "losses/objective/objective.h"

namespace ganwright {

/// A loss as a user describes it, in text: a divergence by name, a written f or a design; the link; what the
/// generator minimizes. Empty texts are omitted options.
struct LossOptions {
  std::string divergence = "gan";            ///< a name, used where neither f nor a design is written
  std::string f = "";                        ///< a convex f in t with f(1) = 0
  std::vector<std::string> parameters = {};  ///< values of names in the formulas, such as "a=0.3"
  bool shift = false;                        ///< take f - f(1) for f
  std::string omega = "";                    ///< a design's link, in t
  std::string omega_inverse = "";            ///< the inverse of its link, in v
  std::string rho = "";                      ///< a design's rho, in v
  std::string link = "";                     ///< a link as in LinkText; "" is the natural one
  std::string generator_objective = "non-saturating";  ///< a name as in GeneratorText
  std::string generator_f = "";                        ///< a written g in t that the generator follows
  std::string beta = "";                               ///< a written beta in v that the generator minimizes
  bool normalize_curvature = false;                    ///< take f / f''(1) for f (§9)
  /// Refuse a written f or design that interval arithmetic finds not to be convex; false: derive the formulas
  /// all the same, whose maximum then is no divergence. Undecided ones are taken; certify_convexity says
  /// more.
  bool require_convex = true;
};

/// Whether a design is written (omega, omega_inverse or rho): it takes the place of a name.
bool is_written_design(const LossOptions& options);

/// Whether an f or a design is written.
bool is_written(const LossOptions& options);

/// Whether one of the formulas contains this name as a whole word.
bool uses_name(const LossOptions& options, const std::string& name);

/// A loss, ready to train.
struct Loss {
  Divergence divergence;                   ///< D_f
  Link link;                               ///< how outputs carry the likelihood ratio
  Objective objective;                     ///< what the discriminator maximizes
  GeneratorObjective generator_objective;  ///< what the generator minimizes
};

/// The parameters of the options, exact. Throws LossError for one that is not NAME=NUMBER, and for one that
/// no formula of the options uses.
Parameters parameters_of(const LossOptions& options);

/// The divergence that the options name or write. Throws LossError.
Divergence divergence_of(const LossOptions& options);

/// Derives the loss. Throws LossError, with the reason, if it cannot be trained, or if its f is refuted and
/// `require_convex` is set; the search for a point that refutes it takes at most some 0.05 s.
Loss make_loss(const LossOptions& options);

}  // namespace ganwright
