#include "losses/analysis/variational.h"

#include <algorithm>
#include <optional>

#include "losses/divergence/design.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/size_bounds.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/interval_program.h"
#include "losses/interval/smooth_pieces.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

// Beyond them a fraction is not brought to one denominator.
constexpr double kLargestDegree = 60;
constexpr double kMostTerms = 2000;

bool is_identically_zero(const ex& expression) {
  const ex simplified = stable_form_if_possible(expression);
  return simplified.is_zero() ||
         (degree_bound(simplified) < kLargestDegree && expanded_terms_bound(simplified) < kMostTerms &&
          simplified.normal().expand().is_zero());
}

// One refuted part refutes the whole, and one undecided part leaves it so.
bool is_less_grave(Verdict a, Verdict b) {
  const auto gravity = [](Verdict v) { return v == Verdict::proved ? 0 : v == Verdict::undecided ? 1 : 2; };
  return gravity(a) < gravity(b);
}

void record(VariationalCertificate& certificate, Verdict verdict, const std::string& claim) {
  const bool is_proved = verdict == Verdict::proved;
  certificate.lines.push_back(is_proved ? claim : verdict_name(verdict) + ": " + claim);
  if (verdict == Verdict::refuted || (!is_proved && certificate.verdict == Verdict::proved)) {
    certificate.verdict = verdict;
  }
}

void record(VariationalCertificate& certificate, bool holds, const std::string& claim) {
  record(certificate, holds ? Verdict::proved : Verdict::undecided, claim);
}

// That an expression is positive but for isolated zeros.
void record_sign(VariationalCertificate& certificate, const SignCertificate& found,
                 const std::string& claim) {
  const bool is_flat = found.verdict == Verdict::proved && !found.is_positive_but_for_isolated_zeros;
  const std::string place =
      found.negative ? " (it is negative at v = " + exact_text(found.negative->at) + ")" : "";
  record(certificate, is_flat ? Verdict::undecided : found.verdict, claim + place);
}

// phi is f', psi is f - t f', and the f'' that gradients are computed from is the derivative of f',
// rewritten. So the claims hold by definition; what could be wrong is the rewriting. Algebra shows that it is
// right, or enclosures of both at several points of the piece do not contradict it.
Verdict agreement(const ex& rewritten, const ex& derivative, const SmoothPiece& piece,
                  const std::optional<Place>& end) {
  if (is_identically_zero(rewritten - derivative)) {
    return Verdict::proved;
  }
  const IntervalProgram one(rewritten, variable_t());
  const IntervalProgram other(derivative, variable_t());
  const double low = piece.start.value();
  const double width = (end ? end->value() : 2 * low + 10) - low;
  for (const double share : {0.03, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 0.97}) {
    const Interval t(low + share * width);
    const Interval difference = one.run(t).value - other.run(t).value;
    if (!difference.contains(0)) {
      return Verdict::refuted;
    }
  }
  return Verdict::proved;
}

void certify_smooth(const Divergence& divergence, VariationalCertificate& certificate) {
  const ex& t = variable_t();
  Verdict is_stationary = Verdict::proved;
  Verdict has_value_f = Verdict::proved;
  bool is_straight_somewhere = false;
  for (size_t i = 0; i < divergence.pieces.size(); ++i) {
    const ex& f = divergence.pieces[i].expression;
    const ex& curvature = divergence.curvature[i].expression;
    const ex phi = stable_form_if_possible(f.diff(variable_t()));
    const ex psi = stable_form_if_possible(f - t * phi);
    const SmoothPiece& piece = divergence.pieces[i];
    const auto end =
        i + 1 < divergence.pieces.size() ? std::optional(divergence.pieces[i + 1].start) : std::nullopt;
    is_stationary = std::max({is_stationary, agreement(curvature, phi.diff(variable_t()), piece, end),
                              agreement(-t * curvature, psi.diff(variable_t()), piece, end)},
                             is_less_grave);
    is_straight_somewhere = is_straight_somewhere || curvature.is_zero();
    has_value_f = std::max(has_value_f, agreement(t * phi + psi, f, piece, end), is_less_grave);
  }
  record(certificate, is_stationary,
         "phi' = f'' and psi' = -t f'': p phi + q psi is highest at t = p/q alone where f'' > 0");
  record(certificate, has_value_f, "t phi + psi = f: its value is D_f");
  if (is_straight_somewhere) {
    certificate.lines.emplace_back("f'' = 0 on a whole piece: there the best discriminator is not unique");
  }
}

