// Reads N times 1000 pages, each anywhere.
#include "disk.h"

static unsigned work(unsigned n) {
    unsigned *buffer = open_disk();
    unsigned sum = 0;
    unsigned seed = 1;
    for (unsigned i = 0; i < n * 1000; i++) {
        read_disk(buffer, PAGE, any_page(&seed));
        sum = sum * 31 + buffer[0] + buffer[PAGE / 4 - 1];
    }
    return sum;
}
