#pragma once

#include <cstdint>

// What libganwright_cuda offers to the program. A plain C interface, since the program looks the functions up
// by name after loading the library, and links nothing of CUDA itself.
extern "C" {

/// The number of CUDA devices that can be used; 0 where there is none or the driver does not answer.
int ganwright_cuda_device_count();

/// The name of a device, such as "NVIDIA H100", copied to `name` (at most `size` bytes with the closing
/// zero).
void ganwright_cuda_device_name(int device, char* name, int size);

/// Bytes of memory that are free on a device.
int64_t ganwright_cuda_free_memory(int device);

/// Enqueues function(argument) on the current stream. A thread of the driver's calls it; it must neither
/// throw nor use CUDA. Throws c10::Error where it cannot be enqueued.
void ganwright_cuda_call_host(void (*function)(void*), void* argument);

/// Captures what body(context) enqueues on the current stream, which must not be the default one, without
/// executing it. The graph shares its memory with the graph `sharing`, unless that is null: no tensor that
/// either body makes may outlive the body. Where the capture fails it throws what the body or CUDA threw, and
/// everything is as it was before.
void* ganwright_cuda_capture(void (*body)(void*), void* context, void* sharing);

/// Enqueues a graph on the current stream. Throws c10::Error where that fails.
void ganwright_cuda_replay(void* graph);

/// Waits for the device and frees a graph.
void ganwright_cuda_release(void* graph);
}
