#pragma once

#include "run/run_options.h"
#include "training/device.h"

namespace ganwright {

/// Prints what a run of these options would do: networks, loss, memory, FLOPs and time, the files it would
/// write. Reads no picture, writes nothing, trains nothing; times matrix products on the device for a moment.
void print_dry_run(const RunOptions& options, const Loss& loss, const Device& device);

}  // namespace ganwright
