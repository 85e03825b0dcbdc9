#include "losses/numeric/program.h"

#include <ginac/ginac.h>

#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <string>
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
using Operation = Instruction::Operation;

const std::map<std::string, Operation, std::less<>>& function_operations() {
  static const std::map<std::string, Operation, std::less<>> table = {
      {"exp", Operation::exp},     {"log", Operation::log},     {"sin", Operation::sin},
      {"cos", Operation::cos},     {"tan", Operation::tan},     {"asin", Operation::asin},
      {"acos", Operation::acos},   {"atan", Operation::atan},   {"asinh", Operation::asinh},
      {"acosh", Operation::acosh}, {"atanh", Operation::atanh},
  };
  return table;
}

// Exact rationals may be beyond the range of double, their logarithms are not.
SignedLog signed_log_of(const numeric& number) {
  if (number.is_zero()) {
    return {};
  }
  const numeric log = ex_to<numeric>(GiNaC::log(GiNaC::abs(number)).evalf());
  return {number.is_negative() ? -1.0 : 1.0, log.to_double()};
}

class Compiler {
 public:
  std::vector<Instruction> compile(const ex& expression) {
    place(expression);
    return tape_.take();
  }

 private:
  int emit(Instruction instruction) { return tape_.emit(std::move(instruction)); }

  int place(const ex& e) {
    return tape_.place(e, [this](const ex& new_one) { return build(new_one); });
  }

  // The rational number that a sum ends with, or 1 where there is none.
  static numeric constant_term(const ex& e) {
    if (is_a<GiNaC::add>(e)) {
      const ex last = e.op(e.nops() - 1);
      if (is_a<numeric>(last) && ex_to<numeric>(last).is_rational()) {
        return ex_to<numeric>(last);
      }
    }
    return 1;
  }

  int build(const ex& e) {
    if (e.is_equal(variable_t()) || e.is_equal(variable_v())) {
      return emit({.operation = Operation::variable});
    }
    if (const numeric constant = constant_term(e); !constant.is_equal(1) && !constant.is_equal(-1)) {
      // (t^a-1)/a reaches us multiplied out. Its terms cancel without loss only where their logarithms are
      // small, so the constant is taken out of the sum again.
      const int sum = place(e / constant);
      const int factor = place(constant);
      return emit({.operation = Operation::multiply, .first = sum, .second = factor});
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
      const int base = place(e.op(0));
      if (is_a<numeric>(e.op(1)) && ex_to<numeric>(e.op(1)).is_real()) {
        return emit({.operation = Operation::fixed_power,
                     .first = base,
                     .exponent = ex_to<numeric>(e.op(1)).to_double()});
      }
      const int exponent = place(e.op(1));
      return emit({.operation = Operation::power, .first = base, .second = exponent});
    }
    if (is_a<GiNaC::function>(e)) {
      const auto found = function_operations().find(ex_to<GiNaC::function>(e).get_name());
      if (found != function_operations().end()) {
        const int argument = place(e.op(0));
        return emit({.operation = found->second, .first = argument});
      }
    }
    const ex value = e.evalf();
    if (is_a<numeric>(value) && ex_to<numeric>(value).is_real()) {
      return emit({.operation = Operation::constant, .constant = signed_log_of(ex_to<numeric>(value))});
    }
    throw LossError("cannot evaluate " + to_text(e) + "; it is not a real function of t");
  }

  TapeBuilder<Instruction> tape_;
};

SignedLog apply(double (*function)(double), const SignedLog& argument) {
  return SignedLog::from_value(function(argument.value()));
}

SignedLog execute(const Instruction& step, const SignedLog& argument, const std::vector<SignedLog>& results) {
  const auto first = [&]() -> const SignedLog& { return results[step.first]; };
  const auto second = [&]() -> const SignedLog& { return results[step.second]; };
  switch (step.operation) {
    case Operation::variable:
      return argument;
    case Operation::constant:
      return step.constant;
    case Operation::add:
      return first() + second();
    case Operation::multiply:
      return first() * second();
    case Operation::fixed_power:
      return power(first(), step.exponent);
    case Operation::power:
      return power(first(), second().value());
    case Operation::exp:
      return exponential(first());
    case Operation::log:
      return logarithm(first());
    case Operation::sin:
      return apply(std::sin, first());
    case Operation::cos:
      return apply(std::cos, first());
    case Operation::tan:
      return apply(std::tan, first());
    case Operation::asin:
      return apply(std::asin, first());
    case Operation::acos:
      return apply(std::acos, first());
    case Operation::atan:
      return apply(std::atan, first());
    case Operation::asinh:
      return apply(std::asinh, first());
    case Operation::acosh:
      return apply(std::acosh, first());
    case Operation::atanh:
      return apply(std::atanh, first());
  }
  return SignedLog::undefined();
}

}  // namespace

Program::Program(const GiNaC::ex& expression) {
  append_piece(-std::numeric_limits<double>::infinity(), expression);
}

void Program::append_piece(double start, const GiNaC::ex& expression) {
  pieces_.push_back({start, Compiler().compile(expression)});
}

SignedLog Program::run(double u) const {
  return run_at({1.0, u});
}

SignedLog Program::run_at(const SignedLog& argument) const {
  size_t index = 0;
  while (index + 1 < pieces_.size() && argument.log >= pieces_[index + 1].start) {
    ++index;
  }
  const std::vector<Instruction>& instructions = pieces_.at(index).instructions;
  std::vector<SignedLog> results;
  results.reserve(instructions.size());
  for (const Instruction& step : instructions) {
    results.push_back(execute(step, argument, results));
  }
  return results.back();
}

RealFunction function_of_log(Program program) {
  return RealFunction(
      [shared = std::make_shared<const Program>(std::move(program))](double u) { return shared->run(u); });
}

RealFunction function_of_value(Program program) {
  return RealFunction([shared = std::make_shared<const Program>(std::move(program))](double v) {
    return shared->run_at(SignedLog::from_value(v));
  });
}

}  // namespace ganwright
