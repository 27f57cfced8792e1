package swivel.arm;

/**
 * The format of FPSCR (ARM DDI 0406C, B4.1.58).
 *
 * <pre>
 *  31 30 29 28 27  26  25 24 23 22 21  20 19 18  16 15  14 13 12  11  10  9   8   7  6 5  4   3   2   1   0
 * | N| Z| C| V|QC|AHP|DN|FZ|RMode|Stride|  | Len  |IDE|  0  |IXE|UFE|OFE|DZE|IOE|IDC| 0 |IXC|UFC|OFC|DZC|IOC|
 * </pre>
 */
public final class Fpscr {
    private Fpscr() {}

    /** What the last floating-point comparison found. */
    public static final int NZCV = 0xf << 28;
    /** QC: an integer operation of Advanced SIMD has saturated. */
    public static final int QC = 1 << 27;
    /** The alternative half-precision format. */
    public static final int AHP = 1 << 26;
    /** Default NaN: no NaN of an operand reaches a result. */
    public static final int DN = 1 << 25;
    /** Flush to zero: denormal numbers are zeros. */
    public static final int FZ = 1 << 24;
    /** The rounding mode, one of those below. */
    public static final int RMODE = 3 << 22;

    public static final int ROUND_NEAREST = 0;
    /** Towards plus infinity. */
    public static final int ROUND_UP = 1 << 22;
    /** Towards minus infinity. */
    public static final int ROUND_DOWN = 2 << 22;

    public static final int ROUND_ZERO = 3 << 22;

    /** Stride and length of the short vectors of VFP. */
    public static final int STRIDE = 3 << 20;

    public static final int LEN = 7 << 16;

    // The cumulative exceptions.
    /** IOC: invalid operation. */
    public static final int INVALID = 1;
    /** DZC: division by zero. */
    public static final int DIVIDE_BY_ZERO = 1 << 1;
    /** OFC. */
    public static final int OVERFLOW = 1 << 2;
    /** UFC. */
    public static final int UNDERFLOW = 1 << 3;
    /** IXC. */
    public static final int INEXACT = 1 << 4;
    /** IDC: a denormal operand was taken for zero. */
    public static final int INPUT_DENORMAL = 1 << 7;

    /** All that accumulates until the guest clears it. */
    public static final int CUMULATIVE =
            QC | INVALID | DIVIDE_BY_ZERO | OVERFLOW | UNDERFLOW | INEXACT | INPUT_DENORMAL;

    /** What VMSR writes where exceptions cannot be trapped (IDE to IOE are zero). */
    public static final int WRITABLE = NZCV | CUMULATIVE | AHP | DN | FZ | RMODE | STRIDE | LEN;

    /** What arithmetic depends on. */
    public static final int CONTROL = AHP | DN | FZ | RMODE;

    /** What Advanced SIMD arithmetic uses for FPSCR (A2.7.7, StandardFPSCRValue). */
    public static int standard(int fpscr) {
        return fpscr & AHP | DN | FZ;
    }
}
