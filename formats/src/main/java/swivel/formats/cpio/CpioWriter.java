package swivel.formats.cpio;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import swivel.formats.cpio.CpioHeader.Field;

/** Writes an archive. Everything belongs to root and dates from 1970, so the same content gives the same bytes. */
public final class CpioWriter implements AutoCloseable {
    private final OutputStream out;
    private int inode;

    public CpioWriter(OutputStream out) {
        this.out = out;
    }

    public CpioWriter directory(String name) throws IOException {
        return entry(name, CpioHeader.DIRECTORY | 0755, new byte[0], 0, 0);
    }

    /** A file; {@code permissions} as chmod takes them. */
    public CpioWriter file(String name, int permissions, byte[] content) throws IOException {
        return entry(name, CpioHeader.FILE | permissions, content, 0, 0);
    }

    public CpioWriter symbolicLink(String name, String target) throws IOException {
        return entry(name, CpioHeader.SYMBOLIC_LINK | 0777, target.getBytes(StandardCharsets.UTF_8), 0, 0);
    }

    public CpioWriter characterDevice(String name, int permissions, int major, int minor) throws IOException {
        return entry(name, CpioHeader.CHARACTER_DEVICE | permissions, new byte[0], major, minor);
    }

    private CpioWriter entry(String name, int mode, byte[] content, int major, int minor) throws IOException {
        byte[] encodedName = (name + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] header = new byte[CpioHeader.SIZE];
        System.arraycopy(CpioHeader.MAGIC.getBytes(StandardCharsets.US_ASCII), 0, header, 0, CpioHeader.MAGIC.length());
        for (Field field : Field.values()) {
            int value = switch (field) {
                case INODE -> ++inode;
                case MODE -> mode;
                case LINKS -> 1;
                case SIZE -> content.length;
                case SPECIAL_MAJOR -> major;
                case SPECIAL_MINOR -> minor;
                case NAME_SIZE -> encodedName.length;
                default -> 0;
            };
            CpioHeader.put(header, 0, field, value);
        }
        out.write(header);
        out.write(encodedName);
        pad(header.length + encodedName.length);
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
        entry(CpioHeader.TRAILER, 0, new byte[0], 0, 0);
        out.close();
    }
}
