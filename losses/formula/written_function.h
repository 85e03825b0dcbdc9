#pragma once

#include <ginac/ginac.h>

#include <functional>
#include <map>
#include <string>

namespace ganwright {

/// A function of one argument as algebra.
using UnaryFunction = GiNaC::ex (*)(const GiNaC::ex&);

/// The functions of one argument that a formula may call, by name.
const std::map<std::string, UnaryFunction, std::less<>>& unary_functions();

/// The larger one by abs, so that later stages know one kind of kink only.
GiNaC::ex maximum(const GiNaC::ex& a, const GiNaC::ex& b);

}  // namespace ganwright
