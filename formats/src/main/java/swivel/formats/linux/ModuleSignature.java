package swivel.formats.linux;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import swivel.formats.Bytes;
import swivel.formats.ImageException;

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
     * The module without it.
     *
     * @throws ImageException if the description is damaged
     */
    public static byte[] removed(byte[] module, String name) throws ImageException {
        int description = module.length - MARK.length - DESCRIPTION_SIZE;
        if (description >= 0) {
            long length = (module[description + SIGNER_LENGTH] & 0xff)
                    + (module[description + KEY_ID_LENGTH] & 0xff)
                    + Integer.toUnsignedLong(Integer.reverseBytes(Bytes.word(module, description + SIGNATURE_LENGTH)));
            if (length <= description) {
                return Arrays.copyOf(module, (int) (description - length));
            }
        }
        throw new ImageException(name + " is damaged: its signature is longer than the module");
    }
}
