#pragma once

#include <string>

namespace ganwright {

/// A text in single quotes, which a shell reads back as it is.
std::string shell_quoted(const std::string& text);

}  // namespace ganwright
