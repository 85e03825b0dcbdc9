#pragma once

#include <string>

#include "losses/loss_error.h"

namespace ganwright {

/// The message of a loss that was refused, with the flag that mends it: the losses know no flags.
std::string message_with_flag(const LossError& error);

}  // namespace ganwright
