// N times mmap of 64 KiB, a write to its first and last page, munmap.
#include "bench.h"
#include <sys/mman.h>

enum { SIZE = 0x10000 };

static unsigned work(unsigned n) {
    unsigned sum = 0;
    for (unsigned i = 0; i < n; i++) {
        char *area = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (area == MAP_FAILED) {
            err(1, "mmap");
        }
        area[0] = area[SIZE - 1] = i;
        sum += area[0] + area[1];
        check(munmap(area, SIZE), "munmap");
    }
    return sum;
}
