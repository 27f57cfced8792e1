package swivel.cli;

import java.nio.file.Path;
import swivel.api.KernelChoice;
import swivel.cli.start.KernelCache;
import swivel.machine.GuestKernel;

/** The kernel that a person named, ready for the virtualization that the person wants or that suits it. */
final class KernelFile {
    private KernelFile() {}

    /**
     * Reads it, and rewrites it if it is to be patched. Says on standard error what was chosen or done.
     *
     * @throws Failure if it cannot be read
     */
    static GuestKernel read(Path file, MachineOptions options) {
        KernelChoice choice =
                new KernelChoice(options.virt, options.strict, options.memory, KernelCache.ofUser(), Main::say);
        return choice.prepare(InputFile.read(file, "kernel"), "kernel " + file);
    }
}
