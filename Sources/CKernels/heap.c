// Blocks that are freed stay with the process. By default glibc hands big ones back to the system, so that every
// operation of a step gets its memory anew, page by page: a third of the time on a model of a few million
// parameters. It is settled before main; there is nothing to call.
#include <limits.h>
#include <malloc.h>

__attribute__((constructor)) static void keep_blocks(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that glibc takes on 64 bits
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
#endif
}
