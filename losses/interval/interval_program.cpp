#include "losses/interval/interval_program.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "losses/formula/algebra.h"
#include "losses/formula/constant.h"
#include "losses/formula/parser.h"
#include "losses/formula/program_builder.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

Regularity judge(bool is_inside, bool is_defined, bool is_outside) {
  return is_inside    ? Regularity::analytic
         : is_defined ? Regularity::continuous
         : is_outside ? Regularity::undefined
                      : Regularity::unclear;
}

Regularity regularity_of_function(ElementaryFunction function, const Interval& x) {
  switch (function) {
    case ElementaryFunction::log:
      return judge(x.is_above(0), false, x.is_at_most(0));
    case ElementaryFunction::abs:
      return judge(x.is_above(0) || x.is_below(0), true, false);
    case ElementaryFunction::tan:
      return judge(!cosine(x).contains(0), false, false);
    case ElementaryFunction::asin:
    case ElementaryFunction::acos:
      return judge(x.is_above(-1) && x.is_below(1), x.is_at_least(-1) && x.is_at_most(1),
                   x.is_below(-1) || x.is_above(1));
    case ElementaryFunction::acosh:
      return judge(x.is_above(1), x.is_at_least(1), x.is_below(1));
    case ElementaryFunction::atanh:
      return judge(x.is_above(-1) && x.is_below(1), false, x.is_at_most(-1) || x.is_at_least(1));
    default:
      return Regularity::analytic;
  }
}

Interval image_of(ElementaryFunction function, const Interval& x) {
  switch (function) {
    case ElementaryFunction::abs:
      return absolute(x);
    case ElementaryFunction::exp:
      return exponential(x);
    case ElementaryFunction::log:
      return logarithm(x);
    case ElementaryFunction::sin:
      return sine(x);
    case ElementaryFunction::cos:
      return cosine(x);
    case ElementaryFunction::tan:
      return tangent(x);
    case ElementaryFunction::asin:
      return arc_sine(x);
    case ElementaryFunction::acos:
      return arc_cosine(x);
    case ElementaryFunction::atan:
      return arc_tangent(x);
    case ElementaryFunction::asinh:
      return inverse_hyperbolic_sine(x);
    case ElementaryFunction::acosh:
      return inverse_hyperbolic_cosine(x);
    case ElementaryFunction::atanh:
      return inverse_hyperbolic_tangent(x);
  }
  return Interval::everything();
}

}  // namespace

Interval enclose(const numeric& number) {
  if (!number.is_rational()) {
    throw LossError("cannot enclose " + to_text(number) + "; it is not an exact real number");
  }
  return Interval::fraction(to_text(number.numer()), to_text(number.denom()));
}

class IntervalProgram::Compiler {
 public:
  explicit Compiler(ex variable) : variable_(std::move(variable)) {}

  std::vector<Instruction> compile(const ex& expression) {
    place(expression);
    return builder_.take();
  }

 private:
  int emit(Instruction instruction) { return builder_.emit(std::move(instruction)); }

  int place(const ex& e) {
    return builder_.place(e, [this](const ex& new_one) { return build(new_one); });
  }

  int build(const ex& e) {
    if (e.is_equal(variable_)) {
      return emit({.operation = Operation::variable});
    }
    if (is_a<numeric>(e)) {
      return emit({.operation = Operation::constant, .constant = enclose(ex_to<numeric>(e))});
    }
    if (is_constant(e)) {
      // Precision as high as it takes: 1e30 (sqrt(5+2 sqrt(6)) - sqrt(2) - sqrt(3)) has no digit at 128 bits.
      Ball ball;
      enclose_constant(e, Interval::kBits, ball);
      if (arb_is_finite(ball.value) != 0) {
        return emit({.operation = Operation::constant, .constant = Interval::around(ball)});
      }
    }
    if (is_a<GiNaC::add>(e) || is_a<GiNaC::mul>(e)) {
      return build_chain(is_a<GiNaC::add>(e) ? Operation::add : Operation::multiply, e);
    }
    if (is_a<GiNaC::power>(e)) {
      return build_power(e.op(0), e.op(1));
    }
    if (const auto function = elementary_function_of(e)) {
      return emit_function(*function, place(e.op(0)));
    }
    throw LossError("cannot enclose " + to_text(e) + "; it is not a real function of " + to_text(variable_));
  }

  // t^a and (log t)^n among the factors of a product; 1 and 1 where they are not both there.
  [[nodiscard]] std::pair<ex, ex> log_power_in(const ex& product) const {
    ex power = 1;
    ex log_power = 1;
    for (const ex& factor : product) {
      const bool is_power = is_a<GiNaC::power>(factor) && is_a<numeric>(factor.op(1));
      const ex base = is_power ? factor.op(0) : factor;
      if (base.is_equal(variable_)) {
        power = factor;
      } else if (is_function(base, "log") && base.op(0).is_equal(variable_) &&
                 (!is_power || factor.op(1).info(GiNaC::info_flags::posint))) {
        log_power = factor;
      }
    }
    return power.is_equal(1) || log_power.is_equal(1) ? std::pair<ex, ex>(1, 1) : std::pair(power, log_power);
  }

