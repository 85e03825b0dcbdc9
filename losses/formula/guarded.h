#pragma once

#include <exception>
#include <string>

#include "losses/loss_error.h"

namespace ganwright {

/// Runs exact algebra on `subject`. GiNaC reports poles and undefined values by exceptions of several types:
/// they become a LossError that names the subject.
template <class Compute>
auto guarded(const std::string& subject, Compute compute) {
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
