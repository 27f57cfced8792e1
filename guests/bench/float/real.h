// A program of floating point. Each source makes two: `real` is double in NAME, and float in NAME-single.
//
// The checksum is of bits, and the same on every machine that keeps IEEE 754: nothing here is a NaN, sums are in a
// fixed order, products are not contracted with sums, and of the mathematical functions only the square root is used.
#include "../bench.h"
#include <math.h>

typedef REAL real;

static inline real root(real x) {
    return sizeof x == sizeof(float) ? sqrtf(x) : sqrt(x);
}

// A checksum with a number's bits added.
static inline unsigned mixed(unsigned sum, real x) {
    unsigned words[sizeof x / sizeof(unsigned)];
    memcpy(words, &x, sizeof x);
    for (unsigned i = 0; i < sizeof x / sizeof(unsigned); i++) {
        sum = sum * 31 + words[i];
    }
    return sum;
}

// The next number of the sequence of `next`, from 0 to 1.
static inline real next_real(unsigned *seed) {
    return next(seed) / (real)(1 << 24);
}
