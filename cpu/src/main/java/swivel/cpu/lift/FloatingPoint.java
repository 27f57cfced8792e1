package swivel.cpu.lift;

import static swivel.arm.Arguments.NONE;

import swivel.arm.BlockMode;
import swivel.arm.Fpscr;
import swivel.arm.Psr;
import swivel.arm.VfpOperation;
import swivel.arm.VfpOperation.*;
import swivel.cpu.FpRegisters;
import swivel.cpu.UserState;
import swivel.cpu.fp.ScalarOperation;
import swivel.cpu.ir.MicroCode;
import swivel.cpu.ir.MicroOp;

/**
 * Lifts the instructions of VFP (ARM DDI 0406C, A7.5 to A7.9). Loads, stores and moves are made of accesses of words
 * and moves of words; what computes is an operation of its own.
 */
final class FloatingPoint {
    private final MicroCode out;
    private final LoadStore loadStore;
    private final FloatingPointAccess access;

    private boolean kernel;

    /** Whether all ways to the current instruction have asked for short vectors. */
    private boolean askedShortVectors;

    FloatingPoint(MicroCode out, LoadStore loadStore, FloatingPointAccess access) {
        this.out = out;
        this.loadStore = loadStore;
        this.access = access;
    }

    /** Begins a block, of a kernel or of a program. */
    void begin(boolean ofKernel) {
        kernel = ofKernel;
        access.begin(kernel);
        askedShortVectors = false;
    }

    /**
     * Lifts an instruction; false if it has no meaning.
     *
     * @param word the instruction, for who handles a trap
     */
    boolean lift(VfpOperation operation, int word) {
        if (!operation.isPredictable()) {
            return false;
        }
        if (operation instanceof VfpStatusMove move && move.register() != VfpStatusMove.FPSCR) {
            return kernel && move.register() == VfpStatusMove.FPEXC && moveEnable(move, word);
        }
        access.require(operation, isSimd(operation), word);
        if (mayBeVector(operation)) {
            requireScalars(word);
        }
        return compute(operation) || move(operation);
    }

    /**
     * Whether it is one that operates on short vectors where there are any; comparisons and conversions never do (K.2).
     */
    private static boolean mayBeVector(VfpOperation operation) {
        return operation instanceof FloatArithmetic
                || operation instanceof FloatUnary
                || operation instanceof FloatImmediate;
    }

    private static boolean isSimd(VfpOperation operation) {
        return operation instanceof CoreDuplicate || operation instanceof LaneMove lane && lane.bits() < 32;
    }

    /** Short vectors, which FPSCR asks for, are on none of the cores that are here (AppxK). */
    private void requireScalars(int word) {
        if (askedShortVectors) {
            return;
        }
        int t = out.temporary();
        out.emit(MicroOp.FGET, t, 0, 0, FpRegisters.FPSCR);
        out.emit(MicroOp.ANDI, t, t, 0, Fpscr.LEN | Fpscr.STRIDE);
        trapIf(t, word);
        askedShortVectors |= !out.isConditional();
    }

    private void trapIf(int t, int word) {
        out.emit(MicroOp.TRAPNZ, MicroOp.TRAP_UNDEFINED, t, 0, word);
        out.release(t);
    }

    // What computes.

    private void compute(ScalarOperation operation, int parameter, int d, int n, int m) {
        out.emit(MicroOp.FP, d, n, m, operation.code(parameter));
    }

    private void compute(ScalarOperation single, FloatType type, int d, int n, int m) {
        compute(type == FloatType.DOUBLE ? single.inDoublePrecision() : single, 0, d, n, m);
    }

