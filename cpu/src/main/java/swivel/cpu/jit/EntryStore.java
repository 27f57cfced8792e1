package swivel.cpu.jit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import swivel.memory.HostMemory;
import swivel.memory.HostRegion;

/**
 * Entries that are found by a hash, and are kept from run to run in a file. The file is mapped: what is not looked at
 * takes no memory, and what was looked at gives its memory back when the guest waits. New entries come behind it.
 *
 * <pre>
 *  0  MAGIC            4  checksum of the table, and then of the header from 8 on
 *  8  version         16  fingerprint
 * 24  ints of entries 28  log2 of the ints of the table
 * 32  entries, table
 * </pre>
 *
 * <p>An entry begins with its ints, its hash, and a checksum of what it holds and of these. The table holds by hash
 * where entries begin, in ints from the start of the file; 0: nowhere; open addressing. It is looked at where it is,
 * so an idle guest pays nothing for a large file. Numbers have the host's byte order.
 *
 * <p>A file that has another version or fingerprint, and an entry that is damaged, count as none, whenever that comes
 * about, and no trouble with the file is an error. What nobody looks for is not read. Other processes see a whole file
 * or none. One thread uses this.
 */
final class EntryStore {
    private static final MemorySegment HOST = HostMemory.ALL;
    private static final int MAGIC = 0x5357_4b56;

    // Places in the file, in ints.
    private static final int CHECKSUM = 1;
    private static final int VERSION = 2;
    private static final int FINGERPRINT = 4;
    private static final int ENTRY_INTS = 6;
    private static final int TABLE_BITS = 7;
    /** The first entry. */
    private static final int FIRST = 8;

    private static final int FILE_HEADER = 4 * FIRST;

    private static final int MAX_TABLE_BITS = 20;

    // Ints in front of what an entry holds.
    private static final int LENGTH = 0;
    private static final int HASH = 1;
    private static final int ENTRY_CHECKSUM = 2;
    private static final int ENTRY_HEADER = 3;

    /** The memory of the file is given back when so many entries were used. */
    private static final int USES_BEFORE_REST = 32;

    private static final int WRITTEN_AT_ONCE = 1 << 16;

    private final Path file;
    private final long version;
    private final long fingerprint;
    private final int maxInts;
    private final int maxNewInts;

    /** Address of the file, or of memory in its place; places count from here. */
    private final long start;
    /** Behind the entries of the file, where its table is. */
    private int formerEnd = FIRST;
    /** Slots of the file's table. */
    private int formerSlots;
    /** Where new entries begin. */
    private final int newFrom;

    private int newEnd;
    /** All of it, from {@link #start} on. */
    private final ByteBuffer memory;

    private final CRC32 crc = new CRC32();

    /** Of new entries. */
    private int[] table = new int[1 << 10];

    private int count;

    // Slots that a search has looked at in each table.
    private int formerTries;
    private int tries;

    /** Entries of the file that were used, by half of their place. */
    private final BitSet used = new BitSet();

    private int usedInts;

    /** Since the file's memory was given back. */
    private int uses;

    /**
     * What a file has.
     *
     * @param host gives memory for it
     * @param maxBytes the most bytes of entries that a file gets
     * @param maxNewBytes the most bytes of new entries of a run
     */
    EntryStore(HostRegion host, Path file, long version, long fingerprint, int maxBytes, int maxNewBytes) {
        this.file = file;
        this.version = version;
        this.fingerprint = fingerprint;
        maxInts = maxBytes / Integer.BYTES;
        maxNewInts = maxNewBytes / Integer.BYTES;
        HostRegion.MappedFile mapped;
        try {
            mapped = host.mapFile(file, FILE_HEADER + 4L * (maxInts + (1 << MAX_TABLE_BITS)), maxNewBytes);
        } catch (IOException _) { // there is none yet
            start = host.allocate(FILE_HEADER + maxNewBytes);
            newFrom = newEnd = FIRST;
            memory = memory();
            return;
        }
        start = mapped.address();
        newFrom = newEnd = (int) (mapped.room() - start >> 2);
        memory = memory();
        if (isWhole(mapped.bytes())) {
            formerEnd = FIRST + at(ENTRY_INTS);
            formerSlots = 1 << at(TABLE_BITS);
        }
        forget();
    }

    private ByteBuffer memory() {
        return HOST.asSlice(start, 4L * (newFrom + maxNewInts)).asByteBuffer();
    }

