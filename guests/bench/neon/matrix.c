// N times 64 products of 4 by 4 matrices, by multiplications and additions, and 512 points transformed by fused ones.
#include "neon.h"
#include <math.h>

enum { SIZE = 4, MATRICES = 64, POINTS = 512 };

typedef float matrix[SIZE][SIZE];

static matrix turns[MATRICES], products[MATRICES];
static float points[POINTS][SIZE], transformed[POINTS][SIZE];

#ifdef __arm__
static __attribute__((noinline)) void multiply(matrix a, matrix b, matrix product) {
    float32x4_t rows[SIZE];
    for (int i = 0; i < SIZE; i++) {
        rows[i] = vld1q_f32(b[i]);
    }
    for (int i = 0; i < SIZE; i++) {
        float32x4_t factors = vld1q_f32(a[i]);
        float32x2_t low = vget_low_f32(factors), high = vget_high_f32(factors);
        float32x4_t sum = vmulq_lane_f32(rows[0], low, 0);
        sum = vmlaq_lane_f32(sum, rows[1], low, 1);
        sum = vmlaq_lane_f32(sum, rows[2], high, 0);
        sum = vmlaq_lane_f32(sum, rows[3], high, 1);
        vst1q_f32(product[i], sum);
    }
}

// Four points at a time, a coordinate of each in a register.
static __attribute__((noinline)) void transform(matrix by) {
    for (int i = 0; i < POINTS; i += 4) {
        float32x4x4_t from = vld4q_f32(points[i]), to;
        for (int k = 0; k < SIZE; k++) {
            float32x4_t sum = vdupq_n_f32(by[k][3]);
            sum = vfmaq_f32(sum, from.val[0], vdupq_n_f32(by[k][0]));
            sum = vfmaq_f32(sum, from.val[1], vdupq_n_f32(by[k][1]));
            sum = vfmaq_f32(sum, from.val[2], vdupq_n_f32(by[k][2]));
            to.val[k] = vmaxq_f32(sum, vdupq_n_f32(-1));
        }
        vst4q_f32(transformed[i], to);
    }
}
#else
static __attribute__((noinline)) void multiply(matrix a, matrix b, matrix product) {
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            product[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j] + a[i][3] * b[3][j];
        }
    }
}

static __attribute__((noinline)) void transform(matrix by) {
    for (int i = 0; i < POINTS; i++) {
        for (int k = 0; k < SIZE; k++) {
            float sum = fmaf(points[i][0], by[k][0], by[k][3]);
            sum = fmaf(points[i][1], by[k][1], sum);
            sum = fmaf(points[i][2], by[k][2], sum);
            transformed[i][k] = sum > -1 ? sum : -1;
        }
    }
}
#endif

static void prepare(void) {
    unsigned seed = 1;
    for (int i = 0; i < MATRICES * SIZE * SIZE; i++) {
        turns[i / SIZE / SIZE][i / SIZE % SIZE][i % SIZE] = next(&seed) / (float)(1 << 23) - 1;
    }
    for (int i = 0; i < POINTS * SIZE; i++) {
        points[i / SIZE][i % SIZE] = next(&seed) / (float)(1 << 23) - 1;
    }
}

static unsigned work(unsigned n) {
    unsigned sum = 0;
    prepare();
    while (n--) {
        for (int i = 0; i < MATRICES; i++) {
            multiply(turns[i], turns[(i + n) % MATRICES], products[i]);
        }
        transform(products[n % MATRICES]);
        sum = mixed(sum, transformed[n % POINTS], sizeof transformed[0]);
    }
    return mixed(mixed(sum, products, sizeof products), transformed, sizeof transformed);
}
