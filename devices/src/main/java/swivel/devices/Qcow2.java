package swivel.devices;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import swivel.formats.unpack.Zstd;

/**
 * A qcow2 image (QEMU, docs/interop/qcow2): clusters of the disk that it has, and a backing file for the others. One
 * that is written is an overlay: its base never is.
 *
 * <p>New clusters are appended. What leads to them is kept in memory until a flush, which writes in an order that a
 * crash at any moment survives: clusters and reference counts, then what finds the counts, then the tables that lead to
 * the clusters. A crash in between leaves clusters that nobody uses, which {@code qemu-img check -r leaks} frees; what
 * was flushed before is as it was.
 */
final class Qcow2 implements DiskContent {
    // A level 2 entry.
    private static final long IS_COPIED = 1L << 63; // the cluster has no other user
    private static final long IS_COMPRESSED = 1L << 62;
    private static final long IS_ZERO = 1;
    /** Of an entry of any level. */
    private static final long OFFSET = 0x00ff_ffff_ffff_fe00L;

    /** Of tables of each kind that are kept in memory, in bytes. */
    private static final int CACHED_BYTES = 1 << 20;

    private static final int MIN_CACHED = 2;

    /** Reference counts of 16 bits, which an image that is written must have. */
    private static final int COUNT_BITS = 4;

    /** A table of the file in memory: level 2, or reference counts. */
    private static final class Table {
        final long at;
        final ByteBuffer content;
        /** Nothing in the file leads to it yet. */
        boolean isNew;

        // What is not in the file, in bytes from the start of the table; empty where they are equal.
        int dirtyFrom;
        int dirtyTo;

        Table(long at, int bytes, boolean isNew) {
            this.at = at;
            this.content = ByteBuffer.allocate(bytes);
            this.isNew = isNew;
            dirtyTo = isNew ? bytes : 0;
        }

        void dirty(int from, int bytes) {
            dirtyFrom = dirtyTo == 0 ? from : Math.min(dirtyFrom, from);
            dirtyTo = Math.max(dirtyTo, from + bytes);
        }

        /** Whether the file lacks something of it, or does not lead to it. */
        boolean isDirty() {
            return dirtyTo != 0 || isNew;
        }
    }

    private final HostFile file;
    private final Qcow2Header header;
    /** What the clusters show that the image does not have; null: zeros. */
    private final DiskContent base;
    /** Whether a crash of the host may lose it all, so that nothing needs an order. */
    private final boolean temporary;

    private final int cluster;
    private final int clusterBits;
    /** Tables of each kind that are kept in memory. */
    private final int cached;

    /** By number, the longest unused first. */
    private final Map<Long, Table> level2 = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<Long, Table> counts = new LinkedHashMap<>(16, 0.75f, true);

    /** The cluster at the end of the file. */
    private long end;

    private final byte[] whole;
    /** The entry whose content {@link #whole} has, decompressed; 0: none. */
    private long decompressed;

    /**
     * Opens an image; it closes the file and the base.
     *
     * @throws IOException with the end of a sentence that begins with the file's name
     */
    Qcow2(HostFile file, Qcow2Header header, DiskContent base, boolean temporary) throws IOException {
        this(file, header, base, temporary, Math.max(MIN_CACHED, CACHED_BYTES >> header.clusterBits()));
    }

    /** The same, where so many tables of each kind are kept in memory: at least two. */
    Qcow2(HostFile file, Qcow2Header header, DiskContent base, boolean temporary, int cached) throws IOException {
        this.cached = cached;
        this.file = file;
        this.header = header;
        this.base = base;
        this.temporary = temporary;
        clusterBits = header.clusterBits();
        cluster = 1 << clusterBits;
        whole = new byte[cluster];
        end = file.length() + cluster - 1 >> clusterBits;
        if (file.writable()) {
            if (header.isUnclean()) {
                throw new IOException(" was not closed properly; run 'qemu-img check -r all' on it");
            }
            if (header.hasMore() || header.refcountBits() != COUNT_BITS) {
                throw new IOException(
                        " has snapshots, bitmaps or reference counts of other than 16 bits, and can only be read");
            }
        }
    }

    @Override
    public long bytes() {
        return header.size();
    }

    @Override
    public boolean readOnly() {
        return !file.writable();
    }

    @Override
    public void read(byte[] to, int from, int length, long at) throws IOException {
        int inside = Math.clamp(header.size() - at, 0, length);
        for (int done = 0; done < inside; ) {
            int part = Math.min(inside - done, cluster - within(at + done));
            readPart(to, from + done, part, at + done);
            done += part;
        }
        Arrays.fill(to, from + inside, from + length, (byte) 0); // a base may be shorter than what is above it
    }

    private int within(long at) {
        return (int) at & cluster - 1;
    }

