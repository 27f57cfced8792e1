package swivel.formats.kernel;

import java.util.Optional;
import java.util.OptionalLong;
import swivel.formats.Bytes;
import swivel.formats.ImageException;

/**
 * A zImage (Linux, {@code arch/arm/boot/compressed/head.S}): a decompressor with the packed Image inside. Words of its
 * header:
 *
 * <pre>
 * 0x24  magic                 0x28  address of its first byte      0x2c  address behind its last byte
 * 0x30  endianness            0x34  magic of a table, since 4.15   0x38  where the table is in the file
 * </pre>
 */
public final class ZImage {
    private static final int MAGIC_AT = 0x24;
    private static final int MAGIC = 0x016f2818;
    private static final int START = 0x28;
    private static final int END = 0x2c;
    private static final int ENDIANNESS = 0x30;
    private static final int BIG_ENDIAN = 0x01020304;

    /** Packed data is behind these bytes. */
    static final int HEADER_SIZE = 0x34;

    private static final int TABLE_MAGIC_AT = 0x34;
    private static final int TABLE_MAGIC = 0x45454545;
    private static final int TABLE = 0x38;
    private static final int HEADER_WITH_TABLE_SIZE = 0x3c;

    // An entry of the table: its size in words, its tag, and of this tag where the file has the size of the Image
    // without its zero-initialized data, and the size of that.
    private static final int TAG = 4;
    private static final int TAG_KERNEL_SIZE = 0x5a534c4b;
    private static final int IMAGE_SIZE_AT = 8;
    private static final int ZEROED_SIZE = 12;
    private static final int ENTRY_SIZE = 16;

    /** How the decompressor looks for a device tree behind itself: {@code ldr lr, [r6]; ldr r1, =magic; cmp lr, r1}. */
    private static final int LOAD_APPENDED = 0xe596e000;

    private static final int COMPARE_APPENDED = 0xe15e0001;

    /** What a zImage of A32 code begins with: {@code mov r0, r0}. */
    private static final int A32_FIRST = 0xe1a00000;

    private final byte[] file;
    private final int end;

    private ZImage(byte[] file, int end) {
        this.file = file;
        this.end = end;
    }

    /** Whether a file says of itself that it is a zImage, of whatever endianness. */
    public static boolean recognizes(byte[] file) {
        return file.length >= HEADER_SIZE
                && (Bytes.word(file, MAGIC_AT) == MAGIC || Bytes.word(file, MAGIC_AT) == Integer.reverseBytes(MAGIC));
    }

    /**
     * The zImage that a file begins with; empty if it is none.
     *
     * @param name what to call the file in messages
     * @throws ImageException if it is big-endian, or not all of it is there
     */
    public static Optional<ZImage> of(byte[] file, String name) throws ImageException {
        if (!recognizes(file)) {
            return Optional.empty();
        }
        if (Bytes.word(file, MAGIC_AT) != MAGIC || Bytes.word(file, ENDIANNESS) == BIG_ENDIAN) {
            throw ImageException.bigEndian(name);
        }
        long size = Integer.toUnsignedLong(Bytes.word(file, END) - Bytes.word(file, START));
        if (size > file.length) {
            throw new ImageException("%s is truncated: the zImage says it has %d bytes, the file has %d"
                    .formatted(name, size, file.length));
        }
        return Optional.of(new ZImage(file, size < HEADER_SIZE ? file.length : (int) size));
    }

    /** Where it ends in its file; the file's end if it does not say. */
    int end() {
        return end;
    }

    /** How much memory the unpacked kernel takes with its zero-initialized data; empty if the file does not tell. */
    public OptionalLong unpackedSize() {
        if (file.length < HEADER_WITH_TABLE_SIZE || Bytes.word(file, TABLE_MAGIC_AT) != TABLE_MAGIC) {
            return OptionalLong.empty();
        }
        int at = Bytes.word(file, TABLE);
        while (at >= 0 && at <= file.length - ENTRY_SIZE) {
            int words = Bytes.word(file, at);
            if (words <= 0 || words > file.length / 4) {
                break;
            }
            if (Bytes.word(file, at + TAG) == TAG_KERNEL_SIZE) {
                int sizeAt = Bytes.word(file, at + IMAGE_SIZE_AT);
                return sizeAt < 0 || sizeAt > file.length - 4
                        ? OptionalLong.empty()
                        : OptionalLong.of(Bytes.unsigned(file, sizeAt) + Bytes.unsigned(file, at + ZEROED_SIZE));
            }
            at += words * 4;
        }
        return OptionalLong.empty();
    }

    /** Whether its decompressor gives a device tree behind it to the kernel, as far as one can see. */
    boolean looksForDeviceTree() {
        boolean looks = Bytes.word(file, 0) != A32_FIRST;
        for (int at = 0; at + 16 <= end && !looks; at += 4) {
            looks = Bytes.word(file, at) == LOAD_APPENDED
                    && (Bytes.word(file, at + 8) == COMPARE_APPENDED || Bytes.word(file, at + 12) == COMPARE_APPENDED);
        }
        return looks;
    }
}
