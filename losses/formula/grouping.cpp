#include "losses/formula/grouping.h"

#include <algorithm>

#include "losses/formula/algebra.h"
#include "losses/formula/written_function.h"

namespace ganwright {
namespace {

using GiNaC::ex;

DECLARE_FUNCTION_1P(written_group)
REGISTER_FUNCTION(written_group, dummy())

DECLARE_FUNCTION_2P(written_maximum)
REGISTER_FUNCTION(written_maximum, dummy())

struct WithoutGroups : GiNaC::map_function {
  ex operator()(const ex& e) override {
    const ex inner = e.map(*this);
    return is_group(inner) ? inner.op(0) : is_maximum(inner) ? maximum(inner.op(0), inner.op(1)) : inner;
  }
};

}  // namespace

ex group(const ex& sum) {
  return written_group(sum);
}

ex group_of_maximum(const ex& a, const ex& b) {
  return written_maximum(a, b);
}

bool is_group(const ex& e) {
  return is_function(e, "written_group");
}

bool is_maximum(const ex& e) {
  return is_function(e, "written_maximum");
}

bool is_composed(const ex& e) {
  const std::vector<ex> terms = terms_of(e);
  return std::any_of(terms.begin(), terms.end(), [](const ex& term) {
    const std::vector<ex> parts = factors_of(term);
    return std::any_of(parts.begin(), parts.end(), [&](const ex& part) {
      return (is_group(part) || is_maximum(part)) && is_positive_by_signs(without_groups(term / part));
    });
  });
}

ex without_groups(const ex& e) {
  WithoutGroups without;
  return without(e);
}

}  // namespace ganwright
