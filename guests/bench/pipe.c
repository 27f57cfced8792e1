// N times a byte to another process and back, through two pipes.
#include "bench.h"

static unsigned work(unsigned n) {
    int there[2], back[2];
    check(pipe(there), "pipe");
    check(pipe(back), "pipe");
    pid_t child = check(fork(), "fork");
    int in = child ? back[0] : there[0], out = child ? there[1] : back[1];
    unsigned sum = 0;
    for (unsigned i = 0; i < n; i++) {
        char byte = i;
        if (child) {
            check(write(out, &byte, 1), "write");
        }
        check(read(in, &byte, 1), "read");
        sum += byte;
        if (!child) {
            check(write(out, &byte, 1), "write");
        }
    }
    if (!child) {
        _exit(0);
    }
    reap(child);
    return sum;
}
