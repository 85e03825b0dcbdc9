#include "losses/interval/interval_program.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "losses/formula/expression.h"
#include "losses/formula/tape_builder.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

std::string digits_of(const numeric& whole) {
  std::ostringstream text;
  text << whole;
  return text.str();
}

}  // namespace

Interval enclose(const numeric& number) {
  if (!number.is_rational()) {
    throw LossError("cannot enclose " + digits_of(number) + "; it is not an exact real number");
  }
  return Interval::fraction(digits_of(number.numer()), digits_of(number.denom()));
}

class IntervalProgram::Compiler {
 public:
  explicit Compiler(ex variable) : variable_(std::move(variable)) {}

  std::vector<Instruction> compile(const ex& expression) {
    place(expression);
    return tape_.take();
  }

 private:
  int emit(Instruction instruction) { return tape_.emit(std::move(instruction)); }

  int place(const ex& e) {
    return tape_.place(e, [this](const ex& new_one) { return build(new_one); });
  }

  int build(const ex& e) {
    if (e.is_equal(variable_)) {
      return emit({.operation = Operation::variable});
    }
    if (is_a<numeric>(e)) {
      return emit({.operation = Operation::constant, .constant = enclose(ex_to<numeric>(e))});
    }
    if (e.is_equal(GiNaC::Pi)) {
      return emit({.operation = Operation::constant, .constant = Interval::pi()});
    }
    if (is_a<GiNaC::add>(e) || is_a<GiNaC::mul>(e)) {
      const Operation operation = is_a<GiNaC::add>(e) ? Operation::add : Operation::multiply;
      int result = place(e.op(0));
      for (size_t i = 1; i < e.nops(); ++i) {
        const int operand = place(e.op(i));
        result = emit({.operation = operation, .first = result, .second = operand});
      }
      return result;
    }
    if (is_a<GiNaC::power>(e)) {
      return build_power(e.op(0), e.op(1));
    }
    if (is_a<GiNaC::function>(e)) {
      return build_function(ex_to<GiNaC::function>(e).get_name(), e);
    }
    throw LossError("cannot enclose " + to_text(e) + "; it is not a real function of " + to_text(variable_));
  }

  int build_power(const ex& base, const ex& exponent) {
    const int first = place(base);
    if (!is_a<numeric>(exponent)) {
      const int log = emit({.operation = Operation::log, .first = first});
      const int second = place(exponent);
      const int product = emit({.operation = Operation::multiply, .first = log, .second = second});
      return emit({.operation = Operation::exp, .first = product});
    }
    const numeric& number = ex_to<numeric>(exponent);
    if (number.is_integer()) {
      if (GiNaC::abs(number) > kLargestWholeExponent) {
        throw LossError("cannot enclose a power with the exponent " + digits_of(number) +
                        "; it is too large");
      }
      return emit({.operation = Operation::whole_power, .first = first, .exponent = number.to_long()});
    }
    return emit({.operation = Operation::real_power, .first = first, .constant = enclose(number)});
  }

  int build_function(const std::string& name, const ex& e) {
    static const std::map<std::string, Operation, std::less<>> table = {
        {"abs", Operation::abs},     {"exp", Operation::exp},     {"log", Operation::log},
        {"sin", Operation::sin},     {"cos", Operation::cos},     {"tan", Operation::tan},
        {"asin", Operation::asin},   {"acos", Operation::acos},   {"atan", Operation::atan},
        {"asinh", Operation::asinh}, {"acosh", Operation::acosh}, {"atanh", Operation::atanh},
    };
    const auto found = table.find(name);
    if (found == table.end()) {
      throw LossError("cannot enclose " + to_text(e) + "; " + name + " has no interval form");
    }
    const int argument = place(e.op(0));
    return emit({.operation = found->second, .first = argument});
  }

  static constexpr long kLargestWholeExponent = 1'000'000'000;

  ex variable_;
  TapeBuilder<Instruction> tape_;
};

