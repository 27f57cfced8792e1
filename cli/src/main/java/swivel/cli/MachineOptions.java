package swivel.cli;

import static swivel.cli.CommandLayout.option;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import swivel.api.InitialFiles;
import swivel.api.MachineRules;
import swivel.api.Virt;
import swivel.cli.start.TranslationCache;
import swivel.cpu.Processor;
import swivel.cpu.engine.Engine;
import swivel.cpu.engine.TranslationFile;
import swivel.machine.Equipment;
import swivel.machine.MemoryNeed;
import swivel.machine.VirtMachine;
import swivel.memory.GuestMemory;
import swivel.vmm.Virtualization;

/** Options of every command that runs a guest. */
final class MachineOptions {
    long memory;
    int cores;
    Cpu cpu;
    Virt virt;
    boolean strict;
    Engine engine;
    long codeCache;
    boolean lockstep;
    boolean runsLong;
    boolean stats;
    int silence;

    /** The options, for each command that has them. */
    CommandSpec mixin() {
        return CommandLayout.mixin(this)
                .addOption(option(Long.class, size -> memory = size, "-m", "--memory")
                        .paramLabel("SIZE")
                        .defaultValue("256M")
                        .converters(new MemorySize())
                        .description("RAM of the guest, up to 16G; a kernel without LPAE reaches 3G"
                                + " (default: ${DEFAULT-VALUE})")
                        .build())
                .addOption(option(Integer.class, count -> cores = count, "--smp")
                        .paramLabel("N")
                        .defaultValue("1")
                        .converters(new WholeNumber.Cores())
                        .description("Processor cores of the guest, 1 to 8 (default: ${DEFAULT-VALUE})")
                        .build())
                .addOption(option(Cpu.class, core -> cpu = core, "--cpu")
                        .paramLabel("CORE")
                        .defaultValue("cortex-a15")
                        .converters(new Cpu.Converter())
                        .description(
                                "The core that the guest finds, cortex-a15 or cortex-a7 (default: ${DEFAULT-VALUE});",
                                "\",neon=off\" leaves out NEON, \",vfp=off\" VFP, too")
                        .build())
                .addOption(option(Virt.class, how -> virt = how, "--virt")
                        .paramLabel("HOW")
                        .defaultValue("auto")
                        .description(
                                "How the kernel is virtualized (default: auto, which says what it chose):",
                                "  patched     its sensitive instructions are replaced by traps when it is loaded",
                                "  translated  it runs unmodified, and they trap while it is translated",
                                "  bare        no help at all: shows how it goes wrong")
                        .build())
                .addOption(option(Boolean.class, given -> strict = given, "--strict")
                        .description(
                                "With --virt patched, emulate only what was rewritten: a sensitive instruction that was"
                                        + " not misbehaves as in",
                                "user mode, and is counted. By default it traps and is emulated, and a line at the"
                                        + " end says"
                                        + " how many and where")
                        .build())
                .addOption(option(Engine.class, how -> engine = how, "--engine")
                        .paramLabel("HOW")
                        .defaultValue("auto")
                        .description(
                                "What executes the guest's instructions (default: auto, the fastest that this computer"
                                        + " allows):",
                                "  interp  an interpreter",
                                "  x64     machine code for x86-64 under Linux",
                                "  native  the computer's own core in 32-bit user mode, on arm64 under Linux")
                        .build())
                .addOption(option(Long.class, size -> codeCache = size, "--code-cache")
                        .paramLabel("SIZE")
                        .defaultValue("64M")
                        .converters(new CodeCacheSize())
                        .description("The most memory that machine code may take, 1M to 1G (default: ${DEFAULT-VALUE})")
                        .build())
                .addOption(option(Boolean.class, given -> lockstep = given, "--lockstep")
                        .description(
                                "Run machine code and the interpreter side by side and stop where they differ; slow")
                        .build())
                .addOption(option(Boolean.class, given -> runsLong = given, "--long")
                        .description(
                                "For a guest that runs longer than ten seconds: it starts half a second later, but then"
                                        + " what it asks of Swivel takes little more than half the time")
                        .build())
                .addOption(option(Boolean.class, given -> stats = given, "--stats")
                        .description("At the end, print what was counted: instructions, traps, faults, exits")
                        .build())
                .addOption(option(Integer.class, seconds -> silence = seconds, "--silence")
                        .paramLabel("SECONDS")
                        .defaultValue("30")
                        .converters(new WholeNumber.Seconds())
                        .description("Give up on a guest that has printed nothing at all for so long; 0: never"
                                + " (default: ${DEFAULT-VALUE})")
                        .build());
    }

    /** The initial file system in a file; modules in it are rewritten as the kernel is. */
    InitialFiles initialFiles(Path file, String commandLine) {
        return initialFiles(file.toString(), InputFile.read(file, "initrd"), commandLine);
    }

    InitialFiles initialFiles(String name, byte[] files, String commandLine) {
        return new InitialFiles(name, files, virt, strict, commandLine, Main::say);
    }

    /**
     * Whether C2 gains more than it costs: because the interpreter executes most of the guest's instructions, or
     * because there is time enough.
     */
    boolean wantsC2() {
        return lockstep || runsLong || !engine.emits();
    }

    /** The board's equipment, so far: the cores of these options. */
    Equipment equipment() {
        return new Equipment().core(cpu.core(), cpu.floatingPoint()).cores(cores);
    }

    /**
     * Builds the machine that was asked for.
     *
     * @param append the kernel's command line
     * @param trace is told of what is translated; may be null
     * @param image what the guest starts with
     */
    VirtMachine machine(
            String append,
            Equipment equipment,
            GuestRun run,
            Virtualization virtualization,
            TraceFile trace,
            byte[] image) {
        MachineRules.checkEngine(engine, lockstep, cores);
        HostRam.require(memory);
        return new VirtMachine(
                memory, append, equipment, run, virtualization, ram -> processor(ram, trace, image, equipment));
    }

    private Processor processor(GuestMemory ram, TraceFile trace, byte[] image, Equipment equipment) {
        ContainerLimit.warn(MemoryNeed.of(ram.size(), engine.emits() ? codeCache : 0, equipment));
        if (lockstep) {
            try {
                return Engine.lockstep(ram, codeCache, trace);
            } catch (UnsupportedOperationException e) {
                throw Failure.badInput("--lockstep: " + e.getMessage());
            }
        }
        TranslationFile kept = engine.emits() ? TranslationCache.ofUser(image) : null;
        try {
            return engine.create(ram, codeCache, trace, kept, Main::say);
        } catch (UnsupportedOperationException e) {
            throw Failure.badInput("--engine native: " + e.getMessage() + "; leave --engine out, or see swivel doctor");
        }
    }
}
