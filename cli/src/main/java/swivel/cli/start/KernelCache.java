package swivel.cli.start;

import java.io.EOFException;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import swivel.formats.ImageException;
import swivel.machine.PreparedImage;
import swivel.memory.Chunks;
import swivel.memory.HostMemory;

/**
 * Images of kernels that were prepared before, in a directory of the user's: reading one takes a tenth of the time of
 * making it.
 *
 * <p>An entry holds the kernel's file itself, which must be equal byte by byte to the one that is asked for: a hash of
 * a kind that nobody can forge takes Java longer to start than to prepare the kernel. All else is guarded by a checksum
 * against accidents; who can write to the directory can replace Swivel as well. An entry that is wrong in any way, or
 * comes from another version of Swivel, counts as none. No trouble with the directory is an error: the kernel is then
 * prepared each time.
 *
 * <pre>
 *  0  MAGIC          4  checksum of the header from 8 on and of all behind the file
 *  8  version (64 bits)
 * 16  patched: 1 or 0
 * 20  lengths in bytes: file, image, encoded, genuine, format, counts, uImage's header, device tree, remark
 * 56  link address
 * 60  how many instructions were rewritten
 * 64  file, image, encoded, genuine, format, counts, uImage's header, device tree, remark
 * </pre>
 */
public final class KernelCache {
    private static final int MAGIC = 0x5357564b;
    private static final int HEADER = 64;
    private static final int CHECKED_FROM = 8;
    private static final int LENGTHS_AT = 20;
    private static final int LINK_ADDRESS_AT = 56;
    private static final int REWRITTEN_AT = 60;

    /** Parts behind the header; the file is the first. */
    private static final int IMAGE = 1;

    private static final int ENCODED = 2;
    private static final int GENUINE = 3;
    private static final int FORMAT = 4;
    private static final int COUNTS = 5;
    private static final int UIMAGE = 6;
    private static final int TREE = 7;
    private static final int REMARK = 8;
    private static final int PARTS = 9;

    /** Smaller images are prepared in no time. */
    private static final int WORTH_BYTES = 1 << 20;

    /** When the entries together are larger, the oldest go. */
    static final long MAX_BYTES = 512L << 20;

    private static final String SUFFIX = ".kernel";

    private final Path directory;
    private final long version;
    private final Consumer<Runnable> writer;

    /**
     * A cache in a directory, which needs not exist.
     *
     * @param version of what prepares kernels: entries of another one do not count
     * @param writer has entries written
     */
    KernelCache(Path directory, long version, Consumer<Runnable> writer) {
        this.directory = directory;
        this.version = version;
        this.writer = writer;
    }

    /** The user's cache, or no cache where it cannot be told which version of Swivel runs. */
    public static PreparedImage.Source ofUser() {
        long version = ProgramVersion.ofModules("swivel.arm", "swivel.encoding", "swivel.formats", "swivel.lpv");
        if (version == 0) {
            return PreparedImage::of;
        }
        return new KernelCache(
                UserCache.directory().resolve("kernels"),
                version,
                task -> Thread.ofPlatform().daemon().name("swivel-kernel-cache").start(task))::prepare;
    }

    /** A prepared image from the cache; else one that will be in it. */
    PreparedImage prepare(byte[] file, String name, boolean patched) throws ImageException {
        Path entry = directory.resolve(name(file, patched));
        PreparedImage cached = read(entry.toFile(), file, patched);
        if (cached != null) {
            return cached;
        }
        PreparedImage made = PreparedImage.of(file, name, patched);
        if (made.bytes().length >= WORTH_BYTES) {
            writer.accept(() -> {
                try {
                    write(entry, file, patched, made);
                    UserCache.tidy(directory, SUFFIX, MAX_BYTES, entry);
                } catch (IOException | UncheckedIOException _) {
                    // The next start prepares the kernel again.
                }
            });
        }
        return made;
    }

    /** With the version, so that two versions of Swivel that are used in turn do not replace each other's entries. */
    private String name(byte[] file, boolean patched) {
        CRC32 crc = new CRC32();
        crc.update(file);
        return Long.toHexString(crc.getValue() << 32 | file.length)
                + (patched ? "-patched-" : "-")
                + Long.toHexString(version)
                + SUFFIX;
    }

