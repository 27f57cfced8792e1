package swivel.formats.kernel;

import swivel.arm.Fields;
import swivel.formats.Bytes;
import swivel.formats.ImageException;

/** How a flat image begins, which has no header and no magic number: with instructions. */
public final class FlatHead {

    /**
     * Words at the start by which code is told from text and other files: three of four are instructions under the
     * condition "always" in anything that can be executed.
     */
    private static final int WORDS = 8;

    private static final int ALWAYS = 14;

    /** "HdrS" in the header of x86 (Linux, Documentation/arch/x86/boot.rst). */
    private static final int X86_MAGIC = 0x53726448;

    private static final int X86_MAGIC_AT = 0x202;

    /** "ARM\x64" in the header of AArch64 (Linux, Documentation/arch/arm64/booting.rst). */
    private static final int ARM64_MAGIC = 0x644d5241;

    private static final int ARM64_MAGIC_AT = 0x38;

    /** So many bytes that are all printable are text. */
    private static final int TEXT = 512;

    /**
     * How Linux starts (safe_svcmode_maskall): {@code mrs r9, cpsr; eor r9, r9, #HYP_MODE}, maybe behind a few words.
     */
    private static final int LINUX_FIRST = 0xe10f9000;

    private static final int LINUX_SECOND = 0xe229901a;
    private static final int LINUX_SIZE = 16;

    private FlatHead() {}

    /**
     * Refuses a file that is something else.
     *
     * @param name what to call the file in messages
     * @throws ImageException if it does not begin with A32 code; the message says what it is, if that is known
     */
    public static void check(byte[] image, String name) throws ImageException {
        if (isAt(image, X86_MAGIC_AT, X86_MAGIC)) {
            throw new ImageException(name + " is an x86 kernel; Swivel runs kernels for 32-bit ARM");
        }
        if (isAt(image, ARM64_MAGIC_AT, ARM64_MAGIC)) {
            throw new ImageException(name + " is a 64-bit ARM kernel; Swivel runs kernels for 32-bit ARM");
        }
        if (isText(image)) {
            throw new ImageException(name + " is a text file, not a kernel (zImage, Image, uImage or ELF)");
        }
        if (!beginsWithCode(image)) {
            throw new ImageException(name
                    + " is no kernel for ARM: neither ELF nor zImage nor uImage, and it does not begin with A32 code");
        }
    }

    private static boolean isAt(byte[] image, int at, int magic) {
        return image.length >= at + 4 && Bytes.word(image, at) == magic;
    }

    private static boolean isText(byte[] image) {
        for (int i = 0; i < Math.min(image.length, TEXT); i++) {
            byte b = image[i];
            if ((b < 0x20 || b >= 0x7f) && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    /** Whether an image begins with A32 code, or with a branch over something to A32 code. */
    private static boolean beginsWithCode(byte[] image) {
        int at = 0;
        if (image.length >= 4 && Bytes.word(image, 0) >>> 24 == 0xea) {
            int target = 8 + Fields.branchOffset(Bytes.word(image, 0));
            at = target > 0 && target < image.length ? target : 0;
        }
        int words = Math.min(WORDS, (image.length - at) / 4);
        int instructions = 0;
        for (int i = 0; i < words; i++) {
            instructions += Bytes.word(image, at + 4 * i) >>> 28 == ALWAYS ? 1 : 0;
        }
        return words > 0 && 4 * instructions >= 3 * words;
    }

    /** Whether an image begins as Linux does, for which one knows the usual link address. */
    public static boolean beginsAsLinux(byte[] image) {
        for (int at = 0; at < LINUX_SIZE && at + 8 <= image.length; at += 4) {
            if (Bytes.word(image, at) == LINUX_FIRST && Bytes.word(image, at + 4) == LINUX_SECOND) {
                return true;
            }
        }
        return false;
    }
}
