/*
 * Runs instructions of Advanced SIMD under qemu-arm, for NeonOracle, which writes the stubs: functions of A32 or T32
 * that load FPSCR and d0 to d31, execute one instruction, and store them. Reads stubs and so many inputs of each,
 * writes what came of each, or all ones in its FPSCR if it was undefined.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { STUB = 10, T = 1 << 5, IT = 0x0600fc00 };

struct state { uint32_t fpscr, unused; uint64_t d[32]; };
struct head { uint32_t thumb, inputs, stub[STUB]; };

static volatile int is_undefined;

/* Goes on where the stub would return to. */
static void on_undefined(int number, siginfo_t *info, void *context) {
    ucontext_t *uc = context;
    (void)number;
    (void)info;
    is_undefined = 1;
    uc->uc_mcontext.arm_pc = uc->uc_mcontext.arm_lr & ~1;
    uc->uc_mcontext.arm_cpsr &= ~(T | IT);
}

int main(void) {
    struct sigaction action = {.sa_sigaction = on_undefined, .sa_flags = SA_SIGINFO | SA_NODEFER};
    uint32_t count;
    sigaction(SIGILL, &action, NULL);
    if (fread(&count, 4, 1, stdin) != 1) return 2;
    uint32_t *code = mmap(NULL, count * STUB * 4 + 4096, 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (code == MAP_FAILED) return 3;
    struct head *heads = malloc(count * sizeof *heads);
    if (fread(heads, sizeof *heads, count, stdin) != count) return 4;
    for (uint32_t i = 0; i < count; i++) memcpy(code + i * STUB, heads[i].stub, sizeof heads[i].stub);
    __builtin___clear_cache((char *)code, (char *)(code + count * STUB));
    for (uint32_t i = 0; i < count; i++) {
        uintptr_t stub = (uintptr_t)(code + i * STUB) | heads[i].thumb;
        for (uint32_t k = 0; k < heads[i].inputs; k++) {
            struct state in, out = {0};
            if (fread(&in, sizeof in, 1, stdin) != 1) return 5;
            is_undefined = 0;
            ((void (*)(const struct state *, struct state *))stub)(&in, &out);
            if (is_undefined) out.fpscr = ~0u;
            if (fwrite(&out, sizeof out, 1, stdout) != 1) return 6;
        }
    }
    return fflush(stdout) == 0 ? 0 : 7;
}
