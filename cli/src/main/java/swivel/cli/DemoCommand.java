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
    private final LinkOptions linkOptions = new LinkOptions();
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
                .addMixin(
                        "links",
                        linkOptions.mixin("which the guest finds at /mnt/TAG (with an initial file system of your own,"
                                + " mount it: mount -t 9p -o trans=virtio TAG /mnt)"))
                .addMixin("machine", options.mixin())
                .addMixin("config", new ConfigOptions().mixin());
    }

    @Override
    public Integer call() throws IOException {
        if (script != null && initrd != null) {
            throw Failure.badInput("--script runs in the demo's own initial file system; leave out --initrd");
        }
        Links links = linkOptions.links();
        NamedFile.keepApart(
                links.outputs(),
                List.of(new NamedFile("kernel", kernel, false), new NamedFile("initrd", initrd, false)));
        VirtBoard.requireRoom(0, links.devices());
        return script == null ? shell(links) : script(links);
    }

    private int shell(Links links) throws IOException {
        return run(links, null, APPEND, new GuestRun(options, false, screen()), true);
    }

    private int script(Links links) throws IOException {
        ScriptScreen.Marks marks = ScriptScreen.Marks.random();
        ScriptScreen screen = new ScriptScreen(marks, screen());
        int status = run(links, marks, APPEND + " panic=-1", new GuestRun(options, true, screen), false);
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

    /** The demo's initial file system; with modules of Debian's kernel for its links, which need rewriting too. */
    private byte[] ownFiles(GuestKernel guest, ScriptScreen.Marks marks, Links links) {
        Map<String, byte[]> modules = kernel != null || links.devices() == 0 ? Map.of() : DebianFiles.modulesFor(links);
        byte[] files = DemoGuest.initramfs(busybox(), script, marks, DemoGuest.Terminal.ofHost(), links, modules);
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

    private int run(Links links, ScriptScreen.Marks marks, String append, GuestRun run, boolean keys)
            throws IOException {
        try (Links.Open opened = links.open(run::remark)) {
            InitialFiles given = initrd == null ? null : options.initialFiles(initrd, APPEND);
            GuestKernel guest = KernelFile.read(kernel == null ? DebianFiles.kernel() : kernel, options);
            if (guest.image() != null) {
                System.err.print(guest.image().counts());
            }
            byte[] files = given != null ? given.beside(guest) : ownFiles(guest, marks, links);
            Equipment equipment = opened.equip(options.equipment());
            try (VirtMachine machine =
                    options.machine(append, equipment, run, guest.virtualization(), null, guest.bytes())) {
                machine.boot(guest, files, machine.tree());
                return run.run(machine, keys);
            }
        }
    }
}
