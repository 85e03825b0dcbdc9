#pragma once

#include <string>

#include "losses/interval/range.h"
#include "losses/objective/link.h"

// What links are put together from.

namespace ganwright {

/// h itself.
RealFunction identity();

/// The same value for every h.
RealFunction constant(double value);

/// A formula in t as a function of the raw output h, at t = e^h or, where it falls in t, at t = e^-h; with
/// its derivative in h.
ScalarFunction function_of_output(const GiNaC::ex& formula, bool falls_in_t);

/// The logarithm of a positive formula in t, likewise.
ScalarFunction log_of_output(const GiNaC::ex& ratio, bool falls_in_t);

/// Throws LossError unless u(h) is finite and rises, on a grid of h from -30 to 30.
void require_rising(const Link& link);

/// How an activation respects a range, for the note of a link.
std::string onto_range_text(const Range& range, const std::string& activation);

/// v = h = log r, under the given name.
Link log_link(const std::string& name);

}  // namespace ganwright