    @SuppressWarnings("IfChainToSwitch") // a switch over types is bootstrapped at run time
    private boolean compute(VfpOperation operation) {
        if (operation instanceof FloatArithmetic arithmetic) {
            compute(row(arithmetic.op()), arithmetic.type(), arithmetic.d(), arithmetic.n(), arithmetic.m());
        } else if (operation instanceof FloatUnary unary) {
            compute(row(unary.op()), unary.type(), unary.d(), 0, unary.m());
        } else if (operation instanceof FloatImmediate number) {
            compute(number);
        } else if (operation instanceof FloatCompare compare) {
            boolean zero = compare.m() == NONE;
            ScalarOperation row = compare.signalling()
                    ? zero ? ScalarOperation.CMPE_ZERO_F32 : ScalarOperation.CMPE_F32
                    : zero ? ScalarOperation.CMP_ZERO_F32 : ScalarOperation.CMP_F32;
            compute(row, compare.type(), compare.d(), 0, zero ? 0 : compare.m());
        } else if (operation instanceof FloatConversion to) {
            boolean wider = to.to() == FloatType.DOUBLE;
            compute(wider ? ScalarOperation.F32_TO_F64 : ScalarOperation.F64_TO_F32, 0, to.d(), 0, to.m());
        } else if (operation instanceof HalfConversion half) {
            ScalarOperation row = half.toHalf() ? ScalarOperation.F32_TO_F16 : ScalarOperation.F16_TO_F32;
            compute(row, half.top() ? 16 : 0, half.d(), 0, half.m());
        } else if (operation instanceof FromInteger from) {
            ScalarOperation row = from.signed() ? ScalarOperation.S32_TO_F32 : ScalarOperation.U32_TO_F32;
            compute(row, from.to(), from.d(), 0, from.m());
        } else if (operation instanceof ToInteger to) {
            ScalarOperation row = to.signed() ? ScalarOperation.F32_TO_S32 : ScalarOperation.F32_TO_U32;
            boolean twice = to.from() == FloatType.DOUBLE;
            int parameter = to.rounding() == Rounding.ZERO ? 0 : 1;
            compute(twice ? row.inDoublePrecision() : row, parameter, to.d(), 0, to.m());
        } else if (operation instanceof FixedConversion fixed) {
            ScalarOperation row = fixed.toFixed() ? ScalarOperation.F32_TO_FIXED : ScalarOperation.FIXED_TO_F32;
            int parameter = ScalarOperation.fixed(fixed.bits(), !fixed.signed(), fixed.fraction());
            boolean twice = fixed.type() == FloatType.DOUBLE;
            compute(twice ? row.inDoublePrecision() : row, parameter, fixed.d(), 0, 0);
        } else {
            return false;
        }
        return true;
    }

    private static ScalarOperation row(FloatOp op) {
        return switch (op) {
            case ADD -> ScalarOperation.ADD_F32;
            case SUB -> ScalarOperation.SUB_F32;
            case MUL -> ScalarOperation.MUL_F32;
            case NMUL -> ScalarOperation.NMUL_F32;
            case DIV -> ScalarOperation.DIV_F32;
            case MLA -> ScalarOperation.MLA_F32;
            case MLS -> ScalarOperation.MLS_F32;
            case NMLA -> ScalarOperation.NMLA_F32;
            case NMLS -> ScalarOperation.NMLS_F32;
            case FMA -> ScalarOperation.FMA_F32;
            case FMS -> ScalarOperation.FMS_F32;
            case FNMA -> ScalarOperation.FNMA_F32;
            case FNMS -> ScalarOperation.FNMS_F32;
        };
    }

    private static ScalarOperation row(FloatUnaryOp op) {
        return switch (op) {
            case MOV -> ScalarOperation.MOVE_F32;
            case ABS -> ScalarOperation.ABSOLUTE_F32;
            case NEG -> ScalarOperation.NEGATE_F32;
            case SQRT -> ScalarOperation.SQRT_F32;
        };
    }

    /** The numbers there are have zeros but in their upper 16 bits (VFPExpandImm, A7.5.1). */
    private void compute(FloatImmediate number) {
        boolean twice = number.type() == FloatType.DOUBLE;
        ScalarOperation row = twice ? ScalarOperation.CONSTANT_F64 : ScalarOperation.CONSTANT_F32;
        compute(row, (int) (number.value() >>> (twice ? 48 : 16)) & 0xffff, number.d(), 0, 0);
    }

    private static int words(FloatType type) {
        return type.bits() / 32;
    }

    // What moves.

