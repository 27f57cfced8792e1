package swivel.cli;

import static swivel.cli.CommandLayout.option;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import swivel.api.InitialFiles;
import swivel.devices.p9.SharedFolder;
import swivel.machine.Equipment;
import swivel.machine.GuestKernel;
import swivel.machine.VirtBoard;
import swivel.machine.VirtMachine;

/** {@code swivel demo}. */
final class DemoCommand implements Callable<Integer> {
    /**
     * Debian's kernel spends four fifths of its boot on testing ciphers that nobody uses here (docs/performance.md).
     */
    private static final String APPEND = "console=ttyAMA0 cryptomgr.notests=1";

    private String script;
    private Path kernel;
    private Path initrd;
    private final ShareOption shares = new ShareOption();
    private final MachineOptions options = new MachineOptions();

    CommandSpec layout() {
        return CommandLayout.command(
                        "demo",
                        this,
                        "Fetches Debian's stock ARMv7 kernel and busybox, rewrites the kernel and boots it to a shell.")
                .addOption(option(String.class, command -> script = command, "--script")
                        .paramLabel("CMD")
                        .description("Run CMD in the guest in place of a shell, print its output, power off")
                        .build())
                .addOption(option(Path.class, file -> kernel = file, "--kernel")
                        .paramLabel("FILE")
                        .description("Your own kernel")
                        .build())
                .addOption(option(Path.class, file -> initrd = file, "--initrd")
                        .paramLabel("FILE")
                        .description("Your own initial file system")
                        .build())
                .addOption(shares.option(
                        "which the guest finds at /mnt/TAG (with an initial file system of your own, mount"
                                + " it: mount -t 9p -o trans=virtio TAG /mnt)"))
                .addMixin("machine", options.mixin())
                .addMixin("config", new ConfigOptions().mixin());
    }

    @Override
    public Integer call() throws IOException {
        if (script != null && initrd != null) {
            throw Failure.badInput("--script runs in the demo's own initial file system; leave out --initrd");
        }
        VirtBoard.requireRoom(0, shares.count());
        try (Shares folders = shares.open()) {
            return run(folders.folders());
        }
    }

    private int run(List<SharedFolder> folders) throws IOException {
        InitialFiles given = initrd == null ? null : options.initialFiles(initrd, APPEND);
        GuestKernel guest = KernelFile.read(kernel == null ? DebianFiles.kernel() : kernel, options);
        if (guest.image() != null) {
            System.err.print(guest.image().counts());
        }
        return script == null ? shell(guest, given, folders) : script(guest, folders);
    }

    private int shell(GuestKernel guest, InitialFiles given, List<SharedFolder> folders) throws IOException {
        byte[] files = given != null ? given.beside(guest) : ownFiles(guest, null, folders);
        GuestRun run = new GuestRun(options, false, screen());
        return run(guest, files, APPEND, folders, run, true);
    }

    private int script(GuestKernel guest, List<SharedFolder> folders) throws IOException {
        ScriptScreen.Marks marks = ScriptScreen.Marks.random();
        ScriptScreen screen = new ScriptScreen(marks, screen());
        byte[] files = ownFiles(guest, marks, folders);
        GuestRun run = new GuestRun(options, true, screen);
        int status = run(guest, files, APPEND + " panic=-1", folders, run, false);
        if (screen.failure() != null) {
            return status; // the script's output got nowhere, which was said
        }
        if (screen.status().isEmpty()) {
            System.err.print(screen.before());
            Main.say("the guest did not run the script to its end");
            return status == ExitStatus.OK ? ExitStatus.STUCK : status;
        }
        int scriptStatus = screen.status().getAsInt();
        if (scriptStatus != 0) {
            Main.say("the script ended with status " + scriptStatus);
            return ExitStatus.SCRIPT_FAILED;
        }
        return status;
    }

    /** The demo's initial file system; for shared folders with modules of Debian's kernel, which need rewriting too. */
    private byte[] ownFiles(GuestKernel guest, ScriptScreen.Marks marks, List<SharedFolder> folders) {
        Map<String, byte[]> modules = kernel != null || folders.isEmpty() ? Map.of() : DebianFiles.modulesForShares();
        List<String> tags = folders.stream().map(SharedFolder::tag).toList();
        byte[] files = DemoGuest.initramfs(busybox(), script, marks, DemoGuest.Terminal.ofHost(), tags, modules);
        return modules.isEmpty()
                ? files
                : options.initialFiles("of the demo", files, APPEND).beside(guest);
    }

    private static byte[] busybox() {
        return InputFile.read(DebianFiles.busybox(), "busybox");
    }

    private static Screen screen() {
        return new ConsoleOutput(new FileOutputStream(FileDescriptor.out));
    }

    private int run(
            GuestKernel guest, byte[] files, String append, List<SharedFolder> folders, GuestRun run, boolean keys)
            throws IOException {
        Equipment equipment = options.equipment().shares(folders);
        try (VirtMachine machine =
                options.machine(append, equipment, run, guest.virtualization(), null, guest.bytes())) {
            machine.boot(guest, files, machine.tree());
            return run.run(machine, keys);
        }
    }
}
