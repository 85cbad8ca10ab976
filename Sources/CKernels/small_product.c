#include "kernels.h"
#include "tile.h"
#include "turn.h"

#include <string.h>

// One loop for all of it: it runs along b's rows, a panel of few columns at a time, so that the panel stays in the
// nearest cache while all rows go by. Where b lies the other way the panel is turned on the stack first, and a result
// of few columns is made as its transpose.

enum {
  longest_k = 512,
  /// From here on a library that packs its operands and uses several threads is faster.
  most_multiplications = 1 << 20,
};

/// Columns of b as rows that can be read in whole registers: b itself, or `panel` [k, panel_width].
INLINE const float *panel_of(product_operand b, size_t column, size_t columns, size_t k, float *panel, size_t *step) {
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
INLINE void multiply(size_t rows_at_once, size_t vectors_at_once, product_operand a, product_operand b, float *c,
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
                 moved((addend){bias, 0}, 0, column));
      continue;
    }
    make_panel(rows_at_once, vectors_at_once, left, rows, right, step, k, turned, panel_width, columns, (addend){0});
    float *out = c + column * rows;
    turn(turned, rows, columns, panel_width, out, rows);
    for (size_t index = 0; bias && index < columns * rows; index++) out[index] += bias[index % rows];
  }
}

VERSIONS_BY_WIDTH(multiply_small, (product_operand a, product_operand b, float *c, const float *bias, bool is_turned),
                  multiply(8, 2, a, b, c, bias, is_turned), multiply(4, 1, a, b, c, bias, is_turned))

bool small_product(product_operand a, product_operand b, const float *bias, float *c) {
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
    product_operand other = a;
    a = b;
    b = other;
    a.is_transposed = !a.is_transposed;
    b.is_transposed = !b.is_transposed;
  }
  CALL_VERSION(multiply_small, a, b, c, bias, is_turned);
  return true;
}
