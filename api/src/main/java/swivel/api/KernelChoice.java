package swivel.api;

import java.util.Locale;
import java.util.function.Consumer;
import swivel.formats.ImageException;
import swivel.machine.BootException;
import swivel.machine.GuestKernel;
import swivel.machine.Kernel;
import swivel.machine.PreparedImage;
import swivel.machine.VirtBoard;
import swivel.vmm.Virtualization;

/**
 * Makes kernels ready for the virtualization that is wanted or that suits them.
 *
 * @param virt what is wanted
 * @param strict whether a patched kernel gets no help with what was not rewritten
 * @param memory bytes of RAM that it will find
 * @param source prepares images, or has them prepared already
 * @param say told in lines what was chosen or done
 */
public record KernelChoice(Virt virt, boolean strict, long memory, PreparedImage.Source source, Consumer<String> say) {
    /** @throws MachineException if what is wanted contradicts itself */
    public KernelChoice {
        if (strict && !virt.mayRewrite()) {
            throw new MachineException("--strict is a way of --virt patched; leave out --virt "
                    + virt.name().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * Rewrites a kernel, if it is to be patched.
     *
     * @param file zImage, Image, uImage or ELF
     * @param name what to call it in messages
     * @throws MachineException if it cannot be used
     */
    public GuestKernel prepare(byte[] file, String name) {
        try {
            return switch (virt) {
                case BARE -> as(Virtualization.BARE, file, name);
                case TRANSLATED -> as(Virtualization.TRANSLATED, file, name);
                case PATCHED -> patched(file, name);
                case AUTO -> {
                    try {
                        yield patched(file, name);
                    } catch (ImageException e) {
                        if (strict) {
                            throw e;
                        }
                        GuestKernel kernel = as(Virtualization.TRANSLATED, file, name);
                        say.accept("--virt translated, since the kernel cannot be rewritten: " + e.getMessage());
                        yield kernel;
                    }
                }
            };
        } catch (BootException e) {
            throw new MachineException(name + " " + e.getMessage(), e);
        } catch (ImageException e) {
            throw new MachineException(e.getMessage(), e);
        }
    }

    private GuestKernel patched(byte[] file, String name) throws ImageException {
        GuestKernel kernel = as(strict ? Virtualization.STRICT : Virtualization.PATCHED, file, name);
        say.accept("--virt patched: rewrote " + kernel.image().rewritten() + " sensitive instructions of the "
                + kernel.format());
        return kernel;
    }

    private GuestKernel as(Virtualization virtualization, byte[] file, String name) throws ImageException {
        Kernel.Ram ram = new Kernel.Ram(VirtBoard.RAM, memory);
        GuestKernel kernel = GuestKernel.prepare(file, name, virtualization, ram, source);
        kernel.remarks().forEach(say);
        return kernel;
    }
}
