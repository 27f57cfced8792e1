package swivel.cpu.engine;

import java.nio.file.Path;
import swivel.cpu.jit.KeptTranslations;

/**
 * Where translations are kept from run to run: a boot is cold code, and most of its time goes to translating. What was
 * made for other code than that of the guest is never used, so any guests may share a file; one for each kernel keeps
 * files small. It is opened when a processor is made, and written when that is closed, if there is enough that is new.
 * What is damaged or of no use counts as none, and no trouble with the file is an error.
 *
 * @param path the file, which needs not exist, nor its directory
 * @param version of the program: a file of another one counts as none
 */
public record TranslationFile(Path path, long version) {
    /** The most bytes that one has. */
    public static final long MAX_BYTES = KeptTranslations.MAX_BYTES;

    /** The most bytes of memory that new ones take. */
    public static final long MAX_NEW_BYTES = KeptTranslations.MAX_NEW_BYTES;
}
