#include "losses/formula/stable_form.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "losses/formula/algebra.h"
#include "losses/formula/parser.h"
#include "losses/formula/run_algebra.h"
#include "losses/formula/size_bounds.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_is_less;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

// Through `ex`: the overload of log for a plain number would round it.
ex log_of_whole(const numeric& n) {
  return n.is_equal(1) ? ex(0) : GiNaC::log(ex(n));
}

ex log_of_number(const numeric& n) {
  return log_of_whole(n.numer()) - log_of_whole(n.denom());
}

// log of a product as a sum, for the factors that are positive on all of (0, inf).
ex split_log(const ex& argument) {
  ex sum = 0;
  ex rest = 1;
  for (const ex& factor : factors_of(factored_fraction_if_possible(argument))) {
    if (is_a<numeric>(factor) && ex_to<numeric>(factor).is_positive() &&
        ex_to<numeric>(factor).is_rational()) {
      sum += log_of_number(ex_to<numeric>(factor));
    } else if (is_a<GiNaC::power>(factor) && is_positive_by_signs(factor.op(0))) {
      sum += factor.op(1) * split_log(factor.op(0));
    } else if (is_function(factor, "exp")) {
      sum += factor.op(0);
    } else if (is_positive_by_signs(factor)) {
      sum += GiNaC::log(factor);
    } else {
      rest *= factor;
    }
  }
  return rest.is_equal(1) ? sum : ex(sum + GiNaC::log(rest));
}

struct SplitLogs : GiNaC::map_function {
  ex operator()(const ex& e) override {
    const ex inner = e.map(*this);
    if (is_function(inner, "exp")) {
      return exp_with_logs_as_powers(inner.op(0));
    }
    return is_function(inner, "log") ? split_log(inner.op(0)) : inner;
  }
};

// Replaces what is not rational in t by symbols, and remembers how to go back.
class Rationalizer : public GiNaC::map_function {
 public:
  // With or without a root of t of which all its fractional powers are whole ones.
  Rationalizer(const ex& expression, bool has_root) {
    std::set<long> denominators;
    if (has_root) {
      collect_denominators(expression, denominators);
    }
    for (const long denominator : denominators) {
      const long candidate = std::lcm(root_, denominator);
      root_ = candidate <= kLargestRoot ? candidate : root_;
    }
    if (root_ > 1) {
      root_symbol_ = GiNaC::possymbol("s");
      back_.append(root_symbol_ == GiNaC::pow(variable_t(), numeric(1, root_)));
    }
  }

  ex operator()(const ex& e) override {
    if (e.is_equal(variable_t())) {
      return root_ > 1 ? ex(GiNaC::pow(root_symbol_, root_)) : e;
    }
    if (is_a<numeric>(e) || is_a<GiNaC::symbol>(e)) {
      return e;
    }
    if (is_a<GiNaC::power>(e)) {
      return of_power(e.op(0), e.op(1));
    }
    if (is_a<GiNaC::add>(e) || is_a<GiNaC::mul>(e)) {
      return e.map(*this);
    }
    return symbol_for(e);
  }

  // The same with symbols that are made in the order of the texts of what they stand for, not in GiNaC's,
  // which changes from run to run.
  ex in_fixed_order(const ex& e) {
    (void)(*this)(e);
    std::map<std::string, ex> atoms;
    for (const auto& [atom, symbol] : symbols_) {
      atoms.emplace(to_text(atom), atom);
    }
    symbols_.clear();
    logarithms_.clear();
    back_ =
        root_ > 1 ? GiNaC::lst{root_symbol_ == GiNaC::pow(variable_t(), numeric(1, root_))} : GiNaC::lst{};
    for (const auto& [text, atom] : atoms) {
      symbol_for(atom);
    }
    return (*this)(e);
  }

  [[nodiscard]] const std::vector<GiNaC::symbol>& logarithms() const { return logarithms_; }
  /// How many symbols the rational form has, t or its root among them.
  [[nodiscard]] size_t symbol_count() const { return symbols_.size() + 1; }

