package swivel.cpu.x64;

import static swivel.cpu.ir.MicroInfo.ALL;
import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.XmmCache.XMM0;
import static swivel.cpu.x64.XmmCache.XMM1;

import java.util.Arrays;
import swivel.arm.Fpscr;
import swivel.arm.Psr;
import swivel.cpu.FpRegisters;
import swivel.cpu.fp.ScalarOperation;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.jit.BlockCode;
import swivel.cpu.jit.Frame;

/**
 * Emits arithmetic of VFP. MXCSR rounds as FPSCR says, and collects the cumulative flags, which are those of ARM
 * ({@link Stubs#floatFlags}), but for two cases that are looked for behind each operation, before it changes anything,
 * and left to the interpreter: a NaN, which ARM chooses and makes otherwise, and the lowest normal number, which may
 * have been rounded to, so that to ARM alone there was underflow (ARM DDI 0406C, A2.7.8, FPRound; Intel SDM vol. 1,
 * 4.9.1.5). With denormal numbers flushed to zero the interpreter computes.
 */
final class Floating {
    private final X64Assembler asm;
    private final Slots slots;
    private final Flags flags;
    private final Accesses accesses;
    private final Jumps jumps;
    private final Stubs stubs;
    private final XmmCache xmm;
    private final HostFeatures host;
    private final FloatConversions conversions;
    private BlockCode code;

    /** Where the interpreter executes the current operation's instruction, or -1. */
    private int exit;

    private int operation;

    // What is put out of line: its label, a kind, where it goes on and where it leaves.
    private int[] coldLabels = new int[16];
    private int[] coldKinds = new int[16];
    private int[] coldBacks = new int[16];
    private int[] coldExits = new int[16];
    /** For {@link SimdFloat}: an operand or result, whether it is a doubleword, and two operands. */
    private int[][] coldVectors = new int[16][];

    private int cold;

    /** {@link Stubs#floatEnter}. */
    private static final int ENTER = 0;
    /** A result was compared with the lowest normal number, and is not above it. */
    private static final int LOW = 1;
    /** An element saturated. */
    private static final int SATURATED = 2;
    /** {@link Stubs#vectorEnter}. */
    private static final int ENTER_VECTORS = 3;
    /** {@link SimdFloat}: elements of an operand are zero or denormal, in XMM0. */
    static final int ZEROS = 4;
    /** {@link SimdFloat}: elements of a result are none that are sure to be right; those that are, in XMM0. */
    static final int RESULTS = 5;

    Floating(
            X64Assembler asm,
            Slots slots,
            Flags flags,
            Accesses accesses,
            Jumps jumps,
            Stubs stubs,
            XmmCache xmm,
            HostFeatures host) {
        this.asm = asm;
        this.slots = slots;
        this.flags = flags;
        this.accesses = accesses;
        this.jumps = jumps;
        this.stubs = stubs;
        this.xmm = xmm;
        this.host = host;
        conversions = new FloatConversions(asm, slots, jumps, xmm, this, host);
    }

    void begin(BlockCode newCode) {
        code = newCode;
        conversions.begin(code);
        cold = 0;
        compared = -1;
        isBehind = false;
        xmm.begin(code);
    }

    /** The interpreter has been called; nothing is known. */
    void clear() {
        xmm.clear();
        compared = -1;
    }

    /** {@link XmmCache#join}. */
    void join(int[] registers) {
        xmm.join(registers);
        compared = -1;
    }

    /** Begins operation {@code i}. */
    void start(int i) {
        operation = i;
        exit = -1;
        xmm.beginOperation(i);
    }

