#ifndef LORASCOPE_VERSIONS_H
#define LORASCOPE_VERSIONS_H

#include <stddef.h>

// How a kernel is compiled for several processors at once: its body is an INLINE function, and one function for
// each width of vector registers calls it. The one that fits is chosen at every call, which costs a comparison.

#define INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__)

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"), min_vector_width(512)))

INLINE int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
}

INLINE int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

/// Defines `name` from the body `on_avx512` and, for narrower registers, `otherwise`.
#define VERSIONS_BY_WIDTH(name, parameters, on_avx512, otherwise) \
  static void name##_plain parameters { otherwise; }       \
  AVX2 static void name##_avx2 parameters { otherwise; }   \
  AVX512 static void name##_avx512 parameters { on_avx512; }

#define CALL_VERSION(name, ...)      \
  do {                               \
    if (has_avx512()) {              \
      name##_avx512(__VA_ARGS__);    \
    } else if (has_avx2()) {         \
      name##_avx2(__VA_ARGS__);      \
    } else {                         \
      name##_plain(__VA_ARGS__);     \
    }                                \
  } while (0)

#else

INLINE int has_avx512(void) { return 0; }

#define VERSIONS_BY_WIDTH(name, parameters, on_avx512, otherwise) \
  static void name##_plain parameters { otherwise; }

#define CALL_VERSION(name, ...) name##_plain(__VA_ARGS__)

#endif

/// Defines `name` from one body for all widths.
#define VERSIONS(name, parameters, body) VERSIONS_BY_WIDTH(name, parameters, body, body)

#endif
