package swivel.devices;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a qcow2 image begins with (QEMU, docs/interop/qcow2: "Header"). Numbers are big-endian.
 *
 * @param clusterBits log2 of the bytes of a cluster
 * @param size of the disk, in bytes
 * @param l1Entries of the level 1 table
 * @param l1At where that table is in the file
 * @param refcountTableAt where the table of the blocks of reference counts is in the file
 * @param refcountTableEntries of that table
 * @param refcountBits log2 of the bits of a reference count
 * @param isUnclean whether whoever wrote the image last did not finish, or found it corrupt
 * @param hasMore whether it has snapshots, so that clusters may have several users, or what a writer has to keep true
 * @param zstd whether compressed clusters are Zstandard frames, and not deflated
 * @param base the name of the backing file; null: there is none
 * @param baseFormat what its format is; null: the image does not say
 */
record Qcow2Header(
        int clusterBits,
        long size,
        int l1Entries,
        long l1At,
        long refcountTableAt,
        int refcountTableEntries,
        int refcountBits,
        boolean isUnclean,
        boolean hasMore,
        boolean zstd,
        String base,
        String baseFormat) {
    private static final int MAGIC = 0x5146_49fb;

    // Offsets.
    private static final int VERSION = 4;
    private static final int BASE_AT = 8;
    private static final int BASE_LENGTH = 16;
    private static final int CLUSTER_BITS = 20;
    private static final int SIZE = 24;
    private static final int ENCRYPTION = 32;
    private static final int L1_ENTRIES = 36;
    private static final int L1_AT = 40;
    private static final int REFCOUNT_TABLE_AT = 48;
    private static final int REFCOUNT_TABLE_CLUSTERS = 56;
    private static final int SNAPSHOTS = 60;
    // Of version 3 only.
    private static final int INCOMPATIBLE = 72;
    private static final int AUTOCLEAR = 88;
    private static final int REFCOUNT_BITS = 96;
    private static final int LENGTH = 100;

    private static final int LENGTH_2 = 72;
    private static final int LENGTH_3 = 104;
    private static final int COMPRESSION = 104;

    /** Incompatible features. */
    private static final long DIRTY = 1;

    private static final long CORRUPT = 2;
    /** The header has a type of compression, which is none that all readers know. */
    private static final long COMPRESSION_TYPE = 8;

    /** The type of Zstandard. */
    private static final int ZSTD = 1;

    /** The extension that names the backing file's format. */
    private static final int BASE_FORMAT = 0xe279_2aca;

    private static final int MIN_CLUSTER_BITS = 9;
    private static final int MAX_CLUSTER_BITS = 21;
    private static final int MAX_BASE_NAME = 1023;

    /** There are some five. */
    private static final int MAX_EXTENSIONS = 64;

    /** What QEMU, too, takes for the most; no disk of today is larger. */
    private static final long MAX_SIZE = 1L << 56;

    /** Of what we make: 64 KiB, as QEMU's. */
    private static final int OUR_CLUSTER_BITS = 16;

    private static final int OUR_REFCOUNT_BITS = 4;

    /**
     * Reads it.
     *
     * @throws IOException with the end of a sentence that begins with the file's name, if the image is not understood
     */
    static Qcow2Header read(HostFile file) throws IOException {
        byte[] start = new byte[COMPRESSION + 1];
        int present = file.read(start, 0, start.length, 0);
        ByteBuffer header = ByteBuffer.wrap(start);
        int version = header.getInt(VERSION);
        if (header.getInt(0) != MAGIC
                || version != 2 && version != 3
                || present < (version == 2 ? LENGTH_2 : LENGTH_3)) {
            throw new IOException(" is no qcow2 image of version 2 or 3");
        }
        long features = version == 2 ? 0 : header.getLong(INCOMPATIBLE);
        if (header.getInt(ENCRYPTION) != 0) {
            throw new IOException(" is encrypted");
        }
        boolean hasType = (features & COMPRESSION_TYPE) != 0;
        if ((features & ~(DIRTY | CORRUPT | COMPRESSION_TYPE)) != 0 || hasType && start[COMPRESSION] != ZSTD) {
            throw new IOException(" has features of qcow2 that are not supported (0x" + Long.toHexString(features)
                    + "): an external data file, extended L2 entries, or a compression beside deflate and zstd");
        }
        int clusterBits = header.getInt(CLUSTER_BITS);
        int refcountBits = version == 2 ? OUR_REFCOUNT_BITS : header.getInt(REFCOUNT_BITS);
        long size = header.getLong(SIZE);
        if (clusterBits < MIN_CLUSTER_BITS
                || clusterBits > MAX_CLUSTER_BITS
                || refcountBits < 0
                || refcountBits > 6
                || size < 0
                || size > MAX_SIZE) {
            throw new IOException(" is damaged: its header has impossible sizes");
        }
        if (size == 0) {
            throw new IOException(" is of a disk without a byte");
        }
        long l1Entries = Integer.toUnsignedLong(header.getInt(L1_ENTRIES));
        long refcountTable = Integer.toUnsignedLong(header.getInt(REFCOUNT_TABLE_CLUSTERS)) << clusterBits - 3;
        if (l1Entries < l1Entries(size, clusterBits) || l1Entries > Integer.MAX_VALUE || refcountTable > 1 << 24) {
            throw new IOException(" is damaged: its tables do not fit its size");
        }
        return new Qcow2Header(
                clusterBits,
                size,
                (int) l1Entries,
                header.getLong(L1_AT),
                header.getLong(REFCOUNT_TABLE_AT),
                (int) refcountTable,
                refcountBits,
                (features & (DIRTY | CORRUPT)) != 0,
                header.getInt(SNAPSHOTS) != 0 || version == 3 && header.getLong(AUTOCLEAR) != 0,
                hasType,
                base(file, header),
                baseFormat(file, version == 2 ? LENGTH_2 : Integer.toUnsignedLong(header.getInt(LENGTH))));
    }

    /** Looks through the extensions, which are behind the header. */
    private static String baseFormat(HostFile file, long from) throws IOException {
        byte[] extension = new byte[2 * Integer.BYTES];
        long at = from;
        for (int i = 0; i < MAX_EXTENSIONS && file.read(extension, 0, extension.length, at) == extension.length; i++) {
            ByteBuffer fields = ByteBuffer.wrap(extension);
            int type = fields.getInt();
            int length = fields.getInt();
            if (type == 0 || length < 0) {
                break;
            }
            if (type == BASE_FORMAT) {
                byte[] name = new byte[Math.min(length, MAX_BASE_NAME)];
                int read = file.read(name, 0, name.length, at + extension.length);
                return new String(name, 0, read, StandardCharsets.US_ASCII);
            }
            at += extension.length + (length + 7L & -8);
        }
        return null;
    }

    private static String base(HostFile file, ByteBuffer header) throws IOException {
        int length = header.getInt(BASE_LENGTH);
        if (header.getLong(BASE_AT) == 0 || length == 0) {
            return null;
        }
        byte[] name = new byte[Math.clamp(length, 0, MAX_BASE_NAME)];
        if (length != name.length || file.read(name, 0, length, header.getLong(BASE_AT)) < length) {
            throw new IOException(" is damaged: the name of its backing file is cut off");
        }
        return new String(name, StandardCharsets.UTF_8);
    }

    /** How many level 1 entries a disk needs: one for the clusters whose entries fill a cluster. */
    private static long l1Entries(long size, int clusterBits) {
        long each = 1L << 2 * clusterBits - 3;
        return (size + each - 1) / each;
    }

    /**
     * The beginning of the file of a new image that shows what its backing file has: header, table of reference counts,
     * their first block, level 1 table, each in clusters of its own.
     *
     * @throws IOException with a sentence, if it cannot be
     */
    static byte[] create(long size, String base, String baseFormat) throws IOException {
        byte[] name = base.getBytes(StandardCharsets.UTF_8);
        if (name.length > MAX_BASE_NAME) {
            throw new IOException("the path " + base + " is too long for an overlay; QEMU allows 1023 bytes");
        }
        int cluster = 1 << OUR_CLUSTER_BITS;
        long l1Entries = l1Entries(size, OUR_CLUSTER_BITS);
        int l1Clusters = clusters(l1Entries * Long.BYTES);
        // For twice as many clusters as the disk has: tables, and what killed processes left behind.
        long counted = (size >> OUR_CLUSTER_BITS << 1) + cluster;
        int refcountClusters = clusters(counted * Short.BYTES / cluster * Long.BYTES + 1);
        int used = 2 + refcountClusters + l1Clusters;
        if (l1Clusters > cluster / 4 || refcountClusters > cluster / 8) {
            throw new IOException("a disk of " + size + " bytes is too large for an overlay");
        }
        ByteBuffer image = ByteBuffer.allocate(used * cluster);
        image.putInt(0, MAGIC)
                .putInt(VERSION, 3)
                .putInt(CLUSTER_BITS, OUR_CLUSTER_BITS)
                .putLong(SIZE, size)
                .putInt(L1_ENTRIES, (int) l1Entries)
                .putLong(L1_AT, (long) cluster * (2 + refcountClusters))
                .putLong(REFCOUNT_TABLE_AT, cluster)
                .putInt(REFCOUNT_TABLE_CLUSTERS, refcountClusters)
                .putInt(REFCOUNT_BITS, OUR_REFCOUNT_BITS)
                .putInt(LENGTH, LENGTH_3);
        byte[] format = baseFormat.getBytes(StandardCharsets.US_ASCII);
        int extension = LENGTH_3;
        image.putInt(extension, BASE_FORMAT)
                .putInt(extension + 4, format.length)
                .put(extension + 8, format);
        int nameAt = extension + 8 + Math.ceilDiv(format.length, 8) * 8 + 8; // behind the extension that ends them
        image.putLong(BASE_AT, nameAt).putInt(BASE_LENGTH, name.length).put(nameAt, name);
        int firstBlock = cluster * (1 + refcountClusters);
        image.putLong(cluster, firstBlock);
        for (int i = 0; i < used; i++) {
            image.putShort(firstBlock + i * Short.BYTES, (short) 1);
        }
        return image.array();
    }

    private static int clusters(long bytes) {
        return Math.toIntExact(Math.ceilDiv(bytes, 1L << OUR_CLUSTER_BITS));
    }
}
