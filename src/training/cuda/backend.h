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
}
