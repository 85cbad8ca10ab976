#include "kernels.h"

#include <stdatomic.h>
#include <stdlib.h>

// A step on small matrices makes some dozens of tensors of a few sizes and drops them again. glibc looks for each in
// lists that it keeps sorted, which takes longer than most of what is done with them. Here a freed block waits in a
// list of its size for the next one of that size.

enum {
  /// A cache line, so that no vector register is loaded from two.
  granule = 64,
  largest = 1 << 16,
  most_kept = 16 << 20,
};

typedef struct block {
  struct block *next;
} block;

static block *waiting[largest / granule + 1];
static size_t kept;
/// Whoever finds it set does without the lists: nobody waits here.
static atomic_flag in_use = ATOMIC_FLAG_INIT;

static int enter(void) { return !atomic_flag_test_and_set_explicit(&in_use, memory_order_acquire); }

static void leave(void) { atomic_flag_clear_explicit(&in_use, memory_order_release); }

static size_t granules(size_t size) { return size == 0 ? 1 : (size + granule - 1) / granule; }

void *take_block(size_t size) {
  if (size > largest) return malloc(size);
  size_t count = granules(size);
  block *found = NULL;
  if (enter()) {
    found = waiting[count];
    if (found) {
      waiting[count] = found->next;
      kept -= count * granule;
    }
    leave();
  }
  return found ? found : aligned_alloc(granule, count * granule);
}

/// Sizes that no tensor has any more must not keep the others out.
static void empty(void) {
  for (size_t count = 0; count <= largest / granule; count++) {
    while (waiting[count]) {
      block *next = waiting[count]->next;
      free(waiting[count]);
      waiting[count] = next;
    }
  }
  kept = 0;
}

void return_block(void *bytes, size_t size) {
  if (size > largest || !enter()) {
    free(bytes);
    return;
  }
  size_t count = granules(size);
  if (kept + count * granule > most_kept) empty();
  block *freed = bytes;
  freed->next = waiting[count];
  waiting[count] = freed;
  kept += count * granule;
  leave();
}
