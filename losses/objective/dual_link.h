#pragma once

#include <string>

#include "losses/interval/range.h"
#include "losses/objective/link.h"
#include "losses/objective/log_ratio_form.h"

// Links with phi(v) = v and psi(v) = -f*(v): omega = f'.

namespace ganwright {

/// The dual link of a divergence whose pieces or f'' are known.
Link dual_link(const std::string& name, const Divergence& divergence);

/// The dual link with the given output v(h): u is where f' takes the value v, found numerically and held
/// inside a jump of f'.
Link solved_dual_link(const std::string& name, const ScalarFunction& output, const Range& range,
                      const LogRatioForm& form, const std::string& note);

}  // namespace ganwright
