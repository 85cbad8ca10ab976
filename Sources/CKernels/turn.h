#ifndef LORASCOPE_TURN_H
#define LORASCOPE_TURN_H

#include "versions.h"

#include <stdbool.h>

// Matrices transposed in registers, eight or four rows at a time.

typedef float octet __attribute__((vector_size(32), aligned(4)));
typedef float quad __attribute__((vector_size(16), aligned(4)));

/// 8 x 8 numbers, transposed in registers.
INLINE void turn_octets(const float *from, size_t from_step, float *to, size_t to_step) {
  octet row[8], pair[8], four[8];
#pragma clang loop unroll(full)
  for (size_t index = 0; index < 8; index++) row[index] = *(const octet *)(from + index * from_step);
#pragma clang loop unroll(full)
  for (size_t index = 0; index < 8; index += 2) {
    octet a = row[index], b = row[index + 1];
    pair[index] = __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
    pair[index + 1] = __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
  }
#pragma clang loop unroll(full)
  for (size_t index = 0; index < 8; index += 4) {
#pragma clang loop unroll(full)
    for (size_t half = 0; half < 2; half++) {
      octet a = pair[index + half], b = pair[index + 2 + half];
      four[index + 2 * half] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
      four[index + 2 * half + 1] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
#pragma clang loop unroll(full)
  for (size_t index = 0; index < 4; index++) {
    octet a = four[index], b = four[index + 4];
    *(octet *)(to + index * to_step) = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    *(octet *)(to + (index + 4) * to_step) = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/// The same with 4 x 4: what a LoRA's A and B often are in one direction.
INLINE void turn_quads(const float *from, size_t from_step, float *to, size_t to_step) {
  quad a = *(const quad *)from, b = *(const quad *)(from + from_step);
  quad c = *(const quad *)(from + 2 * from_step), d = *(const quad *)(from + 3 * from_step);
  quad ac_low = __builtin_shufflevector(a, c, 0, 4, 1, 5), ac_high = __builtin_shufflevector(a, c, 2, 6, 3, 7);
  quad bd_low = __builtin_shufflevector(b, d, 0, 4, 1, 5), bd_high = __builtin_shufflevector(b, d, 2, 6, 3, 7);
  *(quad *)to = __builtin_shufflevector(ac_low, bd_low, 0, 4, 1, 5);
  *(quad *)(to + to_step) = __builtin_shufflevector(ac_low, bd_low, 2, 6, 3, 7);
  *(quad *)(to + 2 * to_step) = __builtin_shufflevector(ac_high, bd_high, 0, 4, 1, 5);
  *(quad *)(to + 3 * to_step) = __builtin_shufflevector(ac_high, bd_high, 2, 6, 3, 7);
}

/// Four rows of `from`, or eight, become columns of `to`.
INLINE void turn_rows(const float *from, bool by_octets, size_t columns, size_t from_step, float *to, size_t to_step) {
  size_t column = 0;
  for (; by_octets && column + 8 <= columns; column += 8) {
    turn_octets(from + column, from_step, to + column * to_step, to_step);
  }
  for (; column + 4 <= columns; column += 4) {
    turn_quads(from + column, from_step, to + column * to_step, to_step);
    if (by_octets) turn_quads(from + 4 * from_step + column, from_step, to + column * to_step + 4, to_step);
  }
  for (; column < columns; column++) {
    for (size_t row = 0; row < (by_octets ? 8 : 4); row++) to[column * to_step + row] = from[row * from_step + column];
  }
}

/// `to` [columns, rows] = `from` [rows, columns] transposed; their rows are so many numbers apart.
INLINE void turn(const float *from, size_t rows, size_t columns, size_t from_step, float *to, size_t to_step) {
  size_t row = 0;
  for (; row + 8 <= rows; row += 8) turn_rows(from + row * from_step, true, columns, from_step, to + row, to_step);
  for (; row + 4 <= rows; row += 4) turn_rows(from + row * from_step, false, columns, from_step, to + row, to_step);
  for (; row < rows; row++) {
    for (size_t column = 0; column < columns; column++) to[column * to_step + row] = from[row * from_step + column];
  }
}

#endif
