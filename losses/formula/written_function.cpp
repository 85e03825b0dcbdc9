#include "losses/formula/written_function.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

}  // namespace

const std::map<std::string, UnaryFunction, std::less<>>& unary_functions() {
  static const std::map<std::string, UnaryFunction, std::less<>> table = {
      {"exp", [](const ex& x) -> ex { return GiNaC::exp(x); }},
      {"log", [](const ex& x) -> ex { return GiNaC::log(x); }},
      {"ln", [](const ex& x) -> ex { return GiNaC::log(x); }},
      {"sqrt", [](const ex& x) -> ex { return GiNaC::pow(x, numeric(1, 2)); }},
      {"abs", [](const ex& x) -> ex { return GiNaC::abs(x); }},
      {"sin", [](const ex& x) -> ex { return GiNaC::sin(x); }},
      {"cos", [](const ex& x) -> ex { return GiNaC::cos(x); }},
      {"tan", [](const ex& x) -> ex { return GiNaC::tan(x); }},
      {"asin", [](const ex& x) -> ex { return GiNaC::asin(x); }},
      {"acos", [](const ex& x) -> ex { return GiNaC::acos(x); }},
      {"atan", [](const ex& x) -> ex { return GiNaC::atan(x); }},
      // Written out, the hyperbolic functions keep huge arguments exact in signed logarithms.
      {"sinh", [](const ex& x) -> ex { return (GiNaC::exp(x) - GiNaC::exp(-x)) / 2; }},
      {"cosh", [](const ex& x) -> ex { return (GiNaC::exp(x) + GiNaC::exp(-x)) / 2; }},
      {"tanh", [](const ex& x) -> ex { return (1 - GiNaC::exp(-2 * x)) / (1 + GiNaC::exp(-2 * x)); }},
      {"asinh", [](const ex& x) -> ex { return GiNaC::asinh(x); }},
      {"acosh", [](const ex& x) -> ex { return GiNaC::acosh(x); }},
      {"atanh", [](const ex& x) -> ex { return GiNaC::atanh(x); }},
  };
  return table;
}

ex maximum(const ex& a, const ex& b) {
  return (a + b + GiNaC::abs(a - b)) / 2;
}

}  // namespace ganwright
