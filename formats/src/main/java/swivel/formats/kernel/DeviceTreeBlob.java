package swivel.formats.kernel;

import java.util.Arrays;
import swivel.formats.Bytes;

/** A flattened device tree behind something else (Devicetree Specification v0.4, 5.2). */
public final class DeviceTreeBlob {
    /** As all of its numbers it is big-endian. */
    public static final int MAGIC = 0xd00dfeed;

    private static final int LITTLE_ENDIAN_MAGIC = Integer.reverseBytes(MAGIC);
    private static final int SIZE_AT = 4;
    private static final int HEADER_SIZE = 40;
    private static final byte[] NONE = {};

    private DeviceTreeBlob() {}

    /** Whether something begins at an offset as a tree does. */
    static boolean beginsAt(byte[] file, int offset) {
        return offset <= file.length - 4 && Bytes.word(file, offset) == LITTLE_ENDIAN_MAGIC;
    }

    /** The tree that begins at an offset; empty if there is none, or less of it than it says. */
    static byte[] at(byte[] file, int offset) {
        if (offset > file.length - HEADER_SIZE || !beginsAt(file, offset)) {
            return NONE;
        }
        long size = Integer.toUnsignedLong(Integer.reverseBytes(Bytes.word(file, offset + SIZE_AT)));
        return size >= HEADER_SIZE && size <= file.length - offset
                ? Arrays.copyOfRange(file, offset, offset + (int) size)
                : NONE;
    }

    /** Where the tree begins that a file ends with, at a multiple of 4; the file's end if there is none. */
    public static int atEnd(byte[] file) {
        for (int at = file.length - HEADER_SIZE & ~3; at > 0; at -= 4) {
            if (beginsAt(file, at) && at + at(file, at).length == file.length) {
                return at;
            }
        }
        return file.length;
    }
}
