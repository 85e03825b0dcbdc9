#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace ganwright {

/// Fills each of the outputs, `count` numbers long, from `count` inputs.
using HostFunction =
    std::function<void(const double* inputs, int64_t count, const std::vector<double*>& outputs)>;

/// Runs a function on the host, on the numbers of a tensor of any dtype, and returns `outputs` float64
/// tensors of its shape, on its device, without a gradient. For a tensor on a device it runs in the order of
/// the current stream, and this thread continues meanwhile, once set_stream_caller was called; without, it
/// waits for the device. An exception of the function passes through; in a stream it makes every output nan
/// instead.
std::vector<torch::Tensor> on_host(const torch::Tensor& input, size_t outputs, const HostFunction& function);

/// Enqueues a host callback on the current stream: it runs in stream order, and again on every replay of a
/// graph that captured it. The function neither throws nor uses the device. Throws where it cannot be
/// enqueued.
using StreamCaller = std::function<void(std::function<void()>)>;

/// Sets how on_host calls a function for tensors on a device other than the CPU, for the whole process. Call
/// it before the first on_host.
void set_stream_caller(StreamCaller caller);

}  // namespace ganwright
