// N times fork, exec of busybox's `true` (a static program), wait.
#include "bench.h"

static unsigned work(unsigned n) {
    for (unsigned i = 0; i < n; i++) {
        pid_t child = check(fork(), "fork");
        if (child == 0) {
            execl("/bin/busybox", "true", NULL);
            err(127, "/bin/busybox");
        }
        reap(child);
    }
    return n;
}
