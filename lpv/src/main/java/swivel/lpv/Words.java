package swivel.lpv;

import java.util.Arrays;

/** A growing list of instruction words and their addresses. */
final class Words {
    private long[] entries = new long[256];
    private int size;

    void add(int address, int word) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, 2 * size);
        }
        entries[size++] = (long) address << 32 | word & 0xffff_ffffL;
    }

    int size() {
        return size;
    }

    int address(int i) {
        return (int) (entries[i] >>> 32);
    }

    int word(int i) {
        return (int) entries[i];
    }
}
