#include "kernels.h"
#include "versions.h"

#include <string.h>

// One loop for all of it: a row of the result is a sum of b's rows, each times one number of a. It runs along b's
// rows, so an operand that lies the other way is turned into a buffer on the stack first, and a result of few
// columns is made as its transpose. Every element is one chain of additions in the order of k, so that neither
// its place in the matrix nor the width of the registers decides a bit.

enum {
  width = 16,
  /// Rows of the result that are made at once at most.
  most_rows = 8,
  buffer_size = 16384,
  /// From here on a library that packs its operands and uses several threads is faster.
  most_multiplications = 1 << 20,
};

/// 64 bytes are one register with AVX-512, two with AVX2, four without either.
typedef float lanes __attribute__((vector_size(4 * width), aligned(4)));
typedef float octet __attribute__((vector_size(32), aligned(4)));

/// An operand or a result as the loop reads it: numbers are so far apart along the rows and along k.
typedef struct {
  const float *numbers;
  size_t row_step;
  size_t step;
} steps;

/// `rows` x `vectors` registers of the result.
INLINE void make_tile(size_t rows, size_t vectors, steps a, const float *b, size_t b_columns, size_t k, float *c,
                      size_t c_columns, size_t last, bool accumulates) {
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
      size_t count = vector + 1 == vectors ? last : width;
      lanes sum = sums[row][vector];
      if (count == width) {
        *(lanes *)out = accumulates ? *(lanes *)out + sum : sum;
      } else {
        for (size_t index = 0; index < count; index++) out[index] = accumulates ? out[index] + sum[index] : sum[index];
      }
    }
  }
}

INLINE void make_rows(size_t rows, size_t vectors_at_once, steps a, const float *b, size_t b_columns, size_t k,
                      float *c, size_t columns, bool accumulates) {
  size_t column = 0;
  while (vectors_at_once == 2 && column + width < columns) {
    size_t last = columns - column - width < width ? columns - column - width : width;
    make_tile(rows, 2, a, b + column, b_columns, k, c + column, columns, last, accumulates);
    column += 2 * width;
  }
  while (column < columns) {
    size_t last = columns - column < width ? columns - column : width;
    make_tile(rows, 1, a, b + column, b_columns, k, c + column, columns, last, accumulates);
    column += width;
  }
}

INLINE void multiply(size_t rows_at_once, size_t vectors_at_once, steps a, size_t rows, const float *b,
                     size_t b_columns, size_t k, float *c, size_t columns, bool accumulates) {
  size_t row = 0;
  while (row + rows_at_once <= rows) {
    make_rows(rows_at_once, vectors_at_once, a, b, b_columns, k, c + row * columns, columns, accumulates);
    a.numbers += rows_at_once * a.row_step;
    row += rows_at_once;
  }
  while (row + 4 <= rows) {
    make_rows(4, vectors_at_once, a, b, b_columns, k, c + row * columns, columns, accumulates);
    a.numbers += 4 * a.row_step;
    row += 4;
  }
  while (row < rows) {
    make_rows(1, vectors_at_once, a, b, b_columns, k, c + row * columns, columns, accumulates);
    a.numbers += a.row_step;
    row++;
  }
}

/// 8 x 8 numbers, transposed in registers.
INLINE void turn_block(const float *from, size_t from_columns, float *to, size_t to_columns) {
  octet row[8], pair[8], four[8];
#pragma clang loop unroll(full)
  for (size_t index = 0; index < 8; index++) row[index] = *(const octet *)(from + index * from_columns);
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
    *(octet *)(to + index * to_columns) = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    *(octet *)(to + (index + 4) * to_columns) = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/// `to [columns, to_columns]` = `from [rows, columns]` transposed.
INLINE void turn(const float *from, size_t rows, size_t columns, float *to, size_t to_columns) {
  size_t row = 0;
  for (; row + 8 <= rows; row += 8) {
    size_t column = 0;
    for (; column + 8 <= columns; column += 8) {
      turn_block(from + row * columns + column, columns, to + column * to_columns + row, to_columns);
    }
    for (; column < columns; column++) {
      for (size_t index = row; index < row + 8; index++) to[column * to_columns + index] = from[index * columns + column];
    }
  }
  for (; row < rows; row++) {
    for (size_t column = 0; column < columns; column++) to[column * to_columns + row] = from[row * columns + column];
  }
}

/// c [m, n] = a b; `buffer` holds b if it does not lie as the loop reads it, whole registers to a row.
INLINE void product(size_t rows_at_once, size_t vectors_at_once, small_operand a, small_operand b, float *c,
                    bool accumulates, float *buffer) {
  size_t rows = a.is_transposed ? a.columns : a.rows;
  size_t columns = b.is_transposed ? b.rows : b.columns;
  size_t k = b.is_transposed ? b.columns : b.rows;
  size_t padded = (columns + width - 1) / width * width;
  steps left = {a.numbers, a.is_transposed ? 1 : a.columns, a.is_transposed ? a.columns : 1};
  const float *right = b.numbers;
  if (b.is_transposed) {
    turn(b.numbers, b.rows, b.columns, buffer, padded);
    right = buffer;
  } else if (padded != columns) {
    for (size_t row = 0; row < k; row++) memcpy(buffer + row * padded, b.numbers + row * columns, columns * sizeof(float));
    right = buffer;
  }
  multiply(rows_at_once, vectors_at_once, left, rows, right, padded, k, c, columns, accumulates);
}

INLINE void either_way(size_t rows_at_once, size_t vectors_at_once, small_operand a, small_operand b, float *c,
                       bool accumulates, size_t rows, size_t columns) {
  float buffer[buffer_size];
  if (columns >= width || rows <= columns) {
    product(rows_at_once, vectors_at_once, a, b, c, accumulates, buffer);
    return;
  }
  float transposed[buffer_size];
  a.is_transposed = !a.is_transposed;
  b.is_transposed = !b.is_transposed;
  product(rows_at_once, vectors_at_once, b, a, transposed, false, buffer);
  if (!accumulates) {
    turn(transposed, columns, rows, c, columns);
    return;
  }
  for (size_t row = 0; row < rows; row++) {
    for (size_t column = 0; column < columns; column++) c[row * columns + column] += transposed[column * rows + row];
  }
}

VERSIONS(multiply_small,
         (small_operand a, small_operand b, float *c, bool accumulates, size_t rows, size_t columns),
         either_way(8, 2, a, b, c, accumulates, rows, columns), either_way(4, 1, a, b, c, accumulates, rows, columns))

bool small_product(small_operand a, small_operand b, float *c, bool accumulates) {
  size_t rows = a.is_transposed ? a.columns : a.rows;
  size_t columns = b.is_transposed ? b.rows : b.columns;
  size_t k = b.is_transposed ? b.columns : b.rows;
  size_t longer = (columns >= width || rows <= columns ? columns : rows) + width;
  if (k == 0 || rows > buffer_size || columns > buffer_size || k * longer > buffer_size) return false;
  if (rows * columns > most_multiplications / k || (columns < width && rows * columns > buffer_size)) return false;
  CALL_VERSION(multiply_small, a, b, c, accumulates, rows, columns);
  return true;
}
