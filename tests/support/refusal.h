#pragma once

#include <gtest/gtest.h>

#include <string>

#include "losses/loss_error.h"
#include "losses/objective/make_loss.h"

namespace ganwright {

/// Expects that no loss is made of the options, for a reason that says `part`. Returns what mends it.
inline Remedy expect_refused(const LossOptions& options, const std::string& part) {
  try {
    (void)make_loss(options);
  } catch (const LossError& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    return error.remedy;
  }
  ADD_FAILURE() << "accepted: " << part;
  return Remedy::none;
}

}  // namespace ganwright
