package swivel.nativecore;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import swivel.arm.Instruction;
import swivel.arm.InstructionSet;
import swivel.cpu.Intrinsics;
import swivel.cpu.UserState;
import swivel.cpu.pages.PageMaps;
import swivel.memory.GuestMemory;

/** How often the core stopped, by the instruction that it did not execute and what kept it from that. */
final class StopCounts {
    private final GuestMemory memory;
    private Intrinsics intrinsics;

    private record Cause(int signal, Instruction instruction) {}

    private final Map<Cause, long[]> counts = new HashMap<>();

    StopCounts(GuestMemory memory) {
        this.memory = memory;
    }

    void setIntrinsics(Intrinsics known) {
        intrinsics = known;
    }

    /** Counts a stop at the state's PC. */
    void count(int signal, UserState state, PageMaps space) {
        Instruction instruction = null;
        if (signal == Tracee.SIGSYS || signal == Tracee.SIGILL) {
            long gpa = space.fetchAddress(state.r[UserState.PC]);
            instruction = gpa < 0 ? null : instruction(state.thumb, gpa);
        }
        counts.computeIfAbsent(new Cause(signal, instruction), _ -> new long[1])[0]++;
    }

    private Instruction instruction(boolean thumb, long gpa) {
        InstructionSet set = thumb ? InstructionSet.T32 : InstructionSet.A32;
        int word = thumb ? memory.read16(gpa) : memory.read32(gpa);
        int original = intrinsics == null ? Intrinsics.NONE : intrinsics.original(set, word, gpa);
        return set.decode(original == Intrinsics.NONE ? word : original);
    }

    /** The counts, by what the instructions are called. */
    Map<String, Long> byName() {
        Map<String, Long> names = new TreeMap<>();
        counts.forEach((cause, count) -> names.merge(name(cause), count[0], Long::sum));
        return names;
    }

    private static String name(Cause cause) {
        return switch (cause.signal) {
            case Tracee.SIGSYS -> "svc: " + name(cause.instruction);
            case Tracee.SIGILL -> "undefined: " + name(cause.instruction);
            case Tracee.SIGSEGV -> "page";
            case Tracee.SIGBUS -> "alignment";
            case Tracee.SIGTRAP -> "breakpoint";
            default -> "kick";
        };
    }

    private static String name(Instruction instruction) {
        return instruction == null ? "nowhere" : instruction.toString().toLowerCase(Locale.ROOT);
    }
}
