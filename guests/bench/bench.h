// A benchmark defines work(); `PROGRAM [N]` runs it and prints what it computed, which must be the same everywhere.
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// Does N units of the work and returns a checksum of all results.
static unsigned work(unsigned n);

// The next number of a fixed pseudo-random sequence (a linear congruential generator; its high bits are the good ones).
static inline unsigned next(unsigned *seed) {
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

// Waits for a child, which must have ended well.
static inline void reap(pid_t child) {
    int status;
    if (waitpid(child, &status, 0) < 0 || status != 0) {
        errx(1, "child %d: status %x", child, status);
    }
}

// Ends the program if a system call failed.
static inline int check(int result, const char *name) {
    if (result < 0) {
        err(1, "%s", name);
    }
    return result;
}

int main(int argc, char **argv) {
    unsigned n = argc > 1 ? strtoul(argv[1], NULL, 0) : 1;
    printf("result %08x\n", work(n));
    return 0;
}