// The limit at 0 or infinity of a function of t whose simplified form is defined there.
bool has_limit(const ex& function, bool at_infinity, const ex& limit) {
  const ex& t = variable_t();
  const ex seen_from_zero = at_infinity ? ex(function.subs(t == 1 / t)) : function;
  return is_zero_at(stable_form_if_possible(seen_from_zero - limit), 0);
}

void certify_dual_pair(const std::vector<SmoothPiece>& pieces, const DualPair& pair,
                       VariationalCertificate& certificate) {
  const ex& t = variable_t();
  const ex lowest_slope = pieces.front().expression.diff(variable_t());
  const ex highest_slope = pieces.back().expression.diff(variable_t());
  if (pieces.size() != 2 || !pieces.back().start.is_exact() || lowest_slope.has(t) || highest_slope.has(t)) {
    record(certificate, false, "f* is only checked for two straight pieces with one kink");
    return;
  }
  const numeric& kink = pieces.back().start.lower();
  const ex conjugate = pair.activation * kink - exact_value_at(pieces.back().expression, kink);
  record(certificate, is_identically_zero(pair.conjugate - conjugate),
         "f*(v) = v k - f(k) at the kink k = " + exact_text(kink));
  const SignCertificate slope =
      certify_nonnegative(pair.activation.diff(variable_t()), variable_t(), Range{numeric(0), {}});
  record_sign(certificate, slope, "the output activation v(h) rises strictly");
  const bool has_right_range =
      has_limit(pair.activation, false, lowest_slope) && has_limit(pair.activation, true, highest_slope);
  record(certificate, has_right_range,
         "it reaches all slopes of f, from " + to_text(lowest_slope) + " to " + to_text(highest_slope) +
             ": the best v is the higher one where p/q > k, the lower one where p/q < k");
}

// The value is D_f of f'' = rho(omega) omega' where omega undoes the omega^{-1} of psi.
void certify_pair(const Design& design, VariationalCertificate& certificate) {
  if (design.omega) {
    record(certificate, certify_inverse(*design.omega, design.omega_inverse),
           "omega^-1(omega(t)) = t for every t > 0");
  }
}

// phi' = rho and psi' = -omega^{-1} rho make the slope of r phi + psi rho (r - omega^{-1}(v)).
void certify_design(const Design& design, VariationalCertificate& certificate) {
  certify_pair(design, certificate);
  const Range range = range_of(design);
  const SignCertificate rho = certify_nonnegative(design.rho, variable_v(), range);
  record_sign(certificate, rho, "rho > 0 on Omega = " + range.text() + ", but for isolated zeros at most");
  const SignCertificate slope =
      certify_nonnegative(design.omega_inverse.diff(variable_v()), variable_v(), range);
  record_sign(
      certificate, slope,
      "omega^-1 rises on Omega: the slope of p phi + q psi, rho (p - q omega^-1(v)), changes its sign at "
      "v = omega(p/q) alone, from + to -");
  record(certificate, true,
         "f'' = rho(omega) omega', f(1) = f'(1) = 0: the value there is D_f, and the second derivative "
         "-q (omega^-1)' rho");
}

}  // namespace

VariationalCertificate certify_variational_form(const Divergence& divergence) {
  VariationalCertificate certificate;
  if (divergence.pieces.empty() && divergence.written) {
    record(certificate, true,
           "phi = f' and psi = f - t f' between the kinks, which are not isolated: the value of a convex f "
           "is D_f");
    return certificate;
  }
  if (divergence.pieces.empty() && !divergence.design) {
    throw LossError(
        divergence.name + " is not an f-divergence: there is no f to certify; choose another loss",
        Remedy::name);
  }
  if (divergence.plain) {
    record(certificate, true,
           "phi = min(v, 1), psi = min(-v, 1): t phi + psi is highest at v = 1 or v = -1, where it is f");
  } else if (divergence.design) {
    certify_design(*divergence.design, certificate);
  } else if (divergence.dual_pair) {
    certify_dual_pair(divergence.pieces, *divergence.dual_pair, certificate);
  } else {
    certify_smooth(divergence, certificate);
  }
  return certificate;
}

}  // namespace ganwright
