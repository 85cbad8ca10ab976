#ifndef LORASCOPE_TILE_H
#define LORASCOPE_TILE_H

#include "versions.h"

// What products are made of: a few rows and registers of the result at a time, each of whose elements is a sum of
// b's rows, each times one number of a. Every element is one chain of additions in the order of k, so that neither
// its place in the matrix nor the width of the registers decides a bit.

enum {
  width = 16,
  panel_width = 2 * width,
  /// Rows of the result that are made at once at most.
  most_rows = 8,
};

/// 64 bytes are one register with AVX-512, two with AVX2, four without either.
typedef float lanes __attribute__((vector_size(4 * width), aligned(4)));

/// An operand as the loop reads it: numbers are so far apart along the rows and along k.
typedef struct {
  const float *numbers;
  size_t row_step;
  size_t step;
} steps;

/// What is added to the sums; rows are so many numbers apart. Null: nothing. A bias is the same for all rows, 0 apart;
/// what earlier parts of k have come to is in the result itself.
typedef struct {
  const float *numbers;
  size_t row_step;
} addend;

INLINE addend moved(addend start, size_t rows, size_t columns) {
  if (start.numbers) start.numbers += rows * start.row_step + columns;
  return start;
}

/// `rows` x `vectors` registers of the result.
INLINE void make_tile(size_t rows, size_t vectors, steps a, const float *b, size_t b_columns, size_t k, float *c,
                      size_t c_columns, size_t last, addend start) {
  lanes sums[most_rows][2];
#pragma clang loop unroll(full)
  for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
    for (size_t vector = 0; vector < vectors; vector++) sums[row][vector] = (lanes){0};
  }
  for (size_t p = 0; p < k; p++) {
    lanes numbers[2];
#pragma clang loop unroll(full)
    for (size_t vector = 0; vector < vectors; vector++) {
      numbers[vector] = *(const lanes *)(b + p * b_columns + vector * width);
    }
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
      float factor = a.numbers[row * a.row_step + p * a.step];
#pragma clang loop unroll(full)
      for (size_t vector = 0; vector < vectors; vector++) sums[row][vector] += factor * numbers[vector];
    }
  }
#pragma clang loop unroll(full)
  for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
    for (size_t vector = 0; vector < vectors; vector++) {
      float *out = c + row * c_columns + vector * width;
      const float *from = moved(start, row, vector * width).numbers;
      size_t count = vector + 1 == vectors ? last : width;
      lanes sum = sums[row][vector];
      if (count == width) {
        *(lanes *)out = from ? sum + *(const lanes *)from : sum;
      } else {
        for (size_t index = 0; index < count; index++) out[index] = from ? sum[index] + from[index] : sum[index];
      }
    }
  }
}

/// Some rows of a panel: whole registers of it two by two, or one by one where registers are few.
INLINE void make_rows(size_t rows, size_t vectors_at_once, steps a, const float *b, size_t b_columns, size_t k,
                      float *c, size_t c_columns, size_t columns, addend start) {
  if (vectors_at_once == 2 && columns > width) {
    make_tile(rows, 2, a, b, b_columns, k, c, c_columns, columns - width, start);
    return;
  }
  for (size_t column = 0; column < columns; column += width) {
    size_t last = columns - column < width ? columns - column : width;
    make_tile(rows, 1, a, b + column, b_columns, k, c + column, c_columns, last, moved(start, 0, column));
  }
}

INLINE void make_panel(size_t rows_at_once, size_t vectors_at_once, steps a, size_t rows, const float *b,
                       size_t b_columns, size_t k, float *c, size_t c_columns, size_t columns, addend start) {
  size_t row = 0;
  for (; row + rows_at_once <= rows; row += rows_at_once) {
    make_rows(rows_at_once, vectors_at_once, a, b, b_columns, k, c + row * c_columns, c_columns, columns, moved(start, row, 0));
    a.numbers += rows_at_once * a.row_step;
  }
  for (; row + 4 <= rows; row += 4) {
    make_rows(4, vectors_at_once, a, b, b_columns, k, c + row * c_columns, c_columns, columns, moved(start, row, 0));
    a.numbers += 4 * a.row_step;
  }
  for (; row < rows; row++) {
    make_rows(1, vectors_at_once, a, b, b_columns, k, c + row * c_columns, c_columns, columns, moved(start, row, 0));
    a.numbers += a.row_step;
  }
}

#endif
