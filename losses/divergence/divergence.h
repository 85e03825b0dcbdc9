#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "losses/formula/parser.h"
#include "losses/interval/smooth_pieces.h"
#include "losses/numeric/real_function.h"

namespace ganwright {

/// The parameter of a family of divergences, which follows its name after a colon: 0.5 in "alpha:0.5".
struct ParameterRange {
  std::string symbol;         ///< its name in the formulas
  std::string default_value;  ///< its value where none is given
  double lowest;              ///< the smallest value
  double highest;             ///< the largest value
  bool lowest_included;       ///< whether `lowest` itself is allowed
  bool highest_included;      ///< whether `highest` itself is allowed
  /// Whether a value is allowed.
  [[nodiscard]] bool contains(const GiNaC::numeric& value) const;
  [[nodiscard]] std::string text() const;  ///< such as "0 < weight < 1"
};

/// A non-smooth f, given by an output activation v(h) onto dom f* and the conjugate f*(v) there (§4), both in
/// t = e^h for the discriminator's raw output h. The optimal discriminator determines on which side of the
/// kink the likelihood ratio lies, not the ratio itself.
struct DualPairText {
  std::string activation;  ///< v(h)
  std::string conjugate;   ///< f*(v(h))
};

/// The formula of a row at one value of its parameter at which the general one does not hold.
struct SpecialCase {
  double value;                           ///< of the parameter
  std::string f;                          ///< the formula there
  std::optional<DualPairText> dual_pair;  ///< where that f is not smooth
};

/// One row of the table of named divergences: f as the literature writes it, in t and the parameter.
struct DivergenceRow {
  std::string name;                                        ///< before the colon
  std::string f;                                           ///< in t, with f(1) = 0
  std::string note;                                        ///< what it is, in a line
  std::optional<ParameterRange> parameter = std::nullopt;  ///< where it has one
  std::optional<DualPairText> dual_pair = std::nullopt;    ///< where f is not smooth
  /// The same function in a form that keeps its digits, where f as written does not.
  std::string evaluated_as = "";
  std::vector<SpecialCase> special_cases = {};  ///< values of the parameter with a formula of their own
};

/// Every named divergence. Help, completion, documentation and tests iterate over it: adding a divergence is
/// adding one row.
const std::vector<DivergenceRow>& divergence_table();

/// The names of the table, in its order.
std::vector<std::string> divergence_names();

/// The activation and conjugate of a non-smooth f, exact, in t = e^h.
struct DualPair {
  GiNaC::ex activation;  ///< v(h)
  GiNaC::ex conjugate;   ///< f*(v(h))
};

/// A likelihood-ratio design: a rising link omega and a positive rho with phi' = rho and
/// psi' = -omega^{-1} rho (§3; Basioti, Moustakides 2020).
struct Design {
  std::optional<GiNaC::ex> omega;  ///< in t; missing if algebra cannot invert omega^{-1}
  GiNaC::ex omega_inverse;         ///< in v
  GiNaC::ex rho;                   ///< in v
  Domain domain_in_t = {};         ///< what the steps of omega ask
  Domain domain_in_v = {};         ///< what those of omega^{-1} and rho ask
};

/// phi and psi of a loss that is trained as it is, in the raw output h.
struct PlainLoss {
  ScalarFunction phi;  ///< on real samples
  ScalarFunction psi;  ///< on generated samples
};

/// D_f(p||q) = E_q[f(p/q)], exact: f between its kinks, and its dual pair where it has no smooth objective.
struct Divergence {
  std::string name;                 ///< as the user gave it, such as "alpha:0.5"
  std::string f;                    ///< f(t) as the parser reads it, or "" for a design without a closed form
  std::vector<SmoothPiece> pieces;  ///< f; empty for a design
  /// f with its groups and maxima as they are written (grouping.h); missing for designs and baselines.
  std::optional<GiNaC::ex> written = std::nullopt;
  Domain domain = {};  ///< what the steps of f, as it is written, ask
  /// f'' in stable form between the kinks; empty for a design whose omega is not known in closed form.
  std::vector<SmoothPiece> curvature = {};
  std::optional<DualPair> dual_pair = std::nullopt;  ///< where f has no smooth objective
  std::optional<Design> design = std::nullopt;       ///< where it is given by omega and rho
  std::optional<PlainLoss> plain = std::nullopt;     ///< where it is trained as it is
};

/// The divergence of a row of the table, "name" (with the parameter's default) or "name:value"; see
/// divergence_by_name for designs and baselines too. Throws LossError for an unknown name (and names the
/// nearest one), and for a parameter that is superfluous, not a number, or out of range.
Divergence named_divergence(std::string_view name);

/// The divergence of a written f. f(1) has to be 0; with `shift`, f - f(1) takes the place of f. Throws
/// ExpressionError for what cannot be read and LossError, with its value, for another f(1).
Divergence written_divergence(std::string_view f, const Parameters& parameters = {}, bool shift = false);

/// A written f as it is, whatever f(1), to be certified. Without pieces where its kinks are not isolated and
/// f is composed of several functions, which may show that it is convex. Throws as written_divergence does.
Divergence divergence_to_certify(std::string_view f, const Parameters& parameters = {});

/// The divergence of an f'' in t, without a closed form of f.
Divergence divergence_of_curvature(const std::string& name, const GiNaC::ex& curvature);

/// Whether f' jumps at a kink, so that only the dual link has an objective without a jump.
bool has_jump(const Divergence& divergence);

/// Whether f is a multiple of t - 1, so that D_f is 0 whatever p and q are.
bool is_trivial(const Divergence& divergence);

/// Throws LossError for a trivial divergence, from which nothing can be learned.
void require_nontrivial(const Divergence& divergence);

/// f''(1) (§9): 0 or infinite where f has no curvature at 1, nan if it is not known exactly.
double curvature_at_one(const Divergence& divergence);

}  // namespace ganwright
