#pragma once

#include <string>

#include "losses/loss_error.h"

namespace ganwright {

/// The message of a refused loss, with the flag that fixes it: `losses/` names no flags.
std::string message_with_flag(const LossError& error);

}  // namespace ganwright
