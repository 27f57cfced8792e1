/*
 * A program that is T32 but for the C library, for ThumbProgramTest: what it prints is the same under qemu-arm and as init of a
 * Linux guest.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>

static uint32_t seed = 1;

static uint32_t next(void) { return seed = seed * 1664525u + 1013904223u; }

/* IT blocks, CBZ and conditional branches. */
static int classify(int a, int b, unsigned c) {
    int kind = a > b ? 1 : a < b ? 2 : 3;
    if (c > 100 && !(a & 1)) kind += 4;
    if (!b) kind *= 7;
    return c < (unsigned)a ? kind : -kind;
}

/* TBB. */
static uint32_t step(uint32_t op, uint32_t x, uint32_t y) {
    switch (op % 9) {
    case 0: return x + y;
    case 1: return x - y;
    case 2: return x * y;
    case 3: return x ^ (y << 7 | y >> 25);
    case 4: return __builtin_bswap32(x) | y;
    case 5: return y ? x / y : x;
    case 6: return (uint32_t)__builtin_clz(x | 1) + y;
    case 7: return (uint32_t)((uint64_t)x * y >> 32);
    default: return (uint32_t)((int32_t)x >> (y & 31));
    }
}

__attribute__((target("arm"), noinline)) static uint32_t in_a32(uint32_t (*f)(uint32_t, uint32_t, uint32_t), uint32_t x) {
    return f(x & 15, x, x >> 3) + 1;
}

static int compare(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return x < y ? -1 : x > y;
}

static uint64_t fibonacci(int n) { return n < 2 ? (uint64_t)n : fibonacci(n - 1) + fibonacci(n - 2); }

static volatile sig_atomic_t signals;
static sigjmp_buf out;
static volatile int *volatile nowhere = (volatile int *)8;

static void on_signal(int number) { signals += number; }

static void on_fault(int number) {
    signals += number;
    siglongjmp(out, 1);
}

/* An instruction of 32 bits across the end of a page, which is then written anew. */
static uint32_t across_pages(void) {
    uint16_t *code = mmap(NULL, 8192, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint32_t sum = 0;
    if (code == MAP_FAILED) return 0;
    for (uint32_t i = 0; i < 200; i++) {
        code[2046] = 0x2000; /* movs r0, #0 */
        code[2047] = 0xf240; /* movw r0, #i */
        code[2048] = (uint16_t)(i & 0xff);
        code[2049] = 0x4770; /* bx lr */
        __builtin___clear_cache((char *)code, (char *)code + 8192);
        sum = sum * 31 + ((uint32_t(*)(void))((uintptr_t)(code + 2046) | 1))();
    }
    munmap(code, 8192);
    return sum;
}

int main(void) {
    static int32_t numbers[5000];
    uint32_t sum = 0;
    printf("thumb: begin\n");
    for (int i = 0; i < 300000; i++) {
        uint32_t x = next();
        sum = sum * 33 + step(x >> 5, x, next()) + (uint32_t)classify((int)x, (int)(sum & 3), x >> 20);
        if (i % 64 == 0) sum ^= in_a32(step, sum);
    }
    printf("thumb: computed %08x\n", sum);
    for (int i = 0; i < 5000; i++) numbers[i] = (int32_t)next();
    qsort(numbers, 5000, sizeof numbers[0], compare);
    for (int i = 1; i < 5000; i++) if (numbers[i - 1] > numbers[i]) printf("thumb: not sorted\n");
    printf("thumb: sorted %d %d %d\n", numbers[0], numbers[2500], numbers[4999]);
    printf("thumb: fibonacci %llu\n", (unsigned long long)fibonacci(24));
    signal(SIGUSR1, on_signal);
    for (int i = 0; i < 10; i++) kill(getpid(), SIGUSR1);
    printf("thumb: signals %d\n", (int)signals);
    signal(SIGSEGV, on_fault);
    signal(SIGILL, on_fault);
    if (!sigsetjmp(out, 1)) *nowhere = 1;
    if (!sigsetjmp(out, 1)) __asm__ volatile("udf #0");
    printf("thumb: faults %d\n", (int)signals);
    printf("thumb: across pages %08x\n", across_pages());
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) _exit((int)(fibonacci(10) & 0x7f));
    int status = 0;
    waitpid(child, &status, 0);
    printf("thumb: child %d\n", WEXITSTATUS(status));
    uint32_t old = __atomic_fetch_add(&seed, 7, __ATOMIC_SEQ_CST);
    uint64_t wide = 5;
    __atomic_compare_exchange_n(&seed, &old, 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    printf("thumb: atomics %08x %llu\n", seed - old, (unsigned long long)(wide * seed / 3));
    printf("thumb: end\n");
    fflush(stdout);
    if (getpid() == 1) reboot(RB_POWER_OFF);
    return 0;
}