  [[nodiscard]] ex restore(const ex& e) const { return e.subs(back_, GiNaC::subs_options::no_pattern); }

 private:
  static constexpr long kLargestRoot = 12;

  static void collect_denominators(const ex& e, std::set<long>& denominators) {
    if (is_a<GiNaC::power>(e) && e.op(0).is_equal(variable_t()) && is_a<numeric>(e.op(1)) &&
        ex_to<numeric>(e.op(1)).is_rational()) {
      const numeric denominator = ex_to<numeric>(e.op(1)).denom();
      if (denominator <= kLargestRoot) {
        denominators.insert(denominator.to_long());
      }
      return;
    }
    for (const ex& operand : e) {
      collect_denominators(operand, denominators);
    }
  }

  ex of_power(const ex& base, const ex& exponent) {
    if (!is_a<numeric>(exponent) || !ex_to<numeric>(exponent).is_rational()) {
      return symbol_for(GiNaC::pow(base, exponent));
    }
    const auto& q = ex_to<numeric>(exponent);
    if (base.is_equal(variable_t()) && (q * root_).is_integer()) {
      return root_ > 1 ? ex(GiNaC::pow(root_symbol_, q * root_)) : ex(GiNaC::pow(base, q));
    }
    // The nearest whole exponent, so that t^a, t^-a and t^(1-a) share one symbol.
    const numeric whole = nearest_whole(q);
    const numeric fraction = q - whole;
    const ex integer_part = GiNaC::pow((*this)(base), whole);
    if (fraction.is_zero()) {
      return integer_part;
    }
    const ex root = symbol_for(GiNaC::pow(base, GiNaC::abs(fraction)));
    return fraction.is_positive() ? integer_part * root : integer_part / root;
  }

  // Halves go down: t^(1/2) stays a root and t^(-1/2) becomes t^(1/2)/t.
  static numeric nearest_whole(const numeric& q) {
    const numeric doubled = 2 * q - 1;
    const numeric denominator = 2 * doubled.denom();
    const numeric remainder = GiNaC::mod(doubled.numer(), denominator);
    const numeric floor_of_half = (doubled.numer() - remainder) / denominator;
    return remainder.is_zero() ? floor_of_half : floor_of_half + 1;
  }

  ex symbol_for(const ex& e) {
    if (const auto found = symbols_.find(e); found != symbols_.end()) {
      return found->second;
    }
    const GiNaC::symbol symbol("x" + std::to_string(symbols_.size()));
    symbols_.emplace(e, symbol);
    back_.append(symbol == e);
    if (is_function(e, "log")) {
      logarithms_.push_back(symbol);
    }
    return symbol;
  }

  long root_ = 1;
  GiNaC::possymbol root_symbol_;
  std::map<ex, GiNaC::symbol, ex_is_less> symbols_;
  std::vector<GiNaC::symbol> logarithms_;
  GiNaC::lst back_;
};

// The fraction as a polynomial in the logarithms, each coefficient factored on its own.
ex collect_logarithms(const ex& numerator, const ex& denominator,
                      const std::vector<GiNaC::symbol>& logarithms, size_t index) {
  if (index == logarithms.size()) {
    return factored_fraction(numerator / denominator);
  }
  const GiNaC::symbol& symbol = logarithms[index];
  const ex expanded = numerator.expand();
  ex sum = 0;
  for (int degree = expanded.ldegree(symbol); degree <= expanded.degree(symbol); ++degree) {
    const ex coefficient = expanded.coeff(symbol, degree);
    if (!coefficient.is_zero()) {
      sum += collect_logarithms(coefficient, denominator, logarithms, index + 1) * GiNaC::pow(symbol, degree);
    }
  }
  return sum;
}

// Factoring takes a time that grows steeply with the degree, and with the number of symbols.
bool is_affordable(const ex& rational, size_t symbol_count) {
  constexpr double kLargestDegree = 120;
  constexpr size_t kFewest = 1;
  constexpr size_t kMost = 5;
  return degree_bound(rational) * std::pow(2.0, std::clamp(symbol_count, kFewest, kMost) - 1.0) <=
         kLargestDegree;
}

