#include "losses/interval/zeros.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <optional>

#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/derivative_tower.h"
#include "losses/interval/interval_program.h"
#include "losses/interval/leading_term.h"
#include "losses/numeric/infinity.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

constexpr std::string_view kMoreZeros = "a zero is not isolated there";

// Of t, in units of log(t).
constexpr int kFarthest = 19;
// No simple fraction lies where boxes are cut, so that zeros there are inside a box.
constexpr double kFirstCut = 1.3717421;
constexpr double kCut = 0.4871;
constexpr double kNarrowest = 1e-11;
constexpr int64_t kLargestCost = 500'000;
constexpr int kDeepest = 3;
constexpr int kLargestOrder = 4;

// The points origin + direction s, 0 < s <= width, so that the end of the range is s = 0, exactly.
struct Ray {
  numeric origin;
  int direction;
  double width;
  [[nodiscard]] numeric point(const numeric& s) const { return origin + direction * s; }
  [[nodiscard]] numeric distance(const numeric& t) const { return (t - origin) * direction; }
};

std::vector<Ray> rays_between(const numeric& low, const std::optional<numeric>& high) {
  if (!high) {
    return {{low, 1, kInfinity}};
  }
  const numeric cut = low + (*high - low) * exact_fraction(kCut);
  const auto width = [](const numeric& x) { return std::nextafter(x.to_double(), kInfinity); };
  return {{low, 1, width(cut - low)}, {*high, -1, width(*high - cut)}};
}

class ZeroSearch {
 public:
  ZeroSearch(const ex& expression, const Ray& ray, ZeroKind kind)
      : expression_(expression),
        ray_(ray),
        kind_(kind),
        in_distance_(expression.subs(variable_t() == ray.point(0) + ray.direction * variable_t())),
        written_(in_distance_, variable_t()),
        stable_(stable_form_if_possible(in_distance_)) {}

  void run(Zeros& zeros) {
    std::deque<Box> queue = boxes();
    if (settle({0, ray_.width}, zeros)) {
      queue.clear();
    }
    for (; !queue.empty(); queue.pop_front()) {
      const Box box = queue.front();
      if (cost_ + stable_.cost() > kLargestCost) {
        zeros.unsettled.push_back(part_of(box));
      } else if (!settle(box, zeros)) {
        divide(box, queue, zeros);
      }
    }
  }

 private:
  [[nodiscard]] std::deque<Box> boxes() const {
    const bool is_bounded = std::isfinite(ray_.width);
    std::vector<double> cuts{0};
    for (int i = -kFarthest; i <= (is_bounded ? -1 : kFarthest); ++i) {
      cuts.push_back((is_bounded ? ray_.width : 1) * kFirstCut * std::exp(i));
    }
    cuts.push_back(ray_.width);
    std::deque<Box> found;
    for (size_t i = 1; i < cuts.size(); ++i) {
      found.push_back({cuts[i - 1], cuts[i]});
    }
    return found;
  }

  [[nodiscard]] UnprovedPart part_of(const Box& box) const {
    const double origin = ray_.origin.to_double();
    const double near_end = origin + ray_.direction * box.lower;
    const double far_end = origin + ray_.direction * box.upper;
    return {std::min(near_end, far_end), std::max(near_end, far_end), kMoreZeros};
  }

  void divide(const Box& box, std::deque<Box>& queue, Zeros& zeros) {
    const bool is_tail = box.lower == 0 || std::isinf(box.upper);
    if (is_tail ? !is_tail_settled(box) : box.upper - box.lower < kNarrowest * box.lower) {
      zeros.unsettled.push_back(part_of(box));
    } else if (!is_tail) {
      const double cut = box.lower + kCut * (box.upper - box.lower);
      queue.push_back({box.lower, cut, box.depth + 1});
      queue.push_back({cut, box.upper, box.depth + 1});
    }
  }

  // By the leading term, towards infinity in 1/s.
  bool is_tail_settled(const Box& tail) {
    if (evaluate(tail.interval()).regularity != Regularity::analytic) {
      return false;
    }
    const bool is_far = tail.lower > 0;
    const ex& s = variable_t();
    const ex seen = is_far ? stable_form_if_possible(in_distance_.subs(s == 1 / s)) : stable_.expression();
    DerivativeTower leading(with_constant_leading_term(seen));
    return leading.sign_on(is_far ? inverse_of(tail) : tail, kDeepest, /*is_strict=*/true).has_value();
  }

