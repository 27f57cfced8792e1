// N pictures of 256 by 64 points: colours to grey, smoothed by 1 2 1 both ways, and the strength of their edges.
#include "neon.h"

enum { WIDTH = 256, HEIGHT = 64, LANES = 16, STRIDE = WIDTH + 2 * LANES };

// Each row has room before and behind it, so that a filter needs no special case there.
static uint8_t colours[HEIGHT][WIDTH][3], grey[HEIGHT][STRIDE], smooth[HEIGHT][STRIDE], edges[HEIGHT][STRIDE];
#define AT(picture, y) ((picture)[y] + LANES)

#ifdef __arm__
static uint8x8_t luminance(uint8x8_t red, uint8x8_t green, uint8x8_t blue) {
    uint16x8_t sum = vmull_u8(red, vdup_n_u8(77));
    sum = vmlal_u8(sum, green, vdup_n_u8(150));
    return vrshrn_n_u16(vmlal_u8(sum, blue, vdup_n_u8(29)), 8);
}

static __attribute__((noinline)) void to_grey(const uint8_t (*colours)[3], uint8_t *grey) {
    for (int x = 0; x < WIDTH; x += LANES) {
        uint8x16x3_t c = vld3q_u8(colours[x]);
        uint8x8_t low = luminance(vget_low_u8(c.val[0]), vget_low_u8(c.val[1]), vget_low_u8(c.val[2]));
        uint8x8_t high = luminance(vget_high_u8(c.val[0]), vget_high_u8(c.val[1]), vget_high_u8(c.val[2]));
        vst1q_u8(grey + x, vcombine_u8(low, high));
    }
}

// a + 2 b + c in each lane.
static uint16x8_t weighted(uint8x8_t a, uint8x8_t b, uint8x8_t c) {
    return vaddq_u16(vaddl_u8(a, c), vshll_n_u8(b, 1));
}

static uint16x8_t weighted_sums(uint16x8_t a, uint16x8_t b, uint16x8_t c) {
    return vaddq_u16(vaddq_u16(a, c), vshlq_n_u16(b, 1));
}

static __attribute__((noinline)) void to_smooth(
    const uint8_t *above, const uint8_t *row, const uint8_t *below, uint8_t *smooth) {
    uint16x8_t before = vdupq_n_u16(0), here = weighted(vld1_u8(above), vld1_u8(row), vld1_u8(below));
    for (int x = 0; x < WIDTH; x += LANES / 2) {
        uint16x8_t after = weighted(vld1_u8(above + x + 8), vld1_u8(row + x + 8), vld1_u8(below + x + 8));
        uint16x8_t sum = weighted_sums(vextq_u16(before, here, 7), here, vextq_u16(here, after, 1));
        vst1_u8(smooth + x, vrshrn_n_u16(sum, 4));
        before = here;
        here = after;
    }
}

static __attribute__((noinline)) unsigned to_edges(
    const uint8_t *above, const uint8_t *row, const uint8_t *below, uint8_t *edges) {
    uint16x8_t count = vdupq_n_u16(0);
    for (int x = 0; x < WIDTH; x += LANES) {
        uint8x16_t across = vabdq_u8(vld1q_u8(row + x - 1), vld1q_u8(row + x + 1));
        uint8x16_t down = vabdq_u8(vld1q_u8(above + x), vld1q_u8(below + x));
        uint8x16_t edge = vqaddq_u8(across, down);
        vst1q_u8(edges + x, edge);
        count = vpadalq_u8(count, vshrq_n_u8(vcgtq_u8(edge, vdupq_n_u8(40)), 7));
    }
    uint64x2_t sum = vpaddlq_u32(vpaddlq_u16(count));
    return vgetq_lane_u64(sum, 0) + vgetq_lane_u64(sum, 1);
}
#else
static __attribute__((noinline)) void to_grey(const uint8_t (*colours)[3], uint8_t *restrict grey) {
    for (int x = 0; x < WIDTH; x++) {
        grey[x] = (77 * colours[x][0] + 150 * colours[x][1] + 29 * colours[x][2] + 128) >> 8;
    }
}

static __attribute__((noinline)) void to_smooth(
    const uint8_t *above, const uint8_t *row, const uint8_t *below, uint8_t *restrict smooth) {
    uint16_t sums[WIDTH + 2];
    for (int x = 0; x < WIDTH + 1; x++) {
        sums[x + 1] = above[x] + 2 * row[x] + below[x];
    }
    sums[0] = 0;
    for (int x = 0; x < WIDTH; x++) {
        smooth[x] = (sums[x] + 2 * sums[x + 1] + sums[x + 2] + 8) >> 4;
    }
}

static __attribute__((noinline)) unsigned to_edges(
    const uint8_t *above, const uint8_t *row, const uint8_t *below, uint8_t *restrict edges) {
    unsigned count = 0;
    for (int x = 0; x < WIDTH; x++) {
        int edge = abs(row[x - 1] - row[x + 1]) + abs(above[x] - below[x]);
        edges[x] = edge > 255 ? 255 : edge;
        count += edge > 40;
    }
    return count;
}
#endif

static unsigned work(unsigned n) {
    unsigned sum = 0, seed = 1;
    fill(&seed, colours, sizeof colours);
    while (n--) {
        for (int y = 0; y < HEIGHT; y++) {
            to_grey(colours[y], AT(grey, y));
        }
        for (int y = 1; y < HEIGHT - 1; y++) {
            to_smooth(AT(grey, y - 1), AT(grey, y), AT(grey, y + 1), AT(smooth, y));
        }
        for (int y = 2; y < HEIGHT - 2; y++) {
            sum = sum * 31 + to_edges(AT(smooth, y - 1), AT(smooth, y), AT(smooth, y + 1), AT(edges, y));
        }
        fill(&seed, colours[n % HEIGHT], sizeof colours[0]);
    }
    return mixed(sum, edges, sizeof edges);
}
