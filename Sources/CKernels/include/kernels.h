#ifndef LORASCOPE_KERNELS_H
#define LORASCOPE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

// Kernels that are compiled once for each width of vector registers and chosen when the program runs, which
// Swift cannot do.

/// A row-major float matrix of a product, `rows` x `columns` as it is stored.
typedef struct {
  const float *_Nonnull numbers;
  size_t rows;
  size_t columns;
  /// The product takes it transposed.
  bool is_transposed;
} small_operand;

/// c = a b, or c += a b, for matrices so small that a library's preparations cost more than the product.
/// False, with nothing done, if they are not.
bool small_product(small_operand a, small_operand b, float *_Nonnull c, bool accumulates);

#endif
