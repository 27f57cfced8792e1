package swivel.vmm;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import swivel.arm.A32;
import swivel.arm.Cp15;
import swivel.arm.Fields;
import swivel.arm.Instruction;
import swivel.arm.InstructionSet;
import swivel.arm.Sensitivity;
import swivel.arm.T32;

/**
 * Random instructions that {@link KernelIntrinsics} is asked about, as they are before any rewriting. Those of A32 have
 * a condition; those of T32 have that of the IT block around them.
 */
final class KernelWords {
    static final int RETURN = 0x01b0_f000; // MOVS PC, Rm
    static final int SVC = 0x0f00_0000;
    private static final int SUBTRACT_RETURN = 0x025e_f000; // SUBS PC, LR, #n
    private static final int THUMB_RETURN = 0xf3de_8f00; // the same
    private static final int SUBTRACTED = 0xff;
    private static final int COUNTER = 0x0c50_0f0e; // MRRC of CNTPCT, with a bit more of CNTVCT
    private static final int THUMB_SVC = 0xdf00;

    /** Words, and the bits of each that are free. */
    private static final int[][] FAMILIES = {
        {0xf100_0000, 0x000e_01df}, // CPS
        {0x010f_0000, 0x0040_f000}, // MRS
        {0x0320_f000, 0x004f_0fff}, // MSR immediate
        {0x0120_f000, 0x004f_000f}, // MSR register
        {0x0850_0000, 0x019f_7fff}, // LDM of user registers
        {0x0840_0000, 0x019f_7fff}, // STM of user registers
        {0x0320_f001, 0}, // YIELD
        {0x0320_f004, 0}, // SEV
    };

    private static final int[][] THUMB_FAMILIES = {
        {0xb660, 0x17}, // CPS
        {0xf3af_8100, 0x061f}, // CPS with a mode
        {0xf3af_8400, 0x02e0}, // CPS of two halfwords without
        {0xf3ef_8000, 0x0010_0f00}, // MRS
        {0xf380_8000, 0x001f_0f00}, // MSR
        {0xf380_8000, 0x000f_0f00}, // MSR of CPSR
        {0xbf10, 0}, // YIELD
        {0xbf40, 0}, // SEV
        {0xf3af_8001, 0}, // YIELD of two halfwords
        {0xf3af_8004, 0}, // SEV of two halfwords
    };

    private static final List<A32> UNPRIVILEGED = unprivileged(A32.values());
    private static final List<T32> THUMB_UNPRIVILEGED = unprivileged(T32.values());

    private final InstructionSet set;
    private final IntSupplier random;

    /** Makes a source of words of an instruction set from one of random ints. */
    KernelWords(InstructionSet set, IntSupplier random) {
        this.set = set;
        this.random = random;
    }

    private static <R extends Instruction> List<R> unprivileged(R[] rows) {
        return Arrays.stream(rows)
                .filter(row -> row.sensitivity() == Sensitivity.UNPRIVILEGED)
                .toList();
    }

    /** Whether a word returns from an exception. */
    static boolean isReturn(InstructionSet set, int word) {
        return set == InstructionSet.A32
                ? (word & 0x0fff_fff0) == RETURN || (word & 0x0fff_ff00) == SUBTRACT_RETURN
                : (word & ~SUBTRACTED) == THUMB_RETURN;
    }

    /** What a word that returns from an exception subtracts from its register. */
    static int subtracted(InstructionSet set, int word) {
        return set == InstructionSet.T32 || (word & 0x0fff_ff00) == SUBTRACT_RETURN ? word & SUBTRACTED : 0;
    }

    /** Whether a word is a program's system call. */
    static boolean isCall(InstructionSet set, int word) {
        return set == InstructionSet.A32
                ? (word & 0x0f00_0000) == SVC && word >>> 28 != 15
                : (word & 0xffff_ff00) == THUMB_SVC;
    }

    private int below(int bound) {
        return Integer.remainderUnsigned(random.getAsInt(), bound);
    }

    int next() {
        return set == InstructionSet.A32 ? nextOfA32() : nextOfT32();
    }

    private int nextOfT32() {
        return switch (below(6)) {
            case 0 -> coprocessorAccess(Fields.AL << 28);
            case 1 -> anyOf(THUMB_UNPRIVILEGED, -1, 0);
            case 2 -> THUMB_RETURN | subtracted();
            case 3 -> THUMB_SVC | below(0x100);
            default -> anyOf(THUMB_FAMILIES);
        };
    }

    private int nextOfA32() {
        return switch (below(6)) {
            case 0 -> coprocessorAccess(condition());
            case 1 -> anyOf(UNPRIVILEGED, 0x0fff_ffff, condition());
            case 2 -> condition() | (below(3) == 0 ? SUBTRACT_RETURN | subtracted() : RETURN | below(15));
            case 3 -> SVC | random.getAsInt() & 0xff_ffff | condition();
            default -> {
                int word = anyOf(FAMILIES);
                yield word >>> 28 == 15 ? word : word | condition();
            }
        };
    }

    /** Mostly what returns from some exception. */
    private int subtracted() {
        return below(4) == 0 ? below(SUBTRACTED + 1) : below(3) * 4;
    }

    /** Mostly always. */
    private int condition() {
        return (below(2) == 0 ? 14 : below(14)) << 28;
    }

    private int anyOf(int[][] families) {
        int[] family = families[below(families.length)];
        return family[0] | random.getAsInt() & family[1];
    }

    /** Of any register that exists; of those of 64 bits the counters. */
    private int coprocessorAccess(int condition) {
        if (below(8) == 0) {
            return COUNTER | condition | random.getAsInt() & 0x000f_f010;
        }
        for (; ; ) {
            int word = 0x0e00_0f10 | condition | random.getAsInt() & 0x00ff_f0ef;
            if (Cp15.of(word) != null) {
                return word;
            }
        }
    }

    private int anyOf(List<? extends Instruction> rows, int free, int condition) {
        Instruction row = rows.get(below(rows.size()));
        for (; ; ) {
            int word = row.canonical(random.getAsInt() & free | condition);
            if (set.decode(word) == row) {
                return word;
            }
        }
    }
}