    /** Writes a word of a register from a temporary, which is not needed any more. */
    private void set(int register, int t) {
        out.emit(MicroOp.FSET, 0, t, 0, register);
        out.release(t);
    }

    @SuppressWarnings("IfChainToSwitch") // a switch over types is bootstrapped at run time
    private boolean move(VfpOperation operation) {
        if (operation instanceof FloatTransfer transfer) {
            int base = out.base(transfer.address().rn());
            transfer(
                    transfer.load(),
                    transfer.type(),
                    transfer.d(),
                    base,
                    transfer.address().displacement());
        } else if (operation instanceof FloatBlockTransfer block) {
            move(block);
        } else if (operation instanceof SingleMove single) {
            move(single.toCore(), single.n(), single.rt());
        } else if (operation instanceof PairMove pair) {
            int first = pair.m() * words(pair.type());
            move(pair.toCore(), first, pair.rt());
            move(pair.toCore(), first + 1, pair.rt2());
        } else if (operation instanceof LaneMove lane) {
            move(lane);
        } else if (operation instanceof CoreDuplicate duplicate) {
            move(duplicate);
        } else if (operation instanceof VfpStatusMove status) {
            move(status);
        } else {
            return false;
        }
        return true;
    }

    private void move(boolean toCore, int register, int rt) {
        if (toCore) {
            out.emit(MicroOp.FGET, rt, 0, 0, register);
        } else {
            out.emit(MicroOp.FSET, 0, rt, 0, register);
        }
    }

    /** Big-endian doublewords have their upper word first. */
    private void transfer(boolean load, FloatType type, int register, int base, int displacement) {
        if (type == FloatType.DOUBLE && !loadStore.isBigEndian()) {
            out.emit(load ? MicroOp.FLD64A : MicroOp.FST64A, register, base, 4, displacement);
            return;
        }
        int words = words(type);
        for (int i = 0; i < words; i++) {
            int t = out.temporary();
            int at = displacement + 4 * (loadStore.isBigEndian() ? words - 1 - i : i);
            if (load) {
                loadStore.access(MicroOp.LD32A, t, base, at);
                out.emit(MicroOp.FSET, 0, t, 0, register * words + i);
            } else {
                out.emit(MicroOp.FGET, t, 0, 0, register * words + i);
                loadStore.access(MicroOp.ST32A, t, base, at);
            }
            out.release(t);
        }
    }

    private void move(FloatBlockTransfer block) {
        int n = block.rn();
        int base = out.base(n);
        boolean before = block.mode() == BlockMode.DB;
        int at = before ? -block.bytes() : 0;
        FloatType type = block.type();
        int bytes = type.bits() / 8;
        int end = block.d() + block.count();
        for (int register = block.d(); register < end; register++, at += bytes) {
            boolean pair = type == FloatType.SINGLE && (register & 1) == 0 && register + 1 < end;
            if (pair && !loadStore.isBigEndian()) {
                transfer(block.load(), FloatType.DOUBLE, register / 2, base, at);
                register++;
                at += bytes;
            } else {
                transfer(block.load(), type, register, base, at);
            }
        }
        if (block.writesBack()) {
            out.emit(MicroOp.ADDI, n, n, 0, before ? -block.bytes() : block.bytes());
        }
    }

    private void move(LaneMove lane) {
        int bit = lane.lane() * lane.bits();
        int register = 2 * lane.d() + (bit >> 5);
        if (lane.toCore()) {
            extract(lane.rt(), register, bit & 31, lane.bits(), lane.signed());
        } else {
            insert(lane.rt(), register, bit & 31, lane.bits());
        }
    }

    /** Makes a slot the bits of a word of a register from one on. */
    void extract(int slot, int register, int bit, int bits, boolean signed) {
        if (bits == 32) {
            out.emit(MicroOp.FGET, slot, 0, 0, register);
            return;
        }
        int t = out.temporary();
        out.emit(MicroOp.FGET, t, 0, 0, register);
        out.emit(signed ? MicroOp.SBFX : MicroOp.UBFX, slot, t, 0, bit | bits << 8);
        out.release(t);
    }

