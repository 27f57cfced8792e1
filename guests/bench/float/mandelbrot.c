// N times how soon each of 64 by 48 points leaves the Mandelbrot set: short chains of products, and a compare that
// ends a loop.
#include "real.h"

enum { WIDTH = 64, HEIGHT = 48, LIMIT = 200 };

static unsigned steps(real x, real y) {
    real a = 0, b = 0, a2 = 0, b2 = 0;
    unsigned count = 0;
    while (count < LIMIT && a2 + b2 <= 4) {
        b = 2 * a * b + y;
        a = a2 - b2 + x;
        a2 = a * a;
        b2 = b * b;
        count++;
    }
    return count;
}

static unsigned work(unsigned n) {
    unsigned sum = 0;
    while (n--) {
        real shift = n % 16 / (real)1024;
        for (int row = 0; row < HEIGHT; row++) {
            for (int column = 0; column < WIDTH; column++) {
                sum = sum * 31 + steps(column * (real)3 / WIDTH - 2 + shift, row * (real)2 / HEIGHT - 1);
            }
        }
    }
    return sum;
}
