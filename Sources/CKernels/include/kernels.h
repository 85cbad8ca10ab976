#ifndef LORASCOPE_KERNELS_H
#define LORASCOPE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

// Kernels that are compiled once for each width of vector registers and chosen when the program runs, which
// Swift cannot do.

/// Memory for the numbers of a tensor; null if there is none.
void *_Nullable take_block(size_t size);

/// Gives it back, with the size it was taken for.
void return_block(void *_Nonnull bytes, size_t size);

/// The width of the registers that the kernels are chosen for on this processor.
int kernel_register_bits(void);

/// A row-major float matrix of a product, `rows` x `columns` as it is stored.
typedef struct {
  const float *_Nonnull numbers;
  size_t rows;
  size_t columns;
  /// The product takes it transposed.
  bool is_transposed;
} product_operand;

/// c = a b, plus a number for each column if there is a bias, for matrices so small that a library's preparations
/// cost more than the product. False, with nothing done, if they are not.
bool small_product(product_operand a, product_operand b, const float *_Nullable bias, float *_Nonnull c);

/// Rows and columns of a result, as one of several threads makes them.
typedef struct {
  size_t first_row;
  size_t rows;
  size_t first_column;
  size_t columns;
} product_part;

/// Whether this processor has registers of 64 bytes, which `large_product` is written for.
bool has_wide_registers(void);

/// Numbers that `large_product` lays part of b into.
size_t large_product_space(void);

/// One part of c = a b, plus the bias, for large matrices; the same bits however c is divided into parts. `packed`
/// has `large_product_space()` numbers.
void large_product(product_operand a, product_operand b, const float *_Nullable bias, float *_Nonnull c,
                   product_part part, float *_Nonnull packed);

/// c = a b in torch's order of additions, for an `a` that is taken transposed and has few rows. False, with nothing
/// done, for others.
bool narrow_product(product_operand x, product_operand a, const float *_Nullable bias, float *_Nonnull c);

/// How a step moved a parameter, e = (before - after)/lr, beside a gradient h of its shape.
typedef struct {
  double he, hh, ee;
  /// d = e - h: its squared norm, and <d, h>.
  double dd, dh;
  /// The largest squares of any element of d, e, h and of the weights, before or after.
  double largest_d, largest_e, largest_h, largest_weight;
} update_sums;

/// Three tensors of `count` numbers, floats or doubles.
typedef struct {
  const void *_Nonnull gradient;
  const void *_Nonnull before;
  const void *_Nonnull after;
  size_t count;
  bool is_double;
} update_tensors;

update_sums sum_update(update_tensors tensors, double lr);

/// The squared norm of e - c h.
double update_remainder(update_tensors tensors, double lr, double c);

// Elementwise; `out` is no operand.

void add_floats(const float *_Nonnull a, const float *_Nonnull b, float *_Nonnull out, size_t count);
void multiply_floats(const float *_Nonnull a, const float *_Nonnull b, float *_Nonnull out, size_t count);
void subtract_floats(const float *_Nonnull a, const float *_Nonnull b, float *_Nonnull out, size_t count);

/// a + factor b, rounded once.
void add_multiple_of_floats(const float *_Nonnull a, const float *_Nonnull b, float factor, float *_Nonnull out,
                            size_t count);

void relu_of_floats(const float *_Nonnull x, float *_Nonnull out, size_t count);

/// The gradient `a` of a ReLU's result `b`, as far as it passes.
void relu_gradient_of_floats(const float *_Nonnull a, const float *_Nonnull b, float *_Nonnull out, size_t count);

/// x sigmoid(x).
void silu_of_floats(const float *_Nonnull x, float *_Nonnull out, size_t count);

/// The gradient `a` of a SiLU's result, at its input `b`.
void silu_gradient_of_floats(const float *_Nonnull a, const float *_Nonnull b, float *_Nonnull out, size_t count);

/// out = exp(row - shift) * factor. `out` may be the row itself.
void exponentials_of_floats(const float *_Nonnull row, size_t count, float shift, float factor, float *_Nonnull out);

/// In double precision.
double sum_of_squares(const float *_Nonnull numbers, size_t count);

/// The sum of a row, in torch's order of additions.
float row_sum(const float *_Nonnull numbers, size_t count);

/// Whether no number is NaN or infinite.
bool are_finite(const void *_Nonnull numbers, size_t count, bool is_double);

#endif
