package swivel.cpu.jit;

import java.util.Arrays;

/**
 * A block's machine code as a {@link Backend} leaves it, until the next one. Execution enters at offset 0.
 *
 * <p>Links are its direct jumps to other blocks, which the engine patches. Each has {@link #LINK_INTS} ints. It starts
 * out unlinked: the jump leads to its stub, which leaves with {@link Exit#LINK}, and the guard compares with
 * {@link #NO_GUARD}.
 */
public final class Translation {
    /** Ints of a link: {@link #PC}, {@link #JUMP}, {@link #STUB}, {@link #GUARD}. */
    public static final int LINK_INTS = 4;

    /** The target's place. */
    public static final int PC = 0;
    /** Offset of what is patched of the jump. */
    public static final int JUMP = 1;
    /** Offset of the stub that the jump leads to while it is not linked. */
    public static final int STUB = 2;
    /**
     * Offset of the int that the guard compares with, or -1 if the target is in the same page as the block and there is
     * none. The guard compares it with the execute entry of the target's page in the current space, and leads to the
     * stub where they differ.
     */
    public static final int GUARD = 3;

    /** No execute entry. */
    public static final int NO_GUARD = 2;

    public byte[] code;
    public int length;
    int[] links = new int[8 * LINK_INTS];
    int linkCount;

    /**
     * Offsets of the ints in the code that depend on where it is in the code memory, and which number it has:
     * {@link #RELATIVE} or {@link #ID} beside each.
     */
    int[] fixups = new int[16];

    int fixupCount;

    /** In the lowest bit of a fix-up: a displacement to what is before all translations. */
    static final int RELATIVE = 0;

    /** In the lowest bit of a fix-up: the block's number. */
    static final int ID = 1;

    /** Empties it. */
    public void reset() {
        length = 0;
        linkCount = 0;
        fixupCount = 0;
    }

    /** Notes that four bytes at an offset are the displacement from behind them, or so, to a stub or a constant. */
    public void addRelative(int offset) {
        addFixup(offset << 1 | RELATIVE);
    }

    /** Notes that four bytes at an offset are the block's number. */
    public void addId(int offset) {
        addFixup(offset << 1 | ID);
    }

    private void addFixup(int fixup) {
        if (fixupCount == fixups.length) {
            fixups = Arrays.copyOf(fixups, 2 * fixupCount);
        }
        fixups[fixupCount++] = fixup;
    }

    /** Whether another one has the same code and links. */
    boolean isSame(Translation other) {
        return Arrays.equals(code, 0, length, other.code, 0, other.length)
                && Arrays.equals(links, 0, linkCount * LINK_INTS, other.links, 0, other.linkCount * LINK_INTS);
    }

    /** Takes links from an array. */
    void setLinks(int[] from, int at, int ints) {
        if (ints > links.length) {
            links = new int[ints];
        }
        System.arraycopy(from, at, links, 0, ints);
        linkCount = ints / LINK_INTS;
    }

    /** Adds a link; returns its index. */
    public int addLink(int pc, int jump, int stub, int guard) {
        int at = linkCount * LINK_INTS;
        if (at == links.length) {
            links = Arrays.copyOf(links, 2 * at);
        }
        links[at + PC] = pc;
        links[at + JUMP] = jump;
        links[at + STUB] = stub;
        links[at + GUARD] = guard;
        return linkCount++;
    }
}
