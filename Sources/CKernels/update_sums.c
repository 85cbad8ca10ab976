#include "kernels.h"
#include "versions.h"

#include <string.h>

// Eight elements at a time in double precision, whatever the registers' width, and no product is fused with its
// sum: so every processor comes to the same bits.
#pragma STDC FP_CONTRACT OFF

enum { width = 8 };

typedef double eight __attribute__((vector_size(8 * width), aligned(8)));
typedef float eight_floats __attribute__((vector_size(4 * width), aligned(4)));

INLINE void load(const void *numbers, bool is_double, size_t index, size_t count, eight *out) {
  if (count - index < width) {
    // Zeros change no sum and no maximum.
    double padded[width] = {0};
    for (size_t place = 0; index + place < count; place++) {
      padded[place] = is_double ? ((const double *)numbers)[index + place] : ((const float *)numbers)[index + place];
    }
    memcpy(out, padded, sizeof padded);
  } else if (is_double) {
    *out = *(const eight *)((const double *)numbers + index);
  } else {
    *out = __builtin_convertvector(*(const eight_floats *)((const float *)numbers + index), eight);
  }
}

INLINE void keep_larger(eight *largest, const eight *other) {
  // As the processor's own instruction does it: of NaN and a number the number stays.
  for (size_t place = 0; place < width; place++) {
    (*largest)[place] = (*other)[place] > (*largest)[place] ? (*other)[place] : (*largest)[place];
  }
}

INLINE double sum(const eight *v) {
  return (((*v)[0] + (*v)[4]) + ((*v)[2] + (*v)[6])) + (((*v)[1] + (*v)[5]) + ((*v)[3] + (*v)[7]));
}

INLINE double largest(const eight *v) {
  double found = (*v)[0];
  for (size_t place = 1; place < width; place++) found = (*v)[place] > found ? (*v)[place] : found;
  return found;
}

INLINE void add_squares(const float *numbers, size_t count, double *squared) {
  // Four chains of additions, because one would wait for itself.
  eight totals[4] = {{0}, {0}, {0}, {0}};
  size_t index = 0;
  for (; index + 4 * width <= count; index += 4 * width) {
#pragma clang loop unroll(full)
    for (size_t chain = 0; chain < 4; chain++) {
      eight x;
      load(numbers, false, index + chain * width, count, &x);
      totals[chain] += x * x;
    }
  }
  for (; index < count; index += width) {
    eight x;
    load(numbers, false, index, count, &x);
    totals[0] += x * x;
  }
  eight total = (totals[0] + totals[1]) + (totals[2] + totals[3]);
  *squared = sum(&total);
}

INLINE void measure(update_tensors t, bool is_double, double lr, update_sums *sums) {
  eight he = {0}, hh = {0}, ee = {0}, dd = {0}, dh = {0};
  eight largest_d = {0}, largest_e = {0}, largest_h = {0}, largest_before = {0}, largest_after = {0};
  for (size_t index = 0; index < t.count; index += width) {
    eight h, before, after;
    load(t.gradient, is_double, index, t.count, &h);
    load(t.before, is_double, index, t.count, &before);
    load(t.after, is_double, index, t.count, &after);
    eight e = (before - after) / lr;
    eight d = e - h;
    eight square_h = h * h, square_e = e * e, square_d = d * d;
    eight square_before = before * before, square_after = after * after;
    he += h * e;
    dh += d * h;
    hh += square_h;
    ee += square_e;
    dd += square_d;
    keep_larger(&largest_d, &square_d);
    keep_larger(&largest_e, &square_e);
    keep_larger(&largest_h, &square_h);
    keep_larger(&largest_before, &square_before);
    keep_larger(&largest_after, &square_after);
  }
  keep_larger(&largest_before, &largest_after);
  *sums = (update_sums){
      .he = sum(&he), .hh = sum(&hh), .ee = sum(&ee), .dd = sum(&dd), .dh = sum(&dh),
      .largest_d = largest(&largest_d), .largest_e = largest(&largest_e), .largest_h = largest(&largest_h),
      .largest_weight = largest(&largest_before),
  };
}

INLINE void measure_remainder(update_tensors t, bool is_double, double lr, double c, double *squared) {
  eight total = {0};
  for (size_t index = 0; index < t.count; index += width) {
    eight h, before, after;
    load(t.gradient, is_double, index, t.count, &h);
    load(t.before, is_double, index, t.count, &before);
    load(t.after, is_double, index, t.count, &after);
    eight rest = (before - after) / lr - c * h;
    total += rest * rest;
  }
  *squared = sum(&total);
}

// The element type is a constant in each of these, so that no loop asks for it.
VERSIONS(measure_floats, (update_tensors t, double lr, update_sums *sums), measure(t, false, lr, sums))
VERSIONS(measure_doubles, (update_tensors t, double lr, update_sums *sums), measure(t, true, lr, sums))
VERSIONS(remainder_of_floats, (update_tensors t, double lr, double c, double *squared),
         measure_remainder(t, false, lr, c, squared))
VERSIONS(remainder_of_doubles, (update_tensors t, double lr, double c, double *squared),
         measure_remainder(t, true, lr, c, squared))

VERSIONS(squares, (const float *numbers, size_t count, double *squared), add_squares(numbers, count, squared))

double sum_of_squares(const float *numbers, size_t count) {
  double squared;
  CALL_VERSION(squares, numbers, count, &squared);
  return squared;
}

update_sums sum_update(update_tensors tensors, double lr) {
  update_sums sums;
  if (tensors.is_double) {
    CALL_VERSION(measure_doubles, tensors, lr, &sums);
  } else {
    CALL_VERSION(measure_floats, tensors, lr, &sums);
  }
  return sums;
}

double update_remainder(update_tensors tensors, double lr, double c) {
  double squared;
  if (tensors.is_double) {
    CALL_VERSION(remainder_of_doubles, tensors, lr, c, &squared);
  } else {
    CALL_VERSION(remainder_of_floats, tensors, lr, c, &squared);
  }
  return squared;
}
