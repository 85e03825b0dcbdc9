#include "losses/interval/sign_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/leading_term.h"
#include "losses/numeric/infinity.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

// How many derivatives may settle the sign of an expression on a box, and on a tail.
constexpr int kDeepestOnBox = 2;
constexpr int kDeepestOnTail = 3;
// Of a box, relative to its position.
constexpr double kSmallestWidth = 1e-12;

constexpr std::string_view kUnsettled = "the sign is not settled there";
constexpr std::string_view kExhausted = "the search used up its budget before it came there";

bool is_transcendental(const ex& e) {
  const bool is_logarithm = is_a<GiNaC::function>(e) && ex_to<GiNaC::function>(e).get_name() == "log";
  const bool has_variable_exponent = is_a<GiNaC::power>(e) && !is_a<numeric>(e.op(1));
  return (is_a<GiNaC::function>(e) && !is_logarithm) || has_variable_exponent ||
         std::any_of(e.begin(), e.end(), is_transcendental);
}

// The algebraic and logarithmic terms of a sum in one stable form, the others as they are: a dent exp(-x^2)
// beside 1/t - 1/(1+t) wants both.
ex stable_in_part(const ex& e) {
  if (!is_a<GiNaC::add>(e)) {
    return e;
  }
  ex plain = 0;
  ex rest = 0;
  for (const ex& term : e) {
    (is_transcendental(term) ? rest : plain) += term;
  }
  return stable_form_if_possible(plain) + rest;
}

}  // namespace

SignSearch::SignSearch(const ex& expression, double width, const SignOptions& options)
    : expression_(expression), written_(expression, variable_t()), width_(width), options_(options) {
  if (options.analytic) {
    analytic_.emplace(*options.analytic, variable_t());
  }
}

DerivativeTower& SignSearch::stable() {
  if (!stable_) {
    cost_ += kCostOfAlgebra * written_.cost();
    ex sum = 0;
    for (const ex& part : options_.parts) {
      sum += stable_form_if_possible(part);
    }
    stable_.emplace(options_.parts.empty() ? stable_form_if_possible(expression_) : sum);
  }
  return *stable_;
}

DerivativeTower& SignSearch::partly_stable() {
  if (!partly_stable_) {
    cost_ += kCostOfAlgebra * written_.cost();
    partly_stable_.emplace(stable_in_part(expression_));
  }
  return *partly_stable_;
}

DerivativeTower& SignSearch::inverted() {
  if (!inverted_) {
    cost_ += kCostOfAlgebra * written_.cost();
    inverted_.emplace(stable_form_if_possible(expression_.subs(variable_t() == 1 / variable_t())));
  }
  return *inverted_;
}

FactorSigns& SignSearch::factors() {
  if (!factors_) {
    cost_ += kCostOfAlgebra * written_.cost();
    factors_.emplace(stable().expression());
  }
  return *factors_;
}

int64_t SignSearch::cost() const {
  int64_t sum = cost_ + (factors_ ? factors_->cost() : 0);
  for (const auto* form : {&stable_, &partly_stable_, &inverted_}) {
    sum += *form ? (*form)->cost() : 0;
  }
  return sum;
}

void SignSearch::run() {
  prove_or_refute();
  look_for_positive_value();
}

void SignSearch::prove_or_refute() {
  if (examine({0, width_}) != Finding::open) {
    return;
  }
  std::vector<Box> between = boxes_in_between();
  std::vector<Box> tails{{0, between.front().lower}};
  if (std::isinf(width_)) {
    tails.push_back({between.back().upper, width_});
  }
  // From 1 outward, so that counterexamples are plain numbers where there is a choice.
  std::stable_sort(between.begin(), between.end(), [](const Box& a, const Box& b) {
    return std::abs(std::log(a.lower) + std::log(a.upper)) < std::abs(std::log(b.lower) + std::log(b.upper));
  });
  search({between.begin(), between.end()});
  for (const Box& tail : tails) {
    if (negative || undefined_at || examine_tail(tail) == Finding::refuted) {
      return;
    }
  }
}

// Of about one unit of log(t) each.
std::vector<Box> SignSearch::boxes_in_between() const {
  const bool is_bounded = std::isfinite(width_);
  const double center = is_bounded ? width_ : 1.0;
  const double below = options_.log_range + (is_bounded ? std::max(0.0, std::log(width_)) : 0.0);
  const int count = std::max(1, static_cast<int>(std::ceil(below)));
  const auto cut = [&](int i) { return center * std::exp(below * i / count); };
  std::vector<Box> boxes_from_left;
  for (int i = -count; i < (is_bounded ? 0 : count); ++i) {
    boxes_from_left.push_back({cut(i), cut(i + 1)});
  }
  return boxes_from_left;
}

// Breadth first, so that a part that cannot be settled does not keep the search from the others.
void SignSearch::search(std::deque<Box> queue) {
  for (; !queue.empty(); queue.pop_front()) {
    const Box box = queue.front();
    if (cost() > options_.budget) {
      unproved.push_back({box.lower, box.upper, kExhausted});
      continue;
    }
    const Finding finding = examine(box);
    if (finding == Finding::refuted) {
      return;
    }
    if (finding == Finding::closed) {
      continue;
    }
    if (box.upper - box.lower < kSmallestWidth * box.lower) {
      unproved.push_back({box.lower, box.upper, last_box_was_regular_ ? kUnsettled : kIrregular});
      continue;
    }
    const double middle = box.upper > 2 * box.lower ? std::sqrt(box.lower) * std::sqrt(box.upper)
                                                    : box.lower + (box.upper - box.lower) / 2;
    queue.push_back({box.lower, middle, box.depth + 1});
    queue.push_back({middle, box.upper, box.depth + 1});
  }
}

