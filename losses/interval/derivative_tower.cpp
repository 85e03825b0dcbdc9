#include "losses/interval/derivative_tower.h"

#include <cmath>
#include <limits>

#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/loss_error.h"
#include "losses/numeric/infinity.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

// Derivatives of more than this cost are not differentiated again: their expressions grow without bound.
constexpr int64_t kLargestCostToDifferentiate = 1000;
constexpr int64_t kLargestCostToSimplify = 400;
constexpr int kDeepestZero = 4;
// Of zeros by algebra, which takes milliseconds each.
constexpr int kMostExactChecks = 20;

std::optional<IntervalProgram> compiled(const ex& expression) {
  try {
    return IntervalProgram(expression, variable_t());
  } catch (const LossError&) {
    return std::nullopt;
  }
}

// 1 or -1, or 0 where it is not settled.
int sign_of(const Interval& value, bool is_strict) {
  if (is_strict ? value.is_above(0) : value.is_at_least(0)) {
    return 1;
  }
  return (is_strict ? value.is_below(0) : value.is_at_most(0)) ? -1 : 0;
}

}  // namespace

Interval Box::interval() const {
  const Interval closed(lower, upper);
  return lower == 0 ? closed.with_open_lower() : closed;
}

Box inverse_of(const Box& box) {
  return {std::isinf(box.upper) ? 0.0 : std::nextafter(1 / box.upper, 0.0),
          box.lower == 0 ? kInfinity : std::nextafter(1 / box.lower, kInfinity)};
}

DerivativeTower::DerivativeTower(const ex& expression)
    : expressions_{expression}, programs_{compiled(expression)} {}

void DerivativeTower::build_next() {
  const std::optional<IntervalProgram>& previous = programs_.back();
  if (!previous || previous->cost() > kLargestCostToDifferentiate) {
    expressions_.emplace_back();
    programs_.emplace_back();
    return;
  }
  const bool is_small = previous->cost() <= kLargestCostToSimplify;
  cost_ += is_small ? kCostOfAlgebra * previous->cost() : previous->cost();
  const ex derivative = expressions_.back().diff(variable_t());
  expressions_.push_back(is_small ? stable_form_if_possible(derivative) : derivative);
  programs_.push_back(compiled(expressions_.back()));
}

Enclosure DerivativeTower::evaluate(int order, const Interval& t) {
  while (static_cast<int>(programs_.size()) <= order) {
    build_next();
  }
  if (!programs_[order]) {
    return {Interval::everything(), Regularity::unclear};
  }
  cost_ += programs_[order]->cost();
  return programs_[order]->run(t);
}

std::optional<int> DerivativeTower::sign_on(const Box& box, int deepest, bool is_strict) {
  return sign_of_derivative(0, box, deepest, is_strict);
}

std::optional<int> DerivativeTower::sign_of_derivative(int order, const Box& box, int deepest,
                                                       bool is_strict) {
  const Enclosure enclosure = evaluate(order, box.interval());
  if (enclosure.regularity != Regularity::analytic) {
    return std::nullopt;
  }
  if (const int sign = sign_of(enclosure.value, is_strict); sign != 0) {
    return sign;
  }
  if (order >= deepest) {
    return std::nullopt;
  }
  std::optional<int> slope;
  bool is_strictly_monotone = false;
  if (is_strict) {
    slope = sign_of_derivative(order + 1, box, deepest, true);
    is_strictly_monotone = slope.has_value();
  }
  slope = slope ? slope : sign_of_derivative(order + 1, box, deepest, false);
  if (!slope) {
    return std::nullopt;
  }
  // Positive where it rises from its left end, negative where it rises to its right one.
  for (const int sign : {1, -1}) {
    const double end = *slope == sign ? box.lower : box.upper;
    const std::optional<Interval> extreme = value_at(order, end);
    // 0 itself is in no box.
    const bool may_be_zero = !is_strict || (end == 0 && is_strictly_monotone);
    if (extreme && sign_of(sign > 0 ? *extreme : -*extreme, !may_be_zero) > 0) {
      return sign;
    }
  }
  return std::nullopt;
}

// At an end of a box; at an open one it is the limit.
std::optional<Interval> DerivativeTower::value_at(int order, double t) {
  if (std::isinf(t)) {
    return std::nullopt;
  }
  Enclosure value = evaluate(order, Interval(t));
  if (t == 0 && value.regularity <= Regularity::continuous && value.value.contains(0) &&
      is_zero_at_start(order)) {
    return Interval();
  }
  if (value.regularity > Regularity::continuous && t == 0) {
    // The limit is within what is next to 0: t log t has one, and no value.
    value = evaluate(order, Box{0, std::numeric_limits<double>::denorm_min()}.interval());
  }
  return value.regularity <= Regularity::continuous ? std::optional(value.value) : std::nullopt;
}

// log(2) - log(2) to 128 bits is not 0.
bool DerivativeTower::is_zero_at_start(int order) {
  const auto known = zero_at_start_.find(order);
  if (known != zero_at_start_.end()) {
    return known->second;
  }
  return zero_at_start_[order] = is_zero_at(expressions_[order], 0);
}

bool DerivativeTower::is_positive_by_mean_value_on(const Box& box, bool is_strict) {
  if (box.lower == 0 || std::isinf(box.upper)) {
    return false;
  }
  const Interval t = box.interval();
  const Enclosure slope = evaluate(1, t);
  if (slope.regularity != Regularity::analytic || evaluate(0, t).regularity != Regularity::analytic) {
    return false;
  }
  const Interval center(box.lower + (box.upper - box.lower) / 2);
  return sign_of(evaluate(0, center).value + slope.value * (t - center), is_strict) > 0;
}

bool DerivativeTower::touches_zero_from_above_on(const Box& box) {
  const std::optional<numeric> point = simplest_fraction_between(box.lower, box.upper);
  if (!point || evaluate(0, box.interval()).regularity != Regularity::analytic) {
    return false;
  }
  const int order = vanishing_order(*point);
  return order > 0 && order % 2 == 0 && sign_of_derivative(order, box, order, false) == 1;
}

int DerivativeTower::vanishing_order(const numeric& point) {
  if (const auto known = vanishing_orders_.find(point); known != vanishing_orders_.end()) {
    return known->second;
  }
  int order = 0;
  for (; order <= kDeepestZero; ++order) {
    const Enclosure value = evaluate(order, enclose(point));
    cost_ += kCostOfAlgebra * (programs_[order] ? programs_[order]->cost() : 0);
    if (value.regularity != Regularity::analytic || !value.value.contains(0) ||
        ++exact_checks_ > kMostExactChecks || !is_zero_at(expressions_[order], point)) {
      break;
    }
  }
  vanishing_orders_.emplace(point, order);
  return order;
}

}  // namespace ganwright
