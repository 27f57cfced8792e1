// Writes N megabytes one behind the other, a megabyte at a time.
#include "disk.h"

static unsigned work(unsigned n) {
    unsigned *buffer = open_disk();
    for (unsigned i = 0; i < n; i++) {
        buffer[0] = i;
        write_disk(buffer, MEGABYTE, megabyte(i));
    }
    read_disk(buffer, MEGABYTE, megabyte(n - 1));
    return buffer[0];
}
