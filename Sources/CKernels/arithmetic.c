#include "kernels.h"
#include "versions.h"

// Elementwise loops over floats, which the compiler widens to the registers there are. Each element is rounded as
// if it were computed alone, so that all versions give the same bits.

INLINE void add(const float *a, const float *b, float *restrict out, size_t count) {
  for (size_t index = 0; index < count; index++) out[index] = a[index] + b[index];
}

INLINE void subtract(const float *a, const float *b, float *restrict out, size_t count) {
  for (size_t index = 0; index < count; index++) out[index] = a[index] - b[index];
}

INLINE void multiply(const float *a, const float *b, float *restrict out, size_t count) {
  for (size_t index = 0; index < count; index++) out[index] = a[index] * b[index];
}

/// A float's product is exact in double precision.
INLINE void add_multiple(const float *a, const float *b, float factor, float *restrict out, size_t count) {
  for (size_t index = 0; index < count; index++) out[index] = (float)(a[index] + (double)factor * b[index]);
}

/// NaN stays NaN.
INLINE void relu(const float *x, float *restrict out, size_t count) {
  for (size_t index = 0; index < count; index++) out[index] = x[index] <= 0 ? 0 : x[index];
}

INLINE void pass_where_positive(const float *gradient, const float *y, float *restrict out, size_t count) {
  for (size_t index = 0; index < count; index++) out[index] = y[index] > 0 ? gradient[index] : 0;
}

#define TWO_OPERANDS (const float *a, const float *b, float *out, size_t count)

VERSIONS(adding, TWO_OPERANDS, add(a, b, out, count))
VERSIONS(subtracting, TWO_OPERANDS, subtract(a, b, out, count))
VERSIONS(multiplying, TWO_OPERANDS, multiply(a, b, out, count))
VERSIONS(adding_multiple, (const float *a, const float *b, float factor, float *out, size_t count),
         add_multiple(a, b, factor, out, count))
VERSIONS(rectifying, (const float *x, float *out, size_t count), relu(x, out, count))
VERSIONS(passing_where_positive, TWO_OPERANDS, pass_where_positive(a, b, out, count))

void add_floats TWO_OPERANDS { CALL_VERSION(adding, a, b, out, count); }

void subtract_floats TWO_OPERANDS { CALL_VERSION(subtracting, a, b, out, count); }

void multiply_floats TWO_OPERANDS { CALL_VERSION(multiplying, a, b, out, count); }

void add_multiple_of_floats(const float *a, const float *b, float factor, float *out, size_t count) {
  CALL_VERSION(adding_multiple, a, b, factor, out, count);
}

void relu_of_floats(const float *x, float *out, size_t count) { CALL_VERSION(rectifying, x, out, count); }

void relu_gradient_of_floats TWO_OPERANDS { CALL_VERSION(passing_where_positive, a, b, out, count); }