SignSearch::Finding SignSearch::examine(const Box& box) {
  ++boxes;
  depth = std::max(depth, box.depth);
  const Interval t = box.interval();
  const Enclosure written = evaluate(written_, t);
  const Regularity regularity = analytic_ ? evaluate(*analytic_, t).regularity : written.regularity;
  if (regularity == Regularity::undefined) {
    undefined_at = short_decimal_between(box.lower, box.upper);
    return Finding::refuted;
  }
  last_box_was_regular_ = suffices(regularity);
  const bool has_sign = options_.is_strict ? written.value.is_above(0) : written.value.is_at_least(0);
  if (last_box_was_regular_ && written.regularity <= Regularity::continuous && has_sign) {
    is_analytic = is_analytic && regularity == Regularity::analytic;
    return Finding::closed;
  }
  if (refutes_at(short_decimal_between(box.lower, box.upper))) {
    return Finding::refuted;
  }
  if (last_box_was_regular_ && is_nonnegative_by_algebra(box)) {
    is_analytic = is_analytic && regularity == Regularity::analytic;
    return Finding::closed;
  }
  return options_.is_strict && vanishes_in(box) ? Finding::refuted : Finding::open;
}

// At a simple fraction, by algebra.
bool SignSearch::vanishes_in(const Box& box) {
  const std::optional<numeric> point = simplest_fraction_between(box.lower, box.upper);
  if (!point || stable().vanishing_order(*point) == 0) {
    return false;
  }
  negative = NegativePoint{*point, 0};
  return true;
}

bool SignSearch::has_sign(DerivativeTower& form, const Box& box, int deepest) {
  return form.sign_on(box, deepest, options_.is_strict) == 1;
}

// In 1/t, because a function that vanishes at infinity is often a difference of terms that do not: log(1+1/t)
// as log(1+t) - log(t). For f'' that is the adjoint t f(1/t), whose second derivative is t^-3 f''(1/t).
bool SignSearch::is_nonnegative_by_algebra(const Box& box) {
  return has_sign(partly_stable(), box, 0) || has_sign(stable(), box, kDeepestOnBox) ||
         stable().is_positive_by_mean_value_on(box, options_.is_strict) ||
         (!options_.is_strict && stable().touches_zero_from_above_on(box)) ||
         (box.lower >= 1 && has_sign(inverted(), inverse_of(box), kDeepestOnBox)) ||
         (!options_.is_strict && factors().are_nonnegative_on(box));
}

SignSearch::Finding SignSearch::examine_tail(const Box& tail) {
  const Finding finding = examine(tail);
  if (finding != Finding::open || (last_box_was_regular_ && is_nonnegative_far_out(tail))) {
    return finding == Finding::refuted ? finding : Finding::closed;
  }
  if (is_negative_far_out(tail)) {
    return Finding::refuted;
  }
  unproved.push_back({tail.lower, tail.upper, last_box_was_regular_ ? kUnsettled : kIrregular});
  return Finding::open;
}

// The sign of a sum far out is that of its leading term. Towards infinity in 1/t.
bool SignSearch::is_nonnegative_far_out(const Box& tail) {
  if (cost() > options_.budget) {
    return false;
  }
  const ex& expression = stable().expression();
  DerivativeTower leading(with_constant_leading_term(expression));
  if (has_sign(leading, tail, kDeepestOnTail)) {
    return true;
  }
  if (tail.lower == 0) {
    return false;
  }
  const ex& t = variable_t();
  for (const ex& form : {inverted().expression(), stable_form_if_possible(expression.subs(t == 1 / t))}) {
    for (const ex& seen : {with_constant_leading_term(form), form}) {
      if (DerivativeTower tower(seen); has_sign(tower, inverse_of(tail), kDeepestOnTail)) {
        return true;
      }
    }
  }
  return false;
}

bool SignSearch::is_negative_far_out(const Box& tail) {
  constexpr int kFirstExponent = 9;
  constexpr int kLastExponent = 60;
  for (int exponent = kFirstExponent; exponent <= kLastExponent; ++exponent) {
    for (const int digit : {1, 3}) {
      const numeric point = digit * GiNaC::pow(numeric(10), numeric(tail.lower == 0 ? -exponent : exponent));
      const double place = point.to_double();
      if (place > tail.lower && place < tail.upper && refutes_at(point)) {
        return true;
      }
    }
  }
  return false;
}

bool SignSearch::refutes_at(const numeric& point) {
  const Interval t = enclose(point);
  const Enclosure value = evaluate(written_, t);
  if (!suffices(analytic_ ? evaluate(*analytic_, t).regularity : value.regularity) ||
      value.regularity > Regularity::continuous) {
    return false;
  }
  is_positive_somewhere = is_positive_somewhere || value.value.is_above(0);
  if (value.value.is_below(0) || (options_.is_strict && value.value.is_at_most(0))) {
    negative = NegativePoint{point, value.value.upper()};
  }
  return negative.has_value();
}

// At a few points, since one may be a zero.
void SignSearch::look_for_positive_value() {
  const numeric first = short_decimal_between(0, width_);
  for (const int divisor : {1, 2, 3, 7}) {
    if (!negative && !is_positive_somewhere) {
      refutes_at(first / divisor);
    }
  }
}

Enclosure SignSearch::evaluate(const IntervalProgram& program, const Interval& t) {
  cost_ += program.cost();
  return program.run(t);
}

// Without an expression that has to be analytic, continuity is enough.
bool SignSearch::suffices(Regularity regularity) const {
  return regularity == Regularity::analytic || (!analytic_ && regularity == Regularity::continuous);
}

}  // namespace ganwright
