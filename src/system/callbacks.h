#pragma once

#include <cstdint>
#include <functional>

namespace ganwright {

/// Told how far long work has come; may be empty.
using ProgressCallback = std::function<void(int64_t done, int64_t total)>;

/// Asked by long work whether it is to stop; may be empty.
using InterruptCheck = std::function<bool()>;

}  // namespace ganwright
