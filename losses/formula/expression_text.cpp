#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "losses/formula/algebra.h"
#include "losses/formula/parser.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

// How tightly an expression is bound as a text; looser ones inside tighter ones stand in parentheses.
enum class Binding { sum, product, power, atom };

std::string text_within(const ex& e, Binding binding);

std::string streamed(const ex& e) {
  std::ostringstream text;
  text << e;
  return text.str();
}

// GiNaC's own order of terms and factors changes from run to run.
void sort_by_text(std::vector<std::string>& texts) {
  const auto without_sign = [](const std::string& text) {
    return text.substr(text.starts_with('-') ? 1 : 0);
  };
  std::sort(texts.begin(), texts.end(), [&](const std::string& a, const std::string& b) {
    return std::pair(without_sign(a), a) < std::pair(without_sign(b), b);
  });
}

// The number first, then the others by their texts.
std::vector<std::string> terms_of_sum(const ex& sum) {
  std::vector<std::string> number;
  std::vector<std::string> texts;
  for (const ex& term : sum) {
    (is_a<numeric>(term) ? number : texts).push_back(text_within(term, Binding::sum));
  }
  sort_by_text(texts);
  texts.insert(texts.begin(), number.begin(), number.end());
  return texts;
}

std::string joined(const std::vector<std::string>& terms) {
  std::string text;
  for (const std::string& term : terms) {
    text += (text.empty() || term.starts_with('-') ? "" : "+") + term;
  }
  return text;
}

// A factor, up to the sign that is returned. Of a sum, or a whole odd power of one, GiNaC chooses between
// (t-1) and (1-t) by its order: here the last term is positive.
int write_factor(const ex& factor, std::string& text) {
  const bool is_odd_power = is_a<GiNaC::power>(factor) && factor.op(1).info(GiNaC::info_flags::odd);
  const ex sum = is_odd_power ? factor.op(0) : factor;
  if (!is_a<GiNaC::add>(sum)) {
    text = text_within(factor, Binding::product);
    return 1;
  }
  std::vector<std::string> terms = terms_of_sum(sum);
  const bool is_negative = terms.back().starts_with('-');
  for (std::string& term : terms) {
    term = !is_negative ? term : term.starts_with('-') ? term.substr(1) : "-" + term;
  }
  text = "(" + joined(terms) + ")" + (is_odd_power ? "^" + text_within(factor.op(1), Binding::atom) : "");
  return is_negative ? -1 : 1;
}

std::string text_of_product(const ex& e) {
  numeric coefficient = 1;
  std::vector<std::string> factors;
  for (const ex& factor : e) {
    if (is_a<numeric>(factor)) {
      coefficient *= ex_to<numeric>(factor);
    } else {
      coefficient *= write_factor(factor, factors.emplace_back());
    }
  }
  sort_by_text(factors);
  std::string text = coefficient.is_equal(1)    ? ""
                     : coefficient.is_equal(-1) ? "-"
                                                : text_within(coefficient, Binding::product) + "*";
  for (size_t i = 0; i < factors.size(); ++i) {
    text += (i > 0 ? "*" : "") + factors[i];
  }
  return text;
}

std::string text_of(const ex& e) {
  if (is_a<GiNaC::add>(e)) {
    return joined(terms_of_sum(e));
  }
  if (is_a<GiNaC::mul>(e)) {
    return text_of_product(e);
  }
  if (is_a<GiNaC::power>(e)) {
    return e.op(1).is_equal(numeric(1, 2))
               ? "sqrt(" + text_within(e.op(0), Binding::sum) + ")"
               : text_within(e.op(0), Binding::atom) + "^" + text_within(e.op(1), Binding::atom);
  }
  if (is_a<GiNaC::function>(e) && e.nops() == 1) {
    return ex_to<GiNaC::function>(e).get_name() + "(" + text_within(e.op(0), Binding::sum) + ")";
  }
  return streamed(e);
}

Binding binding_of(const ex& e) {
  if (is_a<GiNaC::add>(e)) {
    return Binding::sum;
  }
  if (is_a<numeric>(e)) {
    // Only a whole number that is not negative needs no parentheses in a power.
    const bool is_atom = ex_to<numeric>(e).is_nonneg_integer();
    return is_atom ? Binding::atom : ex_to<numeric>(e).is_rational() ? Binding::product : Binding::sum;
  }
  if (is_a<GiNaC::mul>(e)) {
    return Binding::product;
  }
  return is_a<GiNaC::power>(e) && !e.op(1).is_equal(numeric(1, 2)) ? Binding::power : Binding::atom;
}

std::string text_within(const ex& e, Binding binding) {
  return binding_of(e) < binding ? "(" + text_of(e) + ")" : text_of(e);
}

}  // namespace

std::string to_text(const ex& expression) {
  return text_of(expression);
}

}  // namespace ganwright
