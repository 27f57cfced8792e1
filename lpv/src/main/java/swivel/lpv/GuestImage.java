package swivel.lpv;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A guest kernel as a file holds it, unpacked, and rewritten in place with the trap encoding. */
public final class GuestImage {

    /** What the unpacked bytes are. */
    public enum Kind {
        /** An ELF file for ARM. */
        ELF,
        /** A flat image: its first byte is at {@link GuestImage#linkAddress}. */
        IMAGE
    }

    private final byte[] bytes;

    private GuestImage(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Recognizes a file by its content and unpacks it.
     *
     * @param file the whole file; may become the image's own bytes, which {@link #rewrite} changes
     * @param name what to call the file in messages
     * @throws ImageException if it is not a guest kernel that can be rewritten
     */
    public static GuestImage read(byte[] file, String name) throws ImageException {
        if (file.length < 64) {
            throw new ImageException(name + " is too short for a kernel: " + file.length + " bytes");
        }
        return new GuestImage(file);
    }

    public Kind kind() {
        return bytes[0] == 0x7f ? Kind.ELF : Kind.IMAGE;
    }

    /** Whether the file held the image in compressed form. */
    public boolean wasCompressed() {
        return false;
    }

    /** What the file was, for a person: {@code ELF}, {@code Image}, {@code zImage (XZ)} and so on. */
    public String format() {
        return "Image";
    }

    /** The unpacked image itself, not a copy: the ELF file, or the flat image. */
    public byte[] bytes() {
        return bytes;
    }

    /** The virtual address the image is linked to: of the ELF file's lowest segment, or of the flat image's first byte. */
    public OptionalInt linkAddress() {
        return OptionalInt.empty();
    }

    /** Replaces every sensitive instruction by its trap word, in place. Doing it again changes nothing. */
    public RewriteReport rewrite() throws ImageException {
        return new RewriteReport(Map.of(), Map.of(), Map.of(), 0, List.of(), List.of());
    }

    /** The sensitive instructions that are still there. */
    public List<Finding> scan() throws ImageException {
        return List.of();
    }

    /** The image's own symbols, maybe none. */
    public Symbols symbols() {
        return Symbols.NONE;
    }
}
