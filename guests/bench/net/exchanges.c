// Sends N times 1000 numbers to the host; each next one when the answer has come, which is one more.
#include "net.h"

static unsigned work(unsigned n) {
    int connection = ask('e', n * 1000);
    unsigned seed = 1, sum = 0;
    for (unsigned i = 0; i < n * 1000; i++) {
        unsigned number = next(&seed), answer;
        put(connection, &number, sizeof number);
        get(connection, &answer, sizeof answer);
        if (answer != number + 1) {
            errx(1, "the answer to %08x is %08x", number, answer);
        }
        sum = sum * 31 + answer;
    }
    return sum;
}
