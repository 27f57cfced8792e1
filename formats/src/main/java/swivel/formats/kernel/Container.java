package swivel.formats.kernel;

import java.io.IOException;
import java.util.Optional;
import swivel.formats.ImageException;
import swivel.formats.unpack.Budget;
import swivel.formats.unpack.Compression;

/**
 * What kernels come wrapped in: uImage (U-Boot's legacy header), zImage (Linux,
 * {@code arch/arm/boot/compressed/head.S}: a decompressor with the packed Image inside), and plain compressed files.
 * Unwraps until nothing of it is left.
 */
public final class Container {

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
    public static boolean isWrapper(byte[] file) {
        return file.length >= LEAST_SIZE
                && (UImage.of(file)
                                .filter(header -> header.isForArm() && header.isKernel())
                                .isPresent()
                        || ZImage.recognizes(file));
    }

    /** Unwraps a file. */
    public static Container unwrap(byte[] file, String name, Budget.Account account) throws ImageException {
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
    public byte[] bytes() {
        return bytes;
    }

    /** The header of a uImage that held the image itself, or null: it says where that goes. */
    public UImage header() {
        return header;
    }

    /** The device tree that was behind a zImage and is for its kernel; else empty. */
    public byte[] deviceTree() {
        return deviceTree;
    }

    /** What a person should know that was left out; else empty. */
    public String remark() {
        return remark;
    }

    public boolean isZImage() {
        return packing.contains("zImage");
    }

    public boolean compressed() {
        return compressed;
    }

    /** What it was wrapped in, around the name of what was inside: {@code zImage (XZ)}, {@code uImage of Image}. */
    public String format(String inside) {
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
        Optional<ZImage> zImage = ZImage.of(bytes, name);
        if (zImage.isPresent()) {
            zImage(zImage.get());
            return true;
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
        bytes = found.kernel(bytes, name);
        if (found.isCompressed() && Compression.of(bytes, 0).isEmpty()) {
            throw new ImageException(
                    name + " is a uImage whose data is compressed in a format that Swivel does not know");
        }
        header = header == null ? found : header;
        wrapping += "uImage of ";
    }

    private void zImage(ZImage found) throws ImageException {
        int end = found.end();
        appended(found);
        ImageException firstProblem = null;
        for (int at = ZImage.HEADER_SIZE; at < end; at++) {
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
    private void appended(ZImage found) throws ImageException {
        int end = found.end();
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
        if (found.looksForDeviceTree()) {
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
}
