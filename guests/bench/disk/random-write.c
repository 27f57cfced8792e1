// Writes N times 1000 pages, each anywhere.
#include "disk.h"

static unsigned work(unsigned n) {
    unsigned *buffer = open_disk();
    unsigned seed = 1;
    off_t at = 0;
    for (unsigned i = 0; i < n * 1000; i++) {
        buffer[0] = i;
        at = any_page(&seed);
        write_disk(buffer, PAGE, at);
    }
    read_disk(buffer, PAGE, at);
    return buffer[0];
}
