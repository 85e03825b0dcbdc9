#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "losses/formula/expression.h"
#include "losses/formula/pieces.h"
#include "losses/numeric/real_function.h"

namespace ganwright {

/// The value that a row of the table takes after a colon, such as 0.5 in "alpha:0.5".
struct ParameterRange {
  std::string symbol;
  std::string default_value;
  double lowest;
  double highest;
  bool lowest_included;
  bool highest_included;
  [[nodiscard]] bool contains(double value) const;
  [[nodiscard]] std::string text() const;  ///< such as "0 < weight < 1"
};

/// A non-smooth f as an output activation v(h) onto dom f* and the conjugate f*(v) there (§4), both
/// written in t = e^h for the discriminator's output h. Its optimal discriminator tells on which side of its
/// kink the likelihood ratio is, not the ratio itself.
struct DualPairText {
  std::string activation;
  std::string conjugate;
};

/// What a row means at one value of its parameter where its formula does not hold.
struct SpecialCase {
  double value;
  std::string f;
  std::optional<DualPairText> dual_pair;
};

/// One row of the table of named divergences: f as the literature writes it, in terms of t and the parameter.
struct DivergenceRow {
  std::string name;
  std::string f;
  std::string note;
  std::optional<ParameterRange> parameter = std::nullopt;
  std::optional<DualPairText> dual_pair = std::nullopt;
  /// The same function in a form that keeps its digits, where f as written does not.
  std::string evaluated_as = "";
  std::vector<SpecialCase> special_cases = {};
};

/// Every named divergence. Help, completion, documentation and tests iterate over it: adding a divergence is
/// adding one row.
const std::vector<DivergenceRow>& divergence_table();

/// The names of the table, in its order.
std::vector<std::string> divergence_names();

/// A non-smooth f's activation and conjugate, exact, in t = e^h.
struct DualPair {
  GiNaC::ex activation;
  GiNaC::ex conjugate;
};

/// A likelihood-ratio design: a rising link omega and a positive rho with phi' = rho and
/// psi' = -omega^{-1} rho (Basioti, Moustakides 2020).
struct Design {
  std::optional<GiNaC::ex> omega;  ///< in t; nothing where omega^{-1} could not be inverted by algebra
  GiNaC::ex omega_inverse;         ///< in v
  GiNaC::ex rho;                   ///< in v
};

/// phi and psi of a loss that is trained as it is, in the raw output h.
struct PlainLoss {
  ScalarFunction phi;
  ScalarFunction psi;
};

/// D_f(p||q) = E_q[f(p/q)], exact: f between its kinks, and its dual pair where it has no smooth objective.
struct Divergence {
  std::string name;                 ///< as it was asked for, such as "alpha:0.5"
  std::string f;                    ///< f(t) as text that --f reads, or "" for a design without a closed form
  std::vector<SmoothPiece> pieces;  ///< f; empty for a design
  /// f'' in normal form between the kinks; empty for a design whose omega is not known in closed form.
  std::vector<SmoothPiece> curvature = {};
  std::optional<DualPair> dual_pair = std::nullopt;
  std::optional<Design> design = std::nullopt;
  std::optional<PlainLoss> plain = std::nullopt;
};

/// Builds a divergence from "name" (with the parameter's default) or "name:value". Throws LossError for an
/// unknown name (and tells the nearest one), and for a parameter that is superfluous, no number, or out of
/// range.
Divergence named_divergence(std::string_view name);

/// Builds a divergence from a written f. f(1) has to be 0; with `shift`, f - f(1) takes the place of f.
/// Throws ExpressionError for what cannot be read and LossError, with its value, for another f(1).
Divergence written_divergence(std::string_view f, const Parameters& parameters = {}, bool shift = false);

/// Whether f' jumps at a kink, so that only the dual link has an objective without a jump.
bool has_jump(const Divergence& divergence);

/// Whether f is a multiple of t - 1, so that D_f is 0 whatever p and q are.
bool is_trivial(const Divergence& divergence);

/// Throws LossError for a trivial divergence: no training can learn anything from it.
void require_nontrivial(const Divergence& divergence);

/// f''(1): infinite, or 0, where f has no curvature at 1 (§9); nan where it is not known
/// exactly.
double curvature_at_one(const Divergence& divergence);

}  // namespace ganwright
