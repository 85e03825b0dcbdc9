
#include "losses/numeric/infinity.h"

#include "losses/interval/interval.h"

namespace ganwright {
namespace {

// Arb's exponential gives up far beyond this argument; the bounds used instead are still true.
constexpr double kLargestArgument = 1 << 30;

// The image of an exact number.
struct Image : Ball {
  Image(void (*function)(arb_t, const arb_t, slong), const arf_t argument) {
    arb_set_arf(value, argument);
    function(value, value, Interval::kBits);
  }
};

}  // namespace

Interval Interval::around(const Ball& ball) {
  Interval result;
  result.set_lower(ball.value);
  result.set_upper(ball.value);
  result.mark_infinite_ends_open();
  return result;
}

// What Arb cannot bound comes as an infinity or as no number.
void Interval::set_lower(const arb_t enclosure) {
  if (arb_is_finite(enclosure)) {
    arb_get_lbound_arf(lower_, enclosure, Interval::kBits);
  } else {
    arf_neg_inf(lower_);
  }
}

void Interval::set_upper(const arb_t enclosure) {
  if (arb_is_finite(enclosure)) {
    arb_get_ubound_arf(upper_, enclosure, Interval::kBits);
  } else {
    arf_pos_inf(upper_);
  }
}

// The part between two numbers of an interval that reaches between them.
Interval Interval::clipped(double lowest, double highest) const {
  Interval result = *this;
  if (arf_cmp_d(lower_, lowest) < 0) {
    arf_set_d(result.lower_, lowest);
    result.lower_is_open_ = false;
  }
  if (arf_cmp_d(upper_, highest) > 0) {
    arf_set_d(result.upper_, highest);
    result.upper_is_open_ = false;
  }
  return result;
}

Interval Interval::increasing_image(ArbFunction function) const {
  Interval result = *this;
  result.set_lower(Image(function, lower_).value);
  result.set_upper(Image(function, upper_).value);
  result.mark_infinite_ends_open();
  return result;
}

Interval Interval::ball_image(ArbFunction function) const {
  Ball ball;
  arb_set_interval_arf(ball.value, lower_, upper_, Interval::kBits);
  function(ball.value, ball.value, Interval::kBits);
  return around(ball);
}

Interval whole_power(const Interval& x, long exponent) {
  if (exponent < 0) {
    return inverse(whole_power(x, -exponent));
  }
  if (exponent == 0) {
    return Interval(1);
  }
  const Interval base = exponent % 2 == 0 ? absolute(x) : x;
  Interval result = base;
  const auto power = [&](arf_t bound, const arf_t end, bool is_lower) {
    if (arf_is_inf(end)) {
      return;
    }
    Ball ball;
    arb_set_arf(ball.value, end);
    arb_pow_ui(ball.value, ball.value, static_cast<ulong>(exponent), Interval::kBits);
    is_lower ? arb_get_lbound_arf(bound, ball.value, Interval::kBits)
             : arb_get_ubound_arf(bound, ball.value, Interval::kBits);
  };
  power(result.lower_, base.lower_, true);
  power(result.upper_, base.upper_, false);
  return result;
}

Interval real_power(const Interval& x, const Interval& exponent) {
  if (x.is_below(0)) {
    return Interval::everything();
  }
  if (exponent.is_below(0)) {
    return inverse(real_power(x, -exponent));
  }
  Interval result = x.clipped(0, kInfinity);
  Ball power;
  arb_set_interval_arf(power.value, exponent.lower_, exponent.upper_, Interval::kBits);
  const auto image_of = [&](const arf_t end) {
    Interval image;
    Ball ball;
    arb_set_arf(ball.value, end);
    arb_pow(ball.value, ball.value, power.value, Interval::kBits);
    if (arb_is_finite(ball.value)) {
      image.set_lower(ball.value);
      image.set_upper(ball.value);
      return image;
    }
    arf_set(image.lower_, end);
    arf_set(image.upper_, end);
    return exponential(exponent * logarithm(image));
  };
  if (!arf_is_special(result.lower_)) {
    arf_set(result.lower_, image_of(result.lower_).lower_);
  }
  if (!arf_is_special(result.upper_)) {
    arf_set(result.upper_, image_of(result.upper_).upper_);
  }
  result.mark_infinite_ends_open();
  return result;
}

Interval exponential(const Interval& x) {
  Interval result;
  if (arf_cmp_d(x.lower_, -kLargestArgument) < 0) {
    result.lower_is_open_ = true;
  } else {
    arf_set_d(result.lower_, kLargestArgument);
    arf_min(result.lower_, result.lower_, x.lower_);
    result.set_lower(Image(arb_exp, result.lower_).value);
    result.lower_is_open_ = x.lower_is_open_;
  }
  if (arf_cmp_d(x.upper_, kLargestArgument) > 0) {
    arf_pos_inf(result.upper_);
  } else {
    arf_set_d(result.upper_, -kLargestArgument);
    arf_max(result.upper_, result.upper_, x.upper_);
    result.set_upper(Image(arb_exp, result.upper_).value);
    result.upper_is_open_ = x.upper_is_open_;
  }
  result.mark_infinite_ends_open();
  return result;
}

Interval logarithm(const Interval& x) {
  return x.is_at_most(0) ? Interval::everything() : x.clipped(0, kInfinity).increasing_image(arb_log);
}

Interval power_of_log(const Interval& x, const Interval& exponent, long log_exponent) {
  if (x.is_at_most(0)) {
    return Interval::everything();
  }
  const auto value = [&](const Interval& point) {
    return real_power(point, exponent) * whole_power(logarithm(point), log_exponent);
  };
  const auto end_value = [&](const arf_t end, double limit) {
    Interval point;
    arf_set(point.lower_, end);
    arf_set(point.upper_, end);
    return arf_is_special(end) ? Interval(limit) : value(point);
  };
  // The factors tend to 0 and infinity, and the power wins.
  const bool rises = exponent.is_above(0);
  const double at_zero = rises ? 0 : log_exponent % 2 == 0 ? kInfinity : -kInfinity;
  const Interval part = x.clipped(0, kInfinity);
  Interval result = hull(end_value(part.lower_, at_zero), end_value(part.upper_, rises ? kInfinity : 0));
  // The derivative is 0 at 1, for a log_exponent above 1, and where log x is -log_exponent/exponent.
  const Interval turn = exponential(-(Interval(static_cast<double>(log_exponent)) * inverse(exponent)));
  for (const Interval& point : {Interval(1), turn}) {
    const bool is_outside = arf_cmp(point.upper_, part.lower_) < 0 || arf_cmp(point.lower_, part.upper_) > 0;
    if (!is_outside) {
      result = hull(result, value(point));
    }
  }
  return result;
}

Interval sine(const Interval& x) {
  return x.ball_image(arb_sin).clipped(-1, 1);
}

Interval cosine(const Interval& x) {
  return x.ball_image(arb_cos).clipped(-1, 1);
}

Interval tangent(const Interval& x) {
  return cosine(x).contains(0) ? Interval::everything() : x.increasing_image(arb_tan);
}

Interval arc_sine(const Interval& x) {
  return x.is_below(-1) || x.is_above(1) ? Interval::everything()
                                         : x.clipped(-1, 1).increasing_image(arb_asin);
}

Interval arc_cosine(const Interval& x) {
  if (x.is_below(-1) || x.is_above(1)) {
    return Interval::everything();
  }
  const Interval mirrored = -x;
  return mirrored.clipped(-1, 1).increasing_image([](arb_t image, const arb_t argument, slong bits) {
    arb_neg(image, argument);
    arb_acos(image, image, bits);
  });
}

Interval arc_tangent(const Interval& x) {
  return x.increasing_image(arb_atan);
}

Interval inverse_hyperbolic_sine(const Interval& x) {
  return x.increasing_image(arb_asinh);
}

Interval inverse_hyperbolic_cosine(const Interval& x) {
  return x.is_below(1) ? Interval::everything() : x.clipped(1, kInfinity).increasing_image(arb_acosh);
}

Interval inverse_hyperbolic_tangent(const Interval& x) {
  return x.is_at_most(-1) || x.is_at_least(1) ? Interval::everything()
                                              : x.clipped(-1, 1).increasing_image(arb_atanh);
}

}  // namespace ganwright