    /** Emits operation {@code i}. */
    void emit(int i) {
        start(i);
        int d = code.d[i];
        int a = code.a[i];
        int b = code.b[i];
        int p = code.imm[i] >>> 8;
        switch (ScalarOperation.of(code.imm[i])) {
            case ADD_F32 -> sum(ADDF, PF3, d, a, b);
            case SUB_F32 -> sum(SUBF, PF3, d, a, b);
            case MUL_F32 -> product(MULF, PF3, false, d, a, b);
            case NMUL_F32 -> product(MULF, PF3, true, d, a, b);
            case DIV_F32 -> product(DIVF, PF3, false, d, a, b);
            case MLA_F32 -> multiplyAdd(ADDF, PF3, false, d, a, b);
            case MLS_F32 -> multiplyAdd(SUBF, PF3, false, d, a, b);
            case NMLA_F32 -> multiplyAdd(SUBF, PF3, true, d, a, b);
            case NMLS_F32 -> multiplyAdd(ADDF, PF3, true, d, a, b);
            case FMA_F32 -> fused(VFMADD231, PF3, d, a, b);
            case FMS_F32 -> fused(VFNMADD231, PF3, d, a, b);
            case FNMA_F32 -> fused(VFNMSUB231, PF3, d, a, b);
            case FNMS_F32 -> fused(VFMSUB231, PF3, d, a, b);
            case SQRT_F32 -> squareRoot(PF3, d, b);
            case ADD_F64 -> sum(ADDF, PF2, d, a, b);
            case SUB_F64 -> sum(SUBF, PF2, d, a, b);
            case MUL_F64 -> product(MULF, PF2, false, d, a, b);
            case NMUL_F64 -> product(MULF, PF2, true, d, a, b);
            case DIV_F64 -> product(DIVF, PF2, false, d, a, b);
            case MLA_F64 -> multiplyAdd(ADDF, PF2, false, d, a, b);
            case MLS_F64 -> multiplyAdd(SUBF, PF2, false, d, a, b);
            case NMLA_F64 -> multiplyAdd(SUBF, PF2, true, d, a, b);
            case NMLS_F64 -> multiplyAdd(ADDF, PF2, true, d, a, b);
            case FMA_F64 -> fused(VFMADD231 | WIDE, PF2, d, a, b);
            case FMS_F64 -> fused(VFNMADD231 | WIDE, PF2, d, a, b);
            case FNMA_F64 -> fused(VFNMSUB231 | WIDE, PF2, d, a, b);
            case FNMS_F64 -> fused(VFMSUB231 | WIDE, PF2, d, a, b);
            case SQRT_F64 -> squareRoot(PF2, d, b);
            case MOVE_F32 -> move(PF3, d, b);
            case MOVE_F64 -> move(PF2, d, b);
            case ABSOLUTE_F32 -> bits(ANDPS, Constants.MAGNITUDE_F32, PF3, d, b);
            case ABSOLUTE_F64 -> bits(ANDPS, Constants.MAGNITUDE_F32, PF2, d, b);
            case NEGATE_F32 -> bits(XORPS, Constants.SIGN_F32, PF3, d, b);
            case NEGATE_F64 -> bits(XORPS, Constants.SIGN_F32, PF2, d, b);
            case CONSTANT_F32 -> number(PF3, d, p << 16);
            case CONSTANT_F64 -> number(PF2, d, p << 16);
            case CMP_F32 -> compare(UCOMIF, PF3, d, b);
            case CMPE_F32 -> compare(COMIF, PF3, d, b);
            case CMP_ZERO_F32 -> compare(UCOMIF, PF3, d, ZERO);
            case CMPE_ZERO_F32 -> compare(COMIF, PF3, d, ZERO);
            case CMP_F64 -> compare(UCOMIF, PF2, d, b);
            case CMPE_F64 -> compare(COMIF, PF2, d, b);
            case CMP_ZERO_F64 -> compare(UCOMIF, PF2, d, ZERO);
            case CMPE_ZERO_F64 -> compare(COMIF, PF2, d, ZERO);
            default -> conversions.emit(i);
        }
    }

    /** In place of a register: +0. */
    private static final int ZERO = -1;

    /**
     * Has the interpreter execute the current operation's instruction, always, whatever register it writes: nothing
     * that was known of registers holds behind it.
     */
    void leave() {
        beforeWrite(0, FpRegisters.REGISTERS);
        asm.jmp(exit()); // which stores what the frame has not
        xmm.clear();
    }

    int exit() {
        if (exit < 0) {
            exit = accesses.exit(operation);
        }
        return exit;
    }

    private int later(int kind) {
        if (cold == coldLabels.length) {
            coldLabels = Arrays.copyOf(coldLabels, 2 * cold);
            coldKinds = Arrays.copyOf(coldKinds, 2 * cold);
            coldBacks = Arrays.copyOf(coldBacks, 2 * cold);
            coldExits = Arrays.copyOf(coldExits, 2 * cold);
            coldVectors = Arrays.copyOf(coldVectors, 2 * cold);
        }
        coldLabels[cold] = asm.label();
        coldKinds[cold] = kind;
        coldBacks[cold] = asm.label();
        coldExits[cold] = kind == ENTER_VECTORS ? -1 : exit();
        return cold++;
    }

