package swivel.formats.cpio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import swivel.formats.cpio.CpioHeader.Field;

/** One archive inside of a larger array: its entries, and the same archive with the content of some exchanged. */
public final class CpioArchive {

    /**
     * An entry.
     *
     * @param name as the archive has it, mostly without a slash in front
     * @param header where its header begins
     * @param content where its content begins
     * @param size the content's size in bytes
     * @param mode type and permissions
     */
    public record Entry(String name, int header, int content, int size, int mode) {
        public boolean isFile() {
            return (mode & CpioHeader.TYPE) == CpioHeader.FILE;
        }
    }

    /** No initial file system has so many: a bound on what a file of nothing but headers costs. */
    private static final int MAX_ENTRIES = 1_000_000;

    private final byte[] bytes;
    private final int start;
    private final int end;
    private final List<Entry> entries;

    private CpioArchive(byte[] bytes, int start, int end, List<Entry> entries) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.entries = Collections.unmodifiableList(entries);
    }

    /** Whether an archive begins at an offset. */
    public static boolean beginsAt(byte[] bytes, int at) {
        return CpioHeader.isAt(bytes, at);
    }

    /**
     * Reads the headers. Like Linux it does not insist on an end mark where the bytes end.
     *
     * @param start where the archive begins, a multiple of 4
     * @param limit where it ends at the latest
     * @throws IOException if it is damaged; the message is the predicate of a sentence
     */
    public static CpioArchive read(byte[] bytes, int start, int limit) throws IOException {
        List<Entry> entries = new ArrayList<>();
        int at = start;
        while (true) {
            if (!entries.isEmpty() && isZero(bytes, at, limit)) {
                return new CpioArchive(bytes, start, at, entries);
            }
            if (limit - at < CpioHeader.SIZE) {
                throw new IOException("is a truncated cpio archive: it ends within a header");
            }
            int[] fields = CpioHeader.isAt(bytes, at) ? CpioHeader.fields(bytes, at) : null;
            if (fields == null) {
                throw new IOException("is a damaged cpio archive: there is no header at byte " + at);
            }
            long nameSize = Integer.toUnsignedLong(fields[Field.NAME_SIZE.ordinal()]);
            long size = Integer.toUnsignedLong(fields[Field.SIZE.ordinal()]);
            long content = start + align(at - start + CpioHeader.SIZE + nameSize);
            if (nameSize == 0 || content + size > limit) {
                throw new IOException("is a truncated cpio archive: the entry at byte %d ends at %d, the archive at %d"
                        .formatted(at, content + size, limit));
            }
            if (entries.size() == MAX_ENTRIES) {
                throw new IOException("is a cpio archive of more than " + MAX_ENTRIES + " entries");
            }
            String name = new String(bytes, at + CpioHeader.SIZE, (int) nameSize - 1, StandardCharsets.UTF_8);
            Entry entry = new Entry(name, at, (int) content, (int) size, fields[Field.MODE.ordinal()]);
            if (entry.isFile()
                    && CpioHeader.isAt(bytes, at, CpioHeader.MAGIC_CRC)
                    && fields[Field.CHECK.ordinal()] != sum(bytes, entry.content, entry.size)) {
                throw new IOException(
                        "is a damaged cpio archive: the checksum of the entry at byte " + at + " is wrong");
            }
            entries.add(entry);
            at = (int) Math.min(start + align(content - start + size), limit);
            if (name.equals(CpioHeader.TRAILER)) {
                return new CpioArchive(bytes, start, at, entries);
            }
        }
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] == 0) {
            at++;
        }
        return at >= to;
    }

    private static long align(long offset) {
        return offset + 3 & ~3;
    }

    /** All entries, the end mark among them if there is one. */
    public List<Entry> entries() {
        return entries;
    }

    /** The offset behind the archive. */
    public int end() {
        return end;
    }

    /** The archive with other content for some entries; everything else is kept byte by byte. */
    public byte[] with(Map<Entry, byte[]> contents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(end - start);
        int copied = start;
        for (Entry entry : entries) {
            byte[] content = contents.get(entry);
            if (content == null) {
                continue;
            }
            out.write(bytes, copied, entry.header - copied);
            byte[] header = Arrays.copyOfRange(bytes, entry.header, entry.content);
            CpioHeader.put(header, 0, Field.SIZE, content.length);
            if (CpioHeader.isAt(header, 0, CpioHeader.MAGIC_CRC)) {
                CpioHeader.put(header, 0, Field.CHECK, sum(content, 0, content.length));
            }
            out.writeBytes(header);
            out.writeBytes(content);
            out.writeBytes(new byte[-content.length & 3]);
            copied = (int) Math.min(start + align(entry.content - start + entry.size), end);
        }
        out.write(bytes, copied, end - copied);
        return out.toByteArray();
    }

    private static int sum(byte[] bytes, int from, int length) {
        int sum = 0;
        for (int at = from; at < from + length; at++) {
            sum += bytes[at] & 0xff;
        }
        return sum;
    }
}
