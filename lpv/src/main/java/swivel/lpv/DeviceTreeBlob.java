package swivel.lpv;

import java.util.Arrays;

/** A flattened device tree behind something else (Devicetree Specification v0.4, 5.2). */
final class DeviceTreeBlob {
    /** Big-endian, as it reads in a little-endian word. */
    private static final int MAGIC = 0xedfe0dd0;

    private static final int SIZE_AT = 4;
    private static final int HEADER_SIZE = 40;
    private static final byte[] NONE = {};

    private DeviceTreeBlob() {}

    /** Whether something begins at an offset as a tree does. */
    static boolean beginsAt(byte[] file, int offset) {
        return offset <= file.length - 4 && Bytes.word(file, offset) == MAGIC;
    }

    /** The tree that begins at an offset; empty if there is none, or less of it than it says. */
    static byte[] at(byte[] file, int offset) {
        if (offset > file.length - HEADER_SIZE || Bytes.word(file, offset) != MAGIC) {
            return NONE;
        }
        long size = Integer.toUnsignedLong(Integer.reverseBytes(Bytes.word(file, offset + SIZE_AT)));
        return size >= HEADER_SIZE && size <= file.length - offset
                ? Arrays.copyOfRange(file, offset, offset + (int) size)
                : NONE;
    }

    /** Where the tree begins that a file ends with, at a multiple of 4; the file's end if there is none. */
    static int atEnd(byte[] file) {
        for (int at = file.length - HEADER_SIZE & ~3; at > 0; at -= 4) {
            if (Bytes.word(file, at) == MAGIC && at + at(file, at).length == file.length) {
                return at;
            }
        }
        return file.length;
    }
}
