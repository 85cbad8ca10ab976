#include "kernels.h"
#include "versions.h"

// The sum of a row as torch adds it up (cascade sum of its CPU kernels, as observed: registers of 8 floats on any
// x86-64): four registers at a time, carried to higher levels as they grow, then the four, then the 8 lanes one by one
// after what is left at the end of the row. Sums of squares decide the scale of everything behind a norm, so their bits
// matter.

enum { width = 8, at_once = 4, levels = 4, shortest_level = 4 };

typedef float lanes __attribute__((vector_size(4 * width), aligned(4)));

INLINE size_t level_bits(size_t count) {
  size_t bits = 0;
  while (((size_t)1 << bits) < count) bits++;
  return bits / levels > shortest_level ? bits / levels : shortest_level;
}

INLINE float add_up(const float *numbers, size_t count) {
  const lanes *registers = (const lanes *)numbers;
  size_t whole = count / width, rounds = whole / at_once, power = level_bits(rounds);
  lanes sums[levels][at_once] = {0};
  size_t round = 0;
  while (round + ((size_t)1 << power) <= rounds) {
    for (size_t end = round + ((size_t)1 << power); round < end; round++) {
      for (size_t k = 0; k < at_once; k++) sums[0][k] += registers[round * at_once + k];
    }
    for (size_t level = 1; level < levels; level++) {
      for (size_t k = 0; k < at_once; k++) {
        sums[level][k] += sums[level - 1][k];
        sums[level - 1][k] = (lanes){0};
      }
      if (round & ((((size_t)1 << power) - 1) << (level * power))) break;
    }
  }
  for (; round < rounds; round++) {
    for (size_t k = 0; k < at_once; k++) sums[0][k] += registers[round * at_once + k];
  }
  for (size_t level = 1; level < levels; level++) {
    for (size_t k = 0; k < at_once; k++) sums[0][k] += sums[level][k];
  }
  for (size_t index = rounds * at_once; index < whole; index++) sums[0][0] += registers[index];
  for (size_t k = 1; k < at_once; k++) sums[0][0] += sums[0][k];
  float sum = 0;
  for (size_t index = whole * width; index < count; index++) sum += numbers[index];
  for (size_t lane = 0; lane < width; lane++) sum += sums[0][0][lane];
  return sum;
}

/// Rows that fill no register: four chains of single numbers.
static float add_up_few(const float *numbers, size_t count) {
  float sums[at_once] = {0};
  size_t index = 0;
  if (count >= at_once) {
    for (; index < at_once; index++) sums[index] = numbers[index];
  }
  for (; index < count; index++) sums[0] += numbers[index];
  for (size_t k = 1; k < at_once; k++) sums[0] += sums[k];
  return sums[0];
}

VERSIONS(add_row, (const float *numbers, size_t count, float *sum), *sum = add_up(numbers, count))

float row_sum(const float *numbers, size_t count) {
  if (count < width) return add_up_few(numbers, count);
  float sum;
  CALL_VERSION(add_row, numbers, count, &sum);
  return sum;
}
