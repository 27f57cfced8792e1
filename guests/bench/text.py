#!/usr/bin/env python3
"""text.py BYTES: English-like text of about that size, the same every time: words by Zipf's law, lines, paragraphs."""
import itertools
import random
import sys

random.seed(2010)
letters = "etaoinshrdlcumwfgypbvkjxqz"
weights = [1 / (i + 2) for i in range(len(letters))]
words = ["".join(random.choices(letters, weights, k=random.randint(1, 10))) for _ in range(8000)]
shares = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(words))))
size = 0
while size < int(sys.argv[1]):
    line = " ".join(random.choices(words, cum_weights=shares, k=random.randint(5, 14)))
    if random.random() < 0.1:
        line = f"{line}.\n"
    size += len(line) + 1
    print(line)
