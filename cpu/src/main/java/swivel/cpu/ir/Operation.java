package swivel.cpu.ir;

import static swivel.cpu.ir.MicroInfo.ALL;
import static swivel.cpu.ir.MicroInfo.C;
import static swivel.cpu.ir.MicroInfo.NZ_FLAGS;
import static swivel.cpu.ir.Operation.Fact.*;
import static swivel.cpu.ir.Operation.Limit.*;
import static swivel.cpu.ir.Operation.Type.*;

import swivel.cpu.FpRegisters;
import swivel.cpu.fp.Interleaving;
import swivel.cpu.fp.Vectors;

/**
 * The micro-operations as a table: what is to be known of each beside its meaning, which {@link MicroOp} says.
 * {@link MicroInfo} has the same as flat arrays for who is in a hurry; the printer, the verifier, the optimizer and the
 * fuzzer's coverage derive from the rows.
 *
 * <p>Operands are written as what is written {@code =} what is read:
 *
 * <pre>
 *  d a b   the slot that the field names           #   imm, a number, address or word
 *  h       the slot that imm[7:0] names            ?   d, a condition 0 to 13
 *  p       the slot that imm[31:8] names           k   d, a kind of jump, trap or space
 *  s       the slot that imm[15:8] names           t   imm[7:0], which of several
 *                                                  z   d, 0: zero, 1: not zero
 *                                                  i   d, a number
 *  v w     the doubleword that d or b names        e   b, a number
 *  x       the floating-point word imm             f   floating-point registers, as imm says
 *  y       those from imm[7:0] on, imm[15:8] of them
 * </pre>
 */
public enum Operation {
    MOV(MicroOp.MOV, "d=a"),
    MOVI(MicroOp.MOVI, "d=#"),
    ADD(MicroOp.ADD, "d=ab"),
    ADDI(MicroOp.ADDI, "d=a#"),
    SUB(MicroOp.SUB, "d=ab"),
    RSBI(MicroOp.RSBI, "d=a#"),
    AND(MicroOp.AND, "d=ab"),
    ANDI(MicroOp.ANDI, "d=a#"),
    ORR(MicroOp.ORR, "d=ab"),
    ORRI(MicroOp.ORRI, "d=a#"),
    EOR(MicroOp.EOR, "d=ab"),
    EORI(MicroOp.EORI, "d=a#"),
    BIC(MicroOp.BIC, "d=ab"),
    MVN(MicroOp.MVN, "d=a"),
    ADC(MicroOp.ADC, "d=ab", C, 0),
    SBC(MicroOp.SBC, "d=ab", C, 0),
    ADDS(MicroOp.ADDS, "d=ab", 0, ALL),
    ADDSI(MicroOp.ADDSI, "d=a#", 0, ALL),
    SUBS(MicroOp.SUBS, "d=ab", 0, ALL),
    SUBSI(MicroOp.SUBSI, "d=a#", 0, ALL),
    ADCS(MicroOp.ADCS, "d=ab", C, ALL),
    SBCS(MicroOp.SBCS, "d=ab", C, ALL),

    NZ(MicroOp.NZ, "=a", 0, NZ_FLAGS),
    NZ64(MicroOp.NZ64, I64, "=ab", 0, NZ_FLAGS),
    CBIT(MicroOp.CBIT, BIT_NUMBER, "=a#", 0, C),
    CSET(MicroOp.CSET, BIT, "=#", 0, C),
    CLSL(MicroOp.CLSL, "=ab", C, C, KEEPS_CARRY),
    CLSR(MicroOp.CLSR, "=ab", C, C, KEEPS_CARRY),
    CASR(MicroOp.CASR, "=ab", C, C, KEEPS_CARRY),
    CROR(MicroOp.CROR, "=ab", C, C, KEEPS_CARRY),