    /** Whether the file is one that can be used, but for single entries. */
    private boolean isWhole(long length) {
        if (length < FILE_HEADER
                || at(0) != MAGIC
                || longAt(VERSION) != version
                || longAt(FINGERPRINT) != fingerprint) {
            return false;
        }
        int ints = at(ENTRY_INTS);
        int tableBits = at(TABLE_BITS);
        if (ints < 0
                || ints > maxInts
                || tableBits < 0
                || tableBits > MAX_TABLE_BITS
                || FILE_HEADER + 4L * (ints + (1 << tableBits)) != length) {
            return false;
        }
        crc.reset();
        sum(FIRST + ints, 1 << tableBits);
        sum(VERSION, FIRST - VERSION);
        return at(CHECKSUM) == (int) crc.getValue();
    }

    private void sum(int place, int ints) {
        crc.update(memory.limit(4 * (place + ints)).position(4 * place));
    }

    /** Whether an entry of the file can be at what its table holds. */
    private boolean isFormer(int place) {
        return place >= FIRST && place <= formerEnd - ENTRY_HEADER;
    }

    /** Whether an entry of the file is as it was written. */
    private boolean isSound(int place) {
        int ints = at(place + LENGTH);
        return ints >= ENTRY_HEADER && ints <= formerEnd - place && at(place + ENTRY_CHECKSUM) == checksum(place);
    }

    private int checksum(int place) {
        crc.reset();
        sum(place, ENTRY_CHECKSUM);
        sum(place + ENTRY_HEADER, at(place + LENGTH) - ENTRY_HEADER);
        return (int) crc.getValue();
    }

    private long address(int place) {
        return start + 4L * place;
    }

    private int at(int place) {
        return HOST.get(ValueLayout.JAVA_INT, address(place));
    }

    private long longAt(int place) {
        return HOST.get(ValueLayout.JAVA_LONG, address(place));
    }

    /** Gives back the memory of the file's pages; they are read again when they are looked at. */
    private void forget() {
        boolean _ = HostMemory.forget(start, 4L * newFrom);
        uses = 0;
    }

    /** {@link swivel.cpu.Processor#rest}. */
    void rest() {
        if (uses >= USES_BEFORE_REST) {
            forget();
        }
    }

    /** The first entry that may be of a hash; 0: none. */
    int first(int hash) {
        formerTries = tries = 0;
        return next(hash);
    }

    /** The next one after {@link #first}; 0: none. */
    int next(int hash) {
        while (formerTries < formerSlots) {
            int place = formerPlace(hash + formerTries++ & formerSlots - 1);
            if (place == 0) {
                formerTries = formerSlots;
            } else if (isFormer(place) && at(place + HASH) == hash && isSound(place)) {
                return place;
            }
        }
        int place;
        do {
            place = table[hash + tries++ & table.length - 1];
        } while (place != 0 && at(place + HASH) != hash);
        return place;
    }

    private int formerPlace(int slot) {
        return at(formerEnd + slot);
    }

    /** Ints of what an entry holds. */
    int length(int place) {
        return at(place + LENGTH) - ENTRY_HEADER;
    }

    /** Copies the first ints of what an entry holds. */
    void copy(int place, int[] to, int ints) {
        MemorySegment.copy(HOST, ValueLayout.JAVA_INT, address(place + ENTRY_HEADER), to, 0, ints);
    }

    /** Copies bytes that are behind ints of what an entry holds. */
    void copy(int place, int ints, byte[] to, int bytes) {
        MemorySegment.copy(HOST, ValueLayout.JAVA_BYTE, address(place + ENTRY_HEADER + ints), to, 0, bytes);
    }

    /** Notes that an entry was of use; whether it comes from a former run. */
    boolean use(int place) {
        boolean isFormer = place < formerEnd;
        if (isFormer) {
            if (!used.get(place >> 1)) {
                used.set(place >> 1);
                usedInts += at(place + LENGTH);
            }
            uses++;
        }
        return isFormer;
    }

    /** Adds an entry that holds ints with bytes behind them, if there is room. */
    void add(int hash, int[] ints, int length, byte[] bytes, int byteLength) {
        int all = ENTRY_HEADER + length + (byteLength + 3 >> 2);
        if (newEnd - newFrom + all > maxNewInts) {
            return;
        }
        int place = newEnd;
        HOST.set(ValueLayout.JAVA_INT, address(place + LENGTH), all);
        HOST.set(ValueLayout.JAVA_INT, address(place + HASH), hash);
        long to = address(place + ENTRY_HEADER);
        MemorySegment.copy(ints, 0, HOST, ValueLayout.JAVA_INT, to, length);
        MemorySegment.copy(bytes, 0, HOST, ValueLayout.JAVA_BYTE, to + 4L * length, byteLength);
        newEnd += all;
        if (2 * ++count > table.length) {
            int[] old = table;
            table = new int[2 * old.length];
            for (int other : old) {
                if (other != 0) {
                    put(table, at(other + HASH), other);
                }
            }
        }
        put(table, hash, place);
    }

