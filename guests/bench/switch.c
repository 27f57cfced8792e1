// An interpreter of a small stack machine: a sieve of Eratosthenes in its code, dispatched by a switch.
#include "bench.h"

enum op { PUSH, LOAD, STORE, GET, SET, ADD, MUL, LESS, JUMP, UNLESS, HALT };
enum { LIMIT = 8000 };
// Variables of the program.
enum { I, J, COUNT, VARIABLES };

// for (i = 2; i < LIMIT; i++) if (!sieve[i]) { count++; for (j = i * 2; j < LIMIT; j += i) sieve[j] = 1; }
static const int program[] = {
    /*  0 */ PUSH, 2, STORE, I, PUSH, 0, STORE, COUNT,
    /*  8 */ LOAD, I, PUSH, LIMIT, LESS, UNLESS, 62,
    /* 15 */ LOAD, I, GET, PUSH, 1, LESS, UNLESS, 53,
    /* 23 */ LOAD, COUNT, PUSH, 1, ADD, STORE, COUNT,
    /* 30 */ LOAD, I, PUSH, 2, MUL, STORE, J,
    /* 37 */ LOAD, J, PUSH, LIMIT, LESS, UNLESS, 53,
    /* 44 */ PUSH, 1, LOAD, J, SET, JUMP, 63, HALT, HALT,
    /* 53 */ LOAD, I, PUSH, 1, ADD, STORE, I, JUMP, 8,
    /* 62 */ HALT,
    /* 63 */ LOAD, J, LOAD, I, ADD, STORE, J, JUMP, 37,
};

static int run(const int *code) {
    static char sieve[LIMIT];
    int variables[VARIABLES], stack[16], *top = stack;
    memset(sieve, 0, sizeof sieve);
    for (const int *pc = code;;) {
        switch ((enum op)*pc++) {
            case PUSH:
                *top++ = *pc++;
                break;
            case LOAD:
                *top++ = variables[*pc++];
                break;
            case STORE:
                variables[*pc++] = *--top;
                break;
            case GET:
                top[-1] = sieve[top[-1]];
                break;
            case SET:
                top -= 2;
                sieve[top[1]] = top[0];
                break;
            case ADD:
                top--;
                top[-1] += top[0];
                break;
            case MUL:
                top--;
                top[-1] *= top[0];
                break;
            case LESS:
                top--;
                top[-1] = top[-1] < top[0];
                break;
            case JUMP:
                pc = code + *pc;
                break;
            case UNLESS:
                pc = *--top ? pc + 1 : code + *pc;
                break;
            case HALT:
                return variables[COUNT];
        }
    }
}

static unsigned work(unsigned n) {
    unsigned sum = 0;
    while (n--) {
        sum = sum * 31 + run(program);
    }
    return sum;
}
