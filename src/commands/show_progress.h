#pragma once

#include <string>

#include "data/parallel.h"

namespace ganwright {

/// A callback that shows how far work has come, for work that tells its total by itself.
ProgressCallback show_progress(const std::string& what);

}  // namespace ganwright
