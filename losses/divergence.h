#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "losses/algebra.h"

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

/// A non-smooth f as an output activation v(h) onto dom f* and the conjugate f*(v) there (DESIGN §1), both
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

/// D_f(p||q) = E_q[f(p/q)], exact: f between its kinks, and its dual pair where it has no smooth objective.
struct Divergence {
  std::string name;  ///< as it was asked for, such as "alpha:0.5"
  std::string f;     ///< f(t) as text, with the parameter's value in place
  std::vector<SmoothPiece> pieces;
  std::optional<DualPair> dual_pair;
};

/// Builds a divergence from "name" (with the parameter's default) or "name:value". Throws LossError for an
/// unknown name (and tells the nearest one), and for a parameter that is superfluous, no number, or out of
/// range.
Divergence named_divergence(std::string_view name);

/// f''(1): infinite, or 0, where f has no curvature at 1 (DESIGN §1, Scale).
double curvature_at_one(const Divergence& divergence);

}  // namespace ganwright
