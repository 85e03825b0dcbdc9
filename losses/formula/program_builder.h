#pragma once

#include <ginac/ginac.h>

#include <map>
#include <utility>
#include <vector>

namespace ganwright {

/// Collects the instructions of a straight-line program, operands before what uses them. Equal subexpressions
/// share one instruction.
template <class Instruction>
class ProgramBuilder {
 public:
  /// Appends an instruction and returns its position.
  int emit(Instruction instruction) {
    instructions_.push_back(std::move(instruction));
    return static_cast<int>(instructions_.size()) - 1;
  }

  /// The position of an expression's instruction, made by `build` if there is none yet.
  template <class Build>
  int place(const GiNaC::ex& e, Build build) {
    if (const auto found = placed_.find(e); found != placed_.end()) {
      return found->second;
    }
    const int position = build(e);
    placed_.emplace(e, position);
    return position;
  }

  /// The program; the builder is empty then.
  [[nodiscard]] std::vector<Instruction> take() { return std::move(instructions_); }

 private:
  std::vector<Instruction> instructions_;
  std::map<GiNaC::ex, int, GiNaC::ex_is_less> placed_;
};

}  // namespace ganwright
