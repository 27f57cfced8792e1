/*
 * Runs floating-point and Advanced SIMD instructions under qemu-arm, for FpOracle, which writes the functions of `operations`, each of which
 * executes one instruction. Reads the number of an operation, a count and so many inputs, writes as many outputs, and so on to the end.
 */
#include <stdint.h>
#include <stdio.h>

struct state { uint32_t fpscr, unused; uint64_t d[6]; };

extern void (*const operations[])(const struct state *, struct state *);

int main(void) {
    uint32_t head[2];
    while (fread(head, sizeof head, 1, stdin) == 1) {
        for (uint32_t i = 0; i < head[1]; i++) {
            struct state in, out = {0};
            if (fread(&in, sizeof in, 1, stdin) != 1) return 2;
            operations[head[0]](&in, &out);
            if (fwrite(&out, sizeof out, 1, stdout) != 1) return 3;
        }
    }
    return fflush(stdout) == 0 ? 0 : 4;
}
