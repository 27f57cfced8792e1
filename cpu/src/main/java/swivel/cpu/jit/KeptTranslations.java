package swivel.cpu.jit;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import swivel.cpu.ir.Block;
import swivel.memory.Chunks;

/**
 * Translations of former runs, in a file: a boot is cold code, and most of its time goes to translating. They are found
 * by all that decides what a translation is: the block's micro-operations, where it is, and what was asked of the code
 * around it ({@link LookAhead}). So it does not matter which guest they were made for.
 *
 * <p>Machine code is moved to where it is needed: of what it holds only displacements to what is before all
 * translations, and the block's number, depend on its place ({@link Translation#fixups}).
 *
 * <pre>
 *  0  MAGIC            4  checksum of all behind
 *  8  version         16  fingerprint
 * 24  ints of entries 28  bytes of machine code
 * 32  entries         36  log2 of the ints of the table
 * 40  entries, table, machine code
 * </pre>
 *
 * <p>The file has the host's byte order. One that is damaged, or comes from another version or another kind of host,
 * counts as none. No trouble with it is an error: all is translated then.
 */
public final class KeptTranslations {
    private static final int MAGIC = 0x5357_4b54;
    private static final int FILE_HEADER = 40;
    private static final int CHECKED_FROM = 8;

    /** Nothing more is kept when this is reached: bytes of entries and machine code together. */
    public static final int MAX_BYTES = 12 << 20;

    // Ints of an entry. Behind them are micro-operations, a byte for the instruction of each, questions, links,
    // fix-ups.
    private static final int HASH = 0;
    private static final int LOCATION = 1;
    private static final int NARROW = 3;
    /** Micro-operations. */
    private static final int OPERATIONS = 5;
    /** Instructions. */
    private static final int LENGTH = 6;
    /** Ints of questions with their answers. */
    private static final int ANSWERS = 7;
    /** Ints of links. */
    private static final int LINKS = 8;

    private static final int FIXUPS = 9;
    /** Where its machine code begins. */
    private static final int CODE_AT = 10;

    private static final int CODE_LENGTH = 11;
    private static final int HEADER = 12;

    /** What arrays have at least for more. */
    private static final int ROOM = 1 << 12;

    private static final int MAX_TABLE_BITS = 20;

    private final Path file;
    private final long version;
    private final long fingerprint;

    private int[] entries = {};
    private int entriesEnd;
    private byte[] code = {};
    private int codeEnd;

    /** By hash, where an entry begins, and 1 more; 0: nowhere. Open addressing. */
    private int[] table = new int[1 << 10];

    private int count;

    /** Ints of entries that the file has. */
    private int inFile;

    private int hits;
    private final Translation found = new Translation();

    /**
     * What a file has.
     *
     * @param version of the program
     * @param fingerprint of what decides how machine code looks, beside the program
     */
    KeptTranslations(Path file, long version, long fingerprint) {
        this.file = file;
        this.version = version;
        this.fingerprint = fingerprint;
        try {
            read();
        } catch (IOException _) {
            // There is none yet.
        }
    }

