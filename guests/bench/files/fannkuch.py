"""fannkuch.py N: the most flips of prefixes over all permutations of N numbers; list operations and integers."""
import sys
from itertools import permutations

most = total = 0
for number, permutation in enumerate(permutations(range(int(sys.argv[1])))):
    flips, stack = 0, list(permutation)
    while first := stack[0]:
        stack[: first + 1] = stack[first::-1]
        flips += 1
    most = max(most, flips)
    total += -flips if number & 1 else flips
print("result", most, total)
