#pragma once

#include <cmath>
#include <limits>

namespace ganwright {

/// A real number held as its sign and the logarithm of its magnitude (§5), so that r^30 at r = e^80 is as
/// harmless as r.
/// Products and powers are exact up to rounding of the logarithm; sums go through log1p and expm1, so that
/// 1 + t and t^a - 1 keep their relative accuracy when t, or a log t, is tiny.
struct SignedLog {
  double sign = 0.0;  ///< -1, 0 or 1; nan if the value is undefined
  /// Of the magnitude; -infinity for 0.
  double log = -std::numeric_limits<double>::infinity();

  /// A plain number; undefined for nan.
  static SignedLog from_value(double value) {
    if (std::isnan(value)) {
      return undefined();
    }
    return {static_cast<double>((value > 0) - (value < 0)), std::log(std::abs(value))};
  }
  /// Represents a value that does not exist.
  static SignedLog undefined() {
    return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
  }
  /// The plain value; overflows to infinity where the number is no double.
  [[nodiscard]] double value() const { return sign == 0 ? 0.0 : sign * std::exp(log); }
  /// Whether there is no value.
  [[nodiscard]] bool is_undefined() const { return std::isnan(sign) || std::isnan(log); }
};

/// -a.
inline SignedLog operator-(const SignedLog& a) {
  return {-a.sign, a.log};
}

/// a b; undefined for 0 times infinity.
inline SignedLog operator*(const SignedLog& a, const SignedLog& b) {
  if (a.is_undefined() || b.is_undefined()) {
    return SignedLog::undefined();
  }
  if ((a.sign == 0 && std::isinf(b.log) && b.log > 0) || (b.sign == 0 && std::isinf(a.log) && a.log > 0)) {
    return SignedLog::undefined();
  }
  if (a.sign == 0 || b.sign == 0) {
    return {};
  }
  return {a.sign * b.sign, a.log + b.log};
}

/// a + b; undefined for infinity less infinity.
inline SignedLog operator+(const SignedLog& a, const SignedLog& b) {
  if (a.is_undefined() || b.is_undefined()) {
    return SignedLog::undefined();
  }
  const SignedLog& large = a.log >= b.log ? a : b;
  const SignedLog& small = a.log >= b.log ? b : a;
  if (small.sign == 0 || (std::isinf(small.log) && small.log < 0)) {
    return large;
  }
  if (std::isinf(large.log)) {
    return std::isinf(small.log) && small.sign != large.sign ? SignedLog::undefined() : large;
  }
  const double difference = small.log - large.log;
  if (small.sign == large.sign) {
    return {large.sign, large.log + std::log1p(std::exp(difference))};
  }
  if (difference == 0) {
    return {};
  }
  return {large.sign, large.log + std::log(-std::expm1(difference))};
}

/// a^exponent for a fixed real exponent; undefined for a negative base unless it is whole.
inline SignedLog power(const SignedLog& a, double exponent) {
  if (exponent == 0) {
    return {1.0, 0.0};
  }
  if (a.sign == 0) {
    return exponent > 0 ? SignedLog{} : SignedLog{1.0, std::numeric_limits<double>::infinity()};
  }
  if (a.sign > 0) {
    return {1.0, exponent * a.log};
  }
  if (exponent != std::floor(exponent)) {
    return SignedLog::undefined();
  }
  return {std::fmod(exponent, 2.0) == 0 ? 1.0 : -1.0, exponent * a.log};
}

/// e^a.
inline SignedLog exponential(const SignedLog& a) {
  return {1.0, a.value()};
}

/// log a; -infinity at 0, undefined below.
inline SignedLog logarithm(const SignedLog& a) {
  if (a.sign == 0) {
    return {-1.0, std::numeric_limits<double>::infinity()};
  }
  return a.sign > 0 ? SignedLog::from_value(a.log) : SignedLog::undefined();
}

}  // namespace ganwright
