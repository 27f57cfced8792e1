// N steps of the power method for the spectral norm of a matrix whose elements are computed anew each time:
// divisions, and conversions of integers.
#include "real.h"

enum { SIZE = 160 };

static inline real element(int row, int column) {
    return 1 / (real)((row + column) * (row + column + 1) / 2 + row + 1);
}

static void multiply(const real *vector, real *product) {
    for (int i = 0; i < SIZE; i++) {
        real sum = 0;
        for (int j = 0; j < SIZE; j++) {
            sum += element(i, j) * vector[j];
        }
        product[i] = sum;
    }
}

static void multiply_transposed(const real *vector, real *product) {
    for (int i = 0; i < SIZE; i++) {
        real sum = 0;
        for (int j = 0; j < SIZE; j++) {
            sum += element(j, i) * vector[j];
        }
        product[i] = sum;
    }
}

static unsigned work(unsigned n) {
    real u[SIZE], v[SIZE], half[SIZE], norm = 0;
    for (int i = 0; i < SIZE; i++) {
        u[i] = 1;
    }
    while (n--) {
        multiply(u, half);
        multiply_transposed(half, v);
        real across = 0, square = 0;
        for (int i = 0; i < SIZE; i++) {
            across += u[i] * v[i];
            square += v[i] * v[i];
        }
        norm = root(across);
        for (int i = 0; i < SIZE; i++) {
            u[i] = v[i] / root(square);
        }
    }
    return mixed(0, norm);
}
