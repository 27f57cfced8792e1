// N times 64 blocks of 8 by 8 numbers to their cosine transform and quantized, as pictures and films are encoded.
#include "neon.h"

enum { SIZE = 8, BLOCKS = 64, SHIFT = 12 };

// 4096 / 2 cos(k π / 16)
enum { C1 = 2009, C2 = 1892, C3 = 1703, C4 = 1448, C5 = 1138, C6 = 784, C7 = 400 };

// Eight numbers of 16 bits, with the operators of the compiler's vectors.
#ifdef __arm__
typedef int16x8_t row;

// The sum of four products, rounded, without its lowest twelve bits.
static inline row weighted(row a, int wa, row b, int wb, row c, int wc, row d, int wd) {
    int32x4_t low = vmull_n_s16(vget_low_s16(a), wa), high = vmull_n_s16(vget_high_s16(a), wa);
    low = vmlal_n_s16(low, vget_low_s16(b), wb);
    high = vmlal_n_s16(high, vget_high_s16(b), wb);
    low = vmlal_n_s16(low, vget_low_s16(c), wc);
    high = vmlal_n_s16(high, vget_high_s16(c), wc);
    low = vmlal_n_s16(low, vget_low_s16(d), wd);
    high = vmlal_n_s16(high, vget_high_s16(d), wd);
    return vcombine_s16(vrshrn_n_s32(low, SHIFT), vrshrn_n_s32(high, SHIFT));
}

static inline void transpose(row *rows) {
    for (int i = 0; i < SIZE; i += 2) {
        int16x8x2_t pair = vtrnq_s16(rows[i], rows[i + 1]);
        rows[i] = pair.val[0];
        rows[i + 1] = pair.val[1];
    }
    for (int i = 0; i < SIZE; i += i % 4 == 0 ? 1 : 3) {
        int32x4x2_t pair = vtrnq_s32(vreinterpretq_s32_s16(rows[i]), vreinterpretq_s32_s16(rows[i + 2]));
        rows[i] = vreinterpretq_s16_s32(pair.val[0]);
        rows[i + 2] = vreinterpretq_s16_s32(pair.val[1]);
    }
    for (int i = 0; i < SIZE / 2; i++) {
        row first = rows[i], second = rows[i + 4];
        rows[i] = vcombine_s16(vget_low_s16(first), vget_low_s16(second));
        rows[i + 4] = vcombine_s16(vget_high_s16(first), vget_high_s16(second));
    }
}

// The high half of twice the products.
static inline row scaled(row a, row b) {
    return vqdmulhq_s16(a, b);
}
#else
typedef int16_t row __attribute__((vector_size(16)));

static inline row weighted(row a, int wa, row b, int wb, row c, int wc, row d, int wd) {
    row result;
    for (int i = 0; i < SIZE; i++) {
        result[i] = (a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd + (1 << (SHIFT - 1))) >> SHIFT;
    }
    return result;
}

static inline void transpose(row *rows) {
    for (int i = 0; i < SIZE; i++) {
        for (int j = i + 1; j < SIZE; j++) {
            int16_t number = rows[i][j];
            rows[i][j] = rows[j][i];
            rows[j][i] = number;
        }
    }
}

static inline row scaled(row a, row b) {
    row result;
    for (int i = 0; i < SIZE; i++) {
        result[i] = a[i] * b[i] >> 15;
    }
    return result;
}
#endif

static row blocks[BLOCKS][SIZE], coefficients[BLOCKS][SIZE], scales[SIZE];

// One dimension, of eight columns at once.
static inline void transform(row *rows) {
    row sum0 = rows[0] + rows[7], sum1 = rows[1] + rows[6], sum2 = rows[2] + rows[5], sum3 = rows[3] + rows[4];
    row odd0 = rows[0] - rows[7], odd1 = rows[1] - rows[6], odd2 = rows[2] - rows[5], odd3 = rows[3] - rows[4];
    row even0 = sum0 + sum3, even1 = sum1 + sum2, even2 = sum1 - sum2, even3 = sum0 - sum3;
    rows[0] = weighted(even0, C4, even1, C4, even2, 0, even3, 0);
    rows[4] = weighted(even0, C4, even1, -C4, even2, 0, even3, 0);
    rows[2] = weighted(even0, 0, even1, 0, even2, C6, even3, C2);
    rows[6] = weighted(even0, 0, even1, 0, even2, -C2, even3, C6);
    rows[1] = weighted(odd0, C1, odd1, C3, odd2, C5, odd3, C7);
    rows[3] = weighted(odd0, C3, odd1, -C7, odd2, -C1, odd3, -C5);
    rows[5] = weighted(odd0, C5, odd1, -C1, odd2, C7, odd3, C3);
    rows[7] = weighted(odd0, C7, odd1, -C5, odd2, C3, odd3, -C1);
}

static __attribute__((noinline)) void encode(const row *block, row *coefficients) {
    row rows[SIZE];
    memcpy(rows, block, sizeof rows);
    transform(rows);
    transpose(rows);
    transform(rows);
    for (int i = 0; i < SIZE; i++) {
        coefficients[i] = scaled(rows[i], scales[i]);
    }
}

static unsigned work(unsigned n) {
    unsigned sum = 0, seed = 1;
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            scales[i][j] = 32767 / (1 + i + j);
        }
    }
    for (int block = 0; block < BLOCKS; block++) {
        for (int i = 0; i < SIZE * SIZE; i++) {
            blocks[block][i / SIZE][i % SIZE] = (int)(next(&seed) & 255) - 128;
        }
    }
    while (n--) {
        for (int block = 0; block < BLOCKS; block++) {
            encode(blocks[block], coefficients[block]);
        }
        sum = mixed(sum, coefficients[n % BLOCKS], sizeof coefficients[0]);
        blocks[n % BLOCKS][n % SIZE] ^= coefficients[n / 3 % BLOCKS][0] & 127;
    }
    return mixed(sum, coefficients, sizeof coefficients);
}
