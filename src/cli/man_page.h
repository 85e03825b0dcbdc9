#pragma once

#include <string>
#include <vector>

#include "cli/help.h"

namespace ganwright {

/// The program's manual page, in section 1, in the roff of the man macros.
std::string man_page(const std::vector<CommandText>& commands, const std::string& version);

}  // namespace ganwright
