package swivel.machine;

import swivel.formats.ImageException;
import swivel.formats.kernel.UImage;
import swivel.lpv.GuestImage;
import swivel.lpv.RewriteReport;
import swivel.lpv.report.TextReport;

/**
 * The image in a kernel's file, unpacked, and rewritten if it is to be patched: what takes long about a kernel, and
 * depends on nothing but the file.
 *
 * @param format what the file was, for a person: {@code zImage (XZ)}
 * @param linkAddress virtual address of a flat image's first byte; 0 if nobody knows
 * @param bytes an ELF file, or a flat image
 * @param rewritten how many instructions were encoded now
 * @param encoded where words stand that are certainly encoded, now or before, as offsets in {@code bytes}
 * @param genuine where words stand that read as encoded but are the image's own, likewise
 * @param counts what was encoded, by class, as lines for a person
 * @param uImage the header of the uImage that a flat image was in; empty if there was none
 * @param deviceTree what came behind the kernel, which uses it in place of the board's; empty if nothing did
 * @param remark what of the file was left out, or of it was guessed, for a person; may be empty
 */
public record PreparedImage(
        String format,
        int linkAddress,
        byte[] bytes,
        int rewritten,
        int[] encoded,
        int[] genuine,
        String counts,
        byte[] uImage,
        byte[] deviceTree,
        String remark) {
    private static final int[] NONE = {};

    /** How {@link GuestKernel#prepare} comes by one. */
    @FunctionalInterface
    public interface Source {
        /** As {@link PreparedImage#of}. */
        PreparedImage prepare(byte[] file, String name, boolean patched) throws ImageException;
    }

    /**
     * Prepares a file's image.
     *
     * @param file stays as it is, but may become {@code bytes}
     * @param name what to call the file in messages
     * @throws ImageException if it cannot be unpacked, or cannot be rewritten
     */
    public static PreparedImage of(byte[] file, String name, boolean patched) throws ImageException {
        GuestImage image = GuestImage.read(patched ? file.clone() : file, name);
        if (image.wasZImage() && image.linkAddress().isEmpty()) {
            throw new ImageException(name + " does not tell where it is linked, which Swivel must know to unpack it");
        }
        RewriteReport report = patched ? image.rewrite() : null;
        String guess = patched ? report.remark() : "";
        return new PreparedImage(
                image.format(),
                image.linkAddress().orElse(0),
                image.bytes(),
                patched ? report.encoded() : 0,
                patched ? report.encodedOffsets() : NONE,
                patched ? report.genuineOffsets() : NONE,
                patched ? TextReport.counts(report.totals()) : "",
                image.header().map(UImage::bytes).orElse(new byte[0]),
                image.deviceTree(),
                image.remark().isEmpty() || guess.isEmpty() ? image.remark() + guess : image.remark() + "; " + guess);
    }
}
