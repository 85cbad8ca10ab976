#include "exponential.h"
#include "kernels.h"
#include "versions.h"

// Loops over the exponential function. Nothing is fused, so that all versions give the same bits.

#pragma clang fp contract(off)

/// `out` may be the row itself, which the compiler need not rule out.
INLINE void exponentiate(const float *row, size_t count, float shift, float factor, float *out) {
#pragma clang loop vectorize(assume_safety)
  for (size_t index = 0; index < count; index++) out[index] = exponential(row[index] - shift) * factor;
}

INLINE void silu(const float *x, float *restrict out, size_t count) {
  for (size_t index = 0; index < count; index++) out[index] = x[index] / (1 + exponential(-x[index]));
}

INLINE void differentiate_silu(const float *gradient, const float *x, float *restrict out, size_t count) {
  for (size_t index = 0; index < count; index++) {
    float s = 1 / (1 + exponential(-x[index]));
    out[index] = gradient[index] * s * (1 + x[index] * (1 - s));
  }
}

#define ROW (const float *row, size_t count, float shift, float factor, float *out)
#define TWO_OPERANDS (const float *a, const float *b, float *out, size_t count)

VERSIONS(exponentiating, ROW, exponentiate(row, count, shift, factor, out))
VERSIONS(taking_silu, (const float *x, float *out, size_t count), silu(x, out, count))
VERSIONS(differentiating_silu, TWO_OPERANDS, differentiate_silu(a, b, out, count))

void exponentials_of_floats ROW { CALL_VERSION(exponentiating, row, count, shift, factor, out); }

void silu_of_floats(const float *x, float *out, size_t count) { CALL_VERSION(taking_silu, x, out, count); }

void silu_gradient_of_floats TWO_OPERANDS { CALL_VERSION(differentiating_silu, a, b, out, count); }
