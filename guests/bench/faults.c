// N times a write to each of 512 pages of anonymous memory that was given back to the kernel, so that each faults; every fourth
// time also in a child, where each page must be copied.
#include "bench.h"
#include <sys/mman.h>

enum { PAGES = 512, PAGE = 4096, SIZE = PAGES * PAGE };

static unsigned touched(volatile char *area, unsigned value) {
    unsigned sum = 0;
    for (int page = 0; page < PAGES; page++) {
        sum = sum * 3 + area[page * PAGE];
        area[page * PAGE] = value;
    }
    return sum;
}

static unsigned work(unsigned n) {
    char *area = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED) {
        err(1, "mmap");
    }
    unsigned sum = 0;
    for (unsigned i = 0; i < n; i++) {
        sum += touched(area, i + 1);
        if (i % 4 == 0) {
            pid_t child = check(fork(), "fork");
            if (child == 0) {
                _exit(touched(area, 0) == 0);
            }
            reap(child);
        }
        check(madvise(area, SIZE, MADV_DONTNEED), "madvise");
    }
    return sum;
}
