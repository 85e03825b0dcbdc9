#pragma once

#include <cstdint>
#include <functional>

namespace ganwright {

/// Reports the progress of long work; may be empty.
using ProgressCallback = std::function<void(int64_t done, int64_t total)>;

/// Long work calls it to learn whether to stop; may be empty.
using InterruptCheck = std::function<bool()>;

}  // namespace ganwright
