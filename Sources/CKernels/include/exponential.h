#ifndef LORASCOPE_EXPONENTIAL_H
#define LORASCOPE_EXPONENTIAL_H

#include <stdint.h>

/// 2^exponent, for exponents of normal numbers.
static inline __attribute__((always_inline)) float power_of_two(int32_t exponent) {
  union {
    uint32_t bits;
    float number;
  } power = {.bits = (uint32_t)(exponent + 127) << 23};
  return power.number;
}

/// e to the power of x, to a last digit or so (a relative error below 2^-23), over the whole range of float:
/// subnormal results, 0, infinity and NaN included. It has no branches and calls nothing, so that loops over it
/// vectorise; the C library's function takes most of a softmax's time. It is here for both languages to be inlined,
/// and has the same bits wherever it is.
static inline __attribute__((always_inline)) float exponential(float x) {
#pragma clang fp contract(off)
  // Beyond these the result is 0 or infinity all the same. NaN passes both comparisons.
  float bounded = x > 89 ? 89 : x < -104 ? -104 : x;
  // x = n log 2 + r with |r| <= log(2)/2. Adding 1.5 * 2^23 rounds to an integer, whose bits are then the low ones.
  union {
    float number;
    uint32_t bits;
  } shifted = {.number = bounded * 1.44269504f + 0x1.8p23f};
  float n = shifted.number - 0x1.8p23f;
  // log 2 in two parts, of which the first has so few digits that n times it is exact.
  float r = (bounded - n * 0x1.63p-1f) - n * -2.1219444e-4f;
  // exp(r) = 1 + r + r^2 q(r); q is the polynomial with the least largest error on that interval.
  float q = (((0.0013814539f * r + 0.008368745f) * r + 0.04166839f) * r + 0.16666521f) * r + 0.49999994f;
  float power = (q * (r * r) + r) + 1;
  // Times 2^n, in two steps: half of it is never out of range.
  int32_t exponent = (int32_t)(shifted.bits << 9) >> 9;
  int32_t half = exponent >> 1;
  return power * power_of_two(half) * power_of_two(exponent - half);
}

#endif
