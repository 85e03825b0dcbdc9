#include "tests/fuzz/random_formula.h"

#include <array>

#include "losses/divergence/divergence.h"
#include "losses/text/words.h"

namespace ganwright {
namespace {

constexpr int kDepth = 6;

std::string with_argument(const std::string& f, const std::string& argument) {
  return replace_word(f, "t", "(" + argument + ")");
}

}  // namespace

RandomFormula FormulaGenerator::next() {
  const int depth = 1 + static_cast<int>(below(kDepth));
  if (below(2) == 0) {
    return {convex(depth - 1), true};
  }
  if (below(2) == 0) {
    return {anything(depth), false};
  }
  const std::string taken = below(2) == 0 ? "(t-1)^2" : convex(1);
  return {convex(depth - 1) + " - " + number() + "*(" + taken + ")", false};
}

// Positive, and simple as people write it.
std::string FormulaGenerator::number() {
  static const std::array<const char*, 12> some = {"1",   "2",   "3",   "1/2",  "1/3", "0.1",
                                                   "0.7", "1.5", "2.5", "0.01", "10",  "7/5"};
  return some[below(some.size())];
}

// Of the table, with a parameter that it allows.
std::string FormulaGenerator::row() {
  const auto& table = divergence_table();
  const DivergenceRow& row = table[below(table.size())];
  if (!row.parameter) {
    return "(" + named_divergence(row.name).f + ")";
  }
  static const std::array<const char*, 12> values = {"1/2", "0.3", "2",    "3",   "1.5", "-1",
                                                     "1",   "0",   "-0.5", "0.9", "4",   "2.5"};
  while (true) {
    const std::string value = values[below(values.size())];
    if (row.parameter->contains(parse_number(value))) {
      return "(" + named_divergence(row.name + ":" + value).f + ")";
    }
  }
}

std::string FormulaGenerator::convex(int depth) {
  if (depth == 0) {
    return row();
  }
  switch (below(6)) {
    case 0:
      return "(" + convex(depth - 1) + " + " + convex(static_cast<int>(below(depth))) + ")";
    case 1:
    case 2:
      return "max(" + convex(depth - 1) + ", " + convex(static_cast<int>(below(depth))) + ")";
    case 3:
      return number() + "*" + convex(depth - 1);
    case 4:
      return "(" + convex(depth - 1) + (below(2) == 0 ? " + " : " - ") + number() + "*(t-1))";
    default:
      return perspective(convex(depth - 1));
  }
}

// (c t + d) f((a t + b)/(c t + d)) with a + b = c + d, so that it is 0 at 1.
std::string FormulaGenerator::perspective(const std::string& f) {
  static const std::array<std::array<const char*, 2>, 5> affine = {
      {{"1", "t"}, {"(t+1)/2", "t"}, {"(t+1)/2", "1"}, {"(3*t+1)/4", "(t+1)/2"}, {"(t+2)/3", "t"}}};
  const auto& [numerator, denominator] = affine[below(affine.size())];
  return "(" + std::string(denominator) + ")*" +
         with_argument(f, "(" + std::string(numerator) + ")/(" + denominator + ")");
}

std::string FormulaGenerator::anything(int depth) {
  if (depth == 0) {
    return below(3) == 0 ? number() : below(4) == 0 ? "(t-1)" : "t";
  }
  static const std::array<const char*, 11> functions = {"exp",  "log",  "sqrt",  "abs", "sin", "cos",
                                                        "atan", "tanh", "asinh", "log", "abs"};
  static const std::array<const char*, 8> exponents = {"2", "3", "1/2", "-1", "1.5", "4", "0.3", "-2"};
  const auto other = [&] { return anything(static_cast<int>(below(static_cast<uint64_t>(depth)))); };
  switch (below(8)) {
    case 0:
      return "(" + anything(depth - 1) + " + " + other() + ")";
    case 1:
      return "(" + anything(depth - 1) + " - " + other() + ")";
    case 2:
      return anything(depth - 1) + "*" + other();
    case 3:
      return "(" + anything(depth - 1) + ")/(" + other() + ")";
    case 4:
      return "(" + anything(depth - 1) + ")^(" + exponents[below(exponents.size())] + ")";
    case 5:
      return (below(2) == 0 ? "max(" : "min(") + anything(depth - 1) + ", " + other() + ")";
    default:
      return std::string(functions[below(functions.size())]) + "(" + anything(depth - 1) + ")";
  }
}

}  // namespace ganwright
