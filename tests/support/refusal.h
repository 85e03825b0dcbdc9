#pragma once

#include <gtest/gtest.h>

#include <string>

#include "losses/loss.h"
#include "losses/loss_error.h"

namespace ganwright {

/// Expects that no loss is made of the options, for a reason that says `part`. Returns the reason.
inline std::string expect_refused(const LossOptions& options, const std::string& part) {
  try {
    (void)make_loss(options);
  } catch (const LossError& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "accepted: " << part;
  return "";
}

}  // namespace ganwright
