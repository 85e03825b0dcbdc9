#pragma once

#include <cstdint>

// What libganwright_cuda offers to the program, which looks the functions up by name after loading the
// library (training/device.h) and links nothing of CUDA itself; hence the C interface.
extern "C" {

/// The number of usable CUDA devices; 0 also if the driver does not answer.
int ganwright_cuda_device_count();

/// The newest CUDA that the driver knows, as 1000 * major + 10 * minor; 0 without a driver.
int ganwright_cuda_driver_version();

/// The CUDA that LibTorch was built with, in the same form.
int ganwright_cuda_runtime_version();

/// The compute capability of a device as 10 * major + minor.
int ganwright_cuda_capability(int device);

/// Copies the name of a device, such as "NVIDIA H100", to `name`: at most `size` bytes with the terminating
/// zero.
void ganwright_cuda_device_name(int device, char* name, int size);

/// Free memory of a device, in bytes.
int64_t ganwright_cuda_free_memory(int device);

/// Enqueues function(argument) on the current stream. A thread of the driver calls it; it must neither throw
/// nor use CUDA. Throws c10::Error if it cannot be enqueued.
void ganwright_cuda_call_host(void (*function)(void*), void* argument);

/// Captures what body(context) enqueues on the current stream, which must not be the default stream, without
/// executing it. Unless `sharing` is null the graph shares its memory with that graph: no tensor created by
/// either body may outlive it. If the capture fails it throws what the body or CUDA threw, and nothing has
/// changed.
void* ganwright_cuda_capture(void (*body)(void*), void* context, void* sharing);

/// Enqueues a graph on the current stream. Throws c10::Error if that fails.
void ganwright_cuda_replay(void* graph);

/// Waits for the device and frees a graph.
void ganwright_cuda_release(void* graph);
}
