"""regex.py N: N times a handful of patterns over 100 kB of text; the matcher of Python's re, a backtracking interpreter."""
import re
import sys

PATTERNS = [re.compile(p) for p in (r"\b(\w+) \1\b", r"[aeiou]{3}\w*", r"(?:^|\s)(\w)\w*\1(?=\s|$)", r"\w+ed\b|\w+ing\b", r"^.*z.*q.*$")]

with open("/data/text", encoding="ascii") as file:
    text = file.read(100_000)
found = 0
for _ in range(int(sys.argv[1])):
    for pattern in PATTERNS:
        found += sum(1 for _ in pattern.finditer(text))
    found += len(re.sub(r"(\w)(\w+)", r"\2\1", text))
print("result", found)