  int build_power_of_log(const ex& product, const ex& power, const ex& log_power) {
    const auto exponent_of = [](const ex& e) {
      return is_a<GiNaC::power>(e) ? ex_to<numeric>(e.op(1)) : numeric(1);
    };
    const int joint = emit({.operation = Operation::power_of_log,
                            .first = place(variable_),
                            .exponent = exponent_of(log_power).to_long(),
                            .constant = enclose(exponent_of(power))});
    const ex rest = product / (power * log_power);
    return rest.is_equal(1) ? joint
                            : emit({.operation = Operation::multiply, .first = place(rest), .second = joint});
  }

  // The constant operands first, as one.
  int build_chain(Operation operation, const ex& e) {
    const bool is_sum = operation == Operation::add;
    if (!is_sum) {
      if (const auto [power, log_power] = log_power_in(e); !log_power.is_equal(1)) {
        return build_power_of_log(e, power, log_power);
      }
    }
    ex constant = is_sum ? 0 : 1;
    std::vector<ex> operands;
    for (const ex& operand : e) {
      if (is_constant(operand)) {
        constant = is_sum ? ex(constant + operand) : ex(constant * operand);
      } else {
        operands.push_back(operand);
      }
    }
    // GiNaC's order changes from run to run, and with it the rounding.
    std::map<std::string, ex> in_order;
    for (const ex& operand : operands) {
      in_order.emplace(to_text(operand), operand);
    }
    operands.clear();
    for (const auto& [text, operand] : in_order) {
      operands.push_back(operand);
    }
    if (operands.size() < e.nops() && !operands.empty()) {
      operands.insert(operands.begin(), constant);
    }
    if (operands.empty()) {
      operands.assign(e.begin(), e.end());
    }
    int result = place(operands[0]);
    for (size_t i = 1; i < operands.size(); ++i) {
      const int operand = place(operands[i]);
      result = emit({.operation = operation, .first = result, .second = operand});
    }
    return result;
  }

  int build_power(const ex& base, const ex& exponent) {
    const int first = place(base);
    if (!is_a<numeric>(exponent) && is_constant(exponent) && sign_of_constant(exponent).value_or(0) != 0) {
      Ball ball;
      enclose_constant(exponent, Interval::kBits, ball);
      return emit({.operation = Operation::real_power, .first = first, .constant = Interval::around(ball)});
    }
    if (!is_a<numeric>(exponent)) {
      const int log = emit_function(ElementaryFunction::log, first);
      const int second = place(exponent);
      const int product = emit({.operation = Operation::multiply, .first = log, .second = second});
      return emit_function(ElementaryFunction::exp, product);
    }
    const numeric& number = ex_to<numeric>(exponent);
    if (number.is_integer()) {
      if (GiNaC::abs(number) > kLargestWholeExponent) {
        throw LossError("cannot enclose a power with the exponent " + to_text(number) + "; it is too large");
      }
      return emit({.operation = Operation::whole_power, .first = first, .exponent = number.to_long()});
    }
    return emit({.operation = Operation::real_power, .first = first, .constant = enclose(number)});
  }

  int emit_function(ElementaryFunction function, int argument) {
    return emit({.operation = Operation::function, .first = argument, .function = function});
  }

  static constexpr long kLargestWholeExponent = 1'000'000'000;

  ex variable_;
  ProgramBuilder<Instruction> builder_;
};

IntervalProgram::IntervalProgram(const ex& expression, const GiNaC::symbol& variable)
    : instructions_(Compiler(variable).compile(expression)) {
  for (const Instruction& step : instructions_) {
    cost_ += cost_of(step);
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

int IntervalProgram::cost_of(const Instruction& step) {
  switch (step.operation) {
    case Operation::variable:
    case Operation::constant:
    case Operation::add:
    case Operation::multiply:
      return 1;
    case Operation::whole_power:
      return 3;
    case Operation::real_power:
      return 25;
    case Operation::power_of_log:
      return 60;
    case Operation::function:
      break;
  }
  switch (step.function) {
    case ElementaryFunction::abs:
      return 1;
    case ElementaryFunction::exp:
    case ElementaryFunction::log:
    case ElementaryFunction::sin:
    case ElementaryFunction::cos:
    case ElementaryFunction::atan:
      return 10;
    default:
      return 25;
  }
}

Regularity IntervalProgram::regularity_of(const Instruction& step, const Interval& x) {
  const bool is_zero = x.is_at_least(0) && x.is_at_most(0);
  switch (step.operation) {
    case Operation::whole_power:
      return judge(step.exponent >= 0 || x.is_above(0) || x.is_below(0), false, is_zero);
    case Operation::real_power:
      return step.constant.is_above(0) ? judge(x.is_above(0), x.is_at_least(0), x.is_below(0))
                                       : judge(x.is_above(0), false, x.is_at_most(0));
    case Operation::power_of_log:
      return judge(x.is_above(0), false, x.is_at_most(0));
    case Operation::function:
      return regularity_of_function(step.function, x);
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
    case Operation::power_of_log:
      return power_of_log(first(), step.constant, step.exponent);
    case Operation::function:
      return image_of(step.function, first());
  }
  return Interval::everything();
}

}  // namespace ganwright
