// 1,024 functions of ten to twenty instructions, all as hot as each other: no small loop for a translator to live on.
#include "bench.h"

enum { TABLE = 4096 };

static unsigned table[TABLE];

// `number` is known to the compiler, so that each copy becomes other code.
static inline __attribute__((always_inline)) unsigned body(unsigned number, unsigned x) {
    unsigned *cell = &table[(x + number * 37) % TABLE];
    switch (number % 7) {
        case 0:
            x += *cell + number * 0x9e3779b9;
            break;
        case 1:
            x = (x << (number % 13 + 3) | x >> (29 - number % 13)) ^ *cell;
            break;
        case 2:
            x *= number * 2 + 1;
            *cell ^= x;
            break;
        case 3:
            x -= *cell > x ? number : number + *cell;
            break;
        case 4:
            *cell += x & number * 0x01010101;
            x += *cell;
            break;
        case 5:
            x = x & 1 ? x >> 1 ^ 0xedb88320 : x + number;
            break;
        default:
            for (int i = 0; i < 3; i++) {
                x = x * 5 + (x >> i & 1 ? *cell : number);
            }
    }
    return number & 8 ? x ^ x >> 15 : x + (x << 3);
}

// A pair, of which the first is called through a pointer and calls the second, directly.
typedef unsigned function(unsigned);
#define PAIR(n)                                                                               \
    static __attribute__((noinline)) unsigned leaf##n(unsigned x) { return body(n + 512, x); } \
    static unsigned root##n(unsigned x) { return leaf##n(body(n, x)) ^ x; }                    \
    static function *const pointer##n __attribute__((section("functions"), used)) = root##n;
#define NUMBERED(n) PAIR(n)
#define PAIR_1 NUMBERED(__COUNTER__)
#define PAIRS_4 PAIR_1 PAIR_1 PAIR_1 PAIR_1
#define PAIRS_16 PAIRS_4 PAIRS_4 PAIRS_4 PAIRS_4
#define PAIRS_64 PAIRS_16 PAIRS_16 PAIRS_16 PAIRS_16
#define PAIRS_256 PAIRS_64 PAIRS_64 PAIRS_64 PAIRS_64
PAIRS_256 PAIRS_256

// The linker's bounds of the section.
extern function *const __start_functions[], *const __stop_functions[];

static unsigned work(unsigned n) {
    unsigned sum = 1;
    while (n--) {
        for (function *const *f = __start_functions; f < __stop_functions; f++) {
            sum = (*f)(sum);
        }
    }
    return sum;
}
