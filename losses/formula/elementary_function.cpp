#include "losses/formula/elementary_function.h"

#include <ginac/ginac.h>

#include <functional>
#include <map>
#include <string>

namespace ganwright {

std::optional<ElementaryFunction> elementary_function_of(const GiNaC::ex& e) {
  using enum ElementaryFunction;
  static const std::map<std::string, ElementaryFunction, std::less<>> table = {
      {"abs", abs},   {"exp", exp},   {"log", log},   {"sin", sin},     {"cos", cos},     {"tan", tan},
      {"asin", asin}, {"acos", acos}, {"atan", atan}, {"asinh", asinh}, {"acosh", acosh}, {"atanh", atanh},
  };
  if (!GiNaC::is_a<GiNaC::function>(e)) {
    return std::nullopt;
  }
  const auto found = table.find(GiNaC::ex_to<GiNaC::function>(e).get_name());
  return found == table.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace ganwright
