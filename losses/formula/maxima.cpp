#include "losses/formula/maxima.h"

#include <algorithm>
#include <optional>

#include "losses/formula/algebra.h"
#include "losses/formula/constant.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;

void collect_abs(const ex& e, GiNaC::exset& found) {
  if (is_function(e, "abs") && !is_constant(e)) {
    found.insert(e);
  }
  for (const ex& operand : e) {
    collect_abs(operand, found);
  }
}

ex with(const ex& f, const ex& abs, const ex& value) {
  return f.subs(abs == value, GiNaC::subs_options::no_pattern);
}

// An abs on which f depends as on a multiple c > 0 of it.
std::optional<ex> positive_abs_in(const ex& f) {
  GiNaC::exset candidates;
  collect_abs(f, candidates);
  const GiNaC::realsymbol x("x");
  for (const ex& abs : candidates) {
    const ex coefficient = with(f, abs, x).diff(ex_to<GiNaC::symbol>(x));
    if (!coefficient.has(x) && is_positive_by_signs(coefficient)) {
      return abs;
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<ex> maxima_of(const ex& f) {
  constexpr size_t kMost = 64;
  std::vector<ex> open{f};
  std::vector<ex> maxima;
  while (!open.empty()) {
    const ex one = open.back();
    open.pop_back();
    const auto is_same = [&](const ex& other) { return other.is_equal(one); };
    if (std::any_of(maxima.begin(), maxima.end(), is_same)) {
      continue;
    }
    if (const auto abs = positive_abs_in(one)) {
      open.push_back(with(one, *abs, -abs->op(0)));
      open.push_back(with(one, *abs, abs->op(0)));
    } else {
      maxima.push_back(one);
    }
    if (open.size() + maxima.size() > kMost) {
      return {f};
    }
  }
  return maxima;
}

}  // namespace ganwright
