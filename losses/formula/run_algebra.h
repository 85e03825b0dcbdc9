#pragma once

#include <exception>
#include <string>

#include "losses/loss_error.h"

namespace ganwright {

/// Runs `compute`, exact algebra on what `subject` names, and returns what it returns. GiNaC reports poles
/// and undefined values by exceptions of several types: they all become a LossError that names the subject.
template <class Compute>
auto run_algebra(const std::string& subject, Compute compute) {
  try {
    return compute();
  } catch (const LossError&) {
    throw;
  } catch (const std::exception& error) {
    throw LossError("cannot work with " + subject + " (" + error.what() +
                    "); write it without poles that cancel");
  }
}

}  // namespace ganwright
