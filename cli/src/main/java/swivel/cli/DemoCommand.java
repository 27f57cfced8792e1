package swivel.cli;

import static swivel.cli.CommandLayout.option;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import swivel.machine.GuestKernel;
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
                .addMixin("machine", options.mixin());
    }

    @Override
    public Integer call() throws IOException {
        if (script != null && initrd != null) {
            throw Failure.badInput("--script runs in the demo's own initial file system; leave out --initrd");
        }
        InitialFiles given = initrd == null ? null : new InitialFiles(initrd, options, APPEND);
        GuestKernel guest = KernelFile.read(kernel == null ? DebianFiles.kernel() : kernel, options);
        if (guest.image() != null) {
            System.err.print(guest.image().counts());
        }
        return script == null ? shell(guest, given) : script(guest);
    }

    private int shell(GuestKernel guest, InitialFiles given) throws IOException {
        byte[] files = given != null
                ? given.beside(guest)
                : DemoGuest.initramfs(busybox(), null, null, DemoGuest.Terminal.ofHost());
        GuestRun run = new GuestRun(options, false, screen());
        return run(guest, files, APPEND, run, true);
    }

    private int script(GuestKernel guest) throws IOException {
        ScriptScreen.Marks marks = ScriptScreen.Marks.random();
        ScriptScreen screen = new ScriptScreen(marks, screen());
        byte[] files = DemoGuest.initramfs(busybox(), script, marks, DemoGuest.Terminal.ofHost());
        GuestRun run = new GuestRun(options, true, screen);
        int status = run(guest, files, APPEND + " panic=-1", run, false);
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

    private static byte[] busybox() {
        return InputFile.read(DebianFiles.busybox(), "busybox");
    }

    private static Screen screen() {
        return new ConsoleOutput(new FileOutputStream(FileDescriptor.out));
    }

    private int run(GuestKernel guest, byte[] files, String append, GuestRun run, boolean keys) throws IOException {
        VirtMachine.Equipment equipment = options.equipment(List.of(), null, false, null);
        try (VirtMachine machine =
                options.machine(append, equipment, run, guest.virtualization(), null, guest.bytes())) {
            machine.boot(guest, files, machine.tree());
            return run.run(machine, keys);
        }
    }
}
