#pragma once

#include <cstdint>
#include <functional>

#include "errors.h"
#include "system/callbacks.h"

namespace ganwright {

/// Calls `body(i)` once for every i in [0, count), on all processors; meanwhile OpenCV uses one thread per
/// call and prints nothing. `progress` and `interrupted` (either may be empty) are called on the calling
/// thread only; `progress` ends with (count, count). Throws the first exception of a body, or Interrupted as
/// soon as `interrupted` returns true; no body is running when it throws.
void for_each_in_parallel(int64_t count, const std::function<void(int64_t)>& body,
                          const ProgressCallback& progress, const InterruptCheck& interrupted);

}  // namespace ganwright
