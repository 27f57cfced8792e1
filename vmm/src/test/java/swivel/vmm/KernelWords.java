package swivel.vmm;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import swivel.arm.A32;
import swivel.arm.Cp15;
import swivel.arm.InstructionSet;
import swivel.arm.Sensitivity;
import swivel.arm.T32;

/** Random instructions of a set that {@link KernelIntrinsics} is asked about, as they are before any rewriting. */
final class KernelWords {
    static final int RETURN = 0x01b0_f000; // MOVS PC, Rm
    static final int SVC = 0x0f00_0000;
    private static final int RETURN_T32 = 0xf3de_8f00; // SUBS PC, LR, #0
    private static final int SVC_T32 = 0xdf00;

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

    private static final int[][] FAMILIES_T32 = {
        {0xb660, 0x0017}, // CPS
        {0xf3af_8000, 0x07ff}, // CPS.W, hints
        {0xf3ef_8000, 0x0010_0f00}, // MRS
        {0xf380_8000, 0x001f_0f00}, // MSR
        {0xbf10, 0}, // YIELD
        {0xbf40, 0}, // SEV
    };

    private static final List<A32> UNPRIVILEGED = Arrays.stream(A32.values())
            .filter(row -> row.sensitivity() == Sensitivity.UNPRIVILEGED)
            .toList();

    private static final List<T32> UNPRIVILEGED_T32 = Arrays.stream(T32.values())
            .filter(row -> row.sensitivity() == Sensitivity.UNPRIVILEGED)
            .toList();

    private final InstructionSet set;
    private final IntSupplier random;

    /** Makes a source of words from one of random ints. */
    KernelWords(InstructionSet set, IntSupplier random) {
        this.set = set;
        this.random = random;
    }

    /** Whether a word is an exception return other than RFE. */
    static boolean isReturn(InstructionSet set, int word) {
        return set == InstructionSet.A32
                ? (word & 0x0fff_fff0) == RETURN
                : (word & 0xffff_ff00) == RETURN_T32;
    }

    static boolean isCall(InstructionSet set, int word) {
        return set == InstructionSet.A32
                ? (word & 0x0f00_0000) == SVC && word >>> 28 != 15
                : (word & 0xffff_ff00) == SVC_T32;
    }

    private int below(int bound) {
        return Integer.remainderUnsigned(random.getAsInt(), bound);
    }

    int next() {
        if (set == InstructionSet.T32) {
            return nextT32();
        }
        return switch (below(6)) {
            case 0 -> coprocessorAccess();
            case 1 -> unprivilegedAccess();
            case 2 -> RETURN | below(15) | condition();
            case 3 -> SVC | random.getAsInt() & 0xff_ffff | condition();
            default -> {
                int[] family = FAMILIES[below(FAMILIES.length)];
                int word = family[0] | random.getAsInt() & family[1];
                yield word >>> 28 == 15 ? word : word | condition();
            }
        };
    }

    private int nextT32() {
        for (; ; ) {
            int word =
                    switch (below(6)) {
                        case 0 -> coprocessorAccess() & 0x0fff_ffff | 14 << 28;
                        case 1 -> UNPRIVILEGED_T32.get(below(UNPRIVILEGED_T32.size())).canonical(random.getAsInt());
                        case 2 -> RETURN_T32 | (below(4) == 0 ? below(256) : 0);
                        case 3 -> SVC_T32 | below(256);
                        default -> {
                            int[] family = FAMILIES_T32[below(FAMILIES_T32.length)];
                            yield family[0] | random.getAsInt() & family[1];
                        }
                    };
            T32 row = T32.decode(word);
            boolean waits = row == T32.WFE_T2 || row == T32.WFI_T2;
            if (!waits && (row.isSensitive() || row == T32.MCR || row == T32.MRC || row == T32.SVC_T1)) {
                return word;
            }
        }
    }

    /** Mostly always. */
    private int condition() {
        return (below(2) == 0 ? 14 : below(14)) << 28;
    }

    /** Of any register that exists. */
    private int coprocessorAccess() {
        for (; ; ) {
            int word = 0x0e00_0f10 | condition() | random.getAsInt() & 0x00ff_f0ef;
            if (Cp15.of(word) != null) {
                return word;
            }
        }
    }

    private int unprivilegedAccess() {
        A32 row = UNPRIVILEGED.get(below(UNPRIVILEGED.size()));
        for (; ; ) {
            int word = row.canonical(random.getAsInt() & 0x0fff_ffff | condition());
            if (A32.decode(word) == row) {
                return word;
            }
        }
    }
}