IntervalProgram::IntervalProgram(const ex& expression, const GiNaC::symbol& variable)
    : instructions_(Compiler(variable).compile(expression)) {
  for (const Instruction& step : instructions_) {
    cost_ += cost_of(step.operation);
  }
}

Enclosure IntervalProgram::run(const Interval& variable) const {
  std::vector<Interval> results;
  results.reserve(instructions_.size());
  Regularity worst = Regularity::analytic;
  for (const Instruction& step : instructions_) {
    if (step.first >= 0) {
      worst = std::max(worst, regularity_of(step, results[step.first]));
      if (worst == Regularity::undefined) {
        return {Interval::everything(), worst};
      }
    }
    results.push_back(execute(step, variable, results));
  }
  return {results.back(), worst};
}

int IntervalProgram::cost_of(Operation operation) {
  switch (operation) {
    case Operation::variable:
    case Operation::constant:
    case Operation::add:
    case Operation::multiply:
    case Operation::abs:
      return 1;
    case Operation::whole_power:
      return 3;
    case Operation::exp:
    case Operation::log:
    case Operation::sin:
    case Operation::cos:
    case Operation::atan:
      return 10;
    default:
      return 25;
  }
}

Regularity IntervalProgram::regularity_of(const Instruction& step, const Interval& x) {
  const auto judge = [](bool inside, bool defined, bool outside) {
    return inside    ? Regularity::analytic
           : defined ? Regularity::continuous
           : outside ? Regularity::undefined
                     : Regularity::unclear;
  };
  const bool is_zero = x.is_at_least(0) && x.is_at_most(0);
  switch (step.operation) {
    case Operation::whole_power:
      return judge(step.exponent >= 0 || x.is_above(0) || x.is_below(0), false, is_zero);
    case Operation::real_power:
      return step.constant.is_above(0) ? judge(x.is_above(0), x.is_at_least(0), x.is_below(0))
                                       : judge(x.is_above(0), false, x.is_at_most(0));
    case Operation::log:
      return judge(x.is_above(0), false, x.is_at_most(0));
    case Operation::abs:
      return judge(x.is_above(0) || x.is_below(0), true, false);
    case Operation::tan:
      return judge(!cosine(x).contains(0), false, false);
    case Operation::asin:
    case Operation::acos:
      return judge(x.is_above(-1) && x.is_below(1), x.is_at_least(-1) && x.is_at_most(1),
                   x.is_below(-1) || x.is_above(1));
    case Operation::acosh:
      return judge(x.is_above(1), x.is_at_least(1), x.is_below(1));
    case Operation::atanh:
      return judge(x.is_above(-1) && x.is_below(1), false, x.is_at_most(-1) || x.is_at_least(1));
    default:
      return Regularity::analytic;
  }
}

Interval IntervalProgram::execute(const Instruction& step, const Interval& variable,
                                  const std::vector<Interval>& results) {
  const auto first = [&]() -> const Interval& { return results[step.first]; };
  switch (step.operation) {
    case Operation::variable:
      return variable;
    case Operation::constant:
      return step.constant;
    case Operation::add:
      return first() + results[step.second];
    case Operation::multiply:
      return first() * results[step.second];
    case Operation::whole_power:
      return whole_power(first(), step.exponent);
    case Operation::real_power:
      return real_power(first(), step.constant);
    case Operation::abs:
      return absolute(first());
    case Operation::exp:
      return exponential(first());
    case Operation::log:
      return logarithm(first());
    case Operation::sin:
      return sine(first());
    case Operation::cos:
      return cosine(first());
    case Operation::tan:
      return tangent(first());
    case Operation::asin:
      return arc_sine(first());
    case Operation::acos:
      return arc_cosine(first());
    case Operation::atan:
      return arc_tangent(first());
    case Operation::asinh:
      return inverse_hyperbolic_sine(first());
    case Operation::acosh:
      return inverse_hyperbolic_cosine(first());
    case Operation::atanh:
      return inverse_hyperbolic_tangent(first());
  }
  return Interval::everything();
}

}  // namespace ganwright
