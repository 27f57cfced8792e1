/*
 * Runs instruction cases under qemu-arm, for QemuOracleTest: reads cases from standard input, executes each with its
 * registers and flags, writes what came of it to standard output. The layouts are QemuOracle.java's.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { WORDS = 8, STUB = WORDS + 2, WINDOW = 0x800, T = 1 << 5, IT = 0x0600fc00 };
static uint32_t *const code = (uint32_t *)0x30000000;
static uint32_t *const data = (uint32_t *)0x20000000;
static uint32_t *const window = (uint32_t *)(0x20001000 - WINDOW / 2);

struct in { uint32_t words[WORDS], r[15], psr; };
struct out { uint32_t status, r[15], psr, pc, hash; };

extern uint32_t saved_r[15], saved_psr, stub_address;
void enter(struct in *in);
void back(void);
void back_after_fault(void);

/* The data sits on a page of its own, so that writing it does not look like self-modifying code. */
asm(".section .oracle,\"awx\",%progbits\n"
    ".arm\n.balign 4096\n.space 4096-512\n"
    ".globl enter\nenter: push {r4-r11,lr}\n str sp, saved_sp\n mov lr, r0\n"
    " ldr r0, [lr, #92]\n msr cpsr_fs, r0\n"
    " add lr, lr, #32\n ldm lr, {r0-r12}\n ldr sp, [lr, #52]\n ldr lr, [lr, #56]\n ldr pc, stub_address\n"
    ".globl back\nback: str r0, saved_r\n str r1, saved_r+4\n str r2, saved_r+8\n str r3, saved_r+12\n"
    " str r4, saved_r+16\n str r5, saved_r+20\n str r6, saved_r+24\n str r7, saved_r+28\n"
    " str r8, saved_r+32\n str r9, saved_r+36\n str r10, saved_r+40\n str r11, saved_r+44\n"
    " str r12, saved_r+48\n str sp, saved_r+52\n str lr, saved_r+56\n mrs r0, cpsr\n str r0, saved_psr\n"
    ".globl back_after_fault\nback_after_fault: ldr sp, saved_sp\n pop {r4-r11,pc}\n"
    ".ltorg\n.balign 4096\n"
    ".globl saved_r\nsaved_r: .space 60\n.globl saved_psr\nsaved_psr: .word 0\nsaved_sp: .word 0\n"
    ".globl stub_address\nstub_address: .word 0\n"
    ".text\n");

static volatile uint32_t status, fault_pc;

static void on_signal(int number, siginfo_t *info, void *context) {
    ucontext_t *uc = context;
    unsigned long *regs = &uc->uc_mcontext.arm_r0;
    (void)info;
    for (int i = 0; i < 15; i++) saved_r[i] = regs[i];
    saved_psr = uc->uc_mcontext.arm_cpsr;
    fault_pc = uc->uc_mcontext.arm_pc;
    status = number;
    uc->uc_mcontext.arm_pc = (unsigned long)back_after_fault;
    uc->uc_mcontext.arm_cpsr &= ~(T | IT);
}

static void fill(void) {
    for (int i = 0; i < WINDOW / 4; i++) window[i] = (i + 1) * 0x9e3779b9u;
}

int main(void) {
    enum { STACK = 65536 };
    /* Not among the small addresses, where a case may have its stack pointer: the kernel would take it for in use. */
    void *stack = mmap((void *)0x60000000, STACK, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    stack_t alternate = {.ss_sp = stack, .ss_size = STACK};
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    uint32_t count;
    sigaltstack(&alternate, NULL);
    sigaction(SIGILL, &action, NULL);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGTRAP, &action, NULL);
    if (fread(&count, 4, 1, stdin) != 1) return 2;
    struct in *cases = malloc(count * sizeof *cases);
    if (fread(cases, sizeof *cases, count, stdin) != count) return 3;
    if (mmap(code, count * STUB * 4 + 4096, 7, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != code) return 4;
    if (mmap(data, 0x2000, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != data) return 5;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t *stub = code + i * STUB;
        memcpy(stub, cases[i].words, sizeof cases[i].words);
        stub[WORDS] = cases[i].psr & T ? 0xf000f8df  /* ldr.w pc, [pc] */
                                       : 0xe51ff004; /* ldr pc, [pc, #-4] */
        stub[WORDS + 1] = (uint32_t)back;
    }
    __builtin___clear_cache((char *)code, (char *)(code + count * STUB));
    fill();
    struct out *results = malloc(count * sizeof *results);
    for (uint32_t i = 0; i < count; i++) {
        struct out out;
        status = 0;
        fault_pc = 0;
        stub_address = (uint32_t)(code + i * STUB) | (cases[i].psr & T ? 1 : 0);
        enter(&cases[i]);
        out.status = status;
        memcpy(out.r, saved_r, sizeof out.r);
        out.psr = saved_psr;
        out.pc = fault_pc;
        out.hash = 0;
        int changed = 0;
        for (int k = 0; k < WINDOW / 4; k++) {
            changed |= window[k] != (k + 1) * 0x9e3779b9u;
            out.hash = out.hash * 31 + window[k];
        }
        if (changed) fill();
        results[i] = out;
    }
    return fwrite(results, sizeof *results, count, stdout) == count && fflush(stdout) == 0 ? 0 : 6;
}
