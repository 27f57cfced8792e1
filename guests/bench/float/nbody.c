// N thousand steps of the Sun and four planets, each of which pulls each.
#include "real.h"

enum { BODIES = 5, STEPS = 1000 };

struct body {
    real position[3], velocity[3], mass;
};

// In astronomical units, days and masses of the Sun; the elements are rough, what matters is the arithmetic.
static struct body bodies[BODIES] = {
    {{0, 0, 0}, {0, 0, 0}, 1},
    {{4.84, -1.16, -0.10}, {0.00166, 0.00770, -0.0000690}, 9.5e-4},
    {{8.34, 4.12, -0.40}, {-0.00277, 0.00499, 0.0000230}, 2.9e-4},
    {{12.89, -15.11, -0.22}, {0.00296, 0.00238, -0.0000296}, 4.4e-5},
    {{15.38, -25.92, 0.18}, {0.00268, 0.00163, -0.0000951}, 5.2e-5},
};
static const real GRAVITY = 2.959e-4;

static void attract(struct body *a, struct body *b, real days) {
    real distance[3], square = 0;
    for (int i = 0; i < 3; i++) {
        distance[i] = a->position[i] - b->position[i];
        square += distance[i] * distance[i];
    }
    real pull = GRAVITY * days / (square * root(square));
    for (int i = 0; i < 3; i++) {
        a->velocity[i] -= distance[i] * pull * b->mass;
        b->velocity[i] += distance[i] * pull * a->mass;
    }
}

static unsigned work(unsigned n) {
    const real days = 0.5;
    for (unsigned step = 0; step < n * STEPS; step++) {
        for (int i = 0; i < BODIES; i++) {
            for (int j = i + 1; j < BODIES; j++) {
                attract(&bodies[i], &bodies[j], days);
            }
        }
        for (int i = 0; i < BODIES; i++) {
            for (int k = 0; k < 3; k++) {
                bodies[i].position[k] += days * bodies[i].velocity[k];
            }
        }
    }
    unsigned sum = 0;
    for (int i = 0; i < BODIES; i++) {
        for (int k = 0; k < 3; k++) {
            sum = mixed(sum, bodies[i].position[k]);
        }
    }
    return sum;
}
