// N pictures of 64 by 48 points of four mirroring spheres above a chequered floor: vectors by value, roots, branches
// on signs.
#include "real.h"

enum { WIDTH = 64, HEIGHT = 48, SPHERES = 4, REFLECTIONS = 3 };

struct vector {
    real x, y, z;
};

struct sphere {
    struct vector centre;
    real radius, light, mirror;
};

static const struct sphere spheres[SPHERES] = {
    {{0, 1, 6}, 1, 0.9, 0.3},
    {{-2, 0.7, 5}, 0.7, 0.6, 0.5},
    {{1.8, 0.5, 4.5}, 0.5, 0.8, 0.1},
    {{0.7, 2.4, 7}, 0.8, 0.5, 0.7},
};
static const struct vector SUN = {0.48, 0.6, -0.64};
static const real NEAR = 0.001, FAR = 1000;

static struct vector sum(struct vector a, struct vector b) {
    return (struct vector){a.x + b.x, a.y + b.y, a.z + b.z};
}

static struct vector times(struct vector a, real factor) {
    return (struct vector){a.x * factor, a.y * factor, a.z * factor};
}

static real product(struct vector a, struct vector b) {
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

// How far along a ray of length one a sphere is; FAR if it is not hit.
static __attribute__((noinline)) real distance(const struct sphere *sphere, struct vector from, struct vector along) {
    struct vector to = sum(sphere->centre, times(from, -1));
    real nearest = product(to, along);
    real inside = sphere->radius * sphere->radius - product(to, to) + nearest * nearest;
    if (inside < 0) {
        return FAR;
    }
    real half = root(inside), first = nearest - half, second = nearest + half;
    return first > NEAR ? first : second > NEAR ? second : FAR;
}

static int nearest(struct vector from, struct vector along, real *far) {
    int found = -1;
    for (int i = 0; i < SPHERES; i++) {
        real here = distance(&spheres[i], from, along);
        if (here < *far) {
            *far = here;
            found = i;
        }
    }
    return found;
}

static real lit(struct vector point, struct vector normal) {
    real far = FAR, angle = product(normal, SUN);
    return angle <= 0 || nearest(point, SUN, &far) >= 0 ? 0 : angle;
}

static __attribute__((noinline)) real brightness(struct vector from, struct vector along, int reflections) {
    real far = FAR, floor = along.y < 0 ? from.y / -along.y : FAR;
    int hit = nearest(from, along, &far);
    if (hit < 0 && floor >= FAR) {
        return (real)0.2 + along.y / 2;
    }
    if (hit < 0 || floor < far) {
        struct vector point = sum(from, times(along, floor));
        int odd = ((int)(point.x + 1000) + (int)(point.z + 1000)) & 1;
        return (odd ? (real)0.9 : (real)0.3) * ((real)0.1 + lit(point, (struct vector){0, 1, 0}));
    }
    const struct sphere *sphere = &spheres[hit];
    struct vector point = sum(from, times(along, far));
    struct vector normal = times(sum(point, times(sphere->centre, -1)), 1 / sphere->radius);
    real light = sphere->light * ((real)0.1 + lit(point, normal));
    if (reflections == 0) {
        return light;
    }
    struct vector back = sum(along, times(normal, -2 * product(along, normal)));
    return light * (1 - sphere->mirror) + sphere->mirror * brightness(point, back, reflections - 1);
}

static unsigned work(unsigned n) {
    unsigned result = 0;
    while (n--) {
        struct vector eye = {n % 8 / (real)16, 1, 0};
        for (int row = 0; row < HEIGHT; row++) {
            for (int column = 0; column < WIDTH; column++) {
                struct vector along = {(column - WIDTH / 2) / (real)WIDTH, (HEIGHT / 2 - row) / (real)WIDTH, 1};
                along = times(along, 1 / root(product(along, along)));
                result = mixed(result, brightness(eye, along, REFLECTIONS));
            }
        }
    }
    return result;
}
