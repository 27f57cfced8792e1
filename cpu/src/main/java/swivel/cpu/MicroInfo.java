package swivel.cpu;

import static swivel.cpu.MicroOp.*;

/** What the optimizer and the emitter must know of each micro-operation: the slots and flags it reads and writes. */
final class MicroInfo {
    private MicroInfo() {}

    static final int READS_A = 1;
    static final int READS_B = 2;
    static final int READS_D = 4;
    static final int WRITES_D = 8;
    /** imm[7:0] names another slot that is written. */
    static final int WRITES_HIGH = 16;
    /** May leave in the middle of its instruction, which is then done or repeated by the interpreter. */
    static final int EXITS = 32;
    /** Leaves the block, always or on a condition, with all slots exact. */
    static final int LEAVES = 64;
    /** Has no inline form: the interpreter executes the whole instruction. */
    static final int CALLED_OUT = 128;
    /** Has an effect beyond its slots and N, Z, C and V. */
    static final int WRITES_STATUS = 256;

    /** N, Z, C and V in masks of flags. */
    static final int N = 8;

    static final int Z = 4;
    static final int C = 2;
    static final int V = 1;
    static final int NZ_FLAGS = N | Z;
    static final int ALL = 15;

    // Operations that only the optimizer makes.

    /** Nothing. */
    static final int NONE = 255;
    /** d = a + (b LSL imm), imm in 0 to 3. */
    static final int ADDX = 254;
    /** N, Z of a AND b. */
    static final int TST = 253;
    /** N, Z of a AND imm. */
    static final int TSTI = 252;
    /** LDEX of 8 bytes, which writes slot b too. */
    static final int LDEX8 = 251;
    /** STEX of 8 bytes, which reads slot imm[15:8] too. */
    static final int STEX8 = 250;
    /** As a slot: no register. As the base of an access the address is imm alone; as a destination the result is dropped. */
    static final int NO_SLOT = 255;

    private static final int[] INFO = new int[256];

    private static void info(int bits, int... ops) {
        for (int op : ops) {
            INFO[op] = bits;
        }
    }

    static {
        info(WRITES_D, MOVI);
        info(READS_A | WRITES_D, MOV, ADDI, RSBI, ANDI, ORRI, EORI, MVN, ADDSI, SUBSI, MAPPED);
        info(READS_A | WRITES_D, LSLI, LSRI, ASRI, RORI, RRX, UBFX, SBFX, CLZ, RBIT, REV);
        info(READS_A | READS_B | WRITES_D, ADD, SUB, AND, ORR, EOR, BIC, ADC, SBC, ADDS, SUBS, ADCS, SBCS, ADDX);
        info(READS_A | READS_B | WRITES_D, LSL, LSR, ASR, ROR, MUL, MULW, UDIV, SDIV);
        info(READS_A, NZ, CBIT, TSTI);
        info(READS_A | READS_B, NZ64, TST);
        info(READS_A | READS_B, CLSL, CLSR, CASR, CROR);
        info(READS_A | READS_D | WRITES_D, BFI);
        info(READS_A | READS_B | WRITES_D | WRITES_HIGH, UMULL, SMULL);
        info(READS_A | READS_B | READS_D | WRITES_D | WRITES_HIGH, UMLAL, SMLAL, UMAAL);
        info(READS_A | READS_B | WRITES_D | WRITES_STATUS, ADDQ);
        info(READS_A | WRITES_D | EXITS, LD32, LD32A, LD16U, LD16S, LD8U, LD8S);
        info(READS_A | READS_D | EXITS, ST32, ST32A, ST16, ST8);
        info(READS_A | WRITES_D | EXITS, LD32T, LD16UT, LD16ST, LD8UT, LD8ST);
        info(READS_A | READS_D | EXITS, ST32T, ST16T, ST8T);
        info(READS_A | WRITES_D | EXITS, LDEX, LDEX8);
        info(READS_A | READS_B | WRITES_D | EXITS, STEX, STEX8);
        info(READS_A | READS_B | READS_D | WRITES_D | EXITS | CALLED_OUT, HELPER, HELPER64);
        info(READS_A | EXITS | CALLED_OUT, SETEND);
        info(EXITS | CALLED_OUT, NOTE);
        info(LEAVES, JMP, JCC, TRAP);
        info(READS_A | LEAVES, JREG, SWITCH, TRAPNZ);
        info(READS_A | READS_B | LEAVES, CHECK);
        info(WRITES_D, GETPSR);
        info(READS_A, SETPSR);
    }

    static int of(int op) {
        return INFO[op];
    }

    /** Whether an operation of the lifter's reads a slot. */
    static boolean reads(int op, int d, int a, int b, int imm, int slot) {
        int info = of(op);
        return (info & READS_A) != 0 && a == slot
                || (info & READS_B) != 0 && b == slot
                || (info & READS_D) != 0 && (d == slot || (info & WRITES_HIGH) != 0 && (imm & 0xff) == slot)
                || op == HELPER64 && imm >>> 8 == slot;
    }

    /** Whether a block ends at an operation, whatever the flags. */
    static boolean isEnd(int op) {
        return op == JMP || op == JREG || op == SWITCH || op == TRAP;
    }

    private static final int[] CONDITION_FLAGS = {Z, C, N, V, C | Z, N | V, N | Z | V};

    /** The flags that a condition 0 to 13 depends on. */
    static int conditionFlags(int condition) {
        return CONDITION_FLAGS[condition >> 1];
    }

    /** Whether an operation writes C, or leaves it as it is. */
    static boolean mayKeepCarry(int op) {
        return op >= CLSL && op <= CROR;
    }

    /** The flags that an operation reads, but for those that jumps hand on. */
    static int flagsRead(int op, int d) {
        return switch (op) {
            case SKIP, JCC -> conditionFlags(d);
            case ADC, SBC, ADCS, SBCS, RRX, CLSL, CLSR, CASR, CROR -> C;
            case GETPSR -> ALL;
            default -> 0;
        };
    }

    /** The flags that an operation writes. */
    static int flagsWritten(int op, int imm) {
        return switch (op) {
            case ADDS, ADDSI, SUBS, SUBSI, ADCS, SBCS -> ALL;
            case NZ, NZ64, TST, TSTI -> NZ_FLAGS;
            case CBIT, CSET, CLSL, CLSR, CASR, CROR -> C;
            case SETPSR -> (imm & 0xf0000000) != 0 ? ALL : 0;
            default -> 0;
        };
    }
}
