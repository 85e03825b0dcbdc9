#include "losses/numeric/quadrature.h"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <memory>
#include <vector>

namespace ganwright {
namespace {

using Rule = boost::math::quadrature::gauss<double, 20>;

constexpr int kKnots = 100;

SignedLog panel(const RealFunction& integrand, double from, double to) {
  const double middle = (from + to) / 2;
  const double half = (to - from) / 2;
  SignedLog sum;
  for (size_t i = 0; i < Rule::abscissa().size(); ++i) {
    const SignedLog weight = SignedLog::from_value(Rule::weights()[i]);
    for (const double side : {-1.0, 1.0}) {
      sum = sum + weight * integrand.run(middle + side * half * Rule::abscissa()[i]);
    }
  }
  return sum * SignedLog::from_value(half);
}

// The integral from `first` to `to`, in panels of length one.
SignedLog sum_of_panels(const RealFunction& integrand, double first, double to) {
  SignedLog sum;
  const double direction = to >= first ? 1.0 : -1.0;
  for (double from = first; (to - from) * direction > 0; from += direction) {
    const double end = direction > 0 ? std::min(from + 1, to) : std::max(from - 1, to);
    sum = sum + panel(integrand, from, end);
  }
  return sum;
}

}  // namespace

RealFunction integral_from_zero(const RealFunction& integrand) {
  // The integral up to each whole number, in both directions.
  const auto knots = std::make_shared<std::vector<SignedLog>>(2 * kKnots + 1);
  for (int i = 1; i <= kKnots; ++i) {
    (*knots)[kKnots + i] = (*knots)[kKnots + i - 1] + panel(integrand, i - 1, i);
    (*knots)[kKnots - i] = (*knots)[kKnots - i + 1] + panel(integrand, 1 - i, -i);
  }
  return RealFunction([integrand, knots](double x) {
    if (std::isnan(x)) {
      return SignedLog::undefined();
    }
    const double whole = std::clamp(std::trunc(x), -static_cast<double>(kKnots), static_cast<double>(kKnots));
    const double capped = std::clamp(x, -1e4, 1e4);
    return (*knots)[static_cast<size_t>(whole + kKnots)] + sum_of_panels(integrand, whole, capped);
  });
}

RealFunction f_from_weight(const RealFunction& weight) {
  return RealFunction([weight](double u) {
    const RealFunction integrand(
        [&weight, u](double w) { return (SignedLog{1.0, u} + -SignedLog{1.0, w}) * weight.run(w); });
    return std::isnan(u) ? SignedLog::undefined() : sum_of_panels(integrand, 0.0, std::clamp(u, -1e4, 1e4));
  });
}

double solve_rising(const RealFunction& function, double value, double low, double high) {
  // Values may overflow on the way; their signs and magnitudes in logarithms do not.
  const SignedLog target = SignedLog::from_value(value);
  const auto difference = [&](double x) { return (function.run(x) + -target).value(); };
  const auto bounded = [&](double x) { return std::clamp(difference(x), -1e300, 1e300); };
  const double at_low = bounded(low);
  const double at_high = bounded(high);
  if (!(at_low < 0)) {
    return low;
  }
  if (!(at_high > 0)) {
    return high;
  }
  std::uintmax_t iterations = 200;
  const auto [left, right] = boost::math::tools::toms748_solve(
      bounded, low, high, at_low, at_high, boost::math::tools::eps_tolerance<double>(52), iterations);
  return (left + right) / 2;
}

}  // namespace ganwright
