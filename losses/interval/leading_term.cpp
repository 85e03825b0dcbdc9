#include "losses/interval/leading_term.h"

#include <algorithm>

#include "losses/formula/algebra.h"
#include "losses/formula/parser.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

// The lowest power of t among the terms of a sum of products.
numeric lowest_power(const ex& e) {
  if (e.is_equal(variable_t())) {
    return 1;
  }
  if (is_a<GiNaC::power>(e) && e.op(0).is_equal(variable_t()) && is_a<numeric>(e.op(1))) {
    return ex_to<numeric>(e.op(1));
  }
  if (!is_a<GiNaC::add>(e) && !is_a<GiNaC::mul>(e)) {
    return 0;
  }
  numeric result = lowest_power(e.op(0));
  for (size_t i = 1; i < e.nops(); ++i) {
    const numeric power = lowest_power(e.op(i));
    result = is_a<GiNaC::mul>(e) ? result + power : std::min(result, power);
  }
  return result;
}

}  // namespace

ex with_constant_leading_term(const ex& expression) {
  const ex factor = GiNaC::pow(variable_t(), -lowest_power(expression));
  ex sum = 0;
  for (const ex& term : terms_of(expression)) {
    sum += term * factor;
  }
  return sum;
}

}  // namespace ganwright
