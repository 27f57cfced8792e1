package swivel.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import swivel.machine.Boot;
import swivel.machine.BootException;
import swivel.machine.DeviceTree;
import swivel.machine.GuestKernel;
import swivel.machine.VirtMachine;
import swivel.vmm.Virtualization;

/** {@code swivel run}. */
final class RunCommand implements Command {
    private static final String READ_ONLY = ",ro";

    private Path kernel;
    private Path initrd;
    private String append;
    private final List<VirtMachine.Drive> drives = new ArrayList<>();
    private Path dtb;
    private Path dumpDtb;
    private boolean exitOnPanic;
    private final MachineOptions options = new MachineOptions();
    private final Syntax syntax = options.declare(new Syntax(
                    "swivel run",
                    "Runs a kernel on a board like QEMU's virt (Cortex-A15, GICv2, PL011, virtio-mmio). The guest's serial port is"
                            + " this terminal: Ctrl-A x quits, Ctrl-C goes to the guest.")
            .option("--kernel", "FILE", text -> kernel = Path.of(text), "zImage, Image, uImage or ELF")
            .option("--initrd", "FILE", text -> initrd = Path.of(text), "Initial file system (initramfs)")
            .option("--append", "STRING", text -> append = text, "The kernel's command line")
            .options(
                    "--drive",
                    "FILE[,ro]",
                    text -> drives.add(drive(text)),
                    "A disk: a raw image, read-only with ,ro. The first is the guest's /dev/vda, and so on")
            .option(
                    "--dtb",
                    "FILE",
                    text -> dtb = Path.of(text),
                    "A device tree in place of the generated one; gets memory, initrd and --append")
            .option("--dump-dtb", "FILE", text -> dumpDtb = Path.of(text), "Write the device tree there and do not run")
            .flag("--exit-on-panic", () -> exitOnPanic = true, "End with status 4 when the guest kernel panics"));

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run() throws IOException {
        if (kernel == null && dumpDtb == null) {
            throw Failure.badInput("run needs --kernel FILE (see swivel run --help)");
        }
        WarmUp.start(options.engine);
        InitialFiles initialFiles = initrd == null ? null : new InitialFiles(initrd, options);
        DeviceTree givenTree = dtb == null ? null : readTree();
        GuestKernel guest = kernel == null ? null : KernelFile.read(kernel, options);

        GuestRun run = new GuestRun(options, exitOnPanic, new ConsoleOutput(new FileOutputStream(FileDescriptor.out)));
        Virtualization virtualization = guest == null ? Virtualization.TRANSLATED : guest.virtualization();
        VirtMachine machine = machine(run, virtualization);
        DeviceTree tree = givenTree == null ? machine.tree() : givenTree;
        try {
            if (givenTree != null) {
                Boot.adapt(tree, machine.memory(), append);
            }
            if (guest != null) {
                machine.boot(guest, initialFiles == null ? null : initialFiles.beside(guest), tree);
            }
        } catch (BootException e) {
            throw Failure.badInput(e.getMessage());
        }
        if (dumpDtb != null) {
            OutputFile.write(dumpDtb, tree.flatten());
            return ExitStatus.OK;
        }
        return run.run(machine, true);
    }

    private VirtMachine machine(GuestRun run, Virtualization virtualization) {
        try {
            return new VirtMachine(
                    options.memory, append == null ? "" : append, drives, run, virtualization, options::processor);
        } catch (IOException | BootException e) {
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

    private static VirtMachine.Drive drive(String text) {
        boolean readOnly = text.endsWith(READ_ONLY);
        Path file = Path.of(readOnly ? text.substring(0, text.length() - READ_ONLY.length()) : text);
        return new VirtMachine.Drive(file, readOnly);
    }
}
