// A program of Advanced SIMD. Built for a machine without it, it is the same algorithm in C, which that compiler
// makes the best of; the result is the same.
#include "../bench.h"
#include <stdint.h>

#ifdef __arm__
#include <arm_neon.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>

// The host reports the line; see Transcript.
static __attribute__((constructor)) void need_neon(void) {
    if (!(getauxval(AT_HWCAP) & HWCAP_NEON)) {
        puts("not supported: the guest's processor has no NEON");
        exit(1);
    }
}
#endif

static inline unsigned mixed(unsigned sum, const void *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        sum = sum * 31 + ((const unsigned char *)bytes)[i];
    }
    return sum;
}

static inline void fill(unsigned *seed, void *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        ((unsigned char *)bytes)[i] = next(seed);
    }
}