// The same for a sum that would be too large as one fraction: each coefficient of a logarithm is a fraction
// of its own. Nothing where it is not linear in the logarithms, or where a coefficient is too large.
std::optional<ex> linear_in_logarithms(const ex& rational, const Rationalizer& rationalizer) {
  const std::vector<GiNaC::symbol>& logarithms = rationalizer.logarithms();
  const size_t other_symbols = rationalizer.symbol_count() - logarithms.size();
  const auto has_logarithm = [&](const ex& e) {
    return std::any_of(logarithms.begin(), logarithms.end(),
                       [&](const GiNaC::symbol& l) { return e.has(l); });
  };
  ex rest = rational;
  ex sum = 0;
  for (const GiNaC::symbol& logarithm : logarithms) {
    const ex coefficient = rational.diff(logarithm);
    if (has_logarithm(coefficient) || !is_affordable(coefficient, other_symbols)) {
      return std::nullopt;
    }
    sum += factored_fraction(coefficient) * logarithm;
    rest = rest.subs(logarithm == 0);
  }
  return is_affordable(rest, other_symbols) ? std::optional(sum + factored_fraction(rest)) : std::nullopt;
}

// The same where all terms have the same roots, up to whole powers: these times one fraction.
std::optional<ex> with_common_roots(const ex& rational, const Rationalizer& rationalizer) {
  constexpr double kMostTerms = 300;
  if (expanded_terms_bound(rational) > kMostTerms || !rationalizer.logarithms().empty()) {
    return std::nullopt;
  }
  const auto is_root = [](const ex& factor) {
    const ex base = is_a<GiNaC::power>(factor) ? factor.op(0) : factor;
    return is_a<GiNaC::symbol>(base) && !base.is_equal(variable_t());
  };
  const std::vector<ex> terms = terms_of(rational.expand());
  ex roots = 1;
  for (const ex& factor : factors_of(terms.front())) {
    roots *= is_root(factor) ? factor : ex(1);
  }
  ex sum = 0;
  for (const ex& term : terms) {
    const ex quotient = term / roots;
    const std::vector<ex> factors = factors_of(quotient);
    if (std::any_of(factors.begin(), factors.end(), is_root)) {
      return std::nullopt;
    }
    sum += quotient;
  }
  return is_affordable(sum, 1) ? std::optional(roots * factored_fraction(sum)) : std::nullopt;
}

ex too_large_for_one_fraction(const ex& split) {
  Rationalizer rationalizer(split, /*has_root=*/false);
  const ex rational = rationalizer.in_fixed_order(split);
  if (const auto linear = linear_in_logarithms(rational, rationalizer)) {
    return rationalizer.restore(*linear);
  }
  return rationalizer.restore(with_common_roots(rational, rationalizer).value_or(rational));
}

ex rewritten(const ex& expression) {
  constexpr double kEnormous = 5000;
  if (degree_bound(expression) > kEnormous) {
    throw LossError(
        "the formula is too large: it would multiply out to a degree over 5000; write a simpler one");
  }

  SplitLogs split_logs;
  const ex split = split_logs(expression);
  Rationalizer rationalizer(split, /*has_root=*/true);
  const ex rational = rationalizer.in_fixed_order(split);
  if (!is_affordable(rational, rationalizer.symbol_count())) {
    return too_large_for_one_fraction(split);
  }
  const ex fraction = rational.normal().numer_denom();
  for (const GiNaC::symbol& symbol : rationalizer.logarithms()) {
    if (fraction.op(1).has(symbol)) {
      return rationalizer.restore(factored_fraction(rational));
    }
  }
  return rationalizer.restore(
      collect_logarithms(fraction.op(0), fraction.op(1), rationalizer.logarithms(), 0));
}

}  // namespace

ex stable_form(const ex& expression) {
  return run_algebra([&] { return to_text(expression); }, [&] { return rewritten(expression); });
}

ex stable_form_if_possible(const ex& expression) {
  try {
    return stable_form(expression);
  } catch (const LossError&) {
    return expression;
  }
}

}  // namespace ganwright
