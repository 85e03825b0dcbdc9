#include "models/host_memory.h"

#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <limits>

namespace ganwright {

void keep_freed_memory() {
#ifdef __GLIBC__
  // No blocks of their own mappings, which go back to the system at once, and no shrinking of the heap.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  // Read by the library's allocator at its first use; what the user has set counts.
  setenv("THP_MEM_ALLOC_ENABLE", "1", /*overwrite=*/0);
#endif
}

void release_freed_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace ganwright
