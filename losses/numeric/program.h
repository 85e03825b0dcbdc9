#pragma once

#include <vector>

#include "losses/formula/elementary_function.h"
#include "losses/numeric/real_function.h"
#include "losses/numeric/signed_log.h"

namespace GiNaC {
class ex;
}

namespace ganwright {

/// One step of a program: an operation on the results of earlier steps.
struct Instruction {
  /// What a step does.
  enum class Operation {
    variable,     ///< the argument t or v
    constant,     ///< a fixed number
    add,          ///< first + second
    multiply,     ///< first * second
    fixed_power,  ///< first to a fixed exponent
    power,        ///< first to the power of second
    function,     ///< an elementary function of first
  };
  Operation operation = Operation::constant;              ///< what this step does
  int first = -1;                                         ///< the position of its first operand
  int second = -1;                                        ///< that of its second one
  SignedLog constant{};                                   ///< of `constant`
  double exponent = 1.0;                                  ///< of `fixed_power`
  ElementaryFunction function = ElementaryFunction::exp;  ///< of `function`
};

/// A function of t > 0, or of a real v, compiled to a straight line of instructions, piece by piece between
/// its kinks, and run on u = log t, or on v. Intermediate results are signed logarithms, so nothing overflows
/// on the way.
class Program {
 public:
  /// A program without a piece, which cannot be run yet.
  Program() = default;

  /// Compiles one expression in t or v for all of its values. Throws LossError for an operation that cannot
  /// be evaluated.
  explicit Program(const GiNaC::ex& expression);

  /// Appends a piece that holds from t = e^start on; pieces come in increasing order.
  void append_piece(double start, const GiNaC::ex& expression);

  /// The value at t = e^u.
  [[nodiscard]] SignedLog run(double u) const;

  /// The value at a t or v that is held as a signed logarithm.
  [[nodiscard]] SignedLog run_at(const SignedLog& argument) const;

  /// The same as a plain number.
  [[nodiscard]] double operator()(double u) const { return run(u).value(); }

 private:
  struct Piece {
    double start;
    std::vector<Instruction> instructions;
  };
  std::vector<Piece> pieces_;
};

/// A program in t as a function of u = log t.
RealFunction function_of_log(Program program);

/// A program in v as a function of v.
RealFunction function_of_value(Program program);

}  // namespace ganwright
