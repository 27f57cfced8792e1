package swivel.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import swivel.arm.Arguments.Extension;
import swivel.arm.Fields;
import swivel.arm.Vfp;

/** Random instructions of VFP for {@link BlockFuzz}, with the condition AL: so the words are of A32 and of T32. */
final class VfpFuzzWords {
    /** Of the rows, those that are of each kind. */
    private static final List<Vfp> COMPUTE = new ArrayList<>();

    private static final List<Vfp> MOVE = new ArrayList<>();
    private static final List<Vfp> TRANSFER = new ArrayList<>();

    static {
        for (Vfp row : Vfp.values()) {
            String name = row.name();
            if (name.matches("(VSTR|VLDR|FSTM|FLDM|VPUSH|VPOP|VSTM|VLDM).*")) {
                TRANSFER.add(row);
            } else if (name.matches("(VMOV_(TO|FROM)|VDUP|VMSR|VMRS).*")) {
                MOVE.add(row);
            } else if (row != Vfp.UNDEFINED) {
                COMPUTE.add(row);
            }
        }
    }

    private static final int AL = Fields.AL << 28;

    /** VMRS APSR_nzcv, FPSCR (ARM DDI 0406C, A8.8.348). */
    static final int FLAGS = 0xeef1_fa10;

    /** VMSR FPSCR, r0 (A8.8.349). */
    static final int SET_STATUS = 0xeee1_0a10;

    // Where core registers are: the base of transfers, and what is moved.
    private static final int BASE = 16;
    private static final int MOVED = 12;
    private static final int MOVED_TOO = 16;

    /** Transfers reach so far from their base, in words. */
    private static final int REACH = 0x0f;

    private final SplittableRandom random;

    VfpFuzzWords(SplittableRandom random) {
        this.random = random;
    }

    /** What computes, among few registers, so that results are operands again. */
    int compute() {
        int word = canonical(COMPUTE);
        if (random.nextInt(3) == 0) {
            return word;
        }
        // Without the upper two bits of the registers' numbers.
        int few = replaced(word, word & ~0xc00c);
        return replaced(few, few & ~0xc_0000);
    }

    /**
     * A load or store of registers.
     *
     * @param base a core register
     */
    int transfer(int base) {
        while (true) {
            int word = canonical(TRANSFER);
            int near = replaced(word, word & ~0xff | word & REACH);
            int at = random.nextInt(10) == 0 ? near : replaced(near, near & ~(15 << BASE) | base << BASE);
            if (isPredictable(at)) {
                return at;
            }
        }
    }

    /**
     * A move between core and floating-point registers.
     *
     * @param kept core registers that it does not write
     */
    int move(int kept) {
        while (true) {
            int word = canonical(MOVE);
            boolean two = Vfp.decode(word).name().matches("VMOV_(TO|FROM)_(SINGLES|DOUBLE)");
            boolean writes = isKept(kept, word, MOVED) || two && isKept(kept, word, MOVED_TOO);
            boolean special = Fields.bits(word, 15, 12) >= UserState.SP;
            boolean status = Vfp.decode(word) == Vfp.VMSR || Vfp.decode(word) == Vfp.VMRS;
            // Of random status registers most are undefined, and of random values of FPSCR most ask for vectors.
            boolean rare = writes || special || status;
            if (isPredictable(word) && (!rare || random.nextInt(16) == 0)) {
                return word;
            }
        }
    }

    private static boolean isKept(int kept, int word, int shift) {
        return (kept >>> (word >>> shift & 15) & 1) != 0;
    }

    private static boolean isPredictable(int word) {
        return ((Extension) Vfp.decode(word).arguments(word)).isPredictable();
    }

    /** The other word, if it is of the same row. */
    private static int replaced(int word, int other) {
        return Vfp.decode(other) == Vfp.decode(word) ? other : word;
    }

    private int canonical(List<Vfp> rows) {
        Vfp row = rows.get(random.nextInt(rows.size()));
        int word;
        do {
            word = row.canonical(random.nextInt()) & 0x0fff_ffff | AL;
        } while (Vfp.decode(word) != row);
        return word;
    }
}
