package swivel.machine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a cpio archive in the "newc" format, what Linux unpacks as its first file system (Documentation/driver-api/early-userspace/
 * buffer-format.rst). Everything belongs to root and dates from 1970, so the same content gives the same bytes.
 */
public final class CpioWriter implements AutoCloseable {
    private static final int DIRECTORY = 0040000;
    private static final int FILE = 0100000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int SYMBOLIC_LINK = 0120000;

    private final OutputStream out;
    private int inode;

    public CpioWriter(OutputStream out) {
        this.out = out;
    }

    public CpioWriter directory(String name) throws IOException {
        return entry(name, DIRECTORY | 0755, new byte[0], 0, 0);
    }

    /** A file; {@code permissions} as chmod takes them. */
    public CpioWriter file(String name, int permissions, byte[] content) throws IOException {
        return entry(name, FILE | permissions, content, 0, 0);
    }

    public CpioWriter symbolicLink(String name, String target) throws IOException {
        return entry(name, SYMBOLIC_LINK | 0777, target.getBytes(StandardCharsets.UTF_8), 0, 0);
    }

    public CpioWriter characterDevice(String name, int permissions, int major, int minor) throws IOException {
        return entry(name, CHARACTER_DEVICE | permissions, new byte[0], major, minor);
    }

    /** Each field of a header is eight hexadecimal digits; name and content are padded to a multiple of 4. */
    private CpioWriter entry(String name, int mode, byte[] content, int major, int minor) throws IOException {
        inode++;
        byte[] encodedName = (name + "\0").getBytes(StandardCharsets.UTF_8);
        StringBuilder header = new StringBuilder("070701");
        for (int field :
                new int[] {inode, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, encodedName.length, 0}) {
            header.append(String.format("%08X", field));
        }
        out.write(header.toString().getBytes(StandardCharsets.US_ASCII));
        out.write(encodedName);
        pad(header.length() + encodedName.length);
        out.write(content);
        pad(content.length);
        return this;
    }

    private void pad(int length) throws IOException {
        out.write(new byte[-length & 3]);
    }

    /** Ends the archive and closes what it is written to. */
    @Override
    public void close() throws IOException {
        entry("TRAILER!!!", 0, new byte[0], 0, 0);
        out.close();
    }
}
