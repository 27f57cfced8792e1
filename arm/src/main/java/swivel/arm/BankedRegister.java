package swivel.arm;

import java.util.Locale;

/**
 * The registers of other modes that the banked forms of MRS and MSR reach (ARM DDI 0406C, B9.2.3).
 *
 * @param kind which register
 * @param number 8 to 14 for {@link Kind#GENERAL}, else of no meaning
 * @param mode whose register it is; {@link Mode#USR} for the registers that user mode sees
 */
public record BankedRegister(Kind kind, int number, Mode mode) {
    /** What is accessed. */
    public enum Kind {
        /** r8 to r14 of a mode. */
        GENERAL,
        SPSR,
        /** ELR_hyp. */
        ELR
    }

    /** The modes that SYSm 16 and up name, two numbers each: first LR (or SPSR, if R is set), then SP. */
    private static final Mode[] PAIRS = {Mode.IRQ, Mode.SVC, Mode.ABT, Mode.UND, null, null, Mode.MON, Mode.HYP};

    /** The register that a {@link A32#MRS_BANKED} or {@link A32#MSR_BANKED} word names; null if it is UNPREDICTABLE. */
    public static BankedRegister of(int word) {
        return of(sysm(word), Fields.bit(word, 22));
    }

    /** The number SYSm of an A32 word. */
    private static int sysm(int word) {
        return (word >>> 4 & 0x10) | Fields.rn(word);
    }

    /**
     * The register that a number names; null if it is UNPREDICTABLE.
     *
     * @param sysm 0 to 31: M:M1 of the instruction
     * @param spsr the instruction's R bit
     */
    public static BankedRegister of(int sysm, boolean spsr) {
        if (sysm < 16) {
            Mode mode = sysm < 8 ? Mode.USR : Mode.FIQ;
            int number = 8 + (sysm & 7);
            if (number > 14 || (spsr && sysm != 14)) {
                return null;
            }
            return spsr ? new BankedRegister(Kind.SPSR, 0, mode) : new BankedRegister(Kind.GENERAL, number, mode);
        }
        Mode mode = PAIRS[(sysm - 16) >> 1];
        boolean stack = (sysm & 1) != 0;
        if (mode == null || (spsr && stack)) {
            return null;
        }
        if (spsr) {
            return new BankedRegister(Kind.SPSR, 0, mode);
        }
        if (mode == Mode.HYP && !stack) {
            return new BankedRegister(Kind.ELR, 0, mode);
        }
        return new BankedRegister(Kind.GENERAL, stack ? 13 : 14, mode);
    }

    /** The name in an A32 word; {@code reserved} if it names none. */
    static String name(int word) {
        return name(sysm(word), Fields.bit(word, 22));
    }

    /** The name in an MRS or MSR instruction, such as {@code SP_irq}; {@code reserved} if it names none. */
    static String name(int sysm, boolean spsr) {
        BankedRegister register = of(sysm, spsr);
        return register == null ? "reserved" : register.toString();
    }

    @Override
    public String toString() {
        String name = switch (kind) {
            case SPSR -> "SPSR";
            case ELR -> "ELR";
            case GENERAL -> number == 13 ? "SP" : number == 14 ? "LR" : "R" + number;
        };
        return name + "_" + mode.name().toLowerCase(Locale.ROOT);
    }
}
