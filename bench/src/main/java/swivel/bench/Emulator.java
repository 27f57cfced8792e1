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
     * @param disk a raw image; null: the guest has no disk
     */
    List<String> command(Start start, Workload workload, Path initrd, String append, int memory, Path disk) {
        Guest guest = workload.guest();
        List<String> command = new ArrayList<>(start.command());
        command.addAll(cpu(start, workload.kind().userland));
        if (this == QEMU) {
            command.addAll(List.of("-machine", "virt,highmem=off", "-m", Integer.toString(memory)));
            command.addAll(List.of("-nographic", "-no-reboot", "-net", "none"));
            command.addAll(List.of("-kernel", guest.qemuKernel().toString()));
            command.addAll(List.of("-initrd", initrd.toString(), "-append", append));
            if (disk != null) {
                command.addAll(List.of("-drive", "if=none,id=disk,format=raw,file=" + disk));
                command.addAll(List.of("-device", "virtio-blk-device,drive=disk"));
            }
        } else {
            command.addAll(List.of("--stats", "--virt", guest.virtualization, "--memory", memory + "M"));
            command.addAll(List.of("--kernel", guest.kernel().toString()));
            command.addAll(List.of("--initrd", initrd.toString(), "--append", append));
            if (disk != null) {
                command.addAll(List.of("--drive", disk.toString()));
            }
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
        if (start.takes("--cpu")) {
            return List.of("--cpu", userland.cpu);
        }
        if (userland == Userland.ARMHF) {
            throw new UnsupportedException("this Swivel has no --cpu");
        }
        return List.of();
    }
}
