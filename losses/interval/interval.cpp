#include "losses/interval/interval.h"

#include "losses/numeric/infinity.h"

namespace ganwright {
namespace {

struct WholeNumber {
  explicit WholeNumber(const std::string& digits) {
    fmpz_init(value);
    fmpz_set_str(value, digits.c_str(), 10);
  }
  WholeNumber(const WholeNumber&) = delete;
  WholeNumber& operator=(const WholeNumber&) = delete;
  ~WholeNumber() { fmpz_clear(value); }
  fmpz_t value;
};

// An end of x times an end of y. The product is attained where both are, and where one factor is an
// attained zero.
void multiply_ends(arf_t product, bool& is_open, const arf_t x, bool x_is_open, const arf_t y, bool y_is_open,
                   arf_rnd_t rounding) {
  const bool attained =
      (!x_is_open && !y_is_open) || (arf_is_zero(x) && !x_is_open) || (arf_is_zero(y) && !y_is_open);
  is_open = !attained;
  if (arf_is_zero(x) || arf_is_zero(y)) {
    arf_zero(product);
  } else {
    arf_mul(product, x, y, Interval::kBits, rounding);
  }
}

}  // namespace

Interval::Interval() {
  arf_init(lower_);
  arf_init(upper_);
}

Interval::Interval(double value) : Interval(value, value) {}

Interval::Interval(double lower, double upper) : Interval() {
  arf_set_d(lower_, lower);
  arf_set_d(upper_, upper);
  mark_infinite_ends_open();
}

Interval::Interval(const Interval& other) : Interval() {
  *this = other;
}

Interval& Interval::operator=(const Interval& other) {
  arf_set(lower_, other.lower_);
  arf_set(upper_, other.upper_);
  lower_is_open_ = other.lower_is_open_;
  upper_is_open_ = other.upper_is_open_;
  return *this;
}

Interval::~Interval() {
  arf_clear(lower_);
  arf_clear(upper_);
}

Interval Interval::everything() {
  return {-kInfinity, kInfinity};
}

Interval Interval::fraction(const std::string& numerator, const std::string& denominator) {
  const WholeNumber above(numerator);
  const WholeNumber below(denominator);
  Interval result;
  arf_fmpz_div_fmpz(result.lower_, above.value, below.value, Interval::kBits, ARF_RND_FLOOR);
  arf_fmpz_div_fmpz(result.upper_, above.value, below.value, Interval::kBits, ARF_RND_CEIL);
  return result;
}

Interval Interval::with_open_lower() const {
  Interval result = *this;
  result.lower_is_open_ = true;
  return result;
}

double Interval::lower() const {
  return arf_get_d(lower_, ARF_RND_FLOOR);
}

double Interval::upper() const {
  return arf_get_d(upper_, ARF_RND_CEIL);
}

bool Interval::is_finite() const {
  return arf_is_finite(lower_) && arf_is_finite(upper_);
}

bool Interval::is_below(double number) const {
  const int order = arf_cmp_d(upper_, number);
  return order < 0 || (order == 0 && upper_is_open_);
}

bool Interval::is_above(double number) const {
  const int order = arf_cmp_d(lower_, number);
  return order > 0 || (order == 0 && lower_is_open_);
}

bool Interval::is_at_most(double number) const {
  return arf_cmp_d(upper_, number) <= 0;
}

bool Interval::is_at_least(double number) const {
  return arf_cmp_d(lower_, number) >= 0;
}

bool Interval::contains(double number) const {
  return arf_cmp_d(lower_, number) <= 0 && arf_cmp_d(upper_, number) >= 0;
}

void Interval::mark_infinite_ends_open() {
  lower_is_open_ = lower_is_open_ || arf_is_inf(lower_);
  upper_is_open_ = upper_is_open_ || arf_is_inf(upper_);
}

Interval hull(const Interval& x, const Interval& y) {
  const bool x_is_first = arf_cmp(x.lower_, y.lower_) <= 0;
  const bool x_is_last = arf_cmp(x.upper_, y.upper_) >= 0;
  Interval result;
  arf_set(result.lower_, x_is_first ? x.lower_ : y.lower_);
  arf_set(result.upper_, x_is_last ? x.upper_ : y.upper_);
  result.mark_infinite_ends_open();
  return result;
}

Interval operator-(const Interval& x) {
  Interval result;
  arf_neg(result.lower_, x.upper_);
  arf_neg(result.upper_, x.lower_);
  result.lower_is_open_ = x.upper_is_open_;
  result.upper_is_open_ = x.lower_is_open_;
  return result;
}

Interval operator+(const Interval& x, const Interval& y) {
  Interval result;
  arf_add(result.lower_, x.lower_, y.lower_, Interval::kBits, ARF_RND_FLOOR);
  arf_add(result.upper_, x.upper_, y.upper_, Interval::kBits, ARF_RND_CEIL);
  result.lower_is_open_ = x.lower_is_open_ || y.lower_is_open_;
  result.upper_is_open_ = x.upper_is_open_ || y.upper_is_open_;
  return result;
}

Interval operator-(const Interval& x, const Interval& y) {
  return x + (-y);
}

Interval operator*(const Interval& x, const Interval& y) {
  if (x.is_at_most(0) && !x.is_at_least(0)) {
    return -((-x) * y);
  }
  if (y.is_at_most(0) && !y.is_at_least(0)) {
    return -(x * (-y));
  }
  Interval result;
  if (x.is_at_least(0) && y.is_at_least(0)) {
    multiply_ends(result.lower_, result.lower_is_open_, x.lower_, x.lower_is_open_, y.lower_,
                  y.lower_is_open_, ARF_RND_FLOOR);
    multiply_ends(result.upper_, result.upper_is_open_, x.upper_, x.upper_is_open_, y.upper_,
                  y.upper_is_open_, ARF_RND_CEIL);
    return result;
  }
  arf_pos_inf(result.lower_);
  arf_neg_inf(result.upper_);
  Interval corner;
  for (const bool x_lower : {true, false}) {
    for (const bool y_lower : {true, false}) {
      const auto multiply = [&](arf_t product, bool& is_open, arf_rnd_t rounding) {
        multiply_ends(product, is_open, x_lower ? x.lower_ : x.upper_,
                      x_lower ? x.lower_is_open_ : x.upper_is_open_, y_lower ? y.lower_ : y.upper_,
                      y_lower ? y.lower_is_open_ : y.upper_is_open_, rounding);
      };
      multiply(corner.lower_, corner.lower_is_open_, ARF_RND_FLOOR);
      multiply(corner.upper_, corner.upper_is_open_, ARF_RND_CEIL);
      const int below = arf_cmp(corner.lower_, result.lower_);
      if (below <= 0) {
        result.lower_is_open_ = corner.lower_is_open_ && (below < 0 || result.lower_is_open_);
        arf_set(result.lower_, corner.lower_);
      }
      const int above = arf_cmp(corner.upper_, result.upper_);
      if (above >= 0) {
        result.upper_is_open_ = corner.upper_is_open_ && (above > 0 || result.upper_is_open_);
        arf_set(result.upper_, corner.upper_);
      }
    }
  }
  return result;
}

Interval inverse(const Interval& x) {
  if (x.is_at_most(0)) {
    return x.is_at_least(0) ? Interval::everything() : -inverse(-x);
  }
  if (!x.is_at_least(0)) {
    return Interval::everything();
  }
  Interval result;
  arf_ui_div(result.lower_, 1, x.upper_, Interval::kBits, ARF_RND_FLOOR);
  if (arf_is_zero(x.lower_)) {
    arf_pos_inf(result.upper_);
  } else {
    arf_ui_div(result.upper_, 1, x.lower_, Interval::kBits, ARF_RND_CEIL);
  }
  result.lower_is_open_ = x.upper_is_open_;
  result.upper_is_open_ = x.lower_is_open_;
  result.mark_infinite_ends_open();
  return result;
}

Interval absolute(const Interval& x) {
  if (x.is_at_least(0)) {
    return x;
  }
  if (x.is_at_most(0)) {
    return -x;
  }
  Interval result;
  const Interval mirrored = -x;
  const Interval& larger = arf_cmp(x.upper_, mirrored.upper_) >= 0 ? x : mirrored;
  arf_set(result.upper_, larger.upper_);
  result.upper_is_open_ = x.upper_is_open_ && mirrored.upper_is_open_;
  return result;
}

}  // namespace ganwright
