#include "toy/exact.h"

#include <algorithm>
#include <array>
#include <boost/math/interpolators/cardinal_cubic_b_spline.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <opencv2/core/optim.hpp>
#include <vector>

#include "losses/numeric/infinity.h"
#include "losses/objective/log_ratio_form.h"

namespace ganwright {
namespace {

// exp(-60) of an integrand adds nothing to a divergence that a double can hold next to 1.
constexpr double kNothing = -60;
// Far more than any f that is smooth but for a few kinks takes.
constexpr int64_t kMostEvaluations = 20'000;
// Mixtures of more components start from their moments alone.
constexpr size_t kMostStarts = 8;

struct Bounds {
  double low;
  double high;
};

Bounds range_of_means(const Density& p, const Density& q) {
  Bounds bounds{kInfinity, -kInfinity};
  for (const Density* density : {&p, &q}) {
    for (const Density::Component& component : density->components) {
      bounds.low = std::min(bounds.low, component.mean[0]);
      bounds.high = std::max(bounds.high, component.mean[0]);
    }
  }
  return bounds;
}

double largest_deviation(const Density& p, const Density& q) {
  double largest = 0;
  for (const Density* density : {&p, &q}) {
    for (const Density::Component& component : density->components) {
      largest = std::max(largest, component.standard_deviation);
    }
  }
  return largest;
}

// How far from `start`, in a direction, the integrand lives; infinite where it does not die out.
double reach(const std::function<double(double)>& log_integrand,
             const std::function<double(double)>& log_ratio, double start, double direction, double unit) {
  // Beyond this the digits of a logarithm no longer tell one tail from another.
  constexpr double kLargestLogRatio = 5000;
  constexpr double kFarthest = 1000;
  double previous = kInfinity;
  for (double distance = 12; distance <= kFarthest; distance *= 1.5) {
    const double x = start + direction * distance * unit;
    const double now = log_integrand(x);
    if (now < kNothing && now <= previous && previous < kNothing) {
      return distance * unit;
    }
    if (std::abs(log_ratio(x)) > kLargestLogRatio && now < kNothing) {
      return distance * unit;
    }
    if (std::abs(log_ratio(x)) > kLargestLogRatio && now >= previous) {
      return kInfinity;
    }
    previous = now;
  }
  return kInfinity;
}

// Panels that are as fine as the components are narrow, wherever these lie.
std::vector<double> panel_ends(const Density& p, const Density& q, double low, double high) {
  std::vector<double> ends{low, high};
  for (const Density* density : {&p, &q}) {
    for (const Density::Component& component : density->components) {
      for (const double z : {0.0, 1.5, 3.0, 5.0, 8.0, 12.0, 20.0, 40.0}) {
        for (const double side : {-1.0, 1.0}) {
          const double end = component.mean[0] + side * z * component.standard_deviation;
          if (end > low && end < high) {
            ends.push_back(end);
          }
        }
      }
    }
  }
  std::sort(ends.begin(), ends.end());
  // Panels far shorter than the narrowest component only cost time.
  double narrowest = kInfinity;
  for (const Density* density : {&p, &q}) {
    for (const Density::Component& component : density->components) {
      narrowest = std::min(narrowest, component.standard_deviation);
    }
  }
  std::vector<double> thinned{low};
  for (const double end : ends) {
    if (end - thinned.back() > narrowest / 2) {
      thinned.push_back(end);
    }
  }
  thinned.back() = high;
  return thinned;
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

// D_f(p||.) of a Gaussian, as a function of its mean and the logarithm of its deviation.
class DivergenceOfNormal : public cv::MinProblemSolver::Function {
 public:
  DivergenceOfNormal(const RealFunction& f, const Density& p) : f_(f), p_(p) {}
  int getDims() const override { return 2; }
  // The solver takes no infinity.
  double calc(const double* at) const override {
    const Density q = normal_density(at[0], std::exp(at[1]));
    return std::min(exact_divergence(f_, p_, q).value_or(kInfinity), std::numeric_limits<double>::max());
  }

 private:
  const RealFunction& f_;
  const Density& p_;
};

// By the simplex of Nelder and Mead (1965), of which `start` is the center.
FittedNormal minimum_near(const cv::Ptr<DivergenceOfNormal>& divergence, const FittedNormal& start) {
  constexpr int kMostCalls = 400;
  constexpr double kCloseEnough = 1e-12;
  const cv::Matx12d step(0.3 * start.standard_deviation, 0.3);
  cv::Matx12d at(start.mean, std::log(start.standard_deviation));
  const auto solver = cv::DownhillSolver::create(
      divergence, step, {cv::TermCriteria::COUNT + cv::TermCriteria::EPS, kMostCalls, kCloseEnough});
  const double lowest = solver->minimize(at);
  return {at(0), std::exp(at(1)), lowest < std::numeric_limits<double>::max() ? lowest : kInfinity};
}

std::vector<FittedNormal> candidates(const Density& p) {
  std::vector<FittedNormal> list{{mean_of(p), standard_deviation_of(p), kInfinity}};
  if (p.components.size() <= kMostStarts) {
    for (const Density::Component& component : p.components) {
      list.push_back({component.mean[0], component.standard_deviation, kInfinity});
    }
  }
  return list;
}

double distance(const FittedNormal& a, const FittedNormal& b) {
  return std::hypot(a.mean - b.mean, a.standard_deviation - b.standard_deviation);
}

}  // namespace

RealFunction f_of_log_ratio(const Divergence& divergence) {
  const RealFunction f = log_ratio_form(divergence).f;
  return !f || !divergence.pieces.empty() ? f : tabulated(f);
}

RealFunction f_of_log_ratio(const Loss& loss) {
  const Objective& objective = loss.objective;
  if (!objective.f || !loss.divergence.pieces.empty()) {
    return objective.f;
  }
  const double factor =
      objective.curvature_at_one / make_objective(loss.divergence, loss.link).curvature_at_one;
  return RealFunction([f = f_of_log_ratio(loss.divergence), factor](double u) {
    return SignedLog::from_value(std::isfinite(factor) ? factor : 1.0) * f.run(u);
  });
}

std::optional<double> exact_divergence(const RealFunction& f, const Density& p, const Density& q) {
  const auto log_ratio = [&](double x) { return log_density(p, x) - log_density(q, x); };
  const auto integrand = [&](double x) {
    const double log_q = log_density(q, x);
    return SignedLog{1.0, log_q} * f.run(log_density(p, x) - log_q);
  };
  const auto log_integrand = [&](double x) {
    const SignedLog value = integrand(x);
    return value.sign == 0 ? -kInfinity : value.is_undefined() ? kInfinity : value.log;
  };
  const Bounds means = range_of_means(p, q);
  const double unit = largest_deviation(p, q);
  const double left = reach(log_integrand, log_ratio, means.low, -1, unit);
  const double right = reach(log_integrand, log_ratio, means.high, 1, unit);
  if (std::isinf(left) || std::isinf(right)) {
    return kInfinity;
  }
  const std::vector<double> ends = panel_ends(p, q, means.low - left, means.high + right);
  struct TooManyEvaluations {};
  int64_t evaluations = 0;
  const auto value = [&](double x) {
    if (++evaluations > kMostEvaluations) {
      throw TooManyEvaluations();
    }
    return integrand(x).value();
  };
  double sum = 0;
  try {
    for (size_t i = 1; i < ends.size(); ++i) {
      sum += boost::math::quadrature::gauss_kronrod<double, 15>::integrate(value, ends[i - 1], ends[i],
                                                                           /*max_depth=*/12, /*tol=*/1e-8);
    }
  } catch (const TooManyEvaluations&) {
    return std::nullopt;
  }
  return std::isfinite(sum) ? sum : kInfinity;
}

FittedNormal starting_normal(const RealFunction& f, const Density& p) {
  std::vector<FittedNormal> list = candidates(p);
  for (FittedNormal& normal : list) {
    normal.mean += normal.standard_deviation / 4;
    normal.standard_deviation *= 1.25;
    const Density q = normal_density(normal.mean, normal.standard_deviation);
    normal.divergence = f ? exact_divergence(f, p, q).value_or(kInfinity) : kInfinity;
  }
  return *std::min_element(list.begin(), list.end(), [](const FittedNormal& a, const FittedNormal& b) {
    return a.divergence < b.divergence;
  });
}

std::optional<FittedNormal> best_normal(const RealFunction& f, const Density& p, const FittedNormal& fit) {
  const auto divergence = cv::makePtr<DivergenceOfNormal>(f, p);
  if (!exact_divergence(f, p, normal_density(fit.mean, fit.standard_deviation))) {
    return std::nullopt;
  }
  std::vector<FittedNormal> starts = candidates(p);
  starts.push_back(fit);
  std::vector<FittedNormal> minima;
  for (const FittedNormal& start : starts) {
    minima.push_back(minimum_near(divergence, start));
  }
  const auto smaller = [](const FittedNormal& a, const FittedNormal& b) {
    return a.divergence < b.divergence;
  };
  const FittedNormal best = *std::min_element(minima.begin(), minima.end(), smaller);
  FittedNormal nearest = best;
  for (const FittedNormal& minimum : minima) {
    const bool as_good = minimum.divergence <= best.divergence + 1e-7 * std::max(1.0, best.divergence);
    if (as_good && distance(minimum, fit) < distance(nearest, fit)) {
      nearest = minimum;
    }
  }
  return nearest;
}

}  // namespace ganwright
