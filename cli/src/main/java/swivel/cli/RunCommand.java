package swivel.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import swivel.machine.Boot;
import swivel.machine.BootException;
import swivel.machine.DeviceTree;
import swivel.machine.GuestKernel;
import swivel.machine.VirtMachine;
import swivel.vmm.Virtualization;

/** {@code swivel run}. */
@Command(
        name = "run",
        description =
                "Runs a kernel on a board like QEMU's virt (Cortex-A15, GICv2, PL011, virtio-mmio). The guest's serial port is"
                        + " this terminal: Ctrl-A x quits, Ctrl-C goes to the guest.",
        footer = ExitStatus.HELP)
final class RunCommand implements Callable<Integer> {
    @Option(names = "--kernel", paramLabel = "FILE", description = "zImage, Image, uImage or ELF")
    private Path kernel;

    @Option(names = "--initrd", paramLabel = "FILE", description = "Initial file system (initramfs)")
    private Path initrd;

    @Option(names = "--append", paramLabel = "STRING", description = "The kernel's command line")
    private String append;

    @Option(
            names = "--drive",
            paramLabel = "FILE[,ro][,raw]",
            description =
                    "A disk: a raw image, read-only with ,ro, whatever its content looks like with ,raw. The first is"
                            + " the guest's /dev/vda, and so on")
    private List<String> drives = new ArrayList<>();

    @Option(
            names = "--dtb",
            paramLabel = "FILE",
            description = "A device tree in place of the generated one; gets memory, initrd and --append")
    private Path dtb;

    @Option(names = "--dump-dtb", paramLabel = "FILE", description = "Write the device tree there and do not run")
    private Path dumpDtb;

    @Option(names = "--exit-on-panic", description = "End with status 4 when the guest kernel panics")
    private boolean exitOnPanic;

    @Mixin
    private MachineOptions options;

    @Override
    public Integer call() throws IOException {
        if (kernel == null && dumpDtb == null) {
            throw Failure.badInput("run needs --kernel FILE (see swivel run --help)");
        }
        List<NamedFile> inputs = List.of(
                new NamedFile("kernel", kernel, false),
                new NamedFile("initrd", initrd, false),
                new NamedFile("device tree", dtb, false));
        NamedFile output = new NamedFile("output of --dump-dtb", dumpDtb, true);
        for (NamedFile input : inputs) {
            if (input.file() != null && output.is(input.file())) {
                throw Failure.badInput("the " + output.what() + " would replace the " + input.what() + " " + dumpDtb);
            }
        }
        List<NamedFile> others = new ArrayList<>(inputs);
        others.add(output);
        try (Drives disks = Drives.open(drives, others)) {
            return run(disks);
        }
    }

    private int run(Drives disks) throws IOException {
        InitialFiles initialFiles = initrd == null ? null : new InitialFiles(initrd, options);
        DeviceTree givenTree = dtb == null ? null : readTree();
        GuestKernel guest = kernel == null ? null : KernelFile.read(kernel, options);

        GuestRun run = new GuestRun(options, exitOnPanic, new ConsoleOutput(new FileOutputStream(FileDescriptor.out)));
        Virtualization virtualization = guest == null ? Virtualization.TRANSLATED : guest.virtualization();
        try (VirtMachine machine = new VirtMachine(
                options.memory,
                append == null ? "" : append,
                disks.images(),
                run,
                virtualization,
                options::processor)) {
            DeviceTree tree = givenTree == null ? machine.tree() : givenTree;
            if (givenTree != null) {
                Boot.adapt(tree, machine.memory(), append);
            }
            if (guest != null) {
                machine.boot(guest, initialFiles == null ? null : initialFiles.beside(guest), tree);
            }
            if (dumpDtb != null) {
                OutputFile.write(dumpDtb, tree.flatten());
                return ExitStatus.OK;
            }
            return run.run(machine, true);
        } catch (BootException e) {
            throw Failure.badInput(e.getMessage());
        }
    }

    private DeviceTree readTree() {
        byte[] blob = InputFile.read(dtb, "device tree");
        try {
            return DeviceTree.read(blob);
        } catch (BootException e) {
            throw Failure.badInput("device tree " + dtb + ": " + e.getMessage());
        }
    }
}