    LSLI(MicroOp.LSLI, BIT_NUMBER, "d=a#"),
    LSRI(MicroOp.LSRI, BIT_NUMBER, "d=a#"),
    ASRI(MicroOp.ASRI, BIT_NUMBER, "d=a#"),
    RORI(MicroOp.RORI, BIT_NUMBER, "d=a#"),
    LSL(MicroOp.LSL, "d=ab"),
    LSR(MicroOp.LSR, "d=ab"),
    ASR(MicroOp.ASR, "d=ab"),
    ROR(MicroOp.ROR, "d=ab"),
    RRX(MicroOp.RRX, "d=a", C, 0),
    UBFX(MicroOp.UBFX, FIELD, "d=a#"),
    SBFX(MicroOp.SBFX, FIELD, "d=a#"),
    BFI(MicroOp.BFI, FIELD, "d=da#"),
    CLZ(MicroOp.CLZ, "d=a"),
    RBIT(MicroOp.RBIT, "d=a"),
    REV(MicroOp.REV, "d=a"),

    MUL(MicroOp.MUL, "d=ab"),
    UMULL(MicroOp.UMULL, I64, "dh=ab"),
    SMULL(MicroOp.SMULL, I64, "dh=ab"),
    UMLAL(MicroOp.UMLAL, I64, "dh=dhab"),
    SMLAL(MicroOp.SMLAL, I64, "dh=dhab"),
    UDIV(MicroOp.UDIV, "d=ab"),
    SDIV(MicroOp.SDIV, "d=ab"),
    HELPER(MicroOp.HELPER, "d=ab#", EXITS, CALLED_OUT),
    HELPER64(MicroOp.HELPER64, I64, "dp=dpabt", EXITS, CALLED_OUT),

    LD32(MicroOp.LD32, "d=a#", EXITS),
    LD32A(MicroOp.LD32A, "d=a#", EXITS),
    LD16U(MicroOp.LD16U, "d=a#", EXITS),
    LD16S(MicroOp.LD16S, "d=a#", EXITS),
    LD8U(MicroOp.LD8U, "d=a#", EXITS),
    LD8S(MicroOp.LD8S, "d=a#", EXITS),
    ST32(MicroOp.ST32, "=da#", EXITS),
    ST32A(MicroOp.ST32A, "=da#", EXITS),
    ST16(MicroOp.ST16, "=da#", EXITS),
    ST8(MicroOp.ST8, "=da#", EXITS),
    LDEX(MicroOp.LDEX, BYTES, "d=a#", EXITS),
    STEX(MicroOp.STEX, "d=ab#", EXITS),
    CLREX(MicroOp.CLREX, "="),
    FENCE(MicroOp.FENCE, BIT, "=#"),

    SKIP(MicroOp.SKIP, "=?#"),
    JMP(MicroOp.JMP, JUMP_KIND, "=k#", LEAVES, ENDS),
    JMPIT(MicroOp.JMPIT, "=i#", LEAVES, ENDS),
    JCC(MicroOp.JCC, "=?#", LEAVES),
    JZ(MicroOp.JZ, ZERO_OR_NOT, "=za#", LEAVES),
    JREG(MicroOp.JREG, JUMP_KIND, "=ka", LEAVES, ENDS),
    TRAP(MicroOp.TRAP, TRAP_KIND, "=k#", LEAVES, ENDS),

    GETPSR(MicroOp.GETPSR, "d=", ALL, 0),
    /** Writes flags if its mask says so: {@link MicroInfo#flagsWritten}. */
    SETPSR(MicroOp.SETPSR, "=a#"),
    SETEND(MicroOp.SETEND, "=a", EXITS, CALLED_OUT),
    NOTE(MicroOp.NOTE, "=#", EXITS, CALLED_OUT, SENSITIVE),

    CHECK(MicroOp.CHECK, "=ab#", LEAVES, KERNEL),
    TRAPNZ(MicroOp.TRAPNZ, TRAP_KIND, "=ka#", LEAVES, KERNEL),

