#include "losses/interval/factor_signs.h"

#include <map>
#include <utility>

#include "losses/formula/algebra.h"
#include "losses/formula/size_bounds.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

constexpr double kLargestFractionDegree = 60;
constexpr double kMostFractionTerms = 2000;
constexpr int kDeepestOfFactor = 4;

// c and g of exp(c g), a number c.
std::pair<numeric, ex> multiple_in(const ex& exponential) {
  const ex argument = exponential.op(0).expand();
  for (const ex& factor : factors_of(argument)) {
    if (is_a<numeric>(factor) && ex_to<numeric>(factor).is_rational()) {
      return {ex_to<numeric>(factor), argument / factor};
    }
  }
  return {1, argument};
}

// exp(-2t) and exp(-4t) as powers of a symbol for exp(-2t), so that their sums have factors.
struct PowersOfExponentials : GiNaC::map_function {
  explicit PowersOfExponentials(const ex& e) { collect(e); }

  void collect(const ex& e) {
    if (is_function(e, "exp")) {
      const auto [multiple, argument] = multiple_in(e);
      const auto [found, is_new] = units.emplace(argument, multiple);
      const numeric denominator = GiNaC::lcm(found->second.denom(), multiple.denom());
      const numeric divisor =
          GiNaC::gcd((found->second * denominator).numer(), (multiple * denominator).numer());
      // Falling ones stay bounded far out.
      const bool is_falling = found->second.is_negative() || multiple.is_negative();
      found->second = (is_falling ? -1 : 1) * divisor / denominator;
    }
    for (const ex& operand : e) {
      collect(operand);
    }
  }

  // A symbol for the unit: GiNaC makes one exponential again of a power of one.
  ex operator()(const ex& e) override {
    if (!is_function(e, "exp")) {
      return e.map(*this);
    }
    const auto [multiple, argument] = multiple_in(e);
    const numeric unit = units.at(argument);
    const auto symbol = symbols.try_emplace(argument, "y").first->second;
    back[symbol] = GiNaC::exp(unit * argument);
    return GiNaC::pow(symbol, multiple / unit);
  }

  std::map<ex, numeric, GiNaC::ex_is_less> units;
  std::map<ex, GiNaC::possymbol, GiNaC::ex_is_less> symbols;
  GiNaC::exmap back;
};

}  // namespace

FactorSigns::FactorSigns(const ex& expression) {
  if (degree_bound(expression) > kLargestFractionDegree ||
      expanded_terms_bound(expression) > kMostFractionTerms) {
    return;
  }
  PowersOfExponentials powers_of_exponentials(expression);
  // Functions of t as symbols, which can be factored out.
  GiNaC::exmap back;
  const ex fraction = powers_of_exponentials(expression).to_rational(back).numer_denom();
  for (const ex& part : fraction) {
    for (const ex& factor : factors_of(factored_fraction_if_possible(part))) {
      const bool is_power = is_a<GiNaC::power>(factor);
      if (!is_power || !factor.op(1).info(GiNaC::info_flags::even)) {
        const bool is_odd = is_power && factor.op(1).info(GiNaC::info_flags::odd);
        const ex base = is_odd ? factor.op(0) : factor;
        factors_.emplace_back(base.subs(back, GiNaC::subs_options::no_pattern)
                                  .subs(powers_of_exponentials.back, GiNaC::subs_options::no_pattern));
      }
    }
  }
}

bool FactorSigns::are_nonnegative_on(const Box& box) {
  int product = 1;
  for (DerivativeTower& factor : factors_) {
    product *= factor.sign_on(box, kDeepestOfFactor, /*is_strict=*/false).value_or(0);
    if (product == 0) {
      return false;
    }
  }
  return product > 0 && !factors_.empty();
}

int64_t FactorSigns::cost() const {
  int64_t sum = 0;
  for (const DerivativeTower& factor : factors_) {
    sum += factor.cost();
  }
  return sum;
}

}  // namespace ganwright
