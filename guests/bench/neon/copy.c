// N times 32 KiB copied from and to unaligned places, 64 bytes at a time, and set; and records of up to 255 bytes
// copied by the C library.
#include "neon.h"

enum { AREA = 32 * 1024, STEP = 64, RECORDS = 256 };

static unsigned char from[AREA + STEP], to[AREA + STEP];

#ifdef __arm__
static __attribute__((noinline)) void copy(unsigned char *to, const unsigned char *from) {
    for (int i = 0; i < AREA; i += STEP) {
        uint8x16_t a = vld1q_u8(from + i), b = vld1q_u8(from + i + 16);
        uint8x16_t c = vld1q_u8(from + i + 32), d = vld1q_u8(from + i + 48);
        vst1q_u8(to + i, a);
        vst1q_u8(to + i + 16, b);
        vst1q_u8(to + i + 32, c);
        vst1q_u8(to + i + 48, d);
    }
}

static __attribute__((noinline)) void set(unsigned char *to, unsigned char value) {
    uint8x16_t values = vdupq_n_u8(value);
    for (int i = 0; i < AREA; i += STEP / 2) {
        vst1q_u8(to + i, values);
        vst1q_u8(to + i + 16, values);
    }
}
#else
static __attribute__((noinline)) void copy(unsigned char *to, const unsigned char *from) {
    memcpy(to, from, AREA);
}

static __attribute__((noinline)) void set(unsigned char *to, unsigned char value) {
    memset(to, value, AREA);
}
#endif

static unsigned work(unsigned n) {
    unsigned sum = 0, seed = 1;
    fill(&seed, from, sizeof from);
    while (n--) {
        set(to, n);
        copy(to + n % 13, from + n % 61);
        for (int i = 0; i < RECORDS; i++) {
            unsigned place = next(&seed) % (AREA - 256);
            memcpy(from + place, to + (place ^ 1 << 14) % (AREA - 256), next(&seed) & 255);
        }
        sum = sum * 31 + to[n % AREA] + from[n * 7 % AREA];
    }
    return mixed(mixed(sum, from, sizeof from), to, sizeof to);
}
