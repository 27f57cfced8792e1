package swivel.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The two that are compared. */
enum Emulator {
    SWIVEL("Swivel") {
        @Override
        List<String> command(Guest guest, Path initrd, String append, int memory, List<String> run) {
            List<String> command = new ArrayList<>(run);
            command.addAll(List.of(
                    "--stats",
                    "--virt",
                    guest.virtualization,
                    "--memory",
                    memory + "M",
                    "--kernel",
                    guest.kernel(this).toString(),
                    "--initrd",
                    initrd.toString(),
                    "--append",
                    append));
            return command;
        }
    },
    QEMU("QEMU") {
        @Override
        List<String> command(Guest guest, Path initrd, String append, int memory, List<String> run) {
            return List.of(
                    "qemu-system-arm",
                    "-machine",
                    "virt,highmem=off",
                    "-cpu",
                    CPU,
                    "-m",
                    Integer.toString(memory),
                    "-nographic",
                    "-no-reboot",
                    "-net",
                    "none",
                    "-kernel",
                    guest.kernel(this).toString(),
                    "-initrd",
                    initrd.toString(),
                    "-append",
                    append);
        }
    };

    /** The board's processor less what Swivel's has not got either, so that both run the same code. */
    static final String CPU = "cortex-a15,vfp=off,neon=off";

    /** What the tables call it. */
    final String label;

    Emulator(String label) {
        this.label = label;
    }

    /**
     * The command that boots a guest.
     *
     * @param append the kernel's command line
     * @param memory of the guest, MiB
     * @param run how {@code swivel run} is called
     */
    abstract List<String> command(Guest guest, Path initrd, String append, int memory, List<String> run);
}
