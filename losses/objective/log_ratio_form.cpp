#include "losses/objective/log_ratio_form.h"

#include <cmath>
#include <limits>

#include "losses/formula/parser.h"
#include "losses/formula/run_algebra.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/range.h"
#include "losses/interval/smooth_pieces.h"
#include "losses/numeric/program.h"
#include "losses/numeric/quadrature.h"

namespace ganwright {
namespace {

using GiNaC::ex;

double log_of_start(const SmoothPiece& piece) {
  return piece.start.is_zero() ? -std::numeric_limits<double>::infinity() : std::log(piece.start.value());
}

LogRatioForm from_closed_form(const Divergence& divergence) {
  const auto& t = variable_t();
  Program phi, psi, phi_slope, psi_slope, f;
  for (size_t i = 0; i < divergence.pieces.size(); ++i) {
    const double start = log_of_start(divergence.pieces[i]);
    const ex& piece = divergence.pieces[i].expression;
    const ex& curvature = divergence.curvature[i].expression;
    const ex derivative = piece.diff(t);
    phi.append_piece(start, stable_form(derivative));
    psi.append_piece(start, stable_form(piece - t * derivative));
    phi_slope.append_piece(start, stable_form(t * curvature));
    psi_slope.append_piece(start, stable_form(-t * t * curvature));
    // As written: expanded, (t-1)^2 and the like would lose their digits near t = 1.
    f.append_piece(start, piece);
  }
  return {{function_of_log(phi), function_of_log(phi_slope)},
          {function_of_log(psi), function_of_log(psi_slope)},
          function_of_log(f)};
}

LogRatioForm from_weight(const RealFunction& weight) {
  const RealFunction psi_slope([weight](double u) { return -(SignedLog{1.0, u} * weight.run(u)); });
  return {{integral_from_zero(weight), weight},
          {integral_from_zero(psi_slope), psi_slope},
          f_from_weight(weight)};
}

// r f''(r) = rho(v) omega^{-1}(v) / (omega^{-1})'(v) at the v that belongs to r.
RealFunction weight_of_uninverted(const Design& design) {
  const RealFunction ratio = function_of_value(Program(design.omega_inverse));
  const RealFunction slope = function_of_value(Program(design.omega_inverse.diff(variable_v())));
  const RealFunction rho = function_of_value(Program(design.rho));
  const Range range = range_of_inverse(ratio);
  constexpr double kVeryFar = 1e4;
  const double low = range.low ? range.low->to_double() : -kVeryFar;
  const double high = range.high ? range.high->to_double() : kVeryFar;
  const RealFunction log_ratio([ratio](double v) { return logarithm(ratio.run(v)); });
  return RealFunction([=](double u) {
    const double v = solve_rising(log_ratio, u, low, high);
    return rho.run(v) * ratio.run(v) * power(slope.run(v), -1);
  });
}

}  // namespace

LogRatioForm log_ratio_form(const Divergence& divergence) {
  if (divergence.pieces.empty() && divergence.plain) {
    return {};
  }
  if (!divergence.pieces.empty()) {
    return run_algebra(divergence.name, [&] { return from_closed_form(divergence); });
  }
  if (!divergence.curvature.empty()) {
    return from_weight(
        function_of_log(Program(stable_form(variable_t() * divergence.curvature[0].expression))));
  }
  return from_weight(weight_of_uninverted(*divergence.design));
}

}  // namespace ganwright
