package swivel.formats.cpio;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The header of an entry: a magic number and thirteen fields of eight hexadecimal digits. The name follows, with a zero
 * byte at its end, then the content; zero bytes before content and next header make their offsets multiples of 4.
 */
final class CpioHeader {
    /** Without and with a checksum. */
    static final String MAGIC = "070701";

    static final String MAGIC_CRC = "070702";

    /** The name of the entry that ends an archive. */
    static final String TRAILER = "TRAILER!!!";

    /** The fields in their order. */
    enum Field {
        INODE,
        MODE,
        UID,
        GID,
        LINKS,
        TIME,
        SIZE,
        DEVICE_MAJOR,
        DEVICE_MINOR,
        SPECIAL_MAJOR,
        SPECIAL_MINOR,
        /** Of the name, with its zero byte. */
        NAME_SIZE,
        /** The sum of the content's bytes if the magic number says so, else 0. */
        CHECK
    }

    private static final int DIGITS = 8;

    static final int SIZE = MAGIC.length() + DIGITS * Field.values().length;

    // The type in MODE (cpio(5)).
    static final int TYPE = 0170000;
    static final int DIRECTORY = 0040000;
    static final int FILE = 0100000;
    static final int CHARACTER_DEVICE = 0020000;
    static final int SYMBOLIC_LINK = 0120000;

    private CpioHeader() {}

    /** Where a field is in a header. */
    static int offset(Field field) {
        return MAGIC.length() + DIGITS * field.ordinal();
    }

    /** The fields of a header that is in the array as a whole, in their order; null if one is no number. */
    static int[] fields(byte[] archive, int header) {
        int[] fields = new int[Field.values().length];
        for (int i = 0; i < DIGITS * fields.length; i++) {
            int digit = Character.digit(archive[header + MAGIC.length() + i], 16);
            if (digit < 0) {
                return null;
            }
            fields[i / DIGITS] = fields[i / DIGITS] << 4 | digit;
        }
        return fields;
    }

    /** Overwrites a field. */
    static void put(byte[] archive, int header, Field field, int value) {
        byte[] digits = "%08X".formatted(value).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, archive, header + offset(field), DIGITS);
    }

    /** Whether one of the two magic numbers is at an offset. */
    static boolean isAt(byte[] archive, int at) {
        return isAt(archive, at, MAGIC) || isAt(archive, at, MAGIC_CRC);
    }

    static boolean isAt(byte[] archive, int at, String magic) {
        byte[] bytes = magic.getBytes(StandardCharsets.US_ASCII);
        return archive.length - at >= bytes.length
                && Arrays.equals(archive, at, at + bytes.length, bytes, 0, bytes.length);
    }
}
