// N times the motion of the 16 by 16 blocks of a picture of 96 by 64 points: sums of absolute differences to 15 by 15
// places around, and to the half points beside the best, which six taps and averages make, as H.264 has them.
#include "neon.h"

enum { SIZE = 16, WIDTH = 96, HEIGHT = 64, EDGE = 16, STRIDE = WIDTH + 2 * EDGE, RANGE = 7 };

static uint8_t before[HEIGHT + 2 * EDGE][STRIDE], now[HEIGHT + 2 * EDGE][STRIDE], half[SIZE][SIZE];

#ifdef __arm__
static __attribute__((noinline)) unsigned difference(const uint8_t *a, const uint8_t *b, int b_stride) {
    uint16x8_t low = vdupq_n_u16(0), high = low;
    for (int y = 0; y < SIZE; y++) {
        uint8x16_t row = vld1q_u8(a + y * STRIDE), other = vld1q_u8(b + y * b_stride);
        low = vabal_u8(low, vget_low_u8(row), vget_low_u8(other));
        high = vabal_u8(high, vget_high_u8(row), vget_high_u8(other));
    }
    uint64x2_t sum = vpaddlq_u32(vpaddlq_u16(vaddq_u16(low, high)));
    return vgetq_lane_u64(sum, 0) + vgetq_lane_u64(sum, 1);
}

// (a - 5 b + 20 c + 20 d - 5 e + f + 16) / 32 of neighbours in eight places, within 0 to 255.
static uint8x8_t taps(const uint8_t *place) {
    uint8x16_t row = vld1q_u8(place - 2);
    uint8x8_t low = vget_low_u8(row), high = vget_high_u8(row);
    int16x8_t sum = vreinterpretq_s16_u16(vaddl_u8(low, vext_u8(low, high, 5)));
    int16x8_t inner = vreinterpretq_s16_u16(vaddl_u8(vext_u8(low, high, 2), vext_u8(low, high, 3)));
    int16x8_t outer = vreinterpretq_s16_u16(vaddl_u8(vext_u8(low, high, 1), vext_u8(low, high, 4)));
    return vqrshrun_n_s16(vmlsq_n_s16(vmlaq_n_s16(sum, inner, 20), outer, 5), 5);
}

static __attribute__((noinline)) void between(const uint8_t *from, uint8_t (*half)[SIZE]) {
    for (int y = 0; y < SIZE; y++) {
        uint8x16_t row = vcombine_u8(taps(from + y * STRIDE), taps(from + y * STRIDE + 8));
        vst1q_u8(half[y], vrhaddq_u8(row, vld1q_u8(from + y * STRIDE)));
    }
}
#else
static __attribute__((noinline)) unsigned difference(const uint8_t *a, const uint8_t *b, int b_stride) {
    unsigned sum = 0;
    for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
            sum += abs(a[y * STRIDE + x] - b[y * b_stride + x]);
        }
    }
    return sum;
}

static __attribute__((noinline)) void between(const uint8_t *from, uint8_t (*half)[SIZE]) {
    for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
            const uint8_t *at = from + y * STRIDE + x;
            int sum = at[-2] - 5 * at[-1] + 20 * at[0] + 20 * at[1] - 5 * at[2] + at[3];
            sum = (sum + 16) >> 5;
            sum = sum < 0 ? 0 : sum > 255 ? 255 : sum;
            half[y][x] = (sum + at[0] + 1) >> 1;
        }
    }
}
#endif

static unsigned motion(int top, int left) {
    const uint8_t *block = &now[top][left];
    unsigned least = -1, best = 0;
    for (int y = -RANGE; y <= RANGE; y++) {
        for (int x = -RANGE; x <= RANGE; x++) {
            unsigned here = difference(block, &before[top + y][left + x], STRIDE);
            if (here < least) {
                least = here;
                best = (y + RANGE) * 16 + x + RANGE;
            }
        }
    }
    between(&before[top + best / 16 - RANGE][left + best % 16 - RANGE], half);
    unsigned finer = difference(block, half[0], SIZE);
    return finer < least ? finer * 512 + 256 + best : least * 512 + best;
}

static unsigned work(unsigned n) {
    unsigned sum = 0, seed = 1;
    fill(&seed, before, sizeof before);
    while (n--) {
        int y = n % 5, x = n % 11;
        for (int row = EDGE; row < HEIGHT + EDGE; row++) {
            memcpy(&now[row][EDGE], &before[row + y - 2][EDGE + x - 5], WIDTH);
            now[row][EDGE + n % WIDTH] = n;
        }
        for (int top = EDGE; top < HEIGHT + EDGE; top += SIZE) {
            for (int left = EDGE; left < WIDTH + EDGE; left += SIZE) {
                sum = sum * 31 + motion(top, left);
            }
        }
    }
    return sum;
}