    private static void put(int[] table, int hash, int place) {
        int mask = table.length - 1;
        int slot = hash & mask;
        while (table[slot] != 0) {
            slot = slot + 1 & mask;
        }
        table[slot] = place;
    }

    /**
     * Writes the file if this run made enough that it has not. What the run used comes first, so entries stand in the
     * order of their last use, and where not all have room, those that were not used for longest are left out.
     */
    void write() {
        if (newEnd - newFrom <= usedInts / 16) {
            return;
        }
        try {
            // A process that is killed leaves a name that ends as that of the file does, so who tidies up knows it.
            Files.createDirectories(file.getParent());
            Path temporary = Files.createTempFile(
                    file.getParent(), "new", file.getFileName().toString());
            try {
                try (Writer writer = new Writer(temporary)) {
                    writer.entries(place -> used.get(place >> 1));
                    writer.entries(place -> place >= newFrom);
                    writer.entries(place -> place < formerEnd && !used.get(place >> 1));
                    writer.finish();
                }
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException _) {
            // The next run makes it again.
        }
    }

    /** Of one file. */
    private final class Writer implements AutoCloseable {
        private final RandomAccessFile out;
        private final byte[] buffer = new byte[WRITTEN_AT_ONCE];
        private int filled;
        /** All entries; the lengths of those that are damaged do not lead to the next ones. */
        private final int[] sorted = IntStream.concat(
                        IntStream.range(0, formerSlots)
                                .map(slot -> formerPlace(slot))
                                .filter(place -> isFormer(place) && isSound(place)),
                        IntStream.of(table).filter(place -> place != 0))
                .sorted()
                .toArray();

        private final int[] places = new int[2 * Integer.highestOneBit(2 * sorted.length)];
        private int end = FIRST;

        Writer(Path temporary) throws IOException {
            out = new RandomAccessFile(temporary.toFile(), "rw");
            out.seek(FILE_HEADER);
        }

        /** Writes some of the entries in the order that they have, as long as there is room. */
        void entries(IntPredicate which) throws IOException {
            for (int place : sorted) {
                int ints = at(place + LENGTH);
                if (which.test(place) && end - FIRST + ints <= maxInts) {
                    if (place >= newFrom) {
                        HOST.set(ValueLayout.JAVA_INT, address(place + ENTRY_CHECKSUM), checksum(place));
                    }
                    put(places, at(place + HASH), end);
                    entry(address(place), 4L * ints);
                    end += ints;
                }
            }
        }

        private void entry(long at, long length) throws IOException {
            for (long done = 0; done < length; ) {
                if (filled == buffer.length) {
                    flush();
                }
                int size = (int) Math.min(length - done, buffer.length - filled);
                MemorySegment.copy(HOST, ValueLayout.JAVA_BYTE, at + done, buffer, filled, size);
                filled += size;
                done += size;
            }
        }

        private void flush() throws IOException {
            out.write(buffer, 0, filled);
            filled = 0;
        }

        void finish() throws IOException {
            flush();
            byte[] placeBytes = new byte[4 * places.length];
            ByteBuffer.wrap(placeBytes)
                    .order(ByteOrder.nativeOrder())
                    .asIntBuffer()
                    .put(places);
            out.write(placeBytes);
            ByteBuffer header = ByteBuffer.allocate(FILE_HEADER).order(ByteOrder.nativeOrder());
            header.putInt(0, MAGIC)
                    .putLong(4 * VERSION, version)
                    .putLong(4 * FINGERPRINT, fingerprint)
                    .putInt(4 * ENTRY_INTS, end - FIRST)
                    .putInt(4 * TABLE_BITS, Integer.numberOfTrailingZeros(places.length));
            crc.reset();
            crc.update(placeBytes);
            crc.update(header.array(), 4 * VERSION, FILE_HEADER - 4 * VERSION);
            header.putInt(4 * CHECKSUM, (int) crc.getValue());
            out.seek(0);
            out.write(header.array());
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
