#include "losses/interval/sign_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
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

// The lowest power of t among the terms of a sum of products.
numeric lowest_power(const ex& e) {
  if (e.is_equal(variable_t())) {
    return 1;
  }
  if (is_a<GiNaC::power>(e) && e.op(0).is_equal(variable_t()) && is_a<numeric>(e.op(1))) {
    return ex_to<numeric>(e.op(1));
  }
  if (!is_a<GiNaC::add>(e) && !is_a<GiNaC::mul>(e)) {
    return 0;
  }
  numeric result = lowest_power(e.op(0));
  for (size_t i = 1; i < e.nops(); ++i) {
    const numeric power = lowest_power(e.op(i));
    result = is_a<GiNaC::mul>(e) ? result + power : std::min(result, power);
  }
  return result;
}

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

// The box of 1/t, rounded outward.
Box inverse_of(const Box& box) {
  return {std::isinf(box.upper) ? 0.0 : std::nextafter(1 / box.upper, 0.0),
          box.lower == 0 ? kInfinity : std::nextafter(1 / box.lower, kInfinity)};
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
    stable_.emplace(stable_form_if_possible(expression_));
  }
  return *stable_;
}

DerivativeTower& SignSearch::partly_stable() {
  if (!partly_stable_) {
    partly_stable_.emplace(stable_in_part(expression_));
  }
  return *partly_stable_;
}

DerivativeTower& SignSearch::inverted() {
  if (!inverted_) {
    inverted_.emplace(stable_form_if_possible(expression_.subs(variable_t() == 1 / variable_t())));
  }
  return *inverted_;
}

int64_t SignSearch::cost() const {
  int64_t sum = cost_;
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
  if (last_box_was_regular_ && written.regularity <= Regularity::continuous && written.value.is_at_least(0)) {
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
  return Finding::open;
}

// In 1/t, because a function that vanishes at infinity is often a difference of terms that do not: log(1+1/t)
// as log(1+t) - log(t). For f'' that is the adjoint t f(1/t), whose second derivative is t^-3 f''(1/t).
bool SignSearch::is_nonnegative_by_algebra(const Box& box) {
  return partly_stable().is_nonnegative_on(box, 0) || stable().is_nonnegative_on(box, kDeepestOnBox) ||
         stable().is_nonnegative_by_mean_value_on(box) || stable().touches_zero_from_above_on(box) ||
         (box.lower >= 1 && inverted().is_nonnegative_on(inverse_of(box), kDeepestOnBox));
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

// The sign of a sum far out is that of its leading term, which shows once the negative powers of t are
// multiplied away.
bool SignSearch::is_nonnegative_far_out(const Box& tail) {
  const ex& expression = stable().expression();
  DerivativeTower multiplied(
      stable_form_if_possible(expression * GiNaC::pow(variable_t(), -lowest_power(expression))));
  return multiplied.is_nonnegative_on(tail, kDeepestOnTail);
}

bool SignSearch::is_negative_far_out(const Box& tail) {
  for (const int exponent : {9, 10, 12, 15, 20, 30, 40}) {
    const numeric point = GiNaC::pow(numeric(10), numeric(tail.lower == 0 ? -exponent : exponent));
    const double place = point.to_double();
    if (place > tail.lower && place < tail.upper && refutes_at(point)) {
      return true;
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
  if (value.value.is_below(0)) {
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
