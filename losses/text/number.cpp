#include "losses/text/number.h"

#include <array>
#include <charconv>
#include <cmath>

namespace ganwright {
namespace {

std::string written(double number, std::chars_format format, int digits) {
  std::array<char, 64> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number, format, digits);
  return {text.data(), end};
}

}  // namespace

std::string number_text(double number, int digits, std::string_view for_nan) {
  return std::isnan(number) ? std::string(for_nan) : written(number, std::chars_format::general, digits);
}

std::string scientific_text(double number, int digits_after_point) {
  return written(number, std::chars_format::scientific, digits_after_point);
}

}  // namespace ganwright
