// `timed COMMAND…`: runs it and prints how long it took by the guest's clock, between two lines that the host may time as well.
#include <err.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct timespec start, end;
    int status;
    if (argc < 2) {
        errx(2, "usage: timed COMMAND…");
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("BENCH-START");
    clock_gettime(CLOCK_MONOTONIC, &start);
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[1], argv + 1);
        err(127, "%s", argv[1]);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        err(1, "cannot run %s", argv[1]);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    long long elapsed = (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec;
    status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    printf("BENCH-END status %d elapsed %lld ns\n", status, elapsed);
    return status;
}
