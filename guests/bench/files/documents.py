"""documents.py N: N times a nested document to JSON and back; strings, dictionaries, the C library's number conversion."""
import json
import sys

document = {
    f"section {i}": {
        "title": "Ünïcode \"quoted\" \\ text " * 3,
        "numbers": [j * i for j in range(40)],
        "measures": [j / 7 for j in range(20)],
        "flags": {str(j): j % 3 == 0 for j in range(20)},
        "nothing": None,
    }
    for i in range(20)
}
size = 0
for n in range(int(sys.argv[1])):
    document["section 0"]["numbers"][0] = n
    text = json.dumps(document, indent=n % 2 or None)
    size += len(text)
    document = json.loads(text)
print("result", size, document["section 0"]["numbers"][0])
