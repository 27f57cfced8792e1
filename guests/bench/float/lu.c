// N systems of 100 equations solved by elimination with pivots, as LINPACK does: products added to rows.
#include "real.h"

enum { SIZE = 100 };

static real matrix[SIZE][SIZE], right[SIZE];

static inline real size(real x) {
    return x < 0 ? -x : x;
}

// Brings the largest element of a column on the diagonal or below it to the diagonal, with its row.
static void pivot(int column) {
    int largest = column;
    for (int row = column + 1; row < SIZE; row++) {
        if (size(matrix[row][column]) > size(matrix[largest][column])) {
            largest = row;
        }
    }
    for (int i = column; i < SIZE; i++) {
        real element = matrix[column][i];
        matrix[column][i] = matrix[largest][i];
        matrix[largest][i] = element;
    }
    real element = right[column];
    right[column] = right[largest];
    right[largest] = element;
}

static void eliminate(int column) {
    for (int row = column + 1; row < SIZE; row++) {
        real factor = matrix[row][column] / matrix[column][column];
        for (int i = column + 1; i < SIZE; i++) {
            matrix[row][i] -= factor * matrix[column][i];
        }
        right[row] -= factor * right[column];
    }
}

static unsigned solve(void) {
    unsigned sum = 0;
    for (int column = 0; column < SIZE; column++) {
        pivot(column);
        eliminate(column);
    }
    for (int row = SIZE - 1; row >= 0; row--) {
        for (int i = row + 1; i < SIZE; i++) {
            right[row] -= matrix[row][i] * right[i];
        }
        right[row] /= matrix[row][row];
        sum = mixed(sum, right[row]);
    }
    return sum;
}

static unsigned work(unsigned n) {
    unsigned sum = 0, seed = 1;
    while (n--) {
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                matrix[row][column] = next_real(&seed) - (real)0.5;
            }
            right[row] = next_real(&seed);
        }
        sum += solve();
    }
    return sum;
}
