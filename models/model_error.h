#pragma once

#include <stdexcept>

namespace ganwright {

/// A model that cannot be built, or an input that does not fit it (exit code 2).
struct ModelError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

}  // namespace ganwright
