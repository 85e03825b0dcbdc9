#include "losses/formula/parts.h"

#include <map>
#include <set>
#include <string>

#include "losses/formula/algebra.h"
#include "losses/formula/parser.h"
#include "losses/formula/size_bounds.h"
#include "losses/formula/stable_form.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::is_a;

// The bases of roots, and the functions of t other than logarithms.
void collect_kinds(const ex& e, std::set<std::string>& kinds) {
  if (!e.has(variable_t())) {
    return;
  }
  if (is_a<GiNaC::power>(e) && !e.op(1).info(GiNaC::info_flags::integer)) {
    kinds.insert(to_text(e.op(0)));
    return;
  }
  if (is_a<GiNaC::function>(e) && !is_function(e, "log")) {
    kinds.insert(to_text(e));
    return;
  }
  for (const ex& operand : e) {
    collect_kinds(operand, kinds);
  }
}

ex second_derivative(const ex& expression) {
  // Step by step: what one derivative brings together does not stand in the way of the next.
  const ex slope = stable_form_if_possible(stable_form_if_possible(expression).diff(variable_t()));
  return stable_form_if_possible(slope.diff(variable_t()));
}

}  // namespace

std::vector<ex> second_derivative_by_parts(const ex& expression) {
  constexpr double kMostTerms = 300;
  const ex stable = with_bases_as_fractions(stable_form_if_possible(expression));
  if (expanded_terms_bound(stable) > kMostTerms) {
    return {second_derivative(expression)};
  }
  std::map<std::set<std::string>, ex> parts;
  for (const ex& term : terms_of(stable.expand())) {
    std::set<std::string> kinds;
    collect_kinds(term, kinds);
    parts[kinds] += term;
  }
  std::vector<ex> derivatives;
  for (const auto& [kinds, part] : parts) {
    derivatives.push_back(second_derivative(part));
  }
  return derivatives;
}

}  // namespace ganwright