    LD32T(MicroOp.LD32T, "d=a#", EXITS, KERNEL),
    LD16UT(MicroOp.LD16UT, "d=a#", EXITS, KERNEL),
    LD16ST(MicroOp.LD16ST, "d=a#", EXITS, KERNEL),
    LD8UT(MicroOp.LD8UT, "d=a#", EXITS, KERNEL),
    LD8ST(MicroOp.LD8ST, "d=a#", EXITS, KERNEL),
    ST32T(MicroOp.ST32T, "=da#", EXITS, KERNEL),
    ST16T(MicroOp.ST16T, "=da#", EXITS, KERNEL),
    ST8T(MicroOp.ST8T, "=da#", EXITS, KERNEL),

    ADDQ(MicroOp.ADDQ, "d=ab", WRITES_STATUS),
    MULW(MicroOp.MULW, "d=ab"),
    UMAAL(MicroOp.UMAAL, I64, "dh=dhab"),
    PARALLEL(MicroOp.PARALLEL, "d=ab#", WRITES_STATUS),
    SEL(MicroOp.SEL, "d=ab"),
    SWITCH(MicroOp.SWITCH, SPACE_KIND, "=ka", LEAVES, ENDS, KERNEL),
    MAPPED(MicroOp.MAPPED, "d=a", KERNEL),
    TIME(MicroOp.TIME, I64, "dh=", EXITS, KERNEL),

    FGET(MicroOp.FGET, FP_WORD, "d=x"),
    FSET(MicroOp.FSET, FP_WORD, "x=a"),
    FP(MicroOp.FP, "f=f", EXITS, FLOATING),
    VECTOR(MicroOp.VECTOR, VECTOR_CODE, "f=f", EXITS, FLOATING),
    PERMUTE(MicroOp.PERMUTE, VECTOR_CODE, "f=f", EXITS, FLOATING),
    FILL(MicroOp.FILL, FP_WORDS, "y=a"),
    FLD64(MicroOp.FLD64, FP_DOUBLEWORD, "v=a#e", EXITS),
    FLD64A(MicroOp.FLD64A, FP_DOUBLEWORD, "v=a#e", EXITS),
    FST64(MicroOp.FST64, FP_DOUBLEWORD, "=va#e", EXITS),
    FST64A(MicroOp.FST64A, FP_DOUBLEWORD, "=va#e", EXITS),
    ALIGN(MicroOp.ALIGN, "=ia#", EXITS),
    INTERLEAVE(MicroOp.INTERLEAVE, LAYOUT, "w=v#"),
    DEINTERLEAVE(MicroOp.DEINTERLEAVE, LAYOUT, "v=v#"),

    // What only the optimizer makes.
    STEX8(MicroInfo.STEX8, I64, "d=abs#", EXITS, OPTIMIZED),
    LDEX8(MicroInfo.LDEX8, I64, "db=a#", EXITS, OPTIMIZED),
    TSTI(MicroInfo.TSTI, "=a#", 0, NZ_FLAGS, OPTIMIZED),
    TST(MicroInfo.TST, "=ab", 0, NZ_FLAGS, OPTIMIZED),
    ADDX(MicroInfo.ADDX, "d=ab#", OPTIMIZED),
    NONE(MicroInfo.NONE, "=", OPTIMIZED);

    /** What else is true of a row. */
    public enum Fact {
        /** May leave in the middle of its instruction, which is then done or repeated by the interpreter. */
        EXITS,
        /** Leaves the block, always or on a condition, with all slots exact. */
        LEAVES,
        /** A block ends there, whatever the flags. */
        ENDS,
        /** Has no inline form: the interpreter executes the whole instruction. */
        CALLED_OUT,
        /** Has an effect on Q. */
        WRITES_STATUS,
        /** May leave C as it is. */
        KEEPS_CARRY,
        /** Only instructions of a kernel are lifted to it ({@link Intrinsics}). */
        KERNEL,
        /** Only where sensitive instructions are counted. */
        SENSITIVE,
        /** Its fields d, a and b name floating-point registers, not slots. */
        FLOATING,
        /** No lifter makes it. */
        OPTIMIZED
    }