    /** Reads what lies in one cluster. */
    private void readPart(byte[] to, int from, int length, long at) throws IOException {
        long entry = entry(at);
        if ((entry & IS_COMPRESSED) != 0) {
            decompress(entry);
            System.arraycopy(whole, within(at), to, from, length);
        } else if ((entry & IS_ZERO) != 0 || (entry & OFFSET) == 0 && base == null) {
            Arrays.fill(to, from, from + length, (byte) 0);
        } else if ((entry & OFFSET) == 0) {
            base.read(to, from, length, at);
        } else {
            int read = file.read(to, from, length, offset(entry) + within(at));
            Arrays.fill(to, from + read, from + length, (byte) 0);
        }
    }

    /** Where a cluster or a table is that an entry names; 0: nowhere. */
    private long offset(long entry) throws IOException {
        long at = entry & OFFSET;
        if (within(at) != 0 || at >>> clusterBits >= end) {
            throw new IOException("the qcow2 image is damaged: a cluster is outside of the file or of its place");
        }
        return at;
    }

    private void decompress(long entry) throws IOException {
        if (entry == decompressed) {
            return;
        }
        decompressed = 0;
        int sectorBit = 62 - (clusterBits - 8);
        long at = entry & (1L << sectorBit) - 1;
        int sectors = (int) ((entry & IS_COMPRESSED - 1) >>> sectorBit) + 1;
        byte[] packed = new byte[sectors * DiskImage.SECTOR - (int) (at & DiskImage.SECTOR - 1)];
        int present = file.read(packed, 0, packed.length, at);
        if (header.zstd()) {
            decompressZstd(packed, present);
        } else {
            inflate(packed, present);
        }
        decompressed = entry;
    }

    private void decompressZstd(byte[] packed, int present) throws IOException {
        try {
            System.arraycopy(Zstd.unpack(packed, present, cluster), 0, whole, 0, cluster);
        } catch (IOException e) {
            throw new IOException("the qcow2 image is damaged: a compressed cluster is none", e);
        }
    }

