#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "losses/objective/objective.h"

namespace ganwright {

/// The generator's objective as a user writes it: a name (minimax, non-saturating, or any divergence for a
/// hybrid), or g in t, or beta in v.
struct GeneratorText {
  std::string name = "non-saturating";  ///< used where neither g nor beta is written
  std::string g = "";                   ///< a convex g in t with g(1) = 0
  std::string beta = "";                ///< in v
  Parameters parameters = {};           ///< of g and beta
};

/// An interval of likelihood ratios.
struct RatioInterval {
  double low;   ///< 0 or more
  double high;  ///< may be infinite
};

/// What the generator minimizes at a fixed discriminator, E_q[beta(h)] (§6). It descends D_g(p||q) of
/// the g with g''(r) = -(beta o omega)'(r)/r:
/// - minimax: beta = psi, g = f;
/// - non-saturating: beta = -phi, g'' = f''/r (Shannon et al. 2020);
/// - hybrid: beta = g(r) - r g'(r) of any other divergence;
/// - explicit: any beta(v).
struct GeneratorObjective {
  /// Where beta comes from.
  enum class Kind { minimax, non_saturating, hybrid, explicit_beta };

  std::string name;     ///< minimax, non-saturating, that of a divergence, or beta as written
  Kind kind;            ///< where beta comes from
  ScalarFunction beta;  ///< of the raw output h
  /// The effective generator divergence where its f'' has one formula.
  std::optional<Divergence> effective;
  std::string effective_text;  ///< its name or its g'', or why there is none
  /// Where beta rises with r, so that the generator is pushed away from the data.
  std::vector<RatioInterval> wrong_way;
};

/// The names "minimax" and "non-saturating".
std::vector<std::string> generator_objective_names();

/// Derives the generator's objective. Throws LossError for an unknown name or unreadable text, for a g that
/// is not 0 at 1, for a g or beta that leaves the generator where it is (g a multiple of t - 1, beta
/// constant), and where a hybrid is asked of an objective whose outputs do not determine the likelihood
/// ratio.
GeneratorObjective make_generator_objective(const GeneratorText& text, const Divergence& divergence,
                                            const Link& link, const Objective& objective);

}  // namespace ganwright
