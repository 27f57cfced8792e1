// N times a byte around a ring of eight processes, each of which reads a working set of sixteen pages when it has it.
#include "bench.h"

enum { PROCESSES = 8, PAGES = 16, PAGE = 4096 };

static volatile char pages[PAGES * PAGE];

static unsigned work(unsigned n) {
    int pipes[PROCESSES][2];
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        check(pipe(pipes[i]), "pipe");
    }
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = check(fork(), "fork");
        if (children[i] != 0) {
            continue;
        }
        for (int page = 0; page < PAGES; page++) {
            pages[page * PAGE] = 1; // its own from here on
        }
        for (unsigned round = 0; round < n; round++) {
            char byte;
            check(read(pipes[i][0], &byte, 1), "read");
            for (int page = 0; page < PAGES; page++) {
                byte += pages[page * PAGE];
            }
            // The last process ends the last round.
            if (i + 1 < PROCESSES || round + 1 < n) {
                check(write(pipes[(i + 1) % PROCESSES][1], &byte, 1), "write");
            }
        }
        _exit(0);
    }
    check(write(pipes[0][1], "", 1), "write");
    for (int i = 0; i < PROCESSES; i++) {
        reap(children[i]);
    }
    return n;
}
