#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <string>

namespace ganwright {

/// A t >= 0 at which something happens to a function: an exact one, or the only zero of an expression between
/// two exact bounds, where the sign of that expression is known.
class Place {
 public:
  /// An exact t.
  Place(const GiNaC::numeric& exact) : lower_(exact), upper_(exact) {}
  /// A whole t.
  Place(int exact) : Place(GiNaC::numeric(exact)) {}
  /// The zero of `zero_of` between the bounds.
  Place(const GiNaC::numeric& lower, const GiNaC::numeric& upper, const GiNaC::ex& zero_of)
      : lower_(lower), upper_(upper), zero_of_(zero_of) {}

  /// Whether it is known exactly, so that the bounds agree.
  [[nodiscard]] bool is_exact() const { return !zero_of_; }
  /// The lower bound.
  [[nodiscard]] const GiNaC::numeric& lower() const { return lower_; }
  /// The upper bound.
  [[nodiscard]] const GiNaC::numeric& upper() const { return upper_; }
  /// The expression of which it is a zero, for a place that is not exact.
  [[nodiscard]] const GiNaC::ex& zero_of() const { return *zero_of_; }
  /// Whether it is t = 0.
  [[nodiscard]] bool is_zero() const { return upper_.is_zero(); }
  /// As a double.
  [[nodiscard]] double value() const;
  /// As people read it: 1/3, 0.25 or 1.41421.
  [[nodiscard]] std::string text() const;

  /// Whether both are exact and equal, or the same zero.
  friend bool operator==(const Place& a, const Place& b);
  /// Whether a certainly lies below b.
  friend bool operator<(const Place& a, const Place& b) { return a.upper_ < b.lower_; }
  /// Whether a certainly does not lie above b.
  friend bool operator<=(const Place& a, const Place& b) { return a.upper_ <= b.lower_; }

 private:
  GiNaC::numeric lower_;
  GiNaC::numeric upper_;
  std::optional<GiNaC::ex> zero_of_;
};

}  // namespace ganwright
