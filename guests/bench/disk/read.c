// Reads N megabytes one behind the other, a megabyte at a time.
#include "disk.h"

static unsigned work(unsigned n) {
    unsigned *buffer = open_disk();
    unsigned sum = 0;
    for (unsigned i = 0; i < n; i++) {
        read_disk(buffer, MEGABYTE, megabyte(i));
        sum = sum * 31 + buffer[i] + buffer[MEGABYTE / 4 - 1];
    }
    return sum;
}
