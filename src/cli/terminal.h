#pragma once

#include <cstddef>

namespace ganwright {

/// Whether stderr is a terminal that takes escape codes: TERM is set and not "dumb", and NO_COLOR is empty or
/// not set (https://no-color.org).
bool takes_escape_codes();

/// Columns of the terminal at stderr; 80 where it does not tell.
size_t terminal_width();

}  // namespace ganwright
