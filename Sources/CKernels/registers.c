#include "kernels.h"
#include "versions.h"

int kernel_register_bits(void) {
#if defined(__x86_64__)
  return has_avx512() ? 512 : has_avx2() ? 256 : 128;
#else
  return 128;
#endif
}
