package swivel.lpv;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import swivel.lpv.unpack.Compression;

/**
 * What kernels come wrapped in: uImage (U-Boot's legacy header), zImage (Linux, {@code arch/arm/boot/compressed/head.S}: a
 * decompressor with the packed Image inside), and plain compressed files. Unwraps until nothing of it is left.
 */
final class Container {

    // zImage header.
    private static final int ZIMAGE_MAGIC_AT = 0x24;
    private static final int ZIMAGE_MAGIC = 0x016f2818;
    private static final int ZIMAGE_START = 0x28;
    private static final int ZIMAGE_END = 0x2c;
    private static final int ZIMAGE_ENDIAN = 0x30;
    private static final int ZIMAGE_BIG_ENDIAN = 0x01020304;
    private static final int ZIMAGE_HEADER_SIZE = 0x34;

    // uImage header, big-endian (U-Boot, include/image.h).
    private static final int UIMAGE_MAGIC = 0x27051956;
    private static final int UIMAGE_SIZE = 12;
    private static final int UIMAGE_ARCHITECTURE = 29;
    private static final int UIMAGE_ARM = 2;
    private static final int UIMAGE_TYPE = 30;
    private static final int UIMAGE_KERNEL = 2;
    private static final Map<Integer, String> UIMAGE_ARCHITECTURES =
            Map.of(3, "x86", 5, "MIPS", 7, "PowerPC", 22, "AArch64", 24, "x86-64", 26, "RISC-V");
    private static final int UIMAGE_HEADER_SIZE = 64;

    /** Anything shorter than this is no kernel. */
    private static final int LEAST_SIZE = 64;

    /** A kernel that is wrapped more often than this is a joke. */
    private static final int MAX_DEPTH = 4;

    private final String name;
    private byte[] bytes;
    private boolean compressed;
    private String wrapping = "";
    private String packing = "";

    private Container(byte[] file, String name) {
        this.bytes = file;
        this.name = name;
    }

    /** Whether a file begins as a zImage does, or a uImage of a kernel for ARM. */
    static boolean isWrapper(byte[] file) {
        return file.length >= LEAST_SIZE
                && (Integer.reverseBytes(Bytes.word(file, 0)) == UIMAGE_MAGIC
                                && file[UIMAGE_ARCHITECTURE] == UIMAGE_ARM
                                && file[UIMAGE_TYPE] == UIMAGE_KERNEL
                        || Bytes.word(file, ZIMAGE_MAGIC_AT) == ZIMAGE_MAGIC
                        || Integer.reverseBytes(Bytes.word(file, ZIMAGE_MAGIC_AT)) == ZIMAGE_MAGIC);
    }

    /** Unwraps a file. */
    static Container unwrap(byte[] file, String name) throws ImageException {
        Container container = new Container(file, name);
        int depth = 0;
        while (container.unwrapOnce()) {
            if (++depth > MAX_DEPTH) {
                throw new ImageException(name + " is compressed over and over; unpack it first");
            }
        }
        return container;
    }

    /** What was inside, or the file itself. */
    byte[] bytes() {
        return bytes;
    }

    boolean compressed() {
        return compressed;
    }

    /** What it was wrapped in, around the name of what was inside: {@code zImage (XZ)}, {@code uImage of Image}. */
    String format(String inside) {
        return wrapping + (packing.startsWith("zImage") ? packing : inside + packing);
    }

    private boolean unwrapOnce() throws ImageException {
        if (bytes.length < LEAST_SIZE) {
            throw new ImageException("%s is too short for a kernel: %d bytes".formatted(name, bytes.length));
        }
        if (Integer.reverseBytes(Bytes.word(bytes, 0)) == UIMAGE_MAGIC) {
            uImage();
            return true;
        }
        if (Bytes.word(bytes, ZIMAGE_MAGIC_AT) == ZIMAGE_MAGIC) {
            zImage();
            return true;
        }
        if (Integer.reverseBytes(Bytes.word(bytes, ZIMAGE_MAGIC_AT)) == ZIMAGE_MAGIC) {
            throw ImageException.bigEndian(name);
        }
        for (Compression compression : Compression.values()) {
            if (compression.beginsAt(bytes, 0)) {
                try {
                    unpacked(compression.unpack(bytes, 0, bytes.length), ", " + compression.title());
                    return true;
                } catch (IOException e) {
                    throw damaged(compression, 0, e);
                }
            }
        }
        return false;
    }

    private void unpacked(byte[] inside, String format) {
        bytes = inside;
        compressed = true;
        packing = format + packing;
    }

    private void uImage() throws ImageException {
        int architecture = bytes[UIMAGE_ARCHITECTURE] & 0xff;
        if (architecture != UIMAGE_ARM) {
            throw new ImageException("%s is a uImage for %s; Swivel runs kernels for 32-bit ARM"
                    .formatted(
                            name,
                            UIMAGE_ARCHITECTURES.getOrDefault(architecture, "architecture number " + architecture)));
        }
        long size = Integer.toUnsignedLong(Integer.reverseBytes(Bytes.word(bytes, UIMAGE_SIZE)));
        if (size > bytes.length - UIMAGE_HEADER_SIZE) {
            throw truncated("uImage", size + UIMAGE_HEADER_SIZE);
        }
        bytes = Arrays.copyOfRange(bytes, UIMAGE_HEADER_SIZE, UIMAGE_HEADER_SIZE + (int) size);
        wrapping += "uImage of ";
    }

    private void zImage() throws ImageException {
        if (Bytes.word(bytes, ZIMAGE_ENDIAN) == ZIMAGE_BIG_ENDIAN) {
            throw ImageException.bigEndian(name);
        }
        long size = Integer.toUnsignedLong(Bytes.word(bytes, ZIMAGE_END) - Bytes.word(bytes, ZIMAGE_START));
        if (size > bytes.length) {
            throw truncated("zImage", size);
        }
        int end = size < ZIMAGE_HEADER_SIZE ? bytes.length : (int) size;
        ImageException firstProblem = null;
        for (int at = ZIMAGE_HEADER_SIZE; at < end; at++) {
            for (Compression compression : Compression.values()) {
                if (compression.beginsAt(bytes, at)) {
                    try {
                        byte[] inside = compression.unpack(bytes, at, end);
                        if (inside.length >= end - at) {
                            unpacked(inside, "zImage (" + compression.title() + ")");
                            return;
                        }
                    } catch (IOException e) {
                        firstProblem = firstProblem == null ? damaged(compression, at, e) : firstProblem;
                    }
                }
            }
        }
        throw firstProblem != null
                ? firstProblem
                : new ImageException(name + " is a zImage without a compressed kernel in it that Swivel knows");
    }

    private ImageException damaged(Compression compression, int at, IOException problem) {
        return new ImageException("the %s data at byte %d of %s cannot be unpacked: %s"
                .formatted(compression.title(), at, name, problem.getMessage()));
    }

    private ImageException truncated(String what, long needed) {
        return new ImageException("%s is truncated: the %s says it has %d bytes, the file has %d"
                .formatted(name, what, needed, bytes.length));
    }
}
