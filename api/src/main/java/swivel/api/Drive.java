package swivel.api;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import swivel.devices.DiskImage;

/**
 * A disk of a guest: what {@code --drive} says.
 *
 * @param file the image, raw or qcow2
 * @param access where what the guest writes goes
 * @param overlay the qcow2 file for {@link Access#OVERLAY}, else null
 * @param raw whether the file is taken as it is, whatever it looks like
 * @param serial what the guest reads as the disk's name; null: nothing
 */
public record Drive(Path file, Access access, Path overlay, boolean raw, String serial) {
    /** Where what a guest writes goes. */
    public enum Access {
        /** To the file. */
        WRITE,
        /** The guest cannot write. */
        READ_ONLY,
        /** To an overlay, a file beside that stays. */
        OVERLAY,
        /** To an overlay that nobody finds after the run. */
        SNAPSHOT
    }

    /** A disk whose file the guest writes. */
    public static Drive of(Path file) {
        return new Drive(file, Access.WRITE, null, false, null);
    }

    /** The same, read-only. */
    public Drive readOnly() {
        return new Drive(file, Access.READ_ONLY, null, raw, serial);
    }

    /** The same, but what is written is forgotten. */
    public Drive snapshot() {
        return new Drive(file, Access.SNAPSHOT, null, raw, serial);
    }

    /** The same, but what is written is kept in another file. */
    public Drive overlay(Path newOverlay) {
        return new Drive(file, Access.OVERLAY, newOverlay, raw, serial);
    }

    /** The same file, taken as it is. */
    public Drive asRaw() {
        return new Drive(file, access, overlay, true, serial);
    }

    /** The same with a name that the guest can read. */
    public Drive serial(String newSerial) {
        return new Drive(file, access, overlay, raw, newSerial);
    }

    /**
     * Opens and locks it; who calls closes it.
     *
     * @param say told in lines what is odd about the file
     * @throws MachineException if it cannot be used
     */
    public DiskImage open(Consumer<String> say) {
        try {
            DiskImage image = switch (access) {
                case WRITE, READ_ONLY -> DiskImage.open(file, DiskImage.Use.of(access == Access.READ_ONLY, raw), say);
                case OVERLAY -> DiskImage.open(file, raw, overlay, say);
                case SNAPSHOT -> DiskImage.openSnapshot(file, raw, say);
            };
            return serial == null ? image : named(image);
        } catch (IOException e) {
            throw new MachineException(e.getMessage(), e);
        }
    }

    private DiskImage named(DiskImage image) throws IOException {
        try {
            image.setSerial(serial);
            return image;
        } catch (IllegalArgumentException e) {
            image.close();
            throw new MachineException(e.getMessage(), e);
        }
    }
}
