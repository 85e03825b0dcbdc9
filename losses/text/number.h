#pragma once

#include <string>
#include <string_view>

namespace ganwright {

/// A human-readable number with at most the given number of significant digits, as printf's %g writes it:
/// "0.25", "1e-08", "inf"; `for_nan` if it is not a number.
std::string number_text(double number, int digits = 6, std::string_view for_nan = "nan");

/// The same with all digits and an exponent, as printf's %e: "2.50e-01" with two digits after the point.
std::string scientific_text(double number, int digits_after_point);

}  // namespace ganwright
