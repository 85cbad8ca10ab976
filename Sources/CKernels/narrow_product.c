#include "kernels.h"
#include "versions.h"

// x A^T with few rows in A: what a LoRA's lora_A does to its input. Its rounding decides more than others': all that
// an adapter adds goes through these few numbers, and a layer that norms a small one multiplies the error. So each
// element is added up in the order in which torch's own library does it (observed for float32 on x86-64, where k is a
// multiple of 4): four chains of products, each rounded before it is added, for every four columns; eight chains for
// the columns that are left over; the halves of the chains are added until one is left.

#pragma clang fp contract(off)

enum {
  /// Columns from which torch adds up one by one.
  most_columns = 11,
  /// Rows that are added up side by side.
  most_rows = 8,
  longest = 16384,
};

typedef float quad __attribute__((vector_size(16), aligned(4)));
typedef float octet __attribute__((vector_size(32), aligned(4)));
typedef float four_quads __attribute__((vector_size(64), aligned(4)));

INLINE float sum_quad(quad sums) { return (sums[0] + sums[2]) + (sums[1] + sums[3]); }

/// Four numbers of x, once for each of four columns; no function, as not every processor returns such a vector.
#define FOUR_TIMES(own) __builtin_shufflevector(own, own, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3)

/// Four columns of some rows, which do not wait for each other: `packed` has four numbers of each column, then the
/// next four, filled up with zeros.
INLINE void four_columns(size_t at_once, const float *x, size_t k, const four_quads *packed, const float *bias, float *c,
                         size_t columns) {
  four_quads sums[most_rows] = {0};
  size_t p = 0;
  for (; p + 4 <= k; p += 4) {
    for (size_t row = 0; row < at_once; row++) {
      quad own = *(const quad *)(x + row * k + p);
      sums[row] += FOUR_TIMES(own) * packed[p / 4];
    }
  }
  for (size_t row = 0; p < k && row < at_once; row++) {
    quad own = {0};
    for (size_t index = p; index < k; index++) own[index - p] = x[row * k + index];
    sums[row] += FOUR_TIMES(own) * packed[p / 4];
  }
  for (size_t row = 0; row < at_once; row++) {
    for (size_t column = 0; column < 4; column++) {
      quad own = {sums[row][4 * column], sums[row][4 * column + 1], sums[row][4 * column + 2], sums[row][4 * column + 3]};
      c[row * columns + column] = bias ? sum_quad(own) + bias[column] : sum_quad(own);
    }
  }
}

INLINE void one_column(const float *x, size_t rows, size_t k, const float *a, const float *bias, float *c,
                       size_t columns) {
  for (size_t row = 0; row < rows; row++) {
    const float *numbers = x + row * k;
    octet sums = {0};
    size_t p = 0;
    for (; p + 8 <= k; p += 8) sums += *(const octet *)(numbers + p) * *(const octet *)(a + p);
    for (size_t index = p; index < k; index++) sums[index - p] += numbers[index] * a[index];
    quad low = __builtin_shufflevector(sums, sums, 0, 1, 2, 3), high = __builtin_shufflevector(sums, sums, 4, 5, 6, 7);
    c[row * columns] = bias ? sum_quad(low + high) + *bias : sum_quad(low + high);
  }
}

INLINE void multiply(const float *x, size_t rows, size_t k, const float *a, const float *bias, float *c,
                     size_t columns) {
  four_quads packed[longest / 4];
  size_t column = 0;
  for (; column + 4 <= columns; column += 4) {
    for (size_t p = 0; p < k; p += 4) {
      for (size_t index = 0; index < 16; index++) {
        size_t place = p + index % 4;
        packed[p / 4][index] = place < k ? a[(column + index / 4) * k + place] : 0;
      }
    }
    const float *own = bias ? bias + column : NULL;
    size_t row = 0;
    for (; row + most_rows <= rows; row += most_rows) {
      four_columns(most_rows, x + row * k, k, packed, own, c + row * columns + column, columns);
    }
    for (; row < rows; row++) four_columns(1, x + row * k, k, packed, own, c + row * columns + column, columns);
  }
  for (; column < columns; column++) {
    one_column(x, rows, k, a + column * k, bias ? bias + column : NULL, c + column, columns);
  }
}

VERSIONS(multiply_narrow,
         (const float *x, size_t rows, size_t k, const float *a, const float *bias, float *c, size_t columns),
         multiply(x, rows, k, a, bias, c, columns))

bool narrow_product(product_operand x, product_operand a, const float *bias, float *c) {
  if (x.is_transposed || !a.is_transposed || a.rows > most_columns || a.columns > longest) return false;
  CALL_VERSION(multiply_narrow, x.numbers, x.rows, x.columns, a.numbers, bias, c, a.rows);
  return true;
}
