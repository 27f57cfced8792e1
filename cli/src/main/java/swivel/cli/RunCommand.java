package swivel.cli;

import static swivel.cli.CommandLayout.option;
import static swivel.cli.CommandLayout.texts;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import swivel.api.GuestFiles;
import swivel.api.InitialFiles;
import swivel.api.MachineRules;
import swivel.api.Virt;
import swivel.devices.FwCfg;
import swivel.machine.BootException;
import swivel.machine.DeviceTree;
import swivel.machine.Equipment;
import swivel.machine.GuestKernel;
import swivel.machine.VirtBoard;
import swivel.machine.VirtMachine;
import swivel.memory.MemoryFile;
import swivel.vmm.Virtualization;

/** {@code swivel run}. */
final class RunCommand implements Callable<Integer> {
    /** {@code --console}: which of the guest's devices has the terminal. */
    enum Console {
        serial,
        virtio
    }

    private Path kernel;
    private Path initrd;
    private Path firmware;
    private String append;
    private List<String> drives = List.of();
    private Console console;
    private boolean legacyVirtio;
    private Path memoryFile;
    private Path dtb;
    private Path dumpDtb;
    private boolean exitOnPanic;
    private GuestRun.OnTerminate onTerminate;
    private Path traceBlocks;
    private final LinkOptions linkOptions = new LinkOptions();
    private final MachineOptions options = new MachineOptions();

    CommandSpec layout() {
        return CommandLayout.command(
                        "run",
                        this,
                        "Runs a kernel on a board like QEMU's virt (Cortex-A15 or A7, GICv2, PL011, virtio-mmio). The"
                                + " guest's serial"
                                + " port is this terminal: Ctrl-A x quits, Ctrl-C goes to the guest.")
                .addOption(option(Path.class, file -> kernel = file, "--kernel")
                        .paramLabel("FILE")
                        .description("zImage, Image, uImage or ELF")
                        .build())
                .addOption(option(Path.class, file -> initrd = file, "--initrd")
                        .paramLabel("FILE")
                        .description("Initial file system (initramfs)")
                        .build())
                .addOption(option(Path.class, file -> firmware = file, "--firmware")
                        .paramLabel("FILE")
                        .description(
                                "Firmware for the flash at address 0, where it starts. It gets --kernel, --initrd and"
                                        + " --append by fw_cfg, as from QEMU (U-Boot: qfw load). What it changes in"
                                        + " flash is lost at the end")
                        .build())
                .addOption(option(String.class, line -> append = line, "--append")
                        .paramLabel("STRING")
                        .description("The kernel's command line")
                        .build())
                .addOption(texts(files -> drives = files, "--drive")
                        .userObject(Drives.NAMES)
                        .paramLabel("FILE[,OPTION]...")
                        .description("A disk: a raw image, or qcow2 where it is not written; the first is the guest's"
                                + " /dev/vda, and so on. With ,ro it is read-only; ,overlay=FILE keeps what is"
                                + " written in a qcow2 FILE, ,snapshot forgets it; ,raw takes a file as it is,"
                                + " whatever it looks like; ,serial=NAME names the disk")
                        .build())
                .addOption(option(Console.class, which -> console = which, "--console")
                        .paramLabel("WHICH")
                        .defaultValue("serial")
                        .description(
                                "Which of the guest's devices this terminal is (default: ${DEFAULT-VALUE}):",
                                "  serial  the serial port PL011, Linux's ttyAMA0",
                                "  virtio  a virtio console, Linux's hvc0: --append console=hvc0. What the guest prints"
                                        + " to the serial port is shown, too")
                        .build())
                .addOption(option(Boolean.class, given -> legacyVirtio = given, "--virtio-legacy")
                        .description(
                                "Give the virtio devices the legacy interface (version 1), as QEMU does unless told"
                                        + " otherwise")
                        .build())
                .addOption(option(Path.class, file -> memoryFile = file, "--memory-file")
                        .paramLabel("FILE")
                        .description("The guest's RAM is this file, which other programs may map (Linux; best in"
                                + " /dev/shm). It is made if it is not there, and stays")
                        .build())
                .addOption(option(Path.class, file -> dtb = file, "--dtb")
                        .paramLabel("FILE")
                        .description("A device tree in place of the generated one; gets memory, initrd and --append")
                        .build())
                .addOption(option(Path.class, file -> dumpDtb = file, "--dump-dtb")
                        .paramLabel("FILE")
                        .description("Write the device tree there and do not run")
                        .build())
                .addOption(option(Boolean.class, given -> exitOnPanic = given, "--exit-on-panic")
                        .description("End with status 4 when the guest kernel panics")
                        .build())
                .addOption(option(GuestRun.OnTerminate.class, what -> onTerminate = what, "--on-terminate")
                        .paramLabel("WHAT")
                        .defaultValue("stop")
                        .description(
                                "What SIGTERM, SIGINT or SIGHUP does (default: ${DEFAULT-VALUE}):",
                                "  stop       the guest stops where it is",
                                "  powerdown  its power button is pressed, and it gets 90 s to shut down; a second"
                                        + " signal ends it at once")
                        .build())
                .addOption(option(Path.class, file -> traceBlocks = file, "--trace-blocks")
                        .paramLabel("FILE")
                        .description("Write there what becomes of each block that is translated: instructions,"
                                + " micro-operations, machine code; up to 256 MiB")
                        .build())
                .addMixin("links", linkOptions.mixin("for the guest to mount: mount -t 9p -o trans=virtio TAG /mnt"))
                .addMixin("machine", options.mixin())
                .addMixin("config", new ConfigOptions().mixin());
    }

