/*
 * Executes each A32 word that standard input brings and writes the signal it raised, 0 for none, one a line. All
 * registers point into a buffer; the word is followed by a jump back. Words that jump elsewhere end in a signal.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static sigjmp_buf before;
static char signalStack[1 << 16];
uint32_t savedStack;

void execute(void *buffer, void *code);
extern char back[];

__asm__(".arm\n.text\n.globl execute\n"
        "execute: push {r4-r11, lr}\n ldr r2, =savedStack\n str sp, [r2]\n str r1, [r0]\n msr cpsr_f, #0x40000000\n"
        " mov r1, r0\n mov r2, r0\n mov r3, r0\n mov r4, r0\n mov r5, r0\n mov r6, r0\n mov r7, r0\n mov r8, r0\n"
        " mov r9, r0\n mov r10, r0\n mov r11, r0\n mov r12, r0\n mov sp, r0\n mov lr, r0\n ldr pc, [r0]\n"
        ".globl back\nback: ldr sp, =savedStack\n ldr sp, [sp]\n pop {r4-r11, pc}\n.ltorg\n");

static void onSignal(int number) {
    siglongjmp(before, number);
}

int main(void) {
    stack_t stack = {.ss_sp = signalStack, .ss_size = sizeof signalStack};
    sigaltstack(&stack, 0);
    struct sigaction action = {.sa_handler = onSignal, .sa_flags = SA_ONSTACK | SA_NODEFER};
    int numbers[] = {SIGILL, SIGSEGV, SIGBUS, SIGTRAP, SIGFPE, SIGALRM};
    for (int i = 0; i < 6; i++) {
        sigaction(numbers[i], &action, 0);
    }
    /* Mapped twice, so that no word can write over the code. */
    int file = memfd_create("code", 0);
    ftruncate(file, 4096);
    uint32_t *code = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    void *executable = mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, file, 0);
    char *buffer = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint32_t word;
    while (fread(&word, 4, 1, stdin) == 1) {
        code[0] = word;
        code[1] = 0xe51ff004; /* ldr pc, [pc, #-4] */
        code[2] = (uint32_t)back;
        /* makes qemu-arm forget its translation */
        mprotect(executable, 4096, PROT_READ);
        mprotect(executable, 4096, PROT_READ | PROT_EXEC);
        alarm(1);
        int number = sigsetjmp(before, 1);
        if (number == 0) {
            execute(buffer + (1 << 19), executable);
        }
        printf("%d\n", number);
        fflush(stdout);
    }
}
