#pragma once

#include <string>
#include <vector>

#include "cli/help.h"

namespace ganwright {

/// A script that completes commands, flags and their values in bash; file names where no values are known.
std::string bash_completion(const std::vector<CommandText>& commands);

/// The same for zsh, to be named _ganwright in a folder of its fpath.
std::string zsh_completion(const std::vector<CommandText>& commands);

}  // namespace ganwright
