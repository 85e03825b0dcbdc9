#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace ganwright {

/// Enqueues a function on the current stream of a device: it is called on the host after what was enqueued
/// before it and before what is enqueued after it, and again each time that a graph is replayed that captured
/// this. The function neither throws nor uses the device. Throws where it cannot be enqueued.
using StreamCaller = std::function<void(std::function<void()>)>;

/// Sets how on_host calls a function for tensors on a device other than the CPU, for the whole process;
/// without a caller it waits for the device. To be set before the first such call.
void set_stream_caller(StreamCaller caller);

/// Fills each of the outputs, of `count` numbers, from as many inputs.
using HostFunction =
    std::function<void(const double* inputs, int64_t count, const std::vector<double*>& outputs)>;

/// What a function makes on the host of the numbers of a tensor of any dtype: as many float64 tensors as
/// asked for, of its shape and on its device, without a gradient. For a tensor on a device all of it happens
/// in the order of the current stream while this thread goes on, if there is a stream caller; what the
/// function throws there makes every output nan. Throws what the function throws otherwise.
std::vector<torch::Tensor> on_host(const torch::Tensor& input, size_t outputs, const HostFunction& function);

}  // namespace ganwright
