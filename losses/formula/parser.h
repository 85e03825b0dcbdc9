#pragma once

#include <ginac/ginac.h>

#include <map>
#include <string>
#include <string_view>

#include "losses/formula/domain.h"

namespace ganwright {

/// Exact values of the named parameters of an expression.
using Parameters = std::map<std::string, GiNaC::numeric, std::less<>>;

/// The positive variable t of expressions in the likelihood ratio: f, omega. Being a `possymbol`, it lets
/// GiNaC drop conjugates and combine powers: with a plain symbol `factor` crashes on abs(t-1)^3.
const GiNaC::possymbol& variable_t();

/// The real variable v of expressions in the discriminator's output: rho, omega^{-1}, beta.
const GiNaC::realsymbol& variable_v();

/// A written formula as exact algebra, with what its steps ask so that it has a real value.
struct Formula {
  GiNaC::ex expression;  ///< its value wherever it has one
  Domain domain;         ///< where it has one
};

/// Reads a written formula in `variable` into exact algebra: decimals become rationals, so that f'' keeps
/// the signs of its coefficients. Operators + - * / ^ (or **), parentheses, `pi`, the parameters, and the
/// functions exp log (or ln) sqrt abs max min sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh.
/// Throws ExpressionError, which names the character where reading stopped, also for inputs that are too long
/// or too deep, or whose exact value would be enormous.
Formula parse_formula(std::string_view text, const Parameters& parameters = {},
                      const GiNaC::symbol& variable = variable_t());

/// The same without its domain.
GiNaC::ex parse_expression(std::string_view text, const Parameters& parameters = {},
                           const GiNaC::symbol& variable = variable_t());

/// A formula in t with its groups and maxima as they are written (grouping.h).
GiNaC::ex parse_groups(std::string_view text, const Parameters& parameters = {});

/// Whether a name is reserved (a variable, a function, pi) and cannot name a parameter.
bool is_taken(const std::string& name);

/// Reads an exact number such as 3, 0.5, 1e-3 or 1/3. Throws ExpressionError for anything else.
GiNaC::numeric parse_number(std::string_view text);

/// The expression as the parser reads it again, the same text in every run.
std::string to_text(const GiNaC::ex& expression);

}  // namespace ganwright
