package swivel.formats.linux;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.formats.elf.ElfFile;

/**
 * The signature that may stand behind a kernel module (Linux, {@code include/linux/module_signature.h}): PKCS#7 data,
 * twelve bytes that describe it, and a text. A kernel refuses a module whose signature is wrong; one without it may be
 * loaded, unless signatures are enforced.
 */
public final class ModuleSignature {
    private static final byte[] MARK = "~Module signature appended~\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DESCRIPTION_SIZE = 12;
    private static final int SIGNER_LENGTH = 3;
    private static final int KEY_ID_LENGTH = 4;
    private static final int SIGNATURE_LENGTH = 8;

    private ModuleSignature() {}

    public static boolean isOn(byte[] module) {
        return module.length >= MARK.length
                && Arrays.equals(module, module.length - MARK.length, module.length, MARK, 0, MARK.length);
    }

    /**
     * The module without it, or them: who signs a module that is signed adds one.
     *
     * @throws ImageException if the description is damaged, so that not all of the module would be left
     */
    public static byte[] removed(byte[] module, String name) throws ImageException {
        int description = module.length - MARK.length - DESCRIPTION_SIZE;
        if (description >= 0) {
            long length = (module[description + SIGNER_LENGTH] & 0xff)
                    + (module[description + KEY_ID_LENGTH] & 0xff)
                    + Integer.toUnsignedLong(Integer.reverseBytes(Bytes.word(module, description + SIGNATURE_LENGTH)));
            if (length <= description) {
                byte[] rest = Arrays.copyOf(module, (int) (description - length));
                if (isOn(rest)) {
                    return removed(rest, name);
                }
                if (isWhole(rest, name)) {
                    return rest;
                }
            }
        }
        throw new ImageException(
                name + " is damaged: its signature says that it is longer than what is behind the module");
    }

    private static boolean isWhole(byte[] module, String name) {
        try {
            ElfFile.read(module, name);
            return true;
        } catch (ImageException _) {
            return false;
        }
    }
}