    /** Emits what was put out of line; exits come behind it. */
    void end() {
        isBehind = true;
        for (int k = 0; k < cold; k++) {
            asm.bind(coldLabels[k]);
            switch (coldKinds[k]) {
                case ENTER -> {
                    jumps.callStub(stubs.floatEnter);
                    asm.jcc(E, coldExits[k]);
                }
                case ENTER_VECTORS -> jumps.callStub(stubs.vectorEnter);
                case SATURATED -> {
                    asm.testi(RBP, XmmCache.place(FpRegisters.FPSCR), Fpscr.QC);
                    asm.jcc(E, coldExits[k]);
                }
                case ZEROS -> {
                    vectors.exitIfDenormal(coldVectors[k]);
                    asm.jcc(NE, coldExits[k]);
                }
                case RESULTS -> {
                    vectors.exitUnlessExact(coldVectors[k]);
                    int right = asm.label();
                    asm.jccShort(B, right);
                    asm.testi8(RBP, Frame.FLOAT, Frame.FLOAT_VECTORS);
                    asm.jcc(NE, coldExits[k]);
                    jumps.callStub(stubs.floatDrop);
                    asm.jmp(coldExits[k]);
                    asm.bind(right);
                }
                default -> {
                    asm.jcc(P, coldExits[k]);
                    asm.jcc(E, coldExits[k]);
                }
            }
            asm.jmp(coldBacks[k]);
        }
    }

    private SimdFloat vectors;

    void setVectors(SimdFloat newVectors) {
        vectors = newVectors;
    }

    /** Goes out of line if a condition holds. */
    void later(int kind, int condition, int... operands) {
        int k = later(kind);
        coldVectors[k] = operands;
        asm.jcc(condition, coldLabels[k]);
        asm.bind(coldBacks[k]);
    }

    /** Exits if a condition holds, which says that something saturated, and nothing did before. */
    void unlessSaturated(int condition) {
        later(SATURATED, condition);
    }

    // FPSCR and MXCSR.

    /** Has the host compute as FPSCR says, or exits. */
    void requireMode() {
        if (!xmm.hasMode()) {
            asm.testi8(RBP, Frame.FLOAT, Frame.FLOAT_SCALARS);
            later(ENTER, E);
            xmm.holdMode();
        }
    }

    /** Has the host compute for vectors ({@link SimdFloat}). */
    void requireVectors() {
        asm.testi8(RBP, Frame.FLOAT, Frame.FLOAT_VECTORS);
        later(ENTER_VECTORS, E);
        xmm.forget(FpRegisters.FPSCR, 1);
    }

    /** Whether operation {@code i}, which reads FPSCR, wants its flags. */
    private boolean wantsFlags(int i) {
        int next = i + 1;
        return next == code.size
                || code.op[next] != MicroOp.ANDI
                || code.d[next] != code.d[i]
                || code.a[next] != code.d[i]
                || (code.imm[next] & Fpscr.CUMULATIVE) != 0;
    }

    /** Before operation {@code i} reads a word. */
    void beforeGet(int i) {
        xmm.store(code.imm[i], 1);
        if (code.imm[i] == FpRegisters.FPSCR && wantsFlags(i)) {
            jumps.callStub(stubs.floatFlags);
        }
    }

    /** Before operation {@code i} writes a word. */
    void beforeSet(int i) {
        beforeWrite(code.imm[i], 1);
        xmm.forget(code.imm[i], 1);
    }

    /** After operation {@code i} wrote a word. */
    void afterSet(int i) {
        if (code.imm[i] == FpRegisters.FPSCR) {
            jumps.callStub(stubs.floatLeave);
        }
    }

    // Registers, of a format: PF3 of singles, PF2 of doubles, as the host has it.

    private static int words(int format) {
        return format == PF3 ? 1 : 2;
    }

    private static int first(int format, int register) {
        return format == PF3 ? register : 2 * register;
    }

    int read(int format, int register) {
        return xmm.read(first(format, register), words(format));
    }

    /** A copy of a register to compute in. If it is also the destination there need not be two. */
    int copy(int format, int register, int d) {
        int x = read(format, register);
        if (register == d && xmm.isExactly(x, first(format, d), words(format))) {
            beforeWrite(first(format, d), words(format));
            return x;
        }
        return xmm.copy(x);
    }

    /** What an operation makes of two registers, in an XMM register that may be written to {@code d}. */
    private int combine(int op, int format, int d, int a, int b) {
        if (host.avx()) {
            return xmm.combine(op | format, read(format, a), read(format, b));
        }
        boolean turned = b == d && (op == ADDF || op == MULF);
        int y = read(format, turned ? a : b);
        int x = copy(format, turned ? b : a, d);
        asm.rr(op | format, x, y);
        return x;
    }

