// Accesses that no cache of the guest serves: to the first disk, or to MEDIUM.
#define _GNU_SOURCE
#include "../bench.h"
#include <fcntl.h>
#include <sys/mman.h>

#ifndef MEDIUM
#define MEDIUM "/dev/vda"
#endif

enum { MEGABYTE = 1 << 20, PAGE = 4096, PAGES = 64 * MEGABYTE / PAGE };

// The disk, open for all.
static int disk;

// Opens the disk; returns a buffer of a megabyte for what goes there or comes from it.
static unsigned *open_disk(void) {
    disk = check(open(MEDIUM, O_RDWR | O_DIRECT), MEDIUM);
    unsigned *buffer = mmap(NULL, MEGABYTE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (buffer == MAP_FAILED) {
        err(1, "mmap");
    }
    for (int i = 0; i < MEGABYTE / 4; i++) {
        buffer[i] = i;
    }
    return buffer;
}

// The places of whole megabytes, one behind the other, from the start again after the last one.
static inline off_t megabyte(unsigned i) {
    return (off_t)(i % (PAGES / (MEGABYTE / PAGE))) * MEGABYTE;
}

// The place of a page, anywhere.
static inline off_t any_page(unsigned *seed) {
    return (off_t)(next(seed) % PAGES) * PAGE;
}

static inline void read_disk(void *to, int bytes, off_t at) {
    if (pread(disk, to, bytes, at) != bytes) {
        err(1, "read");
    }
}

static inline void write_disk(const void *from, int bytes, off_t at) {
    if (pwrite(disk, from, bytes, at) != bytes) {
        err(1, "write");
    }
}