    @Override
    public Integer call() throws IOException {
        if (kernel == null && firmware == null && dumpDtb == null) {
            throw Failure.badInput("run needs --kernel FILE or --firmware FILE (see swivel run --help)");
        }
        if (firmware != null) {
            MachineRules.checkFirmware(kernel, initrd, memoryFile, options.virt, options.strict, options.memory);
        }
        List<NamedFile> inputs = List.of(
                new NamedFile("kernel", kernel, false),
                new NamedFile("initrd", initrd, false),
                new NamedFile("firmware", firmware, false),
                new NamedFile("device tree", dtb, false));
        Links links = linkOptions.links();
        List<NamedFile> outputs = new ArrayList<>(List.of(
                new NamedFile("output of --dump-dtb", dumpDtb, true),
                new NamedFile("output of --trace-blocks", traceBlocks, true),
                new NamedFile("memory file", memoryFile, true)));
        outputs.addAll(links.outputs());
        NamedFile.keepApart(outputs, inputs);
        if (traceBlocks != null && !options.engine.emits() && !options.lockstep) {
            throw Failure.badInput("--trace-blocks shows what is translated, and --engine "
                    + SpelledEnum.spelling(options.engine) + " translates nothing");
        }
        List<NamedFile> others = new ArrayList<>(inputs);
        others.addAll(outputs);
        VirtBoard.requireRoom(drives.size(), links.devices() + (console == Console.virtio ? 1 : 0));
        GuestRun run = new GuestRun(options, exitOnPanic, new ConsoleOutput(new FileOutputStream(FileDescriptor.out)));
        run.setOnTerminate(onTerminate);
        try (Drives disks = Drives.open(drives, others);
                MemoryFile ram = openMemory();
                TraceFile trace = traceBlocks == null ? null : TraceFile.open(traceBlocks);
                Links.Open opened = links.open(run::remark)) {
            return run(disks, opened, ram, trace, run);
        }
    }

    private int run(Drives disks, Links.Open links, MemoryFile ram, TraceFile trace, GuestRun run) throws IOException {
        byte[] flash = firmware == null ? null : readFirmware();
        DeviceTree givenTree = dtb == null ? null : readTree();
        String commandLine = GuestFiles.commandLine(append, givenTree);
        boolean direct = kernel != null && flash == null;
        InitialFiles initialFiles = initrd == null || !direct ? null : options.initialFiles(initrd, commandLine);
        GuestKernel guest = direct ? KernelFile.read(kernel, options) : null;

        Virtualization virtualization = guest != null ? guest.virtualization() : MachineRules.ofFirmware(options.virt);
        byte[] image = guest != null ? guest.bytes() : flash;
        Equipment equipment = links.equip(options.equipment())
                .drives(disks.images())
                .firmware(flash)
                .payload(flash == null || kernel == null ? null : payload(commandLine))
                .legacyVirtio(legacyVirtio)
                .virtioConsole(console == Console.virtio)
                .memoryFile(ram);
        try (VirtMachine machine =
                options.machine(append == null ? "" : append, equipment, run, virtualization, trace, image)) {
            DeviceTree tree =
                    new GuestFiles(guest, initialFiles, givenTree, append).load(machine, flash != null, Main::say);
            if (console == Console.virtio
                    && guest != null
                    && !guest.kernel().isBare()
                    && !commandLine.contains("console=hvc0")) {
                Main.say("Linux prints to the virtio console with --append console=hvc0");
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

    /** The file that is RAM; null: none. */
    private MemoryFile openMemory() {
        try {
            return memoryFile == null ? null : MemoryFile.open(memoryFile, options.memory);
        } catch (IOException e) {
            throw Failure.badInput(e.getMessage());
        }
    }

    private byte[] readFirmware() {
        byte[] content = MachineRules.requireFits(InputFile.read(firmware, "firmware"), firmware);
        if (options.virt == Virt.AUTO) {
            Main.say("--virt translated: firmware runs unmodified"
                    + (kernel == null ? "" : ", and so does the kernel, which it has to load (fw_cfg)"));
        }
        return content;
    }

    /** What the firmware is to start. */
    private FwCfg.Payload payload(String commandLine) {
        return new FwCfg.Payload(
                InputFile.read(kernel, "kernel"),
                initrd == null ? null : InputFile.read(initrd, "initrd"),
                commandLine);
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