    void write(int format, int d, int x) {
        beforeWrite(first(format, d), words(format));
        xmm.write(x, first(format, d), words(format));
    }

    void constant(int op, int format, int x, int constant) {
        jumps.constant(op, x, format == PF3 ? constant : constant + Constants.TO_DOUBLE);
    }

    /** Of a comparison: what says that it is one of doubles. */
    static int compared(int format) {
        return format == PF3 ? 0 : P66;
    }

    // What is looked for in results.

    /** Exits if it is a NaN. */
    void checkNan(int format, int x) {
        asm.rr(UCOMIF | compared(format), x, x);
        asm.jcc(P, exit());
    }

    /** Exits if it is a NaN or the lowest normal number. */
    void check(int format, int x) {
        int low = later(LOW);
        asm.rr(MOVAPS, XMM0, x);
        constant(ANDPS, format, XMM0, Constants.MAGNITUDE_F32);
        constant(UCOMIF | compared(format), format, XMM0, Constants.LOWEST_F32);
        asm.jcc(BE, coldLabels[low]);
        asm.bind(coldBacks[low]);
    }

    private void negate(int format, int x) {
        constant(XORPS, format, x, Constants.SIGN_F32);
    }

    // Operations.

    /** A result below the normal numbers is exact. */
    private void sum(int op, int format, int d, int a, int b) {
        requireMode();
        int x = combine(op, format, d, a, b);
        checkNan(format, x);
        write(format, d, x);
    }

    private void product(int op, int format, boolean negated, int d, int a, int b) {
        requireMode();
        int x = combine(op, format, d, a, b);
        check(format, x);
        if (negated) {
            negate(format, x);
        }
        write(format, d, x);
    }

    private void multiplyAdd(int op, int format, boolean negated, int d, int a, int b) {
        requireMode();
        int product = combine(MULF, format, -1, a, b);
        check(format, product);
        int x = copy(format, d, d);
        if (negated) {
            negate(format, x);
        }
        asm.rr(op | format, x, product);
        checkNan(format, x);
        write(format, d, x);
    }

    private void fused(int op, int format, int d, int a, int b) {
        if (!host.fma()) {
            leave();
            return;
        }
        requireMode();
        int y = read(format, a);
        int z = read(format, b);
        int x = copy(format, d, d);
        asm.vex(op, x, y, z);
        check(format, x);
        write(format, d, x);
    }

    private void squareRoot(int format, int d, int b) {
        requireMode();
        int x = copy(format, b, d);
        asm.rr(SQRTF | format, x, x);
        checkNan(format, x);
        write(format, d, x);
    }

    private void move(int format, int d, int b) {
        write(format, d, copy(format, b, d));
    }

    private void bits(int op, int constant, int format, int d, int b) {
        int x = copy(format, b, d);
        constant(op, format, x, constant);
        write(format, d, x);
    }

    /** @param upper its upper 32 bits */
    private void number(int format, int d, int upper) {
        int reg = slots.scratch();
        int x = xmm.take();
        asm.movi(reg, upper);
        asm.rr(MOVD_TO, x, reg);
        slots.giveBack(reg);
        if (format == PF2) {
            asm.r(PSLLQI, x);
            asm.int8(32);
        }
        write(format, d, x);
    }

    private void compare(int op, int format, int d, int b) {
        requireMode();
        int x = read(format, d);
        int y = XMM1;
        if (b == ZERO) {
            asm.rr(XORPS, y, y);
        } else {
            y = read(format, b);
        }
        slots.take(RAX);
        asm.rr(op | compared(format), x, y);
        look(Constants.ORDERS);
        asm.rm(MOV ^ STORE, RAX, RBP, XmmCache.place(FpRegisters.NZCV));
        compared = operation;
    }

    // What a comparison found, had again: NZCV is in the frame, and more than flags of the host can say.

    /** The comparison that NZCV is of; -1: it is not known, or its operands are gone. */
    private int compared;

    /** Whether code out of line is emitted, where XMM registers do not hold what they held. */
    private boolean isBehind;

    int compared() {
        return compared;
    }

