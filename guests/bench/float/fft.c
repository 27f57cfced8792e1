// N times the Fourier transform of 1,024 complex numbers, there and back: butterflies at growing distances.
#include "real.h"

enum { BITS = 10, POINTS = 1 << BITS };

struct complex {
    real re, im;
};

static struct complex turns[POINTS / 2], data[POINTS];

// The powers of the root of unity, from halved angles:
// cos(x / 2) = √((1 + cos x) / 2), sin(x / 2) = sin x / (2 cos(x / 2)).
static void prepare(void) {
    struct complex turn = {-1, 0}; // half a turn
    turns[0] = (struct complex){1, 0};
    for (int step = POINTS / 4; step >= 1; step /= 2) {
        real cosine = root((1 + turn.re) / 2);
        turn = (struct complex){cosine, step == POINTS / 4 ? 1 : turn.im / (2 * cosine)};
        for (int i = step; i < POINTS / 2; i += 2 * step) {
            struct complex before = turns[i - step];
            turns[i].re = before.re * turn.re - before.im * turn.im;
            turns[i].im = before.re * turn.im + before.im * turn.re;
        }
    }
}

static void reorder(void) {
    for (int i = 0, reversed = 0; i < POINTS; i++) {
        if (i < reversed) {
            struct complex point = data[i];
            data[i] = data[reversed];
            data[reversed] = point;
        }
        int bit = POINTS / 2;
        while (bit & reversed) {
            reversed ^= bit;
            bit /= 2;
        }
        reversed ^= bit;
    }
}

// With direction -1 there, with 1 back, times POINTS.
static void transform(real direction) {
    reorder();
    for (int half = 1; half < POINTS; half *= 2) {
        for (int start = 0; start < POINTS; start += 2 * half) {
            for (int i = 0; i < half; i++) {
                struct complex turn = turns[i * (POINTS / 2 / half)];
                struct complex *a = &data[start + i], *b = a + half;
                real im = direction * turn.im;
                struct complex turned = {b->re * turn.re - b->im * im, b->re * im + b->im * turn.re};
                *b = (struct complex){a->re - turned.re, a->im - turned.im};
                *a = (struct complex){a->re + turned.re, a->im + turned.im};
            }
        }
    }
}

static unsigned work(unsigned n) {
    unsigned sum = 0, seed = 1;
    prepare();
    for (int i = 0; i < POINTS; i++) {
        data[i] = (struct complex){next_real(&seed), next_real(&seed)};
    }
    while (n--) {
        transform(-1);
        sum = mixed(mixed(sum, data[1].re), data[POINTS / 2].im);
        transform(1);
        for (int i = 0; i < POINTS; i++) {
            data[i].re /= POINTS;
            data[i].im /= POINTS;
        }
    }
    for (int i = 0; i < POINTS; i++) {
        sum = mixed(mixed(sum, data[i].re), data[i].im);
    }
    return sum;
}