    private void inflate(byte[] packed, int present) throws IOException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed, 0, present);
            int done = 0;
            for (int more; done < cluster && (more = inflater.inflate(whole, done, cluster - done)) > 0; ) {
                done += more;
            }
            if (done < cluster) {
                throw new IOException("the qcow2 image is damaged: a compressed cluster is cut off");
            }
        } catch (DataFormatException e) {
            throw new IOException("the qcow2 image is damaged: a compressed cluster is none", e);
        } finally {
            inflater.end();
        }
    }

    /** The level 2 entry of a place of the disk. */
    private long entry(long at) throws IOException {
        Table table = level2(at >>> level2Bits(), false);
        return table == null ? 0 : table.content.getLong(place(at));
    }

    /** Log2 of the bytes that a level 2 table is for. */
    private int level2Bits() {
        return 2 * clusterBits - 3;
    }

    /** Where the entry of a place of the disk is in its table. */
    private int place(long at) {
        return (int) (at >>> clusterBits & (1 << clusterBits - 3) - 1) * Long.BYTES;
    }

    /** A level 2 table; null if there is none, and none is to be made. */
    private Table level2(long number, boolean make) throws IOException {
        Table table = level2.get(number);
        if (table != null) {
            return table;
        }
        long at = offset(longAt(header.l1At() + number * Long.BYTES));
        if (at == 0 && !make) {
            return null;
        }
        table = at == 0 ? new Table(allocate(), cluster, true) : load(at);
        keep(level2, number, table);
        return table;
    }

    private long longAt(long at) throws IOException {
        byte[] bytes = new byte[Long.BYTES];
        if (at < 0 || file.read(bytes, 0, bytes.length, at) < bytes.length) {
            throw new IOException("the qcow2 image is damaged: it ends before its tables do");
        }
        return ByteBuffer.wrap(bytes).getLong();
    }

    private Table load(long at) throws IOException {
        Table table = new Table(at, cluster, false);
        if (file.read(table.content.array(), 0, cluster, at) < cluster) {
            throw new IOException("the qcow2 image is damaged: it ends before its tables do");
        }
        return table;
    }

    /** Puts a table in memory, in the place of another one where there are enough. */
    private void keep(Map<Long, Table> tables, long number, Table table) throws IOException {
        if (tables.size() >= cached) {
            Iterator<Table> oldest = tables.values().iterator();
            if (oldest.next().isDirty()) {
                writeTables();
                oldest = tables.values().iterator();
                oldest.next();
            }
            oldest.remove();
        }
        tables.put(number, table);
    }

    /** Takes a cluster at the end of the file. */
    private long allocate() throws IOException {
        Table block = counts(end);
        if (block == null) { // the cluster becomes the block that counts it
            block = new Table(end << clusterBits, cluster, true);
            keep(counts, end >>> clusterBits - 1, block);
            count(block, end++);
        }
        count(block, end);
        return end++ << clusterBits;
    }

    /** The block with the count of a cluster; null if there is none. */
    private Table counts(long number) throws IOException {
        long block = number >>> clusterBits - 1;
        Table table = counts.get(block);
        if (table != null) {
            return table;
        }
        if (block >= header.refcountTableEntries()) {
            throw new IOException("the overlay is full: it has no room for more reference counts");
        }
        long at = offset(longAt(header.refcountTableAt() + block * Long.BYTES));
        if (at == 0) {
            return null;
        }
        table = load(at);
        keep(counts, block, table);
        return table;
    }

    private void count(Table block, long number) {
        int place = (int) (number & (1 << clusterBits - 1) - 1) * Short.BYTES;
        block.content.putShort(place, (short) 1);
        block.dirty(place, Short.BYTES);
    }

    @Override
    public void write(byte[] from, int first, int length, long at) throws IOException {
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, cluster - within(at + done));
            writePart(from, first + done, part, at + done);
            done += part;
        }
    }

    /** Writes what lies in one cluster: in place if the image has it, else to a new one with what was there. */
    private void writePart(byte[] from, int first, int length, long at) throws IOException {
        Table table = level2(at >>> level2Bits(), true);
        long entry = table.content.getLong(place(at));
        boolean isOwn = (entry & IS_COMPRESSED) == 0 && (entry & OFFSET) != 0;
        if (isOwn && (entry & IS_ZERO) == 0) {
            file.write(from, first, length, offset(entry) + within(at));
            return;
        }
        byte[] content = from;
        int start = first;
        if (length < cluster) {
            read(whole, 0, cluster, at - within(at));
            decompressed = 0;
            System.arraycopy(from, first, whole, within(at), length);
            content = whole;
            start = 0;
        }
        long to = isOwn ? offset(entry) : allocate();
        try {
            file.write(content, start, cluster, to);
        } catch (IOException e) { // the host's disk is full
            end = isOwn ? end : end - 1;
            throw e;
        }
        set(level2(at >>> level2Bits(), true), at, to | IS_COPIED);
    }

    private void set(Table table, long at, long entry) {
        table.content.putLong(place(at), entry);
        table.dirty(place(at), Long.BYTES);
    }

    @Override
    public void zero(long length, long at) throws IOException {
        clear(length, at, true);
    }

    @Override
    public void discard(long length, long at) throws IOException {
        clear(length, at, false);
    }

    /**
     * Whole clusters become zeros. They keep their place in the file for what is written there next, but not the host's
     * room: after a crash their entry may be the former one, and leads to zeros as well.
     */
    private void clear(long length, long at, boolean parts) throws IOException {
        long last = at + length;
        for (long next = at; next < last; ) {
            int part = (int) Math.min(last - next, cluster - within(next));
            if (within(next) == 0 && (part == cluster || next + part == header.size())) {
                Table table = level2(next >>> level2Bits(), true);
                long entry = table.content.getLong(place(next));
                boolean isOwn = (entry & IS_COMPRESSED) == 0;
                if (isOwn && (entry & OFFSET) != 0 && (entry & IS_ZERO) == 0) {
                    file.punch(cluster, offset(entry));
                }
                set(table, next, isOwn ? entry | IS_ZERO : IS_ZERO);
            } else if (parts) {
                writePart(new byte[part], 0, part, next);
            }
            next += part;
        }
    }

    @Override
    public void flush() throws IOException {
        writeTables();
        sync();
    }

    private void sync() throws IOException {
        if (!temporary) {
            file.sync();
        }
    }

    /** Writes the tables, each when what it leads to is on the medium. */
    private void writeTables() throws IOException {
        if (!isDirty(counts) && !isDirty(level2)) {
            return;
        }
        write(counts, false);
        write(level2, true);
        sync();
        if (link(counts, header.refcountTableAt(), 0)) {
            sync();
        }
        boolean _ = link(level2, header.l1At(), IS_COPIED);
        write(level2, false);
    }

    private static boolean isDirty(Map<Long, Table> tables) {
        for (Table table : tables.values()) {
            if (table.isDirty()) {
                return true;
            }
        }
        return false;
    }

    /** Writes what is dirty of tables, or only those that nothing leads to yet. */
    private void write(Map<Long, Table> tables, boolean onlyNew) throws IOException {
        for (Table table : tables.values()) {
            if (table.dirtyTo != 0 && (table.isNew || !onlyNew)) {
                file.write(
                        table.content.array(),
                        table.dirtyFrom,
                        table.dirtyTo - table.dirtyFrom,
                        table.at + table.dirtyFrom);
                table.dirtyFrom = table.dirtyTo = 0;
            }
        }
    }

    /** Enters new tables into the one that leads to them; whether there were any. */
    private boolean link(Map<Long, Table> tables, long at, long flags) throws IOException {
        boolean any = false;
        for (Map.Entry<Long, Table> entry : tables.entrySet()) {
            Table table = entry.getValue();
            if (table.isNew) {
                byte[] link = ByteBuffer.allocate(Long.BYTES)
                        .putLong(table.at | flags)
                        .array();
                file.write(link, 0, link.length, at + entry.getKey() * Long.BYTES);
                table.isNew = false;
                any = true;
            }
        }
        return any;
    }

    @Override
    public void close() throws IOException {
        try (HostFile _ = file;
                DiskContent _ = base) {
            if (!readOnly()) {
                flush();
            }
        }
    }
}
