package swivel.lpv;

import java.util.Arrays;
import swivel.arm.InstructionSet;

/** A growing list of instructions: words, their addresses, sets, and offsets in the image's bytes. */
final class Words {
    /** Address and word; the address of T32 code is odd, as in a pointer to it. */
    private long[] entries = new long[256];

    private int[] offsets = new int[256];
    private int size;

    void add(InstructionSet set, int address, int word, int offset) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, 2 * size);
            offsets = Arrays.copyOf(offsets, 2 * size);
        }
        offsets[size] = offset;
        entries[size++] = (long) (address | (set == InstructionSet.T32 ? 1 : 0)) << 32 | word & 0xffff_ffffL;
    }

    /** Appends one of another list. */
    void add(Words other, int i) {
        add(other.set(i), other.address(i), other.word(i), other.offsets[i]);
    }

    int size() {
        return size;
    }

    int address(int i) {
        return (int) (entries[i] >>> 32) & ~1;
    }

    /** The address, odd if the instruction is of T32. */
    int site(int i) {
        return (int) (entries[i] >>> 32);
    }

    InstructionSet set(int i) {
        return (entries[i] >>> 32 & 1) == 0 ? InstructionSet.A32 : InstructionSet.T32;
    }

    int word(int i) {
        return (int) entries[i];
    }

    /** All offsets, in the order of the list. */
    int[] offsets() {
        return Arrays.copyOf(offsets, size);
    }
}
