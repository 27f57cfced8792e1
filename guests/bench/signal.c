// N thousand times a signal to itself, handled, and the return from the handler.
#include "bench.h"
#include <signal.h>

static volatile unsigned handled;

static void handle(int signal) {
    handled += signal == SIGUSR1;
}

static unsigned work(unsigned n) {
    struct sigaction action = {.sa_handler = handle};
    check(sigaction(SIGUSR1, &action, NULL), "sigaction");
    pid_t self = getpid();
    for (unsigned i = 0; i < n * 1000; i++) {
        check(kill(self, SIGUSR1), "kill");
    }
    return handled;
}
