// Sorts 100,000 numbers by quicksort and 20,000 records by the C library's qsort.
#include "bench.h"

enum { NUMBERS = 100000, RECORDS = 20000 };

struct record {
    unsigned key;
    char name[20];
};

static int numbers[NUMBERS];
static struct record records[RECORDS];

static void quicksort(int *low, int *high) {
    while (low < high) {
        int *i = low, *j = high, pivot = low[(high - low) / 2];
        do {
            while (*i < pivot) {
                i++;
            }
            while (*j > pivot) {
                j--;
            }
            if (i <= j) {
                int number = *i;
                *i++ = *j;
                *j-- = number;
            }
        } while (i <= j);
        quicksort(low, j);
        low = i;
    }
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct record *)a)->name, ((const struct record *)b)->name);
}

static unsigned work(unsigned n) {
    unsigned sum = 0, seed = 1;
    while (n--) {
        for (int i = 0; i < NUMBERS; i++) {
            numbers[i] = next(&seed);
        }
        for (int i = 0; i < RECORDS; i++) {
            records[i].key = next(&seed);
            for (int j = 0, key = records[i].key; j < 6; j++, key >>= 4) {
                records[i].name[j] = 'a' + (key & 15);
            }
        }
        quicksort(numbers, numbers + NUMBERS - 1);
        qsort(records, RECORDS, sizeof *records, by_name);
        for (int i = 0; i < NUMBERS; i += 1000) {
            sum = sum * 31 + numbers[i];
        }
        for (int i = 0; i < RECORDS; i += 1000) {
            sum = sum * 31 + records[i].key;
        }
    }
    return sum;
}
