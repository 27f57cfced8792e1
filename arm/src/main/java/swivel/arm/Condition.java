package swivel.arm;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;

/** The conditions, in the order of their encodings (ARM DDI 0406C, A8.3). */
public enum Condition {
    /** Z set. */
    EQ,
    NE,
    /** C set; also HS. */
    CS,
    /** C clear; also LO. */
    CC,
    /** N set. */
    MI,
    PL,
    /** V set. */
    VS,
    VC,
    /** C set and Z clear. */
    HI,
    LS,
    /** N equals V. */
    GE,
    LT,
    /** Z clear and N equals V. */
    GT,
    LE,
    AL;

    /** Per condition a bit for every value of NZCV. Encoding 15 passes: it is the unconditional space. */
    private static final int[] PASSES = new int[16];

    private static final String[] SUFFIXES = new String[16];

    static {
        for (int flags = 0; flags < 16; flags++) {
            boolean n = (flags & 8) != 0;
            boolean z = (flags & 4) != 0;
            boolean c = (flags & 2) != 0;
            boolean v = (flags & 1) != 0;
            boolean[] base = {z, c, n, v, c && !z, n == v, n == v && !z, true};
            for (int cond = 0; cond < 16; cond++) {
                boolean inverted = (cond & 1) != 0 && cond != 15;
                if (base[cond >> 1] != inverted) {
                    PASSES[cond] |= 1 << flags;
                }
            }
        }
        Arrays.fill(SUFFIXES, "");
        for (Condition condition : EnumSet.range(EQ, LE)) {
            SUFFIXES[condition.ordinal()] = condition.name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Whether an instruction with this condition field (0 to 15) executes under the flags in {@code psr} bits 31:28.
     */
    public static boolean passes(int cond, int psr) {
        return (PASSES[cond] >>> (psr >>> 28) & 1) != 0;
    }

    /** What a mnemonic ends in, empty for always (14) and for the unconditional space (15). */
    public static String suffix(int cond) {
        return SUFFIXES[cond];
    }
}
