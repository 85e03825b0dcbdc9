#include "losses/numeric/program.h"

#include <ginac/ginac.h>

#include <cmath>
#include <limits>
#include <memory>
#include <utility>

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
using Operation = Instruction::Operation;

// Rational or not, a constant may be beyond the range of double; its logarithm is not.
SignedLog signed_log_of(const Ball& number) {
  const double sign = arb_sgn_nonzero(number.value);
  if (sign == 0) {
    return {};
  }
  constexpr slong kBits = 128;
  Ball log;
  arb_abs(log.value, number.value);
  arb_log(log.value, log.value, kBits);
  return {sign, arf_get_d(arb_midref(log.value), ARF_RND_NEAR)};
}

class Compiler {
 public:
  std::vector<Instruction> compile(const ex& expression) {
    place(expression);
    return builder_.take();
  }

 private:
  int emit(Instruction instruction) { return builder_.emit(std::move(instruction)); }

  int place(const ex& e) {
    return builder_.place(e, [this](const ex& new_one) { return build(new_one); });
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
    if (is_constant(e)) {
      constexpr long kBits = 80;
      Ball value;
      enclose_constant(e, kBits, value);
      if (arb_is_finite(value.value) != 0) {
        return emit({.operation = Operation::constant, .constant = signed_log_of(value)});
      }
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
    // Kinks are taken out before: a program has pieces in place of abs.
    const auto function = elementary_function_of(e);
    if (function && *function != ElementaryFunction::abs) {
      const int argument = place(e.op(0));
      return emit({.operation = Operation::function, .first = argument, .function = *function});
    }
    throw LossError("cannot evaluate " + to_text(e) + "; it is not a real function of t");
  }

  ProgramBuilder<Instruction> builder_;
};

SignedLog apply(ElementaryFunction function, const SignedLog& x) {
  const auto of_value = [&](double (*of)(double)) { return SignedLog::from_value(of(x.value())); };
  // asinh and acosh of what may be beyond a double: the logarithm of twice of it.
  const bool is_large = x.sign != 0 && x.log > 300;
  const auto log_of_twice = [&] { return SignedLog::from_value(x.sign * (x.log + std::log(2))); };
  switch (function) {
    case ElementaryFunction::abs:
      return {std::abs(x.sign), x.log};
    case ElementaryFunction::exp:
      return exponential(x);
    case ElementaryFunction::log:
      return logarithm(x);
    case ElementaryFunction::sin:
      return of_value(std::sin);
    case ElementaryFunction::cos:
      return of_value(std::cos);
    case ElementaryFunction::tan:
      return of_value(std::tan);
    case ElementaryFunction::asin:
      return of_value(std::asin);
    case ElementaryFunction::acos:
      return of_value(std::acos);
    case ElementaryFunction::atan:
      return of_value(std::atan);
    case ElementaryFunction::asinh:
      return is_large ? log_of_twice() : of_value(std::asinh);
    case ElementaryFunction::acosh:
      return is_large && x.sign > 0 ? log_of_twice() : of_value(std::acosh);
    case ElementaryFunction::atanh:
      return of_value(std::atanh);
  }
  return SignedLog::undefined();
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
    case Operation::function:
      return apply(step.function, first());
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
