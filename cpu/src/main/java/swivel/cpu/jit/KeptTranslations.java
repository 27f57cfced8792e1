package swivel.cpu.jit;

import java.nio.file.Path;
import java.util.Arrays;
import swivel.cpu.ir.Block;
import swivel.memory.HostRegion;

/**
 * Translations of former runs, in a file: a boot is cold code, and most of its time goes to translating. They are found
 * by all that decides what a translation is: the block's micro-operations, where it is, and what was asked of the code
 * around it ({@link LookAhead}). So it does not matter which guest they were made for.
 *
 * <p>Machine code is moved to where it is needed: of what it holds only displacements to what is before all
 * translations, and the block's number, depend on its place ({@link Translation#fixups}).
 */
public final class KeptTranslations {
    /** The most bytes of translations that are kept of a run. */
    public static final int MAX_NEW_BYTES = 32 << 20;

    /** The most bytes of translations that a file has. */
    public static final int MAX_BYTES = 2 * MAX_NEW_BYTES;

    // Ints of an entry. Behind them are micro-operations, a byte for the instruction of each, questions, links,
    // fix-ups, machine code.
    private static final int LOCATION = 0;
    private static final int NARROW = 2;
    /** Micro-operations. */
    private static final int OPERATIONS = 4;
    /** Instructions. */
    private static final int LENGTH = 5;
    /** Ints of questions with their answers. */
    private static final int ANSWERS = 6;
    /** Ints of links. */
    private static final int LINKS = 7;

    private static final int FIXUPS = 8;
    private static final int CODE_LENGTH = 9;
    private static final int HEADER = 10;

    private final EntryStore store;
    /** What is looked at or made; machine code is in {@link #translation}. */
    private int[] entry = new int[256];

    private final Translation translation = new Translation();
    /** Of the block that was looked for last. */
    private int hash;

    private int hits;

    /**
     * What a file has.
     *
     * @param host gives memory for it
     * @param version of the program
     * @param fingerprint of what decides how machine code looks, beside the program
     */
    KeptTranslations(HostRegion host, Path file, long version, long fingerprint) {
        store = new EntryStore(host, file, version, fingerprint, MAX_BYTES, MAX_NEW_BYTES);
    }

    private static int wordsOf(int bytes) {
        return bytes + 3 >> 2;
    }

    private static int hash(Block block) {
        int hash = (int) block.location ^ (int) (block.location >>> 32);
        for (int n : block.code) {
            hash = 31 * hash + n;
        }
        hash *= 0x9e37_79b9;
        return hash ^ hash >>> 15;
    }

    private void needEntry(int ints) {
        if (entry.length < ints) {
            entry = new int[2 * ints];
        }
    }

    /**
     * A block's translation as it is at the end of a code memory; null if there is none.
     *
     * @param ahead of the block
     * @param used bytes before it in the code memory
     */
    Translation find(Block block, LookAhead ahead, int id, int used) {
        hash = hash(block);
        for (int place = store.first(hash); place != 0; place = store.next(hash)) {
            int length = store.length(place);
            needEntry(length);
            store.copy(place, entry, length);
            if (isOf(block)) {
                int answers = HEADER + 2 * entry[OPERATIONS] + wordsOf(entry[OPERATIONS]);
                int links = answers + entry[ANSWERS];
                if (ahead.agrees(entry, answers, links)) {
                    hits += store.use(place) ? 1 : 0;
                    return found(place, links, id, used);
                }
            }
        }
        return null;
    }

    private boolean isOf(Block block) {
        int operations = block.instruction.length;
        return entry[LOCATION] == (int) block.location
                && entry[LOCATION + 1] == (int) (block.location >>> 32)
                && entry[NARROW] == (int) block.narrow()
                && entry[NARROW + 1] == (int) (block.narrow() >>> 32)
                && entry[OPERATIONS] == operations
                && entry[LENGTH] == block.length
                && Arrays.equals(entry, HEADER, HEADER + 2 * operations, block.code, 0, 2 * operations)
                && areInstructions(HEADER + 2 * operations, block.instruction);
    }

