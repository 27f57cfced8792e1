package swivel.vmm;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import swivel.arm.A32;
import swivel.arm.Cp15;
import swivel.arm.Sensitivity;

/** Random instructions that {@link KernelIntrinsics} is asked about, as they are before any rewriting. */
final class KernelWords {
    static final int RETURN = 0x01b0_f000; // MOVS PC, Rm
    static final int SVC = 0x0f00_0000;

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

    private static final List<A32> UNPRIVILEGED = Arrays.stream(A32.values())
            .filter(row -> row.sensitivity() == Sensitivity.UNPRIVILEGED)
            .toList();

    private final IntSupplier random;

    /** Makes a source of words from one of random ints. */
    KernelWords(IntSupplier random) {
        this.random = random;
    }

    private int below(int bound) {
        return Integer.remainderUnsigned(random.getAsInt(), bound);
    }

    int next() {
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