    private PreparedImage read(File entry, byte[] file, boolean patched) {
        try (FileInputStream in = new FileInputStream(entry)) {
            byte[] bytes = Chunks.readFully(in, HEADER);
            ByteBuffer header = ByteBuffer.wrap(bytes);
            if (!header(file.length, patched).equals(header.slice(CHECKED_FROM, LENGTHS_AT + 4 - CHECKED_FROM))) {
                return null;
            }
            int[] lengths = new int[PARTS];
            long length = HEADER;
            for (int part = 0; part < PARTS; part++) {
                lengths[part] = header.getInt(LENGTHS_AT + 4 * part);
                if (lengths[part] < 0) {
                    return null;
                }
                length += lengths[part];
            }
            if (header.getInt(0) != MAGIC || entry.length() != length || !startsWith(in, file)) {
                return null;
            }
            CRC32 crc = new CRC32();
            crc.update(bytes, CHECKED_FROM, HEADER - CHECKED_FROM);
            byte[][] parts = new byte[PARTS][];
            for (int part = IMAGE; part < PARTS; part++) {
                parts[part] = Chunks.readFully(in, lengths[part]);
                crc.update(parts[part]);
            }
            if ((int) crc.getValue() != header.getInt(4)) {
                return null;
            }
            return new PreparedImage(
                    new String(parts[FORMAT], StandardCharsets.UTF_8),
                    header.getInt(LINK_ADDRESS_AT),
                    parts[IMAGE],
                    header.getInt(REWRITTEN_AT),
                    ints(parts[ENCODED]),
                    ints(parts[GENUINE]),
                    new String(parts[COUNTS], StandardCharsets.UTF_8),
                    parts[UIMAGE],
                    parts[TREE],
                    new String(parts[REMARK], StandardCharsets.UTF_8));
        } catch (IOException _) {
            return null;
        }
    }

    /** The part of the header that is known before an entry is read. */
    private ByteBuffer header(int fileLength, boolean patched) {
        return ByteBuffer.allocate(LENGTHS_AT + 4 - CHECKED_FROM)
                .putLong(version)
                .putInt(patched ? 1 : 0)
                .putInt(fileLength)
                .flip();
    }

    private static boolean startsWith(InputStream in, byte[] file) throws IOException {
        byte[] chunk = new byte[Chunks.BYTES];
        for (int at = 0; at < file.length; at += Chunks.BYTES) {
            int length = Math.min(Chunks.BYTES, file.length - at);
            fill(in, chunk, length);
            if (!HostMemory.equal(chunk, 0, file, at, length)) {
                return false;
            }
        }
        return true;
    }

    private static void fill(InputStream in, byte[] bytes, int length) throws IOException {
        if (Chunks.read(in, bytes, length) < length) {
            throw new EOFException();
        }
    }

    private static int[] ints(byte[] bytes) {
        int[] ints = new int[bytes.length / 4];
        ByteBuffer.wrap(bytes).asIntBuffer().get(ints);
        return ints;
    }

    private static byte[] bytes(int[] ints) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * ints.length);
        bytes.asIntBuffer().put(ints);
        return bytes.array();
    }

    /** Other processes see a whole entry or none. */
    private void write(Path entry, byte[] file, boolean patched, PreparedImage image) throws IOException {
        List<byte[]> parts = List.of(
                file,
                image.bytes(),
                bytes(image.encoded()),
                bytes(image.genuine()),
                image.format().getBytes(StandardCharsets.UTF_8),
                image.counts().getBytes(StandardCharsets.UTF_8),
                image.uImage(),
                image.deviceTree(),
                image.remark().getBytes(StandardCharsets.UTF_8));
        ByteBuffer header = ByteBuffer.allocate(HEADER).position(CHECKED_FROM).put(header(file.length, patched));
        header.position(LENGTHS_AT);
        parts.forEach(part -> header.putInt(part.length));
        header.putInt(image.linkAddress());
        header.putInt(image.rewritten());
        CRC32 crc = new CRC32();
        crc.update(header.array(), CHECKED_FROM, HEADER - CHECKED_FROM);
        parts.subList(IMAGE, PARTS).forEach(crc::update);
        header.putInt(0, MAGIC).putInt(4, (int) crc.getValue());

        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(directory, "new", SUFFIX);
        try {
            try (var out = Files.newOutputStream(temporary)) {
                out.write(header.array());
                for (byte[] part : parts) {
                    out.write(part);
                }
            }
            Files.move(temporary, entry, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
