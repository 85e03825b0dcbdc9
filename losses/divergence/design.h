#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "losses/divergence/divergence.h"
#include "losses/formula/parser.h"
#include "losses/interval/range.h"
#include "losses/interval/sign_certificate.h"

namespace ganwright {

/// One row of the table of named likelihood-ratio designs (Basioti, Moustakides 2020): omega in t, its
/// inverse and rho in v, in terms of parameters that follow the name after a colon: "sigmoid:1,-1,0".
struct DesignRow {
  std::string name;                        ///< before the colon
  std::string omega;                       ///< in t
  std::string omega_inverse;               ///< in v
  std::string rho;                         ///< in v
  std::string note;                        ///< what it is, in a line
  std::vector<std::string> symbols = {};   ///< of the parameters, in their order
  std::vector<std::string> defaults = {};  ///< their values where none is given
  /// A condition that the parameters must meet: positive where they do, in terms of the symbols.
  std::string condition = "1";
};

/// Every named design. Help, completion, documentation and tests iterate over it: adding a design is adding
/// one row.
const std::vector<DesignRow>& design_table();

/// The names of the table, in its order.
std::vector<std::string> design_names();

/// The divergence of a named design, "name" or "name:value,value". Throws LossError for an unknown name and
/// for parameters that are missing, no numbers, or refused by the row's condition.
Divergence named_design(std::string_view name);

/// A design as a user writes it; empty texts are omitted parts.
struct DesignText {
  std::string omega;          ///< in t
  std::string omega_inverse;  ///< in v
  std::string rho;            ///< in v
};

/// The divergence of a written design: rho and at least one of omega and omega^{-1}; the other is found by
/// algebra where that is possible. Throws LossError if rho is missing, omega^{-1} is neither given nor found,
/// omega is not increasing, or the two are not inverse to one another.
Divergence written_design(const DesignText& text, const Parameters& parameters);

/// The range Omega of a design. Throws LossError as range_of_inverse does, where omega is not known.
Range range_of(const Design& design);

/// Proves omega^{-1}(omega(t)) = t for every t > 0 by exact algebra, or refutes it by an enclosure at one of
/// many points.
Verdict certify_inverse(const GiNaC::ex& omega, const GiNaC::ex& omega_inverse);

/// A t > 0 near which omega falls or has no real value, found by interval arithmetic and on a grid; nothing
/// where none is found.
std::optional<double> find_non_rising_point(const GiNaC::ex& omega);

}  // namespace ganwright
