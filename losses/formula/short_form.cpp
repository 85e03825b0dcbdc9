#include "losses/formula/short_form.h"

#include <algorithm>
#include <optional>

#include "losses/formula/algebra.h"
#include "losses/formula/parser.h"
#include "losses/formula/size_bounds.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

// Rewrites by rules that hold for positive bases, whether these are positive or not.
struct PositiveBaseRules : GiNaC::map_function {
  explicit PositiveBaseRules(double inside) : point(inside) {}

  ex operator()(const ex& e) override {
    const ex inner = e.map(*this);
    if (is_a<GiNaC::power>(inner)) {
      return of_power(inner.op(0), inner.op(1));
    }
    if (is_function(inner, "exp")) {
      return exp_with_logs_as_powers(inner.op(0));
    }
    return is_function(inner, "log") ? of_log(inner.op(0)) : inner;
  }

  [[nodiscard]] ex positive(const ex& e) const {
    const ex value = e.subs(variable_v() == point).evalf();
    return is_a<numeric>(value) && ex_to<numeric>(value).is_negative() ? -e : e;
  }

  [[nodiscard]] ex of_power(const ex& base, const ex& exponent) const {
    if (is_a<numeric>(exponent) && is_a<GiNaC::power>(base) && is_a<numeric>(base.op(1))) {
      const bool is_even = base.op(1).info(GiNaC::info_flags::even);
      return GiNaC::pow(is_even ? positive(base.op(0)) : base.op(0), base.op(1) * exponent);
    }
    if (is_a<numeric>(exponent) && is_function(base, "exp")) {
      return GiNaC::exp(base.op(0) * exponent);
    }
    if (is_a<numeric>(exponent) && is_a<GiNaC::mul>(base)) {
      ex product = 1;
      for (const ex& factor : base) {
        product *= of_power(factor, exponent);
      }
      return product;
    }
    return GiNaC::pow(base, exponent);
  }

  [[nodiscard]] ex of_log(const ex& argument) const {
    const ex fraction = argument.normal().numer_denom();
    return positive(fraction.op(0)).is_equal(fraction.op(0))
               ? of_product(fraction.op(0)) - of_product(fraction.op(1))
               : of_product(-fraction.op(0)) - of_product(-fraction.op(1));
  }

  [[nodiscard]] ex of_product(const ex& product) const {
    if (product.is_equal(1)) {
      return 0;
    }
    if (is_a<GiNaC::power>(product) && is_a<numeric>(product.op(1))) {
      return product.op(1) * of_product(positive(product.op(0)));
    }
    const bool splits = is_a<GiNaC::mul>(product) &&
                        std::all_of(product.begin(), product.end(),
                                    [&](const ex& factor) { return positive(factor).is_equal(factor); });
    if (!splits) {
      return GiNaC::log(product);
    }
    ex sum = 0;
    for (const ex& factor : product) {
      sum += of_product(factor);
    }
    return sum;
  }

  double point;
};

// exp(c v) as a power of exp(v/D), so that exp(v), exp(-v) and exp(2 v) are one symbol to `normal`.
struct PowersOfExp : GiNaC::map_function {
  explicit PowersOfExp(const ex& e) { collect(e); }

  static std::optional<numeric> multiple_of_v(const ex& e) {
    const ex factor = is_function(e, "exp") ? e.op(0) / variable_v() : variable_v();
    return is_a<numeric>(factor) && ex_to<numeric>(factor).is_rational()
               ? std::optional(ex_to<numeric>(factor))
               : std::nullopt;
  }

  void collect(const ex& e) {
    if (const auto multiple = multiple_of_v(e)) {
      denominator = GiNaC::lcm(denominator, multiple->denom());
    }
    for (const ex& operand : e) {
      collect(operand);
    }
  }

  ex operator()(const ex& e) override {
    const auto multiple = multiple_of_v(e);
    if (multiple && GiNaC::abs(*multiple * denominator) <= kLargestExpandedExponent) {
      return GiNaC::pow(GiNaC::exp(variable_v() / denominator), *multiple * denominator);
    }
    return e.map(*this);
  }

  numeric denominator = 1;
};

// And back: exp(x)^c as exp(c x).
struct PowersAsExp : GiNaC::map_function {
  ex operator()(const ex& e) override {
    const ex inner = e.map(*this);
    return is_a<GiNaC::power>(inner) && is_function(inner.op(0), "exp")
               ? ex(GiNaC::exp(inner.op(0).op(0) * inner.op(1)))
               : inner;
  }
};

// Square roots of a linear function of v.
void collect_roots(const ex& e, GiNaC::exset& roots) {
  const auto& v = variable_v();
  if (is_a<GiNaC::power>(e) && e.op(1).is_equal(numeric(1, 2)) && e.op(0).is_polynomial(v) &&
      e.op(0).degree(v) == 1) {
    roots.insert(e);
  }
  for (const ex& operand : e) {
    collect_roots(operand, roots);
  }
}

// As a polynomial in the square root, where there is one: 4 - v - 4 sqrt(1 - v).
ex in_root(const ex& e) {
  GiNaC::exset roots;
  collect_roots(e, roots);
  if (roots.size() != 1) {
    return e;
  }
  const ex root = *roots.begin();
  const auto& v = variable_v();
  const GiNaC::possymbol w("w");
  const ex ratio = (w * w - root.op(0).coeff(v, 0)) / root.op(0).coeff(v, 1);
  const ex rational = e.subs(root == w).subs(v == ratio).normal();
  return rational.expand().subs(w == root).expand();
}

}  // namespace

ex unverified_short_form(const ex& e, double inside) {
  PositiveBaseRules rules(inside);
  const ex once = rules(e);
  if (has_exponent_beyond(once, kLargestExpandedExponent)) {
    return once;
  }
  PowersAsExp powers_as_exp;
  PowersOfExp powers_of_exp(once);
  const ex powers = rules(powers_of_exp(once)).expand();
  ex best = powers_as_exp(once);
  for (const ex& candidate : {once.expand(), rules(once.normal()), rules(once.expand()).normal(), powers,
                              powers.normal(), in_root(once)}) {
    const ex joined = powers_as_exp(candidate);
    best = to_text(joined).size() < to_text(best).size() ? joined : best;
  }
  return best;
}

}  // namespace ganwright
