// Writes N pages, each anywhere, and after each waits until it is on the medium.
#include "disk.h"

static unsigned work(unsigned n) {
    unsigned *buffer = open_disk();
    unsigned seed = 1;
    for (unsigned i = 0; i < n; i++) {
        buffer[0] = i;
        write_disk(buffer, PAGE, any_page(&seed));
        check(fdatasync(disk), "fdatasync");
    }
    return buffer[0];
}
