#include "toy/exact.h"

#include <algorithm>
#include <array>
#include <boost/math/interpolators/cardinal_cubic_b_spline.hpp>
#include <cmath>
#include <vector>

#include "losses/numeric/infinity.h"
#include "losses/objective/log_ratio_form.h"
#include "losses/objective/settled.h"
#include "toy/line_quadrature.h"

namespace ganwright {
namespace {

// A Gaussian that the integrand is made of or resembles.
struct Bump {
  double center;
  double width;
};

using Component = Density::Component;

// p^k q^(1-k) of two Gaussians, where it falls towards both ends.
std::optional<Bump> mixed(const Component& p, const Component& q, double k) {
  const double s = std::pow(q.standard_deviation / p.standard_deviation, 2);
  const double precision = k * s + (1 - k);
  const double center = k * s * (p.mean[0] - q.mean[0]) / precision;
  return precision > 0 && std::isfinite(center)
             ? std::optional(Bump{q.mean[0] + center, q.standard_deviation / std::sqrt(precision)})
             : std::nullopt;
}

// The means of all Gaussians, and both densities as they are seen from each of them: with its mean at 0,
// their digits are not lost far from 0.
struct Anchors {
  std::vector<double> places;
  std::vector<std::pair<Density, Density>> seen;

  Anchors(const Density& p, const Density& q) {
    for (const Component& component : blend(p, q, 0.5).components) {
      places.push_back(component.mean[0]);
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    for (const double place : places) {
      seen.emplace_back(shifted(p, -place), shifted(q, -place));
    }
  }

  [[nodiscard]] size_t nearest(double x) const {
    const auto above = std::lower_bound(places.begin(), places.end(), x);
    const auto index = static_cast<size_t>(above - places.begin());
    return index == places.size() || (index > 0 && x - places[index - 1] < places[index] - x) ? index - 1
                                                                                              : index;
  }
};

// The Gaussians of both densities and those of the integrand's tails, if they are not too low to be seen.
std::vector<Bump> bumps_of(const RatioFunction& f, const Density& p, const Density& q, const Anchors& anchors,
                           const LineFunction& integrand) {
  constexpr double kTooLow = -80;
  std::vector<Bump> bumps;
  double highest = -kInfinity;
  const auto log_at = [&](double x) {
    const size_t anchor = anchors.nearest(x);
    const SignedLog value = integrand(anchor, x - anchors.places[anchor]);
    return value.sign == 0 || value.is_undefined() ? -kInfinity : value.log;
  };
  for (const Density* density : {&p, &q}) {
    for (const Component& component : density->components) {
      bumps.push_back({component.mean[0], component.standard_deviation});
      highest = std::max(highest, log_at(component.mean[0] + component.standard_deviation));
    }
  }
  for (const std::optional<Growth>& end : {f.growth.at_zero, f.growth.at_infinity}) {
    if (!end || !std::isfinite(end->power) || (end->power >= 0 && end->power <= 1)) {
      continue;
    }
    for (const Component& one : p.components) {
      for (const Component& other : q.components) {
        const std::optional<Bump> bump = mixed(one, other, end->power);
        if (bump && log_at(bump->center) > highest + kTooLow) {
          bumps.push_back(*bump);
          highest = std::max(highest, log_at(bump->center));
        }
      }
    }
  }
  return bumps;
}

// Panels as fine as the bumps are narrow, wherever these lie, and nowhere much longer than a share of their
// gap.
std::vector<Panel> panels_over(const std::vector<Bump>& bumps, const Anchors& anchors) {
  struct End {
    double x;
    double width;
    bool operator<(const End& other) const { return x < other.x; }
  };
  std::vector<End> ends;
  double widest = 0;
  for (const Bump& bump : bumps) {
    for (const double z : {-12.0, -8.5, -6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.5, 12.0}) {
      ends.push_back({bump.center + z * bump.width, bump.width});
    }
    widest = std::max(widest, bump.width);
  }
  std::sort(ends.begin(), ends.end());
  constexpr double kLeastShare = 0.3;
  constexpr double kMostParts = 64;
  std::vector<Panel> panels;
  End last = ends.front();
  for (const End& end : ends) {
    const double length = end.x - last.x;
    if (length < kLeastShare * std::min(end.width, last.width) && end.x != ends.back().x) {
      continue;
    }
    const double parts = std::ceil(std::min(length / (4 * widest), kMostParts));
    for (double part = 0; part < parts; ++part) {
      const double from = last.x + length * part / parts;
      const double to = part + 1 == parts ? end.x : last.x + length * (part + 1) / parts;
      const size_t anchor = anchors.nearest((from + to) / 2);
      panels.push_back({anchor, from - anchors.places[anchor], to - anchors.places[anchor]});
    }
    last = end;
  }
  return panels;
}

// A design's f is integrated anew for each value, so it is interpolated: log(f/u^2) is smooth through u = 0
// and almost a straight line far out, and u = sinh(s) has its nodes where it bends.
RealFunction tabulated(const RealFunction& f) {
  constexpr size_t kNodes = 400;
  const double last = std::asinh(1000.0);
  const double step = 2 * last / (kNodes - 1);
  const double sign = f.run(std::sinh(-last)).sign;
  std::vector<double> values;
  for (size_t i = 0; i < kNodes; ++i) {
    const double u = std::sinh(-last + static_cast<double>(i) * step);
    const SignedLog value = f.run(u);
    values.push_back(value.log - 2 * std::log(std::abs(u)));
    if (!std::isfinite(values.back()) || value.sign != sign) {
      return f;
    }
  }
  using Spline = boost::math::interpolators::cardinal_cubic_b_spline<double>;
  const Spline spline(values.begin(), values.end(), -last, step);
  return RealFunction([spline, last, sign](double u) {
    if (u == 0 || std::isnan(u)) {
      return u == 0 ? SignedLog{} : SignedLog::undefined();
    }
    const double s = std::clamp(std::asinh(u), -last, last);
    const double beyond = u - std::sinh(s);
    const double slope = beyond == 0 ? 0 : spline.prime(s) / std::cosh(s);
    return SignedLog{sign, spline(s) + slope * beyond + 2 * std::log(std::abs(u))};
  });
}

// f without the line that touches it at 1, which adds nothing to D_f, so that it is positive if f is convex.
// Far from 1, where terms of f as it is written may cancel, it is t phi + psi, in which they do not.
RealFunction without_line(const LogRatioForm& form) {
  constexpr double kFar = 30;
  const SignedLog slope = form.phi.value.run(0.0);
  const bool has_slope = !slope.is_undefined() && std::isfinite(slope.value());
  return RealFunction([f = form.f, phi = settled(form.phi.value), psi = settled(form.psi.value),
                       line = has_slope ? slope : SignedLog{}](double u) {
    const SignedLog t{1.0, u};
    return std::abs(u) < kFar ? f.run(u) + -(line * (t + SignedLog{-1.0, 0.0}))
                              : t * (phi.run(u) + -line) + (psi.run(u) + line);
  });
}

}  // namespace

RatioFunction f_of_log_ratio(const Divergence& divergence) {
  const LogRatioForm form = log_ratio_form(divergence);
  if (!form.f) {
    return {};
  }
  return {divergence.pieces.empty() ? tabulated(form.f) : without_line(form), growth_of(divergence)};
}

RatioFunction f_of_log_ratio(const Loss& loss) {
  RatioFunction f = f_of_log_ratio(loss.divergence);
  if (!f) {
    return {};
  }
  const double factor =
      loss.objective.curvature_at_one / make_objective(loss.divergence, loss.link).curvature_at_one;
  if (std::isfinite(factor) && factor != 1) {
    f.value = RealFunction(
        [value = f.value, factor](double u) { return SignedLog::from_value(factor) * value.run(u); });
  }
  return f;
}

std::optional<SignedLog> exact_divergence(const RatioFunction& f, const Density& p, const Density& q) {
  switch (convergence_of(f.growth, p, q)) {
    case Convergence::infinite:
      return SignedLog{1.0, kInfinity};
    case Convergence::negative_infinite:
      return SignedLog{-1.0, kInfinity};
    case Convergence::unknown:
      return std::nullopt;
    case Convergence::finite:
      break;
  }
  const Anchors anchors(p, q);
  const LineFunction integrand = [&](size_t anchor, double distance) {
    const auto& [p_seen, q_seen] = anchors.seen[anchor];
    const double log_q = log_density(q_seen, distance);
    return SignedLog{1.0, log_q} * f.value.run(log_density(p_seen, distance) - log_q);
  };
  return integral_over(integrand, panels_over(bumps_of(f, p, q, anchors, integrand), anchors));
}

}  // namespace ganwright
