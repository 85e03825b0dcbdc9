#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "losses/divergence/divergence.h"
#include "losses/numeric/real_function.h"

namespace ganwright {

/// How the discriminator's raw output h carries the likelihood ratio: v = activation(h), r = omega^{-1}(v)
/// (§1).
struct Link {
  /// Where phi and psi come from.
  enum class Kind {
    composed,  ///< phi and psi are those of u = log r at u(h)
    extended,  ///< v = h beyond Omega too: phi and psi are concave polynomials of v
    dual,      ///< phi(v) = v, psi(v) = -f*(v)
    given      ///< phi and psi come with the divergence: a dual pair, hinge, wasserstein
  };

  std::string name;                               ///< as the user gave it, such as "affine-posterior:-1,1"
  std::string note;                               ///< the range Omega and how it is respected
  Kind kind = Kind::composed;                     ///< where phi and psi come from
  ScalarFunction output = {};                     ///< v(h)
  ScalarFunction log_ratio = {};                  ///< u(h) = log r; missing for a given pair
  bool output_is_log_ratio = false;               ///< u(h) = h, so that nothing has to be evaluated for it
  std::optional<GiNaC::ex> omega = std::nullopt;  ///< in t, where it has one formula
  std::optional<GiNaC::ex> omega_inverse = std::nullopt;  ///< in v, of the link that a design brings
  GiNaC::ex rho = 0;                                      ///< of an extended link, in v: phi'
  GiNaC::ex weighted_rho = 0;  ///< of an extended link, in v: omega^{-1} rho = -psi'
};

/// A link as a user writes it: the name of one, with its numbers after a colon, or omega in t.
/// "" is the natural link of the divergence: its own for a design or a dual pair, `dual` where f' jumps or
/// f''(1) is infinite, `log` otherwise.
struct LinkText {
  std::string name;            ///< "", a name, or omega
  Parameters parameters = {};  ///< of omega
};

/// One row of the table of named links.
struct LinkRow {
  std::string name;  ///< before the colon
  std::string note;  ///< what it is, in a line
};

/// Every named link: log, ratio, posterior, affine-posterior, dual, f-gan. Help and tests iterate over it.
const std::vector<LinkRow>& link_table();

/// Builds a link for a divergence. Throws LossError if the name is unknown, if the link is undefined for this
/// divergence (kinks allow only `dual`; `f-gan` covers only the paper's table), or if omega is not increasing
/// or cannot be inverted.
Link make_link(const LinkText& text, const Divergence& divergence);

}  // namespace ganwright