    private boolean areInstructions(int at, byte[] instruction) {
        for (int i = 0; i < instruction.length; i++) {
            if ((byte) (entry[at + (i >> 2)] >> 8 * (i & 3)) != instruction[i]) {
                return false;
            }
        }
        return true;
    }

    private Translation found(int place, int links, int id, int used) {
        int fixups = links + entry[LINKS];
        int code = fixups + entry[FIXUPS];
        translation.setLinks(entry, links, entry[LINKS]);
        translation.length = entry[CODE_LENGTH];
        needCode();
        store.copy(place, code, translation.code, translation.length);
        for (int i = fixups; i < code; i++) {
            fix(translation.code, entry[i], id, -used);
        }
        return translation;
    }

    private void needCode() {
        if (translation.code == null || translation.code.length < translation.length) {
            translation.code = new byte[2 * translation.length];
        }
    }

    /** Makes four bytes of code right for another number, and for a place that is so far from where the code was. */
    private static void fix(byte[] code, int fixup, int id, int distance) {
        int at = fixup >>> 1;
        int value = (fixup & 1) == Translation.ID ? id : read(code, at) + distance;
        code[at] = (byte) value;
        code[at + 1] = (byte) (value >> 8);
        code[at + 2] = (byte) (value >> 16);
        code[at + 3] = (byte) (value >> 24);
    }

    private static int read(byte[] code, int at) {
        return code[at] & 0xff | (code[at + 1] & 0xff) << 8 | (code[at + 2] & 0xff) << 16 | code[at + 3] << 24;
    }

    /**
     * Keeps the translation of the block that was looked for last.
     *
     * @param ahead what was asked for it
     * @param used bytes before it in the code memory
     */
    void add(Block block, LookAhead ahead, Translation made, int used) {
        int operations = block.instruction.length;
        int answers = HEADER + 2 * operations + wordsOf(operations);
        int links = answers + ahead.length();
        int fixups = links + made.linkCount * Translation.LINK_INTS;
        int code = fixups + made.fixupCount;
        needEntry(code);
        entry[LOCATION] = (int) block.location;
        entry[LOCATION + 1] = (int) (block.location >>> 32);
        entry[NARROW] = (int) block.narrow();
        entry[NARROW + 1] = (int) (block.narrow() >>> 32);
        entry[OPERATIONS] = operations;
        entry[LENGTH] = block.length;
        entry[ANSWERS] = links - answers;
        entry[LINKS] = fixups - links;
        entry[FIXUPS] = made.fixupCount;
        entry[CODE_LENGTH] = made.length;
        System.arraycopy(block.code, 0, entry, HEADER, 2 * operations);
        int instructions = HEADER + 2 * operations;
        Arrays.fill(entry, instructions, answers, 0);
        for (int i = 0; i < operations; i++) {
            entry[instructions + (i >> 2)] |= (block.instruction[i] & 0xff) << 8 * (i & 3);
        }
        ahead.copyTo(entry, answers);
        System.arraycopy(made.links, 0, entry, links, fixups - links);
        System.arraycopy(made.fixups, 0, entry, fixups, made.fixupCount);
        translation.length = made.length;
        needCode();
        System.arraycopy(made.code, 0, translation.code, 0, made.length);
        for (int i = 0; i < made.fixupCount; i++) {
            fix(translation.code, made.fixups[i], 0, used);
        }
        store.add(hash, entry, code, translation.code, made.length);
    }

    /** Translations that were not made since the file had them. */
    int hits() {
        return hits;
    }

    /** {@link swivel.cpu.Processor#rest}. */
    void rest() {
        store.rest();
    }

    /** Writes the file if there is enough that it has not. */
    void write() {
        store.write();
    }
}