    /** Whether operation {@code i} and the next move NZCV of the comparison that is known to the guest's flags. */
    boolean readsFlags(int i) {
        return code.imm[i] == FpRegisters.NZCV
                && compared >= 0
                && code.op[i + 1] == MicroOp.SETPSR
                && code.a[i + 1] == code.d[i]
                && code.imm[i + 1] == Psr.NZCV
                && code.instruction[i + 1] == code.instruction[i]
                && xmm.hasMode(); // else it may have been one with denormal numbers flushed to zero
    }

    /**
     * Before words are written. Behind a write of FPSCR no comparison may be made again: it would raise what the guest
     * may have cleared.
     */
    void beforeWrite(int first, int count) {
        boolean isStatus = first == FpRegisters.FPSCR;
        if (compared >= 0 && (isStatus || first == FpRegisters.NZCV || isOperand(compared, first, count))) {
            compared = -1;
        }
        int waiting = flags.floatCompare();
        if (waiting >= 0 && (isStatus || isOperand(waiting, first, count))) {
            flags.notFloat(ALL);
        }
    }

    private boolean isOperand(int i, int first, int count) {
        int format = comparedFormat(i);
        int words = words(format);
        int x = first(format, code.d[i]);
        int y = hasZero(i) ? x : first(format, code.b[i]);
        return first < x + words && x < first + count || first < y + words && y < first + count;
    }

    private int comparedFormat(int i) {
        return switch (ScalarOperation.of(code.imm[i])) {
            case CMP_F32, CMPE_F32, CMP_ZERO_F32, CMPE_ZERO_F32 -> PF3;
            default -> PF2;
        };
    }

    private boolean hasZero(int i) {
        return switch (ScalarOperation.of(code.imm[i])) {
            case CMP_ZERO_F32, CMPE_ZERO_F32, CMP_ZERO_F64, CMPE_ZERO_F64 -> true;
            default -> false;
        };
    }

    /** Compares again; turned: the second operand with the first. */
    private void again(int i, boolean turned) {
        int format = comparedFormat(i);
        int x = operand(XMM0, format, code.d[i]);
        int y = XMM1;
        if (hasZero(i)) {
            asm.rr(XORPS, y, y);
        } else {
            y = operand(y, format, code.b[i]);
        }
        asm.rr(UCOMIF | compared(format), turned ? y : x, turned ? x : y);
    }

    private int operand(int scratch, int format, int register) {
        int x = isBehind ? -1 : xmm.find(first(format, register), words(format));
        if (x >= 0) {
            return x;
        }
        if (!isBehind) {
            xmm.store(first(format, register), words(format));
        }
        asm.rm(MOVF | format, scratch, RBP, XmmCache.place(first(format, register)));
        return scratch;
    }

    // By condition: whether the operands are turned, so that unordered is on the side where ARM has it, and the host's.
    private static final boolean[] TURNED = {
        false, false, true, true, true, true, false, false, true, true, false, false, false, false
    };
    private static final int[] HOST = {E, NE, BE, A, A, BE, P, NP, B, AE, AE, B, A, BE};

    /**
     * Emits what is needed to test a condition of what comparison {@code i} found; the host's that holds if it does.
     */
    int condition(int i, int condition) {
        again(i, TURNED[condition]);
        if (condition < 2) { // equal and not unordered: ZF and not PF, in AH
            int locks = slots.locks();
            slots.take(RAX);
            slots.unlock(locks);
            asm.op(LAHF);
            asm.int8(AND_AH);
            asm.int8(AND_AH >> 8);
            asm.int8(0x44);
            asm.int8(CMP_AH);
            asm.int8(CMP_AH >> 8);
            asm.int8(0x40);
        }
        return HOST[condition];
    }

    private static final int AND_AH = 0xe480;
    private static final int CMP_AH = 0xfc80;

    /** Stores what comparison {@code i} found to the guest's flags. */
    void saveFlags(int i) {
        int locks = slots.locks();
        slots.take(RAX);
        again(i, false);
        look(Constants.FLAGS);
        asm.rm(MOV16 ^ STORE, RAX, RBP, Frame.FLAGS);
        slots.unlock(locks);
    }

    /** EAX = the word of a table that a comparison chooses. */
    private void look(int table) {
        int base = slots.scratch();
        asm.op(LAHF);
        asm.op(MOVZX_EAX_AH);
        asm.op(MOVZX_EAX_AH >> 8);
        asm.op(MOVZX_EAX_AH >> 16);
        jumps.constant(LEA | WIDE, base, table);
        asm.rx(MOV, RAX, base, RAX, 2, 0);
    }

    /** Without REX, which makes it SPL. */
    private static final int MOVZX_EAX_AH = 0xc4b60f;
}
