package swivel.arm;

/**
 * The format of CPSR and SPSR (ARM DDI 0406C, B1.3.3).
 *
 * <pre>
 *  31 30 29 28 27 26  25 24 23    20 19     16 15      10 9 8 7 6 5 4    0
 * | N| Z| C| V| Q|IT[1:0]| J|  0    | GE[3:0] | IT[7:2]  |E|A|I|F|T|  M   |
 * </pre>
 */
public final class Psr {
    private Psr() {}

    public static final int N = 1 << 31;
    public static final int Z = 1 << 30;
    public static final int C_SHIFT = 29;
    public static final int C = 1 << C_SHIFT;
    public static final int V_SHIFT = 28;
    public static final int V = 1 << V_SHIFT;
    /** The condition flags. */
    public static final int NZCV = N | Z | C | V;
    /** Saturation happened. */
    public static final int Q_SHIFT = 27;

    public static final int Q = 1 << Q_SHIFT;
    /** The If-Then state, both its parts. */
    public static final int IT = 0x0600_fc00;
    /** Jazelle state. */
    public static final int J = 1 << 24;
    /** The four greater-or-equal flags of parallel arithmetic. */
    public static final int GE_SHIFT = 16;

    public static final int GE = 0xf << GE_SHIFT;
    /** Data accesses are big-endian. */
    public static final int E = 1 << 9;
    /** Asynchronous aborts are masked. */
    public static final int A = 1 << 8;
    /** IRQ is masked. */
    public static final int I = 1 << 7;
    /** FIQ is masked. */
    public static final int F = 1 << 6;
    /** The three masks. */
    public static final int MASKS = A | I | F;

    public static final int T_SHIFT = 5;
    /** T32 state. */
    public static final int T = 1 << T_SHIFT;
    /** The mode field, a {@link Mode#encoding}. */
    public static final int M = 0x1f;

    /** What user mode may change by MSR and SETEND. T and IT it changes by branching and by IT. */
    public static final int USER = NZCV | Q | GE | E;

    /** What MRS reads of CPSR: all but the execution state J, IT, T (B9.3.8). */
    public static final int READ_BY_MRS = 0xf8ff_03df;

    /** The bits that exist; 23:20 are reserved, should be zero or preserved. */
    public static final int DEFINED = ~(0xf << 20);

    /** MSR's field mask: c (bits 7:0), x (15:8), s (23:16), f (31:24). */
    public static final int FIELD_C = 1;

    public static final int FIELD_X = 2;
    public static final int FIELD_S = 4;
    public static final int FIELD_F = 8;

    /** CPSR after reset: SVC mode, A32, everything masked (B1.9.1). E and T follow SCTLR. */
    public static final int RESET = MASKS | Mode.SVC_ENCODING;

    private static final int PRIVILEGED = USER | MASKS | M;

    /** The bits of a word that an MSR field mask (4 bits: f s x c) selects. */
    public static int fieldBits(int fields) {
        return (fields & FIELD_C | (fields & FIELD_X) << 7 | (fields & FIELD_S) << 14 | (fields & FIELD_F) << 21)
                * 0xff;
    }

    /**
     * The CPSR bits that MSR with this field mask writes: never the execution state (J, IT, T), and in user mode
     * neither masks nor mode (CPSRWriteByInstr, B1.3.3).
     */
    public static int writableByMsr(int fields, boolean privileged) {
        return fieldBits(fields) & (privileged ? PRIVILEGED : USER);
    }

    /** The SPSR bits that MSR with this field mask writes (SPSRWriteByInstr, B1.3.3). */
    public static int writableSpsr(int fields) {
        return fieldBits(fields) & DEFINED;
    }

    /** {@code old} with the bits of {@code mask} taken from {@code value}. */
    public static int merge(int old, int value, int mask) {
        return (old & ~mask) | (value & mask);
    }

    public static boolean thumb(int psr) {
        return (psr & T) != 0;
    }

    public static boolean bigEndian(int psr) {
        return (psr & E) != 0;
    }

    /** The mode a PSR names, or null if its mode field is a reserved encoding. */
    public static Mode mode(int psr) {
        return Mode.of(psr & M);
    }

    /** {@code psr} in another mode. */
    public static int withMode(int psr, Mode mode) {
        return (psr & ~M) | mode.encoding();
    }

    /** IT[7:0], put together from its two places. */
    public static int it(int psr) {
        return (psr >>> 25 & 3) | (psr >>> 8 & 0xfc);
    }

    /** {@code psr} with IT[7:0] replaced. */
    public static int withIt(int psr, int it) {
        return (psr & ~IT) | (it & 3) << 25 | (it & 0xfc) << 8;
    }
}
