#pragma once

#if __has_include(<flint/arb.h>)
#include <flint/arb.h>
#else
#include <arb.h>
#endif

namespace ganwright {

/// A real number of Arb, midpoint and radius, freed with its scope.
struct Ball {
  /// Zero.
  Ball() { arb_init(value); }
  Ball(const Ball&) = delete;
  Ball& operator=(const Ball&) = delete;
  ~Ball() { arb_clear(value); }
  arb_t value;  ///< the number
};

}  // namespace ganwright