  bool settle(const Box& box, Zeros& zeros) {
    const Enclosure written = evaluate(box.interval());
    if (written.regularity == Regularity::undefined) {
      return true;
    }
    if (written.regularity <= Regularity::continuous &&
        (is_strict(written.value) || (has_one_sign(written.value) && may_touch(box)))) {
      return true;
    }
    if (written.regularity != Regularity::analytic) {
      return false;
    }
    return stable_.sign_on(box, kDeepest, /*is_strict=*/true) ||
           (stable_.sign_on(box, kDeepest, /*is_strict=*/false) && may_touch(box)) ||
           settle_one_zero(box, zeros);
  }

  static bool is_strict(const Interval& value) { return value.is_above(0) || value.is_below(0); }
  static bool has_one_sign(const Interval& value) { return value.is_at_least(0) || value.is_at_most(0); }

  // Zeros inside a box of one sign are none where only changes are asked for; one at its end could be one.
  bool may_touch(const Box& box) {
    const auto is_end_off_zero = [this](double end) {
      return end == 0 || std::isinf(end) || is_strict(evaluate(Interval(end)).value);
    };
    return kind_ == ZeroKind::sign_change && is_end_off_zero(box.lower) && is_end_off_zero(box.upper);
  }

  bool settle_one_zero(const Box& box, Zeros& zeros) {
    if (box.lower == 0 || std::isinf(box.upper)) {
      return false;
    }
    if (const auto point = simple_fraction_in(box)) {
      const int order = stable_.vanishing_order(ray_.distance(*point));
      if (order > 0 && order <= kLargestOrder && has_strict_derivative(order, box)) {
        zeros.found.push_back({*point, order % 2 != 0});
        return true;
      }
    }
    if (!has_strict_derivative(1, box)) {
      return false;
    }
    const Interval at_lower = evaluate(Interval(box.lower)).value;
    const Interval at_upper = evaluate(Interval(box.upper)).value;
    const bool rises = at_lower.is_below(0) && at_upper.is_above(0);
    if (!rises && !(at_lower.is_above(0) && at_upper.is_below(0))) {
      return false;
    }
    zeros.found.push_back({refined(exact_fraction(box.lower), exact_fraction(box.upper), rises), true});
    return true;
  }

  // A t of the box.
  [[nodiscard]] std::optional<numeric> simple_fraction_in(const Box& box) const {
    const UnprovedPart part = part_of(box);
    const auto point = simplest_fraction_between(part.lower, part.upper);
    const bool is_inside = point && ray_.distance(*point) >= exact_fraction(box.lower) &&
                           ray_.distance(*point) <= exact_fraction(box.upper);
    return is_inside ? point : std::nullopt;
  }

  bool has_strict_derivative(int order, const Box& box) {
    const Enclosure derivative = stable_.evaluate(order, box.interval());
    return derivative.regularity == Regularity::analytic && is_strict(derivative.value);
  }

  // By bisection, as far as the sign in the middle can be told.
  Place refined(numeric nearer, numeric farther, bool rises) {
    const numeric fine = GiNaC::pow(numeric(2), numeric(-100));
    while (farther - nearer > nearer * fine) {
      const numeric middle = (nearer + farther) / 2;
      const Interval value = evaluate(enclose(middle)).value;
      if (!is_strict(value)) {
        break;
      }
      (value.is_above(0) == rises ? farther : nearer) = middle;
    }
    const numeric lower = std::min(ray_.point(nearer), ray_.point(farther));
    const numeric upper = std::max(ray_.point(nearer), ray_.point(farther));
    const double low = std::nextafter(lower.to_double(), 0.0);
    const double high = std::nextafter(upper.to_double(), kInfinity);
    const std::optional<numeric> fraction = simplest_fraction_between(low, high);
    for (const numeric& candidate : {fraction.value_or(lower), short_decimal_between(low, high)}) {
      if (candidate > lower && candidate < upper && is_zero_at(expression_, candidate)) {
        return candidate;
      }
    }
    return {lower, upper, expression_};
  }

  Enclosure evaluate(const Interval& s) {
    cost_ += written_.cost();
    return written_.run(s);
  }

  ex expression_;
  Ray ray_;
  ZeroKind kind_;
  ex in_distance_;
  IntervalProgram written_;
  DerivativeTower stable_;
  int64_t cost_ = 0;
};

}  // namespace

Zeros find_zeros(const ex& expression, const numeric& low, const std::optional<numeric>& high,
                 ZeroKind kind) {
  Zeros zeros;
  for (const Ray& ray : rays_between(low, high)) {
    ZeroSearch(expression, ray, kind).run(zeros);
  }
  auto& found = zeros.found;
  std::sort(found.begin(), found.end(), [](const Zero& a, const Zero& b) { return a.place < b.place; });
  // Each is the only one of its box, so those of two boxes that overlap are the same.
  const auto overlap = [](const Zero& a, const Zero& b) { return !(a.place < b.place); };
  found.erase(std::unique(found.begin(), found.end(), overlap), found.end());
  return zeros;
}

}  // namespace ganwright
