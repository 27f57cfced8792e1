package swivel.lpv;

import java.util.Arrays;

/** A growing list of instruction words with their addresses and their offsets in the image's bytes. */
final class Words {
    private long[] entries = new long[256];
    private int[] offsets = new int[256];
    private int size;

    void add(int address, int word, int offset) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, 2 * size);
            offsets = Arrays.copyOf(offsets, 2 * size);
        }
        offsets[size] = offset;
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

    /** All offsets, in the order of the list. */
    int[] offsets() {
        return Arrays.copyOf(offsets, size);
    }
}
