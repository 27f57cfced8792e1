package swivel.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is compared. */
enum Emulator {
    SWIVEL("Swivel"),
    /** The Swivel of another checkout, without a change that is to be measured. */
    BEFORE("before"),
    QEMU("QEMU");

    /** The processor of all: without floating point, which the programs do without. */
    static final String CPU = "cortex-a15,vfp=off,neon=off";

    /** What the tables call it. */
    final String label;

    Emulator(String label) {
        this.label = label;
    }

    /**
     * The command that boots a guest.
     *
     * @param start how the emulator is started: {@code swivel run} with options for all guests, or QEMU's program
     * @param append the kernel's command line
     * @param memory of the guest, MiB
     */
    List<String> command(List<String> start, Guest guest, Path initrd, String append, int memory) {
        List<String> command = new ArrayList<>(start);
        if (this == QEMU) {
            command.addAll(List.of("-machine", "virt,highmem=off", "-cpu", CPU, "-m", Integer.toString(memory)));
            command.addAll(List.of("-nographic", "-no-reboot", "-net", "none"));
            command.addAll(List.of("-kernel", guest.qemuKernel().toString()));
            command.addAll(List.of("-initrd", initrd.toString(), "-append", append));
        } else {
            command.addAll(List.of("--stats", "--cpu", CPU, "--virt", guest.virtualization, "--memory", memory + "M"));
            command.addAll(List.of("--kernel", guest.kernel().toString()));
            command.addAll(List.of("--initrd", initrd.toString(), "--append", append));
        }
        return command;
    }
}
