#include "kernels.h"
#include "versions.h"

#include <string.h>

// One loop for all of it: a row of the result is a sum of b's rows, each times one number of a. It runs along b's
// rows, a panel of few columns at a time, so that the panel stays in the nearest cache while all rows go by. Where b
// lies the other way the panel is turned on the stack first, and a result of few columns is made as its transpose.
// Every element is one chain of additions in the order of k, so that neither its place in the matrix nor the width
// of the registers decides a bit.

enum {
  width = 16,
  panel_width = 2 * width,
  /// Rows of the result that are made at once at most.
  most_rows = 8,
  longest_k = 512,
  /// From here on a library that packs its operands and uses several threads is faster.
  most_multiplications = 1 << 20,
};

/// 64 bytes are one register with AVX-512, two with AVX2, four without either.
typedef float lanes __attribute__((vector_size(4 * width), aligned(4)));
typedef float octet __attribute__((vector_size(32), aligned(4)));
typedef float quad __attribute__((vector_size(16), aligned(4)));

/// An operand or a result as the loop reads it: numbers are so far apart along the rows and along k.
typedef struct {
  const float *numbers;
  size_t row_step;
  size_t step;
} steps;

/// `rows` x `vectors` registers of the result.
INLINE void make_tile(size_t rows, size_t vectors, steps a, const float *b, size_t b_columns, size_t k, float *c,
                      size_t c_columns, size_t last, const float *bias) {
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
        *(lanes *)out = bias ? sum + *(const lanes *)(bias + vector * width) : sum;
      } else {
        for (size_t index = 0; index < count; index++) out[index] = bias ? sum[index] + bias[vector * width + index] : sum[index];
      }
    }
  }
}

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

/// Some rows of a panel: whole registers of it two by two, or one by one where registers are few.
INLINE void make_rows(size_t rows, size_t vectors_at_once, steps a, const float *b, size_t b_columns, size_t k,
                      float *c, size_t c_columns, size_t columns, const float *bias) {
  if (vectors_at_once == 2 && columns > width) {
    make_tile(rows, 2, a, b, b_columns, k, c, c_columns, columns - width, bias);
    return;
  }
  for (size_t column = 0; column < columns; column += width) {
    size_t last = columns - column < width ? columns - column : width;
    make_tile(rows, 1, a, b + column, b_columns, k, c + column, c_columns, last, bias ? bias + column : NULL);
  }
}

INLINE void make_panel(size_t rows_at_once, size_t vectors_at_once, steps a, size_t rows, const float *b,
                       size_t b_columns, size_t k, float *c, size_t c_columns, size_t columns, const float *bias) {
  size_t row = 0;
  for (; row + rows_at_once <= rows; row += rows_at_once) {
    make_rows(rows_at_once, vectors_at_once, a, b, b_columns, k, c + row * c_columns, c_columns, columns, bias);
    a.numbers += rows_at_once * a.row_step;
  }
  for (; row + 4 <= rows; row += 4) {
    make_rows(4, vectors_at_once, a, b, b_columns, k, c + row * c_columns, c_columns, columns, bias);
    a.numbers += 4 * a.row_step;
  }
  for (; row < rows; row++) {
    make_rows(1, vectors_at_once, a, b, b_columns, k, c + row * c_columns, c_columns, columns, bias);
    a.numbers += a.row_step;
  }
}

/// Columns of b as rows that can be read in whole registers: b itself, or `panel` [k, panel_width].
INLINE const float *panel_of(small_operand b, size_t column, size_t columns, size_t k, float *panel, size_t *step) {
  if (!b.is_transposed && (columns == panel_width || columns == width)) {
    *step = b.columns;
    return b.numbers + column;
  }
  *step = panel_width;
  if (b.is_transposed) {
    turn(b.numbers + column * k, columns, k, k, panel, panel_width);
  } else {
    for (size_t row = 0; row < k; row++) {
      memcpy(panel + row * panel_width, b.numbers + row * b.columns + column, columns * sizeof(float));
    }
  }
  return panel;
}

/// The result, or with `is_turned` its transpose, which is put into its place panel by panel. A bias has one number
/// for each of the result's columns.
INLINE void multiply(size_t rows_at_once, size_t vectors_at_once, small_operand a, small_operand b, float *c,
                     const float *bias, bool is_turned) {
  size_t rows = a.is_transposed ? a.columns : a.rows;
  size_t all_columns = b.is_transposed ? b.rows : b.columns;
  size_t k = b.is_transposed ? b.columns : b.rows;
  steps left = {a.numbers, a.is_transposed ? 1 : a.columns, a.is_transposed ? a.columns : 1};
  _Alignas(64) float panel[longest_k * panel_width], turned[width * panel_width];
  for (size_t column = 0; column < all_columns; column += panel_width) {
    size_t columns = all_columns - column < panel_width ? all_columns - column : panel_width;
    size_t step;
    const float *right = panel_of(b, column, columns, k, panel, &step);
    if (!is_turned) {
      make_panel(rows_at_once, vectors_at_once, left, rows, right, step, k, c + column, all_columns, columns,
                 bias ? bias + column : NULL);
      continue;
    }
    make_panel(rows_at_once, vectors_at_once, left, rows, right, step, k, turned, panel_width, columns, NULL);
    float *out = c + column * rows;
    turn(turned, rows, columns, panel_width, out, rows);
    for (size_t index = 0; bias && index < columns * rows; index++) out[index] += bias[index % rows];
  }
}

VERSIONS(multiply_small, (small_operand a, small_operand b, float *c, const float *bias, bool is_turned),
         multiply(8, 2, a, b, c, bias, is_turned), multiply(4, 1, a, b, c, bias, is_turned))

bool small_product(small_operand a, small_operand b, const float *bias, float *c) {
#if defined(__x86_64__)
  // Sixteen narrow registers are too few for this.
  if (!has_avx2()) return false;
#endif
  size_t rows = a.is_transposed ? a.columns : a.rows;
  size_t columns = b.is_transposed ? b.rows : b.columns;
  size_t k = b.is_transposed ? b.columns : b.rows;
  if (k == 0 || k > longest_k || rows > most_multiplications || columns > most_multiplications) return false;
  if (rows * columns > most_multiplications / k) return false;
  bool is_turned = columns < width && rows > columns;
  if (is_turned) {
    small_operand other = a;
    a = b;
    b = other;
    a.is_transposed = !a.is_transposed;
    b.is_transposed = !b.is_transposed;
  }
  CALL_VERSION(multiply_small, a, b, c, bias, is_turned);
  return true;
}