    /** The values of its operands. */
    public enum Type {
        I32,
        I64
    }

    /** What may stand in imm or, for kinds, in d. */
    enum Limit {
        ANY,
        /** 0 or 1. */
        BIT,
        /** 0 to 31. */
        BIT_NUMBER,
        /** lsb OR width SHL 8. */
        FIELD,
        /** 1, 2, 4 or 8. */
        BYTES,
        /** A word of {@link FpRegisters}. */
        FP_WORD,
        /** first OR count SHL 8, where count is 2 or 4: words of one or two doublewords. */
        FP_WORDS,
        /** A code of {@link Vectors}. */
        VECTOR_CODE,
        /** Anything; in d is a doubleword of {@link FpRegisters}. */
        FP_DOUBLEWORD,
        /** A layout of {@link Interleaving}. */
        LAYOUT,
        /** 0 or 1, in d. */
        ZERO_OR_NOT,
        /** {@link MicroOp#PLAIN} and others. */
        JUMP_KIND,
        /** {@link MicroOp#TRAP_SVC} and others. */
        TRAP_KIND,
        /** {@link MicroOp#PEER} or {@link MicroOp#ALTERNATE}. */
        SPACE_KIND
    }

    /** What the op field holds. */
    public final int code;

    public final Type type;
    final Limit limit;
    /** What it writes and reads, as the table writes it. */
    final String written;

    final String read;
    /** N, Z, C and V that it reads, but for a condition's; and that it writes. */
    final int flagsRead;

    final int flagsWritten;
    /** A bit for each by its ordinal. */
    private final int facts;

    Operation(int code, String operands, Fact... facts) {
        this(code, I32, ANY, operands, 0, 0, facts);
    }

    Operation(int code, Type type, String operands, Fact... facts) {
        this(code, type, ANY, operands, 0, 0, facts);
    }

    Operation(int code, Limit limit, String operands, Fact... facts) {
        this(code, I32, limit, operands, 0, 0, facts);
    }

    Operation(int code, String operands, int flagsRead, int flagsWritten, Fact... facts) {
        this(code, I32, ANY, operands, flagsRead, flagsWritten, facts);
    }

    Operation(int code, Type type, String operands, int flagsRead, int flagsWritten, Fact... facts) {
        this(code, type, ANY, operands, flagsRead, flagsWritten, facts);
    }

    Operation(int code, Limit limit, String operands, int flagsRead, int flagsWritten, Fact... facts) {
        this(code, I32, limit, operands, flagsRead, flagsWritten, facts);
    }

    Operation(int code, Type type, Limit limit, String operands, int flagsRead, int flagsWritten, Fact... facts) {
        this.code = code;
        this.type = type;
        this.limit = limit;
        int middle = operands.indexOf('=');
        this.written = operands.substring(0, middle);
        this.read = operands.substring(middle + 1);
        this.flagsRead = flagsRead;
        this.flagsWritten = flagsWritten;
        int bits = 0;
        for (Fact fact : facts) {
            bits |= 1 << fact.ordinal();
        }
        this.facts = bits;
    }

    /** What the op field can hold. */
    static final int CODES = 256;

    private static final Operation[] BY_CODE = new Operation[CODES];

    static {
        for (Operation row : values()) {
            if (BY_CODE[row.code] != null) {
                throw new ExceptionInInitializerError(row + " and " + BY_CODE[row.code] + " have one code");
            }
            BY_CODE[row.code] = row;
        }
    }

    /** The row of an op field; null: there is none. */
    public static Operation of(int code) {
        return BY_CODE[code];
    }

    public boolean is(Fact fact) {
        return (facts >>> fact.ordinal() & 1) != 0;
    }

    boolean reads(char operand) {
        return read.indexOf(operand) >= 0;
    }

    boolean writes(char operand) {
        return written.indexOf(operand) >= 0;
    }
}
