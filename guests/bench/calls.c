// Recursion: Fibonacci, Ackermann, and the eight queens; little else than calls, returns and the stack.
#include "bench.h"

static __attribute__((noinline)) unsigned fibonacci(unsigned n) {
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static __attribute__((noinline)) unsigned ackermann(unsigned m, unsigned n) {
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static __attribute__((noinline)) unsigned queens(unsigned columns, unsigned left, unsigned right) {
    unsigned solutions = 0, free = 0xff & ~(columns | left | right);
    if (columns == 0xff) {
        return 1;
    }
    for (; free; free &= free - 1) {
        unsigned place = free & -free;
        solutions += queens(columns | place, (left | place) << 1, (right | place) >> 1);
    }
    return solutions;
}

static unsigned work(unsigned n) {
    unsigned sum = 0;
    while (n--) {
        sum = sum * 31 + fibonacci(22) + ackermann(2, 60 + n % 8) + queens(0, 0, 0);
    }
    return sum;
}
