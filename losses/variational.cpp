#include "losses/variational.h"

#include "losses/algebra.h"
#include "losses/derivative_tower.h"
#include "losses/exact_number.h"
#include "losses/expression.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

// Beyond it a fraction is not brought to one denominator.
constexpr double kLargestDegree = 2000;

bool is_identically_zero(const ex& expression) {
  const ex simplified = simplified_unless_large(expression);
  return simplified.is_zero() ||
         (degree_bound(simplified) < kLargestDegree && simplified.normal().expand().is_zero());
}

void record(VariationalCertificate& certificate, bool holds, const std::string& claim) {
  certificate.lines.push_back(holds ? claim : "undecided: " + claim);
  if (!holds) {
    certificate.verdict = Verdict::undecided;
  }
}

void certify_smooth(const std::vector<SmoothPiece>& pieces, VariationalCertificate& certificate) {
  const ex& t = variable_t();
  bool is_stationary = true;
  bool has_value_f = true;
  bool is_straight_somewhere = false;
  for (const SmoothPiece& piece : pieces) {
    const ex& f = piece.expression;
    const ex phi = simplified_unless_large(f.diff(variable_t()));
    is_straight_somewhere = is_straight_somewhere || phi.diff(variable_t()).is_zero();
    const ex psi = simplified_unless_large(f - t * phi);
    is_stationary = is_stationary && is_identically_zero(t * phi.diff(variable_t()) + psi.diff(variable_t()));
    has_value_f = has_value_f && is_identically_zero(t * phi + psi - f);
  }
  record(certificate, is_stationary,
         "t phi' + psi' = 0: the best discriminator is v = log(p/q) where f'' > 0");
  record(certificate, has_value_f, "t phi + psi = f: its value is D_f");
  if (is_straight_somewhere) {
    certificate.lines.emplace_back("f'' = 0 on a whole piece: there the best discriminator is not unique");
  }
}

// The limit at 0 or infinity of a function of t whose simplified form is defined there.
bool has_limit(const ex& function, bool at_infinity, const ex& limit) {
  const ex& t = variable_t();
  const ex seen_from_zero = at_infinity ? ex(function.subs(t == 1 / t)) : function;
  return is_zero_at(simplified_unless_large(seen_from_zero - limit), 0);
}

void certify_dual_pair(const std::vector<SmoothPiece>& pieces, const DualPair& pair,
                       VariationalCertificate& certificate) {
  const ex& t = variable_t();
  const ex lowest_slope = pieces.front().expression.diff(variable_t());
  const ex highest_slope = pieces.back().expression.diff(variable_t());
  if (pieces.size() != 2 || lowest_slope.has(t) || highest_slope.has(t)) {
    record(certificate, false, "f* is only checked for two straight pieces with one kink");
    return;
  }
  const numeric& kink = pieces.back().start;
  const ex conjugate = pair.activation * kink - pieces.back().expression.subs(t == kink);
  record(certificate, is_identically_zero(pair.conjugate - conjugate),
         "f*(v) = v k - f(k) at the kink k = " + number_text(kink));
  const SignCertificate slope =
      certify_nonnegative(pair.activation.diff(variable_t()), variable_t(), Range{numeric(0), {}});
  record(certificate, slope.verdict == Verdict::proved && slope.is_positive_but_for_isolated_zeros,
         "the output activation v(h) rises strictly");
  const bool has_right_range =
      has_limit(pair.activation, false, lowest_slope) && has_limit(pair.activation, true, highest_slope);
  record(certificate, has_right_range,
         "it reaches all slopes of f, from " + to_text(lowest_slope) + " to " + to_text(highest_slope) +
             ": the best v is the higher one where p/q > k, the lower one where p/q < k");
}

// phi' = rho and psi' = -omega^{-1} rho make the slope of r phi + psi rho (r - omega^{-1}(v)).
void certify_design(const Design& design, VariationalCertificate& certificate) {
  const Range range = range_of(design);
  const SignCertificate rho = certify_nonnegative(design.rho, variable_v(), range);
  record(certificate, rho.verdict == Verdict::proved && rho.is_positive_but_for_isolated_zeros,
         "rho > 0 on Omega = " + range.text() + ", but for isolated zeros at most");
  const SignCertificate slope =
      certify_nonnegative(design.omega_inverse.diff(variable_v()), variable_v(), range);
  record(
      certificate, slope.verdict == Verdict::proved && slope.is_positive_but_for_isolated_zeros,
      "omega^-1 rises on Omega: the slope of p phi + q psi, rho (p - q omega^-1(v)), changes its sign at v = "
      "omega(p/q) alone, from + to -");
  record(certificate, true,
         "f'' = rho(omega) omega', f(1) = f'(1) = 0: the value there is D_f, and the second derivative "
         "-q (omega^-1)' rho");
}

}  // namespace

VariationalCertificate certify_variational_form(const Divergence& divergence) {
  VariationalCertificate certificate;
  if (divergence.pieces.empty() && !divergence.design) {
    throw LossError(divergence.name +
                    " is no f-divergence: there is no f to certify; see `ganwright losses`");
  }
  if (divergence.plain) {
    record(certificate, false, "phi and psi are trained as they are; nothing is derived from f");
  } else if (divergence.design) {
    certify_design(*divergence.design, certificate);
  } else if (divergence.dual_pair) {
    certify_dual_pair(divergence.pieces, *divergence.dual_pair, certificate);
  } else {
    certify_smooth(divergence.pieces, certificate);
  }
  return certificate;
}

}  // namespace ganwright
