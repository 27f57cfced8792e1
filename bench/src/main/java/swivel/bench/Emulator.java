package swivel.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is compared. */
enum Emulator {
    SWIVEL("Swivel"),
    /** The Swivel of another checkout, without a change that is to be measured. */
    BEFORE("before"),
    QEMU("QEMU"),
    /** None: the host runs the same program, compiled for it. */
    NATIVE("native");

    /** What the tables call it. */
    final String label;

    Emulator(String label) {
        this.label = label;
    }

    /** Whether a benchmark is measured with it. */
    boolean runs(Workload workload) {
        return this != NATIVE || workload.hosted();
    }

    /**
     * The command that boots a guest.
     *
     * @param append the kernel's command line
     * @param memory of the guest, MiB
     */
    List<String> command(Start start, Workload workload, Path initrd, String append, int memory, Equipment equipment) {
        Guest guest = workload.guest();
        List<String> command = new ArrayList<>(start.command());
        command.addAll(cpu(start, workload.kind().userland));
        command.addAll(cores(start, workload.cores()));
        if (this == QEMU) {
            command.addAll(List.of("-machine", "virt,highmem=off", "-m", Integer.toString(memory)));
            command.addAll(List.of("-nographic", "-no-reboot", "-net", "none"));
            command.addAll(List.of("-kernel", guest.qemuKernel().toString()));
            command.addAll(List.of("-initrd", initrd.toString(), "-append", append + equipment.append()));
            command.addAll(equipment.qemu());
        } else {
            command.addAll(List.of("--stats", "--virt", guest.virtualization, "--memory", memory + "M"));
            command.addAll(List.of("--kernel", guest.kernel().toString()));
            command.addAll(List.of("--initrd", initrd.toString(), "--append", append + equipment.append()));
            command.addAll(known(start, equipment.swivel()));
        }
        return command;
    }

    /**
     * The options of the processor. A newer QEMU refuses one without floating point whose upper registers it is not
     * told to leave out, too; an older Swivel has no floating point and no option for it.
     */
    List<String> cpu(Start start, Userland userland) {
        if (this == QEMU) {
            boolean more = userland.cpu.contains("vfp=off") && start.takes("vfp-d32");
            return List.of("-cpu", userland.cpu + (more ? ",vfp-d32=off" : ""));
        }
        boolean plain = userland == Userland.ARMEL && !start.takes("--cpu");
        return plain ? List.of() : known(start, List.of("--cpu", userland.cpu));
    }

    /** One core is what each has without an option. QEMU gives each core a thread. */
    private List<String> cores(Start start, int cores) {
        if (cores == 1) {
            return List.of();
        }
        return this == QEMU
                ? List.of("-smp", Integer.toString(cores), "-accel", "tcg,thread=multi")
                : known(start, List.of("--smp", Integer.toString(cores)));
    }

    /** Options of Swivel. Throws {@link UnsupportedException} if an older one lacks the first. */
    private static List<String> known(Start start, List<String> options) {
        if (!options.isEmpty() && !start.takes(options.getFirst())) {
            throw new UnsupportedException("this Swivel has no " + options.getFirst());
        }
        return options;
    }
}
