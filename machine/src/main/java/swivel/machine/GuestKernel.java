package swivel.machine;

import java.util.List;
import java.util.stream.Stream;
import swivel.formats.ImageException;
import swivel.formats.kernel.UImage;
import swivel.vmm.TrapSites;
import swivel.vmm.Virtualization;

/**
 * A kernel made ready for one way of virtualization.
 *
 * @param kernel what to load
 * @param virtualization how its sensitive instructions come to the hypervisor
 * @param image what it was made of; null if the file is loaded as it is
 */
public record GuestKernel(Kernel kernel, Virtualization virtualization, PreparedImage image) {
    /** Reads a kernel and, if it is to be patched, rewrites it. As the other one, preparing it here and now. */
    public static GuestKernel prepare(byte[] file, String name, Virtualization virtualization, Kernel.Ram ram)
            throws ImageException {
        return prepare(file, name, virtualization, ram, PreparedImage::of);
    }

    /**
     * Reads a kernel and, if it is to be patched, rewrites it. It is unpacked, for the guest would take much longer to
     * do that; but one that nobody here can unpack and that is not to be patched is loaded as its file has it.
     *
     * @param file zImage, Image, uImage or ELF
     * @param name what to call the file in messages
     * @throws ImageException if it is to be rewritten and cannot be
     * @throws BootException if it cannot be loaded
     */
    public static GuestKernel prepare(
            byte[] file, String name, Virtualization virtualization, Kernel.Ram ram, PreparedImage.Source source)
            throws ImageException {
        PreparedImage image;
        try {
            image = source.prepare(file, name, virtualization.isRewritten());
        } catch (ImageException e) {
            if (virtualization.isRewritten()) {
                throw e;
            }
            return new GuestKernel(Kernel.read(file, ram), virtualization, null);
        }
        Kernel kernel = Kernel.read(image.bytes(), image.linkAddress(), UImage.of(image.uImage()), ram);
        return new GuestKernel(kernel, virtualization, image);
    }

    /**
     * The device tree that came behind the kernel and that it uses in place of the board's; null if none did.
     *
     * @throws BootException if it is damaged
     */
    public DeviceTree appendedTree() {
        return image == null || image.deviceTree().length == 0 ? null : DeviceTree.read(image.deviceTree());
    }

    /** The file that is loaded, with all that is not. */
    public byte[] bytes() {
        return kernel.segments().getFirst().content().array();
    }

    /** What its file was, for a person. */
    public String format() {
        return image == null ? kernel.format() : image.format();
    }

    /** What of its file was left out, or guessed, as sentences for a person; maybe none. */
    public List<String> remarks() {
        return Stream.of(image == null ? "" : image.remark(), kernel.guess())
                .filter(remark -> !remark.isEmpty())
                .toList();
    }

    /** Where its trap words are, once it is loaded. */
    TrapSites trapSites() {
        return virtualization.isRewritten()
                ? new TrapSites(kernel.addresses(image.encoded()), kernel.addresses(image.genuine()))
                : TrapSites.UNKNOWN;
    }
}
