package swivel.cpu.ir;

import swivel.arm.Psr;
import swivel.cpu.FpRegisters;
import swivel.cpu.fp.ScalarOperation;
import swivel.cpu.fp.Vectors;
import swivel.cpu.ir.Operation.Fact;

/**
 * What {@link Operation} says of each micro-operation, as flat arrays by code: who translates asks several times for
 * each.
 */
public final class MicroInfo {
    private MicroInfo() {}

    public static final int READS_A = 1;
    public static final int READS_B = 2;
    public static final int READS_D = 4;
    public static final int WRITES_D = 8;
    /** imm[7:0] names another slot that is written. */
    public static final int WRITES_HIGH = 16;
    /** May leave in the middle of its instruction, which is then done or repeated by the interpreter. */
    public static final int EXITS = 32;
    /** Leaves the block, always or on a condition, with all slots exact. */
    public static final int LEAVES = 64;
    /** Has no inline form: the interpreter executes the whole instruction. */
    public static final int CALLED_OUT = 128;
    /** Has an effect beyond its slots and N, Z, C and V. */
    public static final int WRITES_STATUS = 256;

    public static final int WRITES_B = 512;
    /** imm[15:8] names another slot that is read. */
    public static final int READS_SECOND = 1024;

    private static final int CONDITIONAL = 2048;
    private static final int ENDS = 4096;
    private static final int KEEPS_CARRY = 8192;
    /** imm[31:8] is another slot that is read. */
    private static final int READS_PAIR = 16384;

    /** Its fields d, a and b name floating-point registers, not slots. */
    public static final int FLOATING = 32768;

    /** N, Z, C and V in masks of flags. */
    public static final int N = 8;

    public static final int Z = 4;
    public static final int C = 2;
    public static final int V = 1;
    public static final int NZ_FLAGS = N | Z;
    public static final int ALL = 15;

    // Operations that only the optimizer makes.

    /** Nothing. */
    public static final int NONE = 255;
    /** d = a + (b LSL imm), imm in 0 to 3. */
    public static final int ADDX = 254;
    /** N, Z of a AND b. */
    public static final int TST = 253;
    /** N, Z of a AND imm. */
    public static final int TSTI = 252;
    /** LDEX of 8 bytes, which writes slot b too. */
    public static final int LDEX8 = 251;
    /** STEX of 8 bytes, which reads slot imm[15:8] too. */
    public static final int STEX8 = 250;
    /**
     * As a slot: no register. As the base of an access the address is imm alone; as a destination the result is
     * dropped.
     */
    public static final int NO_SLOT = 255;

    private static final int[] INFO = new int[Operation.CODES];
    private static final int[] FLAGS_READ = new int[Operation.CODES];
    private static final int[] FLAGS_WRITTEN = new int[Operation.CODES];
    /** What a row calls the floating-point words that it writes; 0: none. */
    private static final char[] WORDS_WRITTEN = new char[Operation.CODES];

    static {
        for (Operation row : Operation.values()) {
            INFO[row.code] = bit(row.reads('a'), READS_A)
                    | bit(row.reads('b'), READS_B)
                    | bit(row.reads('d'), READS_D)
                    | bit(row.writes('d'), WRITES_D)
                    | bit(row.writes('b'), WRITES_B)
                    | bit(row.writes('h'), WRITES_HIGH)
                    | bit(row.reads('s'), READS_SECOND)
                    | bit(row.reads('p'), READS_PAIR)
                    | bit(row.reads('?'), CONDITIONAL)
                    | bit(row.is(Fact.EXITS), EXITS)
                    | bit(row.is(Fact.LEAVES), LEAVES)
                    | bit(row.is(Fact.ENDS), ENDS)
                    | bit(row.is(Fact.CALLED_OUT), CALLED_OUT)
                    | bit(row.is(Fact.WRITES_STATUS), WRITES_STATUS)
                    | bit(row.is(Fact.KEEPS_CARRY), KEEPS_CARRY)
                    | bit(row.is(Fact.FLOATING), FLOATING);
            FLAGS_READ[row.code] = row.flagsRead;
            FLAGS_WRITTEN[row.code] = row.flagsWritten;
            WORDS_WRITTEN[row.code] = wordsWritten(row);
        }
    }

    private static char wordsWritten(Operation row) {
        for (int i = 0; i < WORDS.length(); i++) {
            if (row.writes(WORDS.charAt(i))) {
                return WORDS.charAt(i);
            }
        }
        return 0;
    }

    private static final String WORDS = "vxyf";

    private static int bit(boolean isSo, int bit) {
        return isSo ? bit : 0;
    }

    public static int of(int op) {
        return INFO[op];
    }

    /** Whether an operation of the lifter's reads a slot. */
    static boolean reads(int op, int d, int a, int b, int imm, int slot) {
        int info = of(op);
        return (info & READS_A) != 0 && a == slot
                || (info & READS_B) != 0 && b == slot
                || (info & READS_D) != 0 && (d == slot || (info & WRITES_HIGH) != 0 && (imm & 0xff) == slot)
                || (info & READS_PAIR) != 0 && imm >>> 8 == slot;
    }

    /** Whether imm[7:0] names one of several things that an operation does. */
    public static boolean isOneOfSeveral(int op) {
        return op == MicroOp.HELPER
                || op == MicroOp.HELPER64
                || op == MicroOp.FP
                || op == MicroOp.VECTOR
                || op == MicroOp.PERMUTE;
    }

    /** Whether a block ends at an operation, whatever the flags. */
    public static boolean isEnd(int op) {
        return (INFO[op] & ENDS) != 0;
    }

    private static final int[] CONDITION_FLAGS = {Z, C, N, V, C | Z, N | V, N | Z | V};

    /** The flags that a condition 0 to 13 depends on. */
    public static int conditionFlags(int condition) {
        return CONDITION_FLAGS[condition >> 1];
    }

    /** Whether an operation writes C, or leaves it as it is. */
    public static boolean mayKeepCarry(int op) {
        return (INFO[op] & KEEPS_CARRY) != 0;
    }

    /** The flags that an operation reads, but for those that jumps hand on. */
    public static int flagsRead(int op, int d) {
        return (INFO[op] & CONDITIONAL) != 0 ? conditionFlags(d) : FLAGS_READ[op];
    }

    /**
     * Floating-point words that an operation is sure to write, of registers: bit n for word n. There may be others.
     */
    public static long wordsWritten(int op, int d, int imm) {
        return switch (WORDS_WRITTEN[op]) {
            case 'v' -> words(2 * d, 2);
            case 'x' -> words(imm, 1);
            case 'y' -> words(imm & 0xff, imm >>> 8);
            case 'f' -> op == MicroOp.FP ? ScalarOperation.of(imm).written(d) : words(2 * d, Vectors.wordsWritten(imm));
            default -> 0;
        };
    }

    /** Floating-point words from one on, as a mask; none if they are no registers. */
    public static long words(int first, int count) {
        return first >= FpRegisters.REGISTERS ? 0 : ((1L << count) - 1) << first;
    }

    /** The flags that an operation writes. */
    public static int flagsWritten(int op, int imm) {
        return op == MicroOp.SETPSR ? (imm & Psr.NZCV) != 0 ? ALL : 0 : FLAGS_WRITTEN[op];
    }
}
