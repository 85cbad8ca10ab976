#include "kernels.h"
#include "versions.h"

#include <stdint.h>

// A number is NaN or infinite where all bits of its exponent are set. Integers are looked at, and the whole array
// every time: a loop without a way out is done many elements at once.

INLINE void look_at_floats(const uint32_t *bits, size_t count, bool *are_finite) {
  const uint32_t exponent = 0x7f800000;
  uint32_t found = 0;
  for (size_t index = 0; index < count; index++) found |= (bits[index] & exponent) == exponent;
  *are_finite = !found;
}

INLINE void look_at_doubles(const uint64_t *bits, size_t count, bool *are_finite) {
  const uint64_t exponent = 0x7ff0000000000000;
  uint64_t found = 0;
  for (size_t index = 0; index < count; index++) found |= (bits[index] & exponent) == exponent;
  *are_finite = !found;
}

VERSIONS(look_at_singles, (const uint32_t *bits, size_t count, bool *are_finite),
         look_at_floats(bits, count, are_finite))
VERSIONS(look_at_pairs, (const uint64_t *bits, size_t count, bool *are_finite),
         look_at_doubles(bits, count, are_finite))

bool are_finite(const void *numbers, size_t count, bool is_double) {
  bool answer;
  if (is_double) {
    CALL_VERSION(look_at_pairs, numbers, count, &answer);
  } else {
    CALL_VERSION(look_at_singles, numbers, count, &answer);
  }
  return answer;
}