    private void read() throws IOException {
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            byte[] bytes = Chunks.readFully(in, FILE_HEADER);
            ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            int ints = header.getInt(24);
            int length = header.getInt(28);
            int tableBits = header.getInt(36);
            if (header.getInt(0) != MAGIC
                    || header.getLong(8) != version
                    || header.getLong(16) != fingerprint
                    || ints < 0
                    || length < 0
                    || tableBits < 0
                    || tableBits > MAX_TABLE_BITS
                    || 4L * ints + length > MAX_BYTES
                    || FILE_HEADER + 4L * (ints + (1 << tableBits)) + length
                            != file.toFile().length()) {
                return;
            }
            byte[] readEntries = Chunks.readFully(in, 4 * ints);
            byte[] readTable = Chunks.readFully(in, 4 << tableBits);
            byte[] readCode = Chunks.readFully(in, length);
            if (header.getInt(4) != checksum(bytes, readEntries, readTable, readCode)) {
                return;
            }
            entries = ints(readEntries);
            entriesEnd = ints;
            table = ints(readTable);
            code = readCode;
            codeEnd = length;
            count = header.getInt(32);
            inFile = ints;
        }
    }

    private static int checksum(byte[] header, byte[]... parts) {
        CRC32 crc = new CRC32();
        crc.update(header, CHECKED_FROM, FILE_HEADER - CHECKED_FROM);
        for (byte[] part : parts) {
            crc.update(part);
        }
        return (int) crc.getValue();
    }

    private static int[] ints(byte[] bytes) {
        int[] ints = new int[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asIntBuffer().get(ints);
        return ints;
    }

    private static byte[] bytes(int[] ints, int length) {
        byte[] bytes = new byte[4 * length];
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asIntBuffer().put(ints, 0, length);
        return bytes;
    }

    private static int wordsOf(int bytes) {
        return bytes + 3 >> 2;
    }

    /** Where the questions of an entry are. */
    private int answersAt(int at) {
        int operations = entries[at + OPERATIONS];
        return at + HEADER + 2 * operations + wordsOf(operations);
    }

    private void insert(int at) {
        if (2 * ++count > table.length) {
            int[] old = table;
            table = new int[2 * old.length];
            for (int place : old) {
                if (place != 0) {
                    put(place);
                }
            }
        }
        put(at + 1);
    }

    private void put(int place) {
        int mask = table.length - 1;
        int slot = entries[place - 1 + HASH] & mask;
        while (table[slot] != 0) {
            slot = slot + 1 & mask;
        }
        table[slot] = place;
    }

    private static int hash(Block block) {
        int hash = (int) block.location ^ (int) (block.location >>> 32);
        for (int n : block.code) {
            hash = 31 * hash + n;
        }
        hash *= 0x9e37_79b9;
        return hash ^ hash >>> 15;
    }

    /**
     * A block's translation as it is at the end of a code memory; null if there is none.
     *
     * @param ahead of the block
     * @param used bytes before it in the code memory
     */
    Translation find(Block block, LookAhead ahead, int id, int used) {
        int hash = hash(block);
        int mask = table.length - 1;
        for (int slot = hash & mask; table[slot] != 0; slot = slot + 1 & mask) {
            int at = table[slot] - 1;
            if (entries[at + HASH] == hash && isOf(at, block)) {
                int answers = answersAt(at);
                int links = answers + entries[at + ANSWERS];
                if (ahead.agrees(entries, answers, links)) {
                    if (at < inFile) {
                        hits++;
                    }
                    return found(at, links, id, used);
                }
            }
        }
        return null;
    }

    private boolean isOf(int at, Block block) {
        int operations = block.instruction.length;
        return entries[at + LOCATION] == (int) block.location
                && entries[at + LOCATION + 1] == (int) (block.location >>> 32)
                && entries[at + NARROW] == (int) block.narrow()
                && entries[at + NARROW + 1] == (int) (block.narrow() >>> 32)
                && entries[at + OPERATIONS] == operations
                && entries[at + LENGTH] == block.length
                && Arrays.equals(entries, at + HEADER, at + HEADER + 2 * operations, block.code, 0, 2 * operations)
                && areInstructions(at + HEADER + 2 * operations, block.instruction);
    }

    private boolean areInstructions(int at, byte[] instruction) {
        for (int i = 0; i < instruction.length; i++) {
            if ((byte) (entries[at + (i >> 2)] >> 8 * (i & 3)) != instruction[i]) {
                return false;
            }
        }
        return true;
    }

    private Translation found(int at, int links, int id, int used) {
        int length = entries[at + CODE_LENGTH];
        found.length = length;
        if (found.code == null || found.code.length < length) {
            found.code = new byte[2 * length];
        }
        System.arraycopy(code, entries[at + CODE_AT], found.code, 0, length);
        found.setLinks(entries, links, entries[at + LINKS]);
        int fixups = links + entries[at + LINKS];
        for (int i = fixups; i < fixups + entries[at + FIXUPS]; i++) {
            fix(found.code, 0, entries[i], id, -used);
        }
        return found;
    }

    /** Makes four bytes of code right for another number, and for a place that is so far from where the code was. */
    private static void fix(byte[] code, int start, int fixup, int id, int distance) {
        int at = start + (fixup >>> 1);
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
     * Keeps a block's translation.
     *
     * @param ahead what was asked for it
     * @param used bytes before it in the code memory
     */
    void add(Block block, LookAhead ahead, Translation translation, int used) {
        int operations = block.instruction.length;
        int answers = ahead.length();
        int links = translation.linkCount * Translation.LINK_INTS;
        int ints = HEADER + 2 * operations + wordsOf(operations) + answers + links + translation.fixupCount;
        int length = translation.length;
        if (4L * (entriesEnd + ints) + codeEnd + length > MAX_BYTES) {
            return;
        }
        if (entriesEnd + ints > entries.length) {
            entries = Arrays.copyOf(entries, entriesEnd + entriesEnd / 2 + ints + ROOM);
        }
        if (codeEnd + length > code.length) {
            code = Arrays.copyOf(code, codeEnd + codeEnd / 2 + length + ROOM);
        }
        int at = entriesEnd;
        entries[at + HASH] = hash(block);
        entries[at + LOCATION] = (int) block.location;
        entries[at + LOCATION + 1] = (int) (block.location >>> 32);
        entries[at + NARROW] = (int) block.narrow();
        entries[at + NARROW + 1] = (int) (block.narrow() >>> 32);
        entries[at + OPERATIONS] = operations;
        entries[at + LENGTH] = block.length;
        entries[at + ANSWERS] = answers;
        entries[at + LINKS] = links;
        entries[at + FIXUPS] = translation.fixupCount;
        entries[at + CODE_AT] = codeEnd;
        entries[at + CODE_LENGTH] = translation.length;
        int to = at + HEADER;
        System.arraycopy(block.code, 0, entries, to, 2 * operations);
        to += 2 * operations;
        Arrays.fill(entries, to, to + wordsOf(operations), 0);
        for (int i = 0; i < operations; i++) {
            entries[to + (i >> 2)] |= (block.instruction[i] & 0xff) << 8 * (i & 3);
        }
        to += wordsOf(operations);
        ahead.copyTo(entries, to);
        to += answers;
        System.arraycopy(translation.links, 0, entries, to, links);
        to += links;
        System.arraycopy(translation.fixups, 0, entries, to, translation.fixupCount);
        entriesEnd = to + translation.fixupCount;
        System.arraycopy(translation.code, 0, code, codeEnd, length);
        for (int i = 0; i < translation.fixupCount; i++) {
            fix(code, codeEnd, translation.fixups[i], 0, used);
        }
        codeEnd += length;
        insert(at);
    }

    /** Translations that were not made since the file had them. */
    int hits() {
        return hits;
    }

    /** Writes the file if there is enough that it has not; other processes see a whole one or none. */
    void write() {
        if (entriesEnd - inFile <= entriesEnd / 16) {
            return;
        }
        byte[] start = new byte[FILE_HEADER];
        ByteBuffer header = ByteBuffer.wrap(start).order(ByteOrder.nativeOrder());
        header.putInt(0, MAGIC)
                .putLong(8, version)
                .putLong(16, fingerprint)
                .putInt(24, entriesEnd)
                .putInt(28, codeEnd)
                .putInt(32, count)
                .putInt(36, Integer.numberOfTrailingZeros(table.length));
        byte[][] parts = {bytes(entries, entriesEnd), bytes(table, table.length), Arrays.copyOf(code, codeEnd)};
        header.putInt(4, checksum(start, parts));
        try {
            write(start, parts);
            inFile = entriesEnd;
        } catch (IOException _) {
            // The next run translates again.
        }
    }

    /** A process that is killed leaves a name that ends as that of the file does, so who tidies up knows it. */
    private void write(byte[] header, byte[][] parts) throws IOException {
        Files.createDirectories(file.getParent());
        Path temporary =
                Files.createTempFile(file.getParent(), "new", file.getFileName().toString());
        try {
            try (OutputStream out = Files.newOutputStream(temporary)) {
                out.write(header);
                for (byte[] part : parts) {
                    out.write(part);
                }
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
