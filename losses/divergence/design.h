#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "losses/divergence/divergence.h"
#include "losses/formula/expression.h"
#include "losses/interval/range.h"
#include "losses/interval/sign_certificate.h"

namespace ganwright {

/// One row of the table of named likelihood-ratio designs (Basioti, Moustakides 2020): omega in t, its
/// inverse and rho in v, in terms of parameters that follow the name after a colon: "sigmoid:1,-1,0".
struct DesignRow {
  std::string name;
  std::string omega;
  std::string omega_inverse;
  std::string rho;
  std::string note;
  std::vector<std::string> symbols = {};
  std::vector<std::string> defaults = {};
  /// A condition that the parameters must meet: positive where they do, in terms of the symbols.
  std::string condition = "1";
};

/// Every named design; help, tests and the command `losses` iterate over it.
const std::vector<DesignRow>& design_table();

/// The names of the table, in its order.
std::vector<std::string> design_names();

/// The divergence of a named design, "name" or "name:value,value". Throws LossError for an unknown name and
/// for parameters that are missing, no numbers, or refused by the row's condition.
Divergence named_design(std::string_view name);

/// What a user writes of a design; an empty text stands for what was left out.
struct DesignText {
  std::string omega;
  std::string omega_inverse;
  std::string rho;
};

/// The divergence of a written design: rho and at least one of omega and omega^{-1}; the other is found by
/// algebra where that is possible. Throws LossError where rho is missing, where omega^{-1} is neither given
/// nor found, where omega falls somewhere, or where the two do not undo one another.
Divergence written_design(const DesignText& text, const Parameters& parameters);

/// The range Omega of a design. Throws LossError as range_of_inverse does, where omega is not known.
Range range_of(const Design& design);

/// Whether omega^{-1}(omega(t)) = t for every t > 0: proved by exact algebra, refuted by an enclosure at one
/// of many points, undecided otherwise.
Verdict undo_one_another(const GiNaC::ex& omega, const GiNaC::ex& omega_inverse);

/// A t > 0 around which omega falls or has no real value, found by interval arithmetic and on a grid; nothing
/// where there seems to be none.
std::optional<double> falls_at(const GiNaC::ex& omega);

/// Solves e(x) = y for x by undoing one operation after another; nothing where that does not succeed.
std::optional<GiNaC::ex> inverse_of(const GiNaC::ex& e, const GiNaC::symbol& x, const GiNaC::ex& y);

}  // namespace ganwright
