"""nbody.py STEPS: Sun and four planets, one step at a time; floating point in an interpreter (soft float: no FPU in armel)."""
import sys
from math import sqrt

# x, y, z (astronomical units), velocity (a day), mass (of the Sun): rough elements, what matters is the arithmetic.
BODIES = [
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    [4.84, -1.16, -0.10, 0.00166, 0.00770, -0.0000690, 9.5e-4],
    [8.34, 4.12, -0.40, -0.00277, 0.00499, 0.0000230, 2.9e-4],
    [12.89, -15.11, -0.22, 0.00296, 0.00238, -0.0000296, 4.4e-5],
    [15.38, -25.92, 0.18, 0.00268, 0.00163, -0.0000951, 5.2e-5],
]
GRAVITY = 2.959e-4  # AU³ / (solar mass · day²)
PAIRS = [(a, b) for i, a in enumerate(BODIES) for b in BODIES[i + 1 :]]


def step(days):
    for a, b in PAIRS:
        dx, dy, dz = a[0] - b[0], a[1] - b[1], a[2] - b[2]
        square = dx * dx + dy * dy + dz * dz
        pull = GRAVITY * days / (square * sqrt(square))
        for body, sign, mass in ((a, -1, b[6]), (b, 1, a[6])):
            body[3] += sign * dx * pull * mass
            body[4] += sign * dy * pull * mass
            body[5] += sign * dz * pull * mass
    for body in BODIES:
        for i in range(3):
            body[i] += days * body[i + 3]


for _ in range(int(sys.argv[1])):
    step(0.5)
print("result", *(body[0].hex() for body in BODIES))
