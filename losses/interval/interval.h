#pragma once

#include <string>

#include "losses/formula/ball.h"

namespace ganwright {

/// A closed set of reals [lower, upper] that certainly contains the value it represents: every operation
/// rounds outward at 128 bits, through Arb at exact end points. Ends may be infinite; the values meant are
/// the finite ones, so an infinite end is never attained. An end may also be marked open, "not attained
/// either": t in (0, 1] keeps log(t) and 1/t inside their domains.
///
/// End points, not midpoint and radius: on wide boxes a ball of exp(t), or of t^2, reaches below 0.
class Interval {
 public:
  /// The precision of every operation.
  static constexpr slong kBits = 128;

  /// [0, 0].
  Interval();
  /// The one number; not nan.
  explicit Interval(double value);
  /// [lower, upper] with lower <= upper, either may be infinite.
  Interval(double lower, double upper);
  /// A copy.
  Interval(const Interval& other);
  /// A copy.
  Interval& operator=(const Interval& other);
  /// Frees the ends.
  ~Interval();

  /// (-infinity, infinity).
  static Interval everything();
  /// Encloses a ball; infinite on both sides where the ball is no finite number.
  static Interval around(const Ball& ball);
  /// Encloses the quotient of two whole numbers in decimal digits, the second one positive.
  static Interval fraction(const std::string& numerator, const std::string& denominator);

  /// The same interval without its lower end.
  [[nodiscard]] Interval with_open_lower() const;

  /// The lower end, rounded down.
  [[nodiscard]] double lower() const;
  /// The upper end, rounded up.
  [[nodiscard]] double upper() const;

  /// Whether both ends are finite.
  [[nodiscard]] bool is_finite() const;
  /// Whether every value is below the number.
  [[nodiscard]] bool is_below(double number) const;
  /// Whether every value is above the number.
  [[nodiscard]] bool is_above(double number) const;
  /// Whether no value is above the number.
  [[nodiscard]] bool is_at_most(double number) const;
  /// Whether no value is below the number.
  [[nodiscard]] bool is_at_least(double number) const;
  /// Whether the number lies between the ends, open or not.
  [[nodiscard]] bool contains(double number) const;

  friend Interval hull(const Interval& x, const Interval& y);
  friend Interval operator-(const Interval& x);
  friend Interval operator+(const Interval& x, const Interval& y);
  friend Interval operator*(const Interval& x, const Interval& y);
  friend Interval inverse(const Interval& x);
  friend Interval whole_power(const Interval& x, long exponent);
  friend Interval real_power(const Interval& x, const Interval& exponent);
  friend Interval power_of_log(const Interval& x, const Interval& exponent, long log_exponent);
  friend Interval absolute(const Interval& x);
  friend Interval exponential(const Interval& x);
  friend Interval logarithm(const Interval& x);
  friend Interval sine(const Interval& x);
  friend Interval cosine(const Interval& x);
  friend Interval tangent(const Interval& x);
  friend Interval arc_sine(const Interval& x);
  friend Interval arc_cosine(const Interval& x);
  friend Interval arc_tangent(const Interval& x);
  friend Interval inverse_hyperbolic_sine(const Interval& x);
  friend Interval inverse_hyperbolic_cosine(const Interval& x);
  friend Interval inverse_hyperbolic_tangent(const Interval& x);

 private:
  using ArbFunction = void (*)(arb_t, const arb_t, slong);

  void set_lower(const arb_t enclosure);
  void set_upper(const arb_t enclosure);
  void mark_infinite_ends_open();
  [[nodiscard]] Interval clipped(double lowest, double highest) const;
  [[nodiscard]] Interval increasing_image(ArbFunction function) const;
  [[nodiscard]] Interval ball_image(ArbFunction function) const;

  arf_t lower_;
  arf_t upper_;
  bool lower_is_open_ = false;
  bool upper_is_open_ = false;
};

/// From the smaller lower end to the larger upper one.
Interval hull(const Interval& x, const Interval& y);

// Each gives the values of the function at those points of x that lie in its domain; `everything` where no
// point does. Zero times an infinite end is zero: the end itself is no value.

/// -x.
Interval operator-(const Interval& x);
/// x + y.
Interval operator+(const Interval& x, const Interval& y);
/// x - y.
Interval operator-(const Interval& x, const Interval& y);
/// x y.
Interval operator*(const Interval& x, const Interval& y);
/// 1/x; unbounded on a side where x reaches 0, on both where 0 is inside.
Interval inverse(const Interval& x);
/// x^exponent for a whole exponent.
Interval whole_power(const Interval& x, long exponent);
/// x^exponent for x >= 0; the exponent is one number other than 0, or the enclosure of one.
Interval real_power(const Interval& x, const Interval& exponent);
/// x^exponent (log x)^log_exponent for x > 0, the first exponent one number other than 0, or the enclosure of
/// one, the second 1 or more. Tight where the two factors are not: x log x is small next to 0.
Interval power_of_log(const Interval& x, const Interval& exponent, long log_exponent);
/// |x|.
Interval absolute(const Interval& x);
/// e^x.
Interval exponential(const Interval& x);
/// log x.
Interval logarithm(const Interval& x);
/// sin x.
Interval sine(const Interval& x);
/// cos x.
Interval cosine(const Interval& x);
/// tan x; everything where a pole may lie in x.
Interval tangent(const Interval& x);
/// asin x.
Interval arc_sine(const Interval& x);
/// acos x.
Interval arc_cosine(const Interval& x);
/// atan x.
Interval arc_tangent(const Interval& x);
/// asinh x.
Interval inverse_hyperbolic_sine(const Interval& x);
/// acosh x.
Interval inverse_hyperbolic_cosine(const Interval& x);
/// atanh x.
Interval inverse_hyperbolic_tangent(const Interval& x);

}  // namespace ganwright