    /** The other way round; the other bits of the word stay. */
    void insert(int slot, int register, int bit, int bits) {
        if (bits == 32) {
            out.emit(MicroOp.FSET, 0, slot, 0, register);
            return;
        }
        int t = out.temporary();
        out.emit(MicroOp.FGET, t, 0, 0, register);
        out.emit(MicroOp.BFI, t, slot, 0, bit | bits << 8);
        set(register, t);
    }

    private void move(CoreDuplicate duplicate) {
        int t = out.temporary();
        out.emit(MicroOp.UBFX, t, duplicate.rt(), 0, duplicate.bits() << 8);
        duplicate(t, duplicate.bits(), duplicate.d(), duplicate.quad() ? 2 : 1);
        out.release(t);
    }

    /** Fills doublewords from one on with the bits of a temporary, above which it has zeros. Changes it. */
    void duplicate(int t, int bits, int d, int count) {
        for (int filled = bits; filled < 32; filled *= 2) {
            int upper = out.temporary();
            out.emit(MicroOp.LSLI, upper, t, 0, filled);
            out.emit(MicroOp.ORR, t, t, upper);
            out.release(upper);
        }
        boolean quad = count == 2 && (d & 1) == 0;
        for (int i = 0; i < count; i += quad ? 2 : 1) {
            out.emit(MicroOp.FILL, 0, t, 0, 2 * (d + i) | (quad ? 4 : 2) << 8);
        }
    }

    /** FPSCR. Traps of exceptions cannot be enabled on the cores that are here. */
    private void move(VfpStatusMove status) {
        if (!status.read()) {
            int t = out.temporary();
            out.emit(MicroOp.ANDI, t, status.rt(), 0, Fpscr.WRITABLE & ~Fpscr.NZCV);
            set(FpRegisters.FPSCR, t);
            t = out.temporary();
            out.emit(MicroOp.ANDI, t, status.rt(), 0, Fpscr.NZCV);
            set(FpRegisters.NZCV, t);
            askedShortVectors = false;
        } else if (status.rt() == UserState.PC) {
            int t = out.temporary();
            out.emit(MicroOp.FGET, t, 0, 0, FpRegisters.NZCV);
            out.emit(MicroOp.SETPSR, 0, t, 0, Psr.NZCV);
            out.release(t);
        } else {
            int t = out.temporary();
            out.emit(MicroOp.FGET, t, 0, 0, FpRegisters.NZCV);
            out.emit(MicroOp.FGET, status.rt(), 0, 0, FpRegisters.FPSCR);
            out.emit(MicroOp.ORR, status.rt(), status.rt(), t);
            out.release(t);
        }
    }

    /**
     * FPEXC of a kernel, which disables floating point whenever it changes threads. The other registers of its kind are
     * left to its hypervisor.
     */
    private boolean moveEnable(VfpStatusMove move, int word) {
        int t = out.temporary();
        out.emit(MicroOp.FGET, t, 0, 0, FpRegisters.NOT_ALLOWED_IN_KERNEL);
        out.emit(MicroOp.ANDI, t, t, 0, FpRegisters.NO_VFP);
        trapIf(t, word);
        if (move.read()) {
            out.emit(MicroOp.FGET, move.rt(), 0, 0, FpRegisters.FPEXC);
            return true;
        }
        t = out.temporary();
        out.emit(MicroOp.ANDI, t, move.rt(), 0, FpRegisters.EN);
        out.emit(MicroOp.FSET, 0, t, 0, FpRegisters.FPEXC);
        out.emit(MicroOp.LSRI, t, t, 0, FpRegisters.EN_BIT);
        out.emit(MicroOp.EORI, t, t, 0, FpRegisters.NO_VFP);
        disable(FpRegisters.DISABLED, FpRegisters.NOT_ALLOWED, t);
        disable(FpRegisters.DISABLED_IN_KERNEL, FpRegisters.NOT_ALLOWED_IN_KERNEL, t);
        out.release(t);
        access.forget();
        return true;
    }

    private void disable(int word, int always, int now) {
        int t = out.temporary();
        out.emit(MicroOp.FGET, t, 0, 0, always);
        out.emit(MicroOp.ORR, t, t, now);
        set(word, t);
    }
}
