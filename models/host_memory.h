#pragma once

namespace ganwright {

/// Lets the memory of tensors on the CPU stay with the process when it is freed, and lie in large pages where
/// the system has them: a step frees and takes the same blocks again, and without this each comes back as
/// pages that the system has to map and clear, a tenth of a step. To be called once, before the first tensor
/// is made. The process then holds the most memory that it ever needed. Does nothing with a C library other
/// than glibc.
void keep_freed_memory();

/// Returns freed memory to the system, once.
void release_freed_memory();

}  // namespace ganwright
