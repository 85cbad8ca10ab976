#include "kernels.h"
#include "tile.h"
#include "turn.h"

#include <string.h>

// Large products for processors with AVX-512 on which the library has no kernels for it. A block of b, some of its
// rows (k) by many of its columns, is laid into panels that are read from front to back and stay in the second cache,
// while the rows of a go by, a few at a time, from the nearest one. Every element is the sum of its blocks of k in
// their order, each a chain of additions of its own, which loses less than a single long one.

enum {
  /// A block of b takes half a megabyte.
  block_k = 256,
  block_columns = 512,
  /// Columns from which rows of a that lie in order are worth a copy.
  pays_copy = 2 * panel_width,
};

/// Columns of b's rows `p` to `p + k`, as panels [k, panel_width] one behind the other; what the last one lacks is 0.
INLINE void pack(product_operand b, size_t p, size_t k, size_t first, size_t columns, float *packed) {
  for (size_t column = 0; column < columns; column += panel_width, packed += k * panel_width) {
    size_t count = columns - column < panel_width ? columns - column : panel_width;
    if (count < panel_width) memset(packed, 0, k * panel_width * sizeof(float));
    if (b.is_transposed) {
      turn(b.numbers + (first + column) * b.columns + p, count, k, b.columns, packed, panel_width);
      continue;
    }
    const float *from = b.numbers + p * b.columns + first + column;
    for (size_t row = 0; row < k; row++) {
      float *to = packed + row * panel_width;
      // A known size is copied without a call.
      if (count == panel_width) {
        memcpy(to, from + row * b.columns, panel_width * sizeof(float));
      } else {
        memcpy(to, from + row * b.columns, count * sizeof(float));
      }
    }
  }
}

/// `rows` of a from `row` on, of which numbers `p` to `p + k`: as they lie, or as columns of `copy` [k, most_rows].
INLINE steps rows_of(product_operand a, size_t row, size_t rows, size_t p, size_t k, bool is_copied, float *copy) {
  if (!is_copied) return (steps){a.numbers + row * a.columns + p, a.columns, 1};
  if (a.is_transposed) {
    const float *from = a.numbers + p * a.columns + row;
    for (size_t index = 0; index < k; index++) {
      for (size_t place = 0; place < rows; place++) copy[index * most_rows + place] = from[index * a.columns + place];
    }
  } else {
    turn(a.numbers + row * a.columns + p, rows, k, a.columns, copy, most_rows);
  }
  return (steps){copy, 1, most_rows};
}

INLINE void multiply(size_t rows_at_once, size_t vectors_at_once, product_operand a, product_operand b,
                     const float *bias, float *c, product_part part, float *packed) {
  size_t all_columns = b.is_transposed ? b.rows : b.columns;
  size_t all_k = b.is_transposed ? b.columns : b.rows;
  _Alignas(64) float copy[block_k * most_rows];
  bool is_copied = a.is_transposed || part.columns >= pays_copy;
  for (size_t done = 0; done < part.columns; done += block_columns) {
    size_t columns = part.columns - done < block_columns ? part.columns - done : block_columns;
    size_t first = part.first_column + done;
    for (size_t p = 0; p < all_k; p += block_k) {
      size_t k = all_k - p < block_k ? all_k - p : block_k;
      pack(b, p, k, first, columns, packed);
      for (size_t row = part.first_row; row < part.first_row + part.rows; row += most_rows) {
        size_t left = part.first_row + part.rows - row;
        size_t rows = left < most_rows ? left : most_rows;
        steps own = rows_of(a, row, rows, p, k, is_copied, copy);
        float *out = c + row * all_columns + first;
        addend start = p > 0 ? (addend){out, all_columns} : moved((addend){bias, 0}, 0, first);
        for (size_t column = 0; column < columns; column += panel_width) {
          size_t count = columns - column < panel_width ? columns - column : panel_width;
          make_panel(rows_at_once, vectors_at_once, own, rows, packed + column * k, panel_width, k, out + column,
                     all_columns, count, moved(start, 0, column));
        }
      }
    }
  }
}

VERSIONS_BY_WIDTH(multiply_large,
                  (product_operand a, product_operand b, const float *bias, float *c, product_part part, float *packed),
                  multiply(8, 2, a, b, bias, c, part, packed), multiply(4, 1, a, b, bias, c, part, packed))

void large_product(product_operand a, product_operand b, const float *bias, float *c, product_part part,
                   float *packed) {
  CALL_VERSION(multiply_large, a, b, bias, c, part, packed);
}

size_t large_product_space(void) { return block_k * block_columns; }

bool has_wide_registers(void) { return has_avx512(); }
