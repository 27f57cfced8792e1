package swivel.cli;

import java.util.List;
import picocli.CommandLine.Option;
import swivel.cpu.Processor;
import swivel.cpu.engine.Engine;
import swivel.devices.DiskImage;
import swivel.machine.MemoryNeed;
import swivel.machine.VirtMachine;
import swivel.memory.GuestMemory;
import swivel.vmm.Virtualization;

/** Options of every command that runs a guest. */
final class MachineOptions {
    /** {@code --virt}: how sensitive instructions come to the hypervisor. */
    enum Virt {
        auto,
        patched,
        translated,
        bare
    }

    @Option(
            names = {"-m", "--memory"},
            paramLabel = "SIZE",
            defaultValue = "256M",
            converter = MemorySize.class,
            description = "RAM of the guest, up to 2G (default: ${DEFAULT-VALUE})")
    long memory;

    @Option(
            names = "--cpu",
            paramLabel = "CORE",
            defaultValue = "cortex-a15",
            converter = Cpu.Converter.class,
            description = {
                "The core that the guest finds, cortex-a15 or cortex-a7 (default: ${DEFAULT-VALUE});",
                "\",neon=off\" leaves out NEON, \",vfp=off\" VFP, too"
            })
    Cpu cpu;

    @Option(
            names = "--virt",
            paramLabel = "HOW",
            defaultValue = "auto",
            description = {
                "How the kernel is virtualized (default: auto, which says what it chose):",
                "  patched     its sensitive instructions are replaced by traps when it is loaded",
                "  translated  it runs unmodified, and they trap while it is translated",
                "  bare        no help at all: shows how it goes wrong"
            })
    Virt virt;

    @Option(
            names = "--strict",
            description = {
                "With --virt patched, emulate only what was rewritten: a sensitive instruction that was not misbehaves as in",
                "user mode, and is counted. By default it traps and is emulated, and a line at the end says how many and where"
            })
    boolean strict;

    /** {@code --engine}; the names are those of {@link Engine}. */
    @Option(
            names = "--engine",
            paramLabel = "HOW",
            defaultValue = "auto",
            description = {
                "What executes the guest's instructions (default: auto, the fastest that this computer allows):",
                "  interp  an interpreter",
                "  x64     machine code for x86-64 under Linux"
            })
    Engine engine;

    @Option(
            names = "--code-cache",
            paramLabel = "SIZE",
            defaultValue = "64M",
            converter = CodeCacheSize.class,
            description = "The most memory that machine code may take, 1M to 1G (default: ${DEFAULT-VALUE})")
    long codeCache;

    @Option(
            names = "--lockstep",
            description = "Run machine code and the interpreter side by side and stop where they differ; slow")
    boolean lockstep;

    /** Whether the interpreter, which C2 compiles best, executes most of the guest's instructions. */
    boolean wantsC2() {
        return lockstep || engine == Engine.INTERP;
    }

    /** The board's equipment: the core of these options, and what else is asked for. */
    VirtMachine.Equipment equipment(List<DiskImage> drives, byte[] firmware, boolean legacyVirtio) {
        return new VirtMachine.Equipment(cpu.core(), cpu.floatingPoint(), drives, firmware, legacyVirtio);
    }

    /**
     * Builds the machine that was asked for.
     *
     * @param append the kernel's command line
     * @param trace is told of what is translated; may be null
     */
    VirtMachine machine(
            String append,
            VirtMachine.Equipment equipment,
            GuestRun run,
            Virtualization virtualization,
            TraceFile trace) {
        return new VirtMachine(memory, append, equipment, run, virtualization, ram -> processor(ram, trace));
    }

    private Processor processor(GuestMemory ram, TraceFile trace) {
        ContainerLimit.warn(MemoryNeed.of(ram.size(), engine == Engine.INTERP ? 0 : codeCache));
        if (lockstep) {
            try {
                return Engine.lockstep(ram, codeCache, trace);
            } catch (UnsupportedOperationException e) {
                throw Failure.badInput("--lockstep: " + e.getMessage());
            }
        }
        return engine.create(ram, codeCache, trace, Main::say);
    }

    @Option(names = "--stats", description = "At the end, print what was counted: instructions, traps, faults, exits")
    boolean stats;

    @Option(
            names = "--silence",
            paramLabel = "SECONDS",
            defaultValue = "30",
            converter = WholeNumber.Seconds.class,
            description =
                    "Give up on a guest that has printed nothing at all for so long; 0: never (default: ${DEFAULT-VALUE})")
    int silence;
}
