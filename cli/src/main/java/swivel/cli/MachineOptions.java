package swivel.cli;

import swivel.cpu.Engine;
import swivel.cpu.Processor;
import swivel.memory.GuestMemory;

/** Options of every command that runs a guest. */
final class MachineOptions {
    /** {@code --virt}: how sensitive instructions come to the hypervisor. */
    enum Virt {
        auto,
        patched,
        translated,
        bare
    }

    /** Bytes of RAM. */
    long memory = 256L << 20;

    Virt virt = Virt.auto;
    Engine engine = Engine.AUTO;
    /** Bytes of machine code. */
    long codeCache = 64L << 20;

    boolean lockstep;
    boolean stats;
    /** Seconds; 0: for ever. */
    int silence = 30;

    /** Adds the options to a command's; returns these. */
    Syntax declare(Syntax syntax) {
        return syntax.option(
                        "-m, --memory",
                        "SIZE",
                        text -> memory = MemorySize.ofRam(text),
                        "RAM of the guest, up to 2G (default: 256M)")
                .option("--virt", "HOW", text -> virt = Syntax.choice(Virt.values(), text), """
                        How the kernel is virtualized (default: auto, which says what it chose):
                        patched: its sensitive instructions are replaced by traps when it is loaded;
                        translated: it runs unmodified, and they trap while it is translated;
                        bare: no help at all: shows how it goes wrong""")
                .option("--engine", "HOW", text -> engine = Syntax.choice(Engine.values(), text), """
                        What executes the guest's instructions (default: auto, the fastest that this computer allows):
                        interp: an interpreter;
                        x64: machine code for x86-64 under Linux""")
                .option(
                        "--code-cache",
                        "SIZE",
                        text -> codeCache = MemorySize.ofCode(text),
                        "The most memory that machine code may take, 1M to 1G (default: 64M)")
                .flag(
                        "--lockstep",
                        () -> lockstep = true,
                        "Run machine code and the interpreter side by side and stop where they differ; slow")
                .flag(
                        "--stats",
                        () -> stats = true,
                        "At the end, print what was counted: instructions, traps, faults, exits")
                .option(
                        "--silence",
                        "SECONDS",
                        text -> silence = Syntax.number(text),
                        "Give up on a guest that has printed nothing at all for so long; 0: never (default: 30)");
    }

    /** Makes the processor that was asked for. */
    Processor processor(GuestMemory ram) {
        if (lockstep) {
            try {
                return Engine.lockstep(ram, codeCache);
            } catch (UnsupportedOperationException e) {
                throw Failure.badInput("--lockstep: " + e.getMessage());
            }
        }
        return engine.create(ram, codeCache, Main::say);
    }
}
