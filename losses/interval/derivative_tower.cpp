#include "losses/interval/derivative_tower.h"

#include <cmath>

#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

// Derivatives of more than this cost are not differentiated again: their expressions grow without bound.
constexpr int64_t kLargestCostToDifferentiate = 2000;
constexpr int64_t kLargestCostToSimplify = 600;
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

}  // namespace

Interval Box::interval() const {
  const Interval closed(lower, upper);
  return lower == 0 ? closed.with_open_lower() : closed;
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

bool DerivativeTower::is_nonnegative_on(const Box& box, int deepest) {
  return sign_on(0, box, deepest) == Sign::nonnegative;
}

DerivativeTower::Sign DerivativeTower::sign_on(int order, const Box& box, int deepest) {
  const Enclosure value = evaluate(order, box.interval());
  if (value.regularity != Regularity::analytic) {
    return Sign::unsettled;
  }
  if (value.value.is_at_least(0)) {
    return Sign::nonnegative;
  }
  if (value.value.is_at_most(0)) {
    return Sign::nonpositive;
  }
  const Sign slope = order < deepest ? sign_on(order + 1, box, deepest) : Sign::unsettled;
  if (slope == Sign::unsettled) {
    return Sign::unsettled;
  }
  const bool rises = slope == Sign::nonnegative;
  if (const auto least = value_at(order, rises ? box.lower : box.upper); least && least->is_at_least(0)) {
    return Sign::nonnegative;
  }
  if (const auto most = value_at(order, rises ? box.upper : box.lower); most && most->is_at_most(0)) {
    return Sign::nonpositive;
  }
  return Sign::unsettled;
}

// At an end of a box; at an open one it is the limit.
std::optional<Interval> DerivativeTower::value_at(int order, double t) {
  if (std::isinf(t)) {
    return std::nullopt;
  }
  const Enclosure value = evaluate(order, Interval(t));
  return value.regularity <= Regularity::continuous ? std::optional(value.value) : std::nullopt;
}

bool DerivativeTower::is_nonnegative_by_mean_value_on(const Box& box) {
  if (box.lower == 0 || std::isinf(box.upper)) {
    return false;
  }
  const Interval t = box.interval();
  const Enclosure slope = evaluate(1, t);
  if (slope.regularity != Regularity::analytic || evaluate(0, t).regularity != Regularity::analytic) {
    return false;
  }
  const Interval center(box.lower + (box.upper - box.lower) / 2);
  return (evaluate(0, center).value + slope.value * (t - center)).is_at_least(0);
}

bool DerivativeTower::touches_zero_from_above_on(const Box& box) {
  const std::optional<numeric> point = simplest_fraction_between(box.lower, box.upper);
  if (!point || evaluate(0, box.interval()).regularity != Regularity::analytic) {
    return false;
  }
  const int order = vanishing_order(*point);
  return order > 0 && order % 2 == 0 && sign_on(order, box, order) == Sign::nonnegative;
}

// How many derivatives, from the 0th on, are exactly zero there.
int DerivativeTower::vanishing_order(const numeric& point) {
  if (const auto known = vanishing_orders_.find(point); known != vanishing_orders_.end()) {
    return known->second;
  }
  int order = 0;
  for (; order <= kDeepestZero; ++order) {
    const Enclosure value = evaluate(order, enclose(point));
    if (value.regularity != Regularity::analytic || !value.value.contains(0) ||
        ++exact_checks_ > kMostExactChecks || !is_zero_at(expressions_[order], point)) {
      break;
    }
  }
  vanishing_orders_.emplace(point, order);
  return order;
}

}  // namespace ganwright
