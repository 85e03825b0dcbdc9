#pragma once

#include <exception>
#include <string>
#include <type_traits>

#include "losses/loss_error.h"

namespace ganwright {

/// Runs `compute`, exact algebra on what `subject` names, and returns what it returns. GiNaC reports poles
/// and undefined values by exceptions of several types: they all become a LossError that names the subject, a
/// text or a function that returns one.
template <class Subject, class Compute>
auto run_algebra(const Subject& subject, Compute compute) {
  try {
    return compute();
  } catch (const LossError&) {
    throw;
  } catch (const std::exception& error) {
    std::string name;
    if constexpr (std::is_invocable_v<Subject>) {
      name = subject();
    } else {
      name = subject;
    }
    throw LossError("cannot work with " + name + " (" + error.what() +
                    "); write it without poles that cancel");
  }
}

}  // namespace ganwright
