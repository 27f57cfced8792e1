"""numerics.py N: N times a product of matrices, complex numbers, the C library's functions and exact sums."""
import cmath
import math
import sys

SIZE = 16


def product(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


def polynomial(coefficients, x):
    value = 0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


matrix = [[math.sin(i * SIZE + j) for j in range(SIZE)] for i in range(SIZE)]
total = 0.0
for n in range(int(sys.argv[1])):
    matrix = [[math.tanh(x + 0.1) for x in row] for row in product(matrix, matrix)]
    roots = [polynomial((1, -0.5, 2.25, n), cmath.exp(2j * math.pi * k / 40)) for k in range(40)]
    values = [math.log1p(abs(root)) + math.atan2(root.imag, root.real) for root in roots]
    mean = math.fsum(values) / len(values)
    total += math.sqrt(math.fsum((value - mean) ** 2 for value in values)) + round(mean, 3)
print("result", total.hex(), matrix[1][2].hex())
