package swivel.lpv;

import java.io.IOException;
import java.util.Optional;
import swivel.lpv.unpack.Budget;
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

    /** How the decompressor looks for a device tree behind itself: {@code ldr lr, [r6]; ldr r1, =magic; cmp lr, r1}. */
    private static final int LOAD_APPENDED = 0xe596e000;

    private static final int COMPARE_APPENDED = 0xe15e0001;

    /** What a zImage of A32 code begins with: {@code mov r0, r0}. */
    private static final int ZIMAGE_A32 = 0xe1a00000;

    /** Anything shorter than this is no kernel. */
    private static final int LEAST_SIZE = 64;

    /** A kernel that is wrapped more often than this is a joke. */
    private static final int MAX_DEPTH = 4;

    private static final byte[] NONE = {};

    private final String name;
    private final Budget.Account account;
    private byte[] bytes;
    private boolean compressed;
    private String wrapping = "";
    private String packing = "";
    private UImage header;
    private byte[] deviceTree = NONE;
    private String remark = "";

    private Container(byte[] file, String name, Budget.Account account) {
        this.account = account;
        this.bytes = file;
        this.name = name;
    }

    /** Whether a file begins as a zImage does, or a uImage of a kernel for ARM. */
    static boolean isWrapper(byte[] file) {
        return file.length >= LEAST_SIZE
                && (UImage.of(file)
                                .filter(header -> header.isForArm() && header.isKernel())
                                .isPresent()
                        || Bytes.word(file, ZIMAGE_MAGIC_AT) == ZIMAGE_MAGIC
                        || Integer.reverseBytes(Bytes.word(file, ZIMAGE_MAGIC_AT)) == ZIMAGE_MAGIC);
    }

    /** Unwraps a file. */
    static Container unwrap(byte[] file, String name, Budget.Account account) throws ImageException {
        Container container = new Container(file, name, account);
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

    /** The header of a uImage that held the image itself, or null: it says where that goes. */
    UImage header() {
        return header;
    }

    /** The device tree that was behind a zImage and is for its kernel; else empty. */
    byte[] deviceTree() {
        return deviceTree;
    }

    /** What a person should know that was left out; else empty. */
    String remark() {
        return remark;
    }

    boolean isZImage() {
        return packing.contains("zImage");
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
        Optional<UImage> uImage = UImage.of(bytes);
        if (uImage.isPresent()) {
            uImage(uImage.get());
            return true;
        }
        if (Bytes.word(bytes, ZIMAGE_MAGIC_AT) == ZIMAGE_MAGIC) {
            zImage();
            return true;
        }
        if (Integer.reverseBytes(Bytes.word(bytes, ZIMAGE_MAGIC_AT)) == ZIMAGE_MAGIC) {
            throw ImageException.bigEndian(name);
        }
        Optional<Compression> packing = Compression.of(bytes, 0);
        if (packing.isPresent()) {
            Compression compression = packing.get();
            try {
                unpacked(compression.unpack(bytes, 0, bytes.length, account), ", " + compression.title());
                return true;
            } catch (IOException e) {
                throw damaged(compression, 0, e);
            }
        }
        return false;
    }

    private void unpacked(byte[] inside, String format) {
        bytes = inside;
        compressed = true;
        packing = format + packing;
    }

    private void uImage(UImage found) throws ImageException {
        if (found.isForArm() && !found.isKernel()) {
            throw new ImageException(name + " is a uImage, but not of a kernel");
        }
        bytes = found.data(bytes, name);
        if (found.isCompressed() && Compression.of(bytes, 0).isEmpty()) {
            throw new ImageException(
                    name + " is a uImage whose data is compressed in a format that Swivel does not know");
        }
        header = header == null ? found : header;
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
        appended(end);
        ImageException firstProblem = null;
        for (int at = ZIMAGE_HEADER_SIZE; at < end; at++) {
            for (Compression compression : Compression.values()) {
                if (compression.beginsAt(bytes, at)) {
                    try {
                        byte[] inside = compression.unpack(bytes, at, end, account);
                        if (inside.length >= end - at) {
                            unpacked(inside, "zImage (" + compression.title() + ")");
                            header = null; // it says where the zImage goes
                            return;
                        }
                    } catch (IOException e) {
                        if (account.isSpent()) {
                            throw damaged(compression, at, e);
                        }
                        firstProblem = firstProblem == null ? damaged(compression, at, e) : firstProblem;
                    }
                }
            }
        }
        throw firstProblem != null
                ? firstProblem
                : new ImageException(name + " is a zImage without a compressed kernel in it that Swivel knows");
    }

    /** Takes note of what is behind a zImage, which its decompressor gives to the kernel if it is a device tree. */
    private void appended(int end) throws ImageException {
        byte[] tree = DeviceTreeBlob.at(bytes, end);
        if (tree.length == 0) {
            if (DeviceTreeBlob.beginsAt(bytes, end)) {
                throw new ImageException(
                        "the device tree behind the zImage in %s is damaged: its size is not what is there"
                                .formatted(name));
            }
            if (!isZero(end)) {
                remark =
                        "%d bytes behind the zImage are dropped: they are no device tree".formatted(bytes.length - end);
            }
            return;
        }
        boolean looks = Bytes.word(bytes, 0) != ZIMAGE_A32;
        for (int at = 0; at + 16 <= end && !looks; at += 4) {
            looks = Bytes.word(bytes, at) == LOAD_APPENDED
                    && (Bytes.word(bytes, at + 8) == COMPARE_APPENDED
                            || Bytes.word(bytes, at + 12) == COMPARE_APPENDED);
        }
        if (looks) {
            deviceTree = tree;
        } else {
            remark = "the device tree behind the zImage is dropped: this kernel does not look for one"
                    + " (CONFIG_ARM_APPENDED_DTB)";
        }
    }

    private boolean isZero(int from) {
        for (int at = from; at < bytes.length; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return true;
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
