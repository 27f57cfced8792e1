// Like CoreMark: a linked list searched, reversed and merge-sorted; a matrix of small integers; a state machine over text.
#include "bench.h"

enum { ITEMS = 200, SIZE = 24, TEXT = 512 };

struct item {
    struct item *next;
    int key;
};

static struct item *reversed(struct item *list) {
    struct item *result = NULL;
    while (list) {
        struct item *rest = list->next;
        list->next = result;
        result = list;
        list = rest;
    }
    return result;
}

static struct item *merged(struct item *a, struct item *b) {
    struct item *head, **end = &head;
    while (a && b) {
        struct item **smaller = a->key <= b->key ? &a : &b;
        *end = *smaller;
        end = &(*smaller)->next;
        *smaller = *end;
    }
    *end = a ? a : b;
    return head;
}

static struct item *sorted(struct item *list) {
    if (!list || !list->next) {
        return list;
    }
    struct item *middle = list;
    for (struct item *end = list->next; end && end->next; end = end->next->next) {
        middle = middle->next;
    }
    struct item *second = middle->next;
    middle->next = NULL;
    return merged(sorted(list), sorted(second));
}

static unsigned lists(unsigned seed) {
    static struct item items[ITEMS];
    for (int i = 0; i < ITEMS; i++) {
        items[i] = (struct item){i + 1 < ITEMS ? &items[i + 1] : NULL, next(&seed) & 0x3ff};
    }
    struct item *list = items;
    unsigned found = 0;
    for (int key = 0; key < 20; key++) {
        for (struct item *item = list; item; item = item->next) {
            found += item->key == key;
        }
        list = reversed(list);
    }
    unsigned sum = found;
    for (struct item *item = sorted(list); item; item = item->next) {
        sum = sum * 31 + item->key;
    }
    return sum;
}

static unsigned matrices(unsigned seed) {
    static short a[SIZE][SIZE], b[SIZE][SIZE];
    static int c[SIZE][SIZE];
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            a[i][j] = next(&seed) & 0xff;
            b[i][j] = next(&seed) & 0xff;
        }
    }
    unsigned sum = 0;
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            int dot = 0;
            for (int k = 0; k < SIZE; k++) {
                dot += a[i][k] * b[k][j];
            }
            c[i][j] = dot;
            sum += ((dot >> 2) & 15) * ((dot >> 5) & 127);
        }
    }
    return sum + c[SIZE - 1][0];
}

enum state { START, SIGN, INTEGER, FRACTION, EXPONENT, INVALID, STATES };

static enum state after(enum state state, char c) {
    int digit = c >= '0' && c <= '9';
    switch (state) {
        case START:
            return digit ? INTEGER : c == '+' || c == '-' ? SIGN : c == '.' ? FRACTION : INVALID;
        case SIGN:
            return digit ? INTEGER : c == '.' ? FRACTION : INVALID;
        case INTEGER:
            return digit ? INTEGER : c == '.' ? FRACTION : c == 'e' ? EXPONENT : INVALID;
        case FRACTION:
            return digit ? FRACTION : c == 'e' ? EXPONENT : INVALID;
        case EXPONENT:
            return digit || c == '-' ? EXPONENT : INVALID;
        default:
            return INVALID;
    }
}

static unsigned states(unsigned seed) {
    static char text[TEXT];
    static unsigned counts[STATES];
    for (int i = 0; i < TEXT; i++) {
        text[i] = "0123456789012345+-.e,,x"[next(&seed) % 23];
    }
    enum state state = START;
    for (int i = 0; i < TEXT; i++) {
        state = text[i] == ',' ? START : after(state, text[i]);
        counts[state]++;
    }
    unsigned sum = 0;
    for (int i = 0; i < STATES; i++) {
        sum = sum * 33 + counts[i];
    }
    return sum;
}

static unsigned work(unsigned n) {
    unsigned sum = 0;
    while (n--) {
        sum = (sum << 1 | sum >> 31) ^ lists(n) ^ matrices(n) ^ states(n);
    }
    return sum;
}
