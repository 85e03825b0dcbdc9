#pragma once

#include <ginac/ginac.h>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "losses/interval/interval_program.h"

namespace ganwright {

/// An interval of t > 0 with both ends, but for 0 and infinity.
struct Box {
  double lower;   ///< 0, or a t that belongs to it
  double upper;   ///< infinity, or a t that belongs to it
  int depth = 0;  ///< how often it was halved
  /// The same for interval arithmetic; open at 0 and infinity.
  [[nodiscard]] Interval interval() const;
};

/// The box of 1/t, rounded outward.
Box inverse_of(const Box& box);

/// An expression in t and its derivatives, each compiled when it is first asked for, and what follows from
/// them about its sign on a box.
class DerivativeTower {
 public:
  /// Compiles the expression itself; its derivatives follow on demand.
  explicit DerivativeTower(const GiNaC::ex& expression);

  /// Encloses the derivative of that order; unclear where it cannot be enclosed or is too large to be of use.
  Enclosure evaluate(int order, const Interval& t);

  /// The sign, 1 or -1, of an expression that is analytic on the box: by its enclosure, or because a
  /// derivative, of order `deepest` at most, has one sign there, so that those below it are extreme at the
  /// ends. Strict: it has no zero there; otherwise it may have some. Nothing where neither is shown.
  std::optional<int> sign_on(const Box& box, int deepest, bool is_strict);

  /// Whether the expression is analytic and positive (strict), or nowhere negative, on the box by the mean
  /// value theorem: f(c) + f'(box) (box - c).
  bool is_positive_by_mean_value_on(const Box& box, bool is_strict);

  /// Whether it is analytic and nowhere negative by a zero of even order at a simple fraction inside
  /// (Taylor). No bisection shows this, since every box around the zero seems to hold both signs.
  bool touches_zero_from_above_on(const Box& box);

  /// How many derivatives, from the 0th on, are exactly zero at a point where the expression is analytic;
  /// at most 5 are looked at, and few points.
  int vanishing_order(const GiNaC::numeric& point);

  /// The expression itself.
  [[nodiscard]] const GiNaC::ex& expression() const { return expressions_.front(); }

  /// What all evaluations cost so far, in interval additions.
  [[nodiscard]] int64_t cost() const { return cost_; }

 private:
  void build_next();
  std::optional<int> sign_of_derivative(int order, const Box& box, int deepest, bool is_strict);
  std::optional<Interval> value_at(int order, double t);
  bool is_zero_at_start(int order);

  std::vector<GiNaC::ex> expressions_;
  std::vector<std::optional<IntervalProgram>> programs_;
  std::map<GiNaC::numeric, int> vanishing_orders_;
  std::map<int, bool> zero_at_start_;
  int exact_checks_ = 0;
  int64_t cost_ = 0;
};

}  // namespace ganwright
