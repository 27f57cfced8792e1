package swivel.cpu.x64;

import static swivel.cpu.ir.MicroInfo.*;
import static swivel.cpu.ir.MicroOp.*;
import static swivel.cpu.x64.X64Assembler.*;

import swivel.cpu.FpRegisters;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.Location;
import swivel.cpu.ir.MicroInfo;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.jit.BlockCode;
import swivel.cpu.jit.LookAhead;
import swivel.cpu.jit.Optimizer;
import swivel.cpu.jit.Translation;

/**
 * Turns the micro-operations of a block into x86-64 code, in this order: {@link Optimizer} simplifies them,
 * {@link BlockCode} finds what is live, then each is emitted by the class that knows its kind ({@link Arithmetic},
 * {@link Shifts}, {@link Products}, {@link Parallels}, {@link Accesses}, {@link Floating}, {@link Structures},
 * {@link Jumps}), with operands in {@link Slots} and {@link Flags}; what is rare comes out of line behind. Knows no
 * instruction set but the host's.
 */
final class Emitter {
    private final X64Assembler asm = new X64Assembler();
    private final Slots slots = new Slots(asm);
    private final Flags flags = new Flags(asm, slots);
    private final BlockCode code = new BlockCode();
    private final Optimizer optimizer = new Optimizer(code);
    private final Translation translation = new Translation();
    private final Arithmetic arithmetic;
    private final Shifts shifts;
    private final Products products;
    private final Parallels parallels;
    private final Accesses accesses;
    private final Floating floating;
    private final Simd simd;
    private final Shuffles shuffles;
    private final XmmCache xmm;
    private final Structures structures;
    private final Jumps jumps;

    private boolean leavesFloats;

    /** Ends of conditional runs and traps that are out of line: label and operation. */
    private int[] coldLabels = new int[8];

    private int[] coldOperations = new int[8];
    private int[][] coldUnstored = new int[8][];
    private int cold;

    /** Makes an emitter whose code leaves through {@code stubs}. */
    Emitter(Stubs stubs, HostFeatures host, boolean severalCores) {
        arithmetic = new Arithmetic(asm, slots, flags, host, severalCores);
        shifts = new Shifts(asm, slots, flags, host);
        products = new Products(asm, slots, flags);
        structures = new Structures(asm, slots);
        jumps = new Jumps(asm, slots, stubs, translation, severalCores);
        parallels = new Parallels(asm, slots, jumps);
        xmm = new XmmCache(asm, jumps, stubs, host);
        accesses = new Accesses(asm, slots, flags, jumps, xmm, stubs.ram, severalCores);
        floating = new Floating(asm, slots, flags, accesses, jumps, stubs, xmm, host);
        flags.setFloating(floating);
        simd = new Simd(asm, slots, jumps, xmm, floating, host);
        shuffles = new Shuffles(asm, slots, jumps, xmm, floating, host);
    }

    Translation translate(Block block, int id, long origin, LookAhead ahead) {
        for (int thrift = 0; thrift <= LEAVES_FLOATS; thrift++) {
            leavesFloats = thrift >= LEAVES_FLOATS;
            xmm.setWritesThrough(thrift >= WRITES_THROUGH);
            try {
                return emit(block, id, origin, ahead);
            } catch (XmmCache.Exhausted e) {
                // an operation needs more XMM registers than are left: once more, with fewer in use
            }
        }
        throw new IllegalStateException("too few XMM registers for moves");
    }

    // What is done so that fewer XMM registers are in use; each includes the one before.

    /** The frame has each value at once. */
    private static final int WRITES_THROUGH = 1;

    /** The interpreter executes what computes with floating-point registers. */
    private static final int LEAVES_FLOATS = 2;

    private Translation emit(Block block, int id, long origin, LookAhead ahead) {
        asm.reset();
        slots.reset();
        flags.inFrame();
        code.load(block, ahead);
        optimizer.forward();
        code.liveness();
        optimizer.backward();
        boolean bigEndian = block.isBigEndian();
        arithmetic.begin(code);
        shifts.begin(code);
        products.begin(code, bigEndian);
        parallels.begin(code);
        jumps.begin(code, origin, id);
        accesses.begin(code);
        floating.begin(code);
        simd.begin(code);
        shuffles.begin(code);
        structures.begin(code);
        cold = 0;
        if (Location.straddles(block.location)) {
            jumps.checkSecondHalf(block.location);
        }
        range(0, code.size);
        floating.end();
        accesses.end();
        coldExits();
        jumps.end();
        translation.code = asm.bytes();
        translation.length = asm.size();
        return translation;
    }

    /** Emits operations that execute one after another. */
    private void range(int from, int to) {
        for (int i = from; i < to; ) {
            if ((i == from || code.startsInstruction(i)) && isCalledOut(i)) {
                i = callOut(i, to);
            } else if (code.op[i] == SKIP) {
                i = run(i);
            } else {
                i = one(i, to);
            }
        }
    }

    /** Emits operation {@code i}, or as many as belong together; the index of the next. */
    private int one(int i, int to) {
        int n = 1;
        switch (code.op[i]) {
            case NONE -> {}
            case JCC -> conditionalJump(i);
            case JZ -> zeroJump(i);
            case MicroOp.JMP -> {
                if (flags.canMark(code.writtenAtTarget[i])) {
                    flags.mark(code.writtenAtTarget[i]);
                } else {
                    flags.save(code.flagsBefore[i]);
                }
                slots.endOperation(0);
                if (code.d[i] == MicroOp.CALL) {
                    jumps.call(i, code.imm[i]);
                } else {
                    jumps.jump(i, code.imm[i]);
                }
                flags.inFrame();
            }
            case JREG -> {
                flags.save(ALL);
                jumps.indirect(i, code.a[i], code.d[i]);
                flags.inFrame();
            }
            case SWITCH -> {
                flags.save(ALL);
                jumps.switchSpace(i, code.a[i], code.d[i]);
                flags.inFrame();
            }
            case JMPIT -> {
                flags.save(ALL);
                jumps.count(i);
                jumps.trap(i);
                flags.inFrame();
            }
            case TRAP -> {
                flags.save(ALL);
                jumps.countBefore(i);
                jumps.trap(i);
                flags.inFrame();
            }
            case CHECK -> check(i);
            case TRAPNZ -> trapIf(i);
            default -> n = compute(i, to);
        }
        slots.endOperation(code.endsInstruction(i + n - 1) ? 0 : code.slotsBefore[i + n]);
        if (code.endsInstruction(i + n - 1)) {
            endInstruction(i + n - 1);
        }
        return i + n;
    }

    private void endInstruction(int last) {
        if (accesses.hasOpenExits()) {
            if (flags.inHost()) {
                flags.save(ALL);
                flags.lost();
            }
            accesses.endInstruction(last, isEnd(code.op[last]));
        }
    }

    private int compute(int i, int to) {
        int info = MicroInfo.of(code.op[i]);
        int after = code.flagsBefore[i + 1];
        int written = MicroInfo.flagsWritten(code.op[i], code.imm[i]);
        int need = after & ~written;
        if (mayKeepCarry(code.op[i])) {
            need |= C;
        }
        if ((info & EXITS) != 0) {
            if (i >= code.tail && code.conditions[i] == 0) {
                flags.save(ALL); // now, since they have to be saved anyway, the exits need not
            }
            boolean floats = (info & FLOATING) != 0;
            int n = floats ? 1 : accesses.group(i, to);
            long slotsWritten = 0;
            for (int k = 0; k < n; k++) {
                slotsWritten |= code.writtenOrResumed(i + k);
            }
            flags.before(code.flagsBefore[i] | need, true, slotsWritten);
            if (floats) {
                emitFloating(i);
            } else {
                if (code.op[i] == FLD64 || code.op[i] == FLD64A) {
                    for (int k = 0; k < n; k++) {
                        floating.beforeWrite(2 * code.d[i + k], 2);
                    }
                }
                accesses.emit(i, n);
            }
            return n;
        }
        if (code.op[i] == FGET && floating.readsFlags(i)) {
            flags.setLater(ALL, Flags.FLOAT, floating.compared(), 0);
            return 2;
        }
        if (written != 0) {
            flags.save(need); // the operation's own will take their place
            flags.notFloat(need | MicroInfo.flagsRead(code.op[i], 0));
        }
        boolean keep = flags.inHost() && arithmetic.canKeepFlags(i);
        if (MicroInfo.flagsRead(code.op[i], 0) == C) {
            flags.beforeCarry(need, code.written(i));
        } else {
            flags.before(need | MicroInfo.flagsRead(code.op[i], 0), !keep, code.written(i));
        }
        switch (code.op[i]) {
            case FGET -> floating.beforeGet(i);
            case FSET -> floating.beforeSet(i);
            case FILL -> {
                shuffles.fill(i);
                return 1;
            }
            case INTERLEAVE, DEINTERLEAVE -> {
                floating.beforeWrite(0, FpRegisters.REGISTERS);
                xmm.store();
                xmm.forgetRegisters();
                structures.emit(i);
                return 1;
            }
            default -> {}
        }
        if (!arithmetic.emit(i, keep) && !shifts.emit(i) && !products.emit(i) && !parallels.emit(i)) {
            throw new IllegalStateException("no code for micro-operation " + code.op[i]);
        }
        if (code.op[i] == FSET) {
            floating.afterSet(i);
        }
        return 1;
    }

    private void emitFloating(int i) {
        if (leavesFloats) {
            floating.start(i);
            floating.leave();
        } else if (code.op[i] == VECTOR) {
            simd.emit(i);
        } else if (code.op[i] == PERMUTE) {
            shuffles.emit(i);
        } else {
            floating.emit(i);
        }
    }

    /** Whether the interpreter executes the instruction that operation {@code i} is the first of. */
    private boolean isCalledOut(int i) {
        if (code.op[i] == SKIP && code.instruction[i + code.imm[i]] != code.instruction[i]) {
            return false;
        }
        for (int j = i; j < code.size && code.instruction[j] == code.instruction[i]; j++) {
            if ((MicroInfo.of(code.op[j]) & CALLED_OUT) != 0) {
                return true;
            }
        }
        return false;
    }

    private int callOut(int i, int to) {
        flags.save(code.flagsBefore[i]);
        int slow = jumps.slow(i);
        flags.inFrame();
        int next = i;
        boolean ends = false;
        while (next < to && code.instruction[next] == code.instruction[i]) {
            ends |= isEnd(code.op[next]);
            next++;
        }
        if (!ends || next < code.size) {
            jumps.resume(slow, asm.size());
        }
        floating.clear();
        return next;
    }

    private void conditionalJump(int i) {
        int target = code.imm[i];
        int taken = code.flagsAtTarget[i];
        int notTaken = code.flagsBefore[i + 1];
        boolean marks = flags.canMark(code.writtenAtTarget[i]);
        if (flags.isUnsaved(taken & notTaken) && !flags.canRepeat(notTaken, 0)) {
            flags.save(taken | notTaken | conditionFlags(code.d[i]));
        }
        int condition = flags.condition(code.d[i], taken | notTaken);
        int over = asm.label();
        if (code.isSamePage(target) && (marks || !flags.isUnsaved(taken))) {
            asm.jccShort(condition ^ 1, over);
        } else {
            asm.jcc(condition ^ 1, over);
        }
        int[] state = flags.remember();
        if (marks) {
            flags.mark(code.writtenAtTarget[i]);
        } else {
            flags.save(taken);
        }
        slots.endOperation(0);
        jumps.jump(i, target);
        asm.bind(over);
        flags.restore(state);
    }

    /** Jumps if a slot is zero, or is not; which of the guest's flags are live stays in the frame. */
    private void zeroJump(int i) {
        flags.save(code.flagsAtTarget[i] | code.flagsBefore[i + 1]);
        flags.inFrame();
        slots.immediate(CMP, code.a[i], 0);
        slots.spillAll();
        int over = asm.label();
        asm.jcc(code.d[i] == 0 ? NE : E, over);
        slots.endOperation(0);
        jumps.jump(i, code.imm[i]);
        asm.bind(over);
    }

    /** Leaves with exact state if a AND NOT b. */
    private void check(int i) {
        flags.save(ALL);
        flags.inFrame();
        slots.lock(code.a[i]);
        slots.lock(code.b[i]);
        int reg = slots.scratch();
        slots.get(reg, code.b[i]);
        asm.r(NOT, reg);
        slots.load(TEST, reg, code.a[i]);
        asm.jcc(NE, coldExit(i));
    }

    private void trapIf(int i) {
        flags.save(ALL);
        flags.inFrame();
        slots.immediate(CMP, code.a[i], 0);
        asm.jcc(NE, coldExit(i));
    }

    private int coldExit(int i) {
        if (cold == coldLabels.length) {
            coldLabels = java.util.Arrays.copyOf(coldLabels, 2 * cold);
            coldOperations = java.util.Arrays.copyOf(coldOperations, 2 * cold);
            coldUnstored = java.util.Arrays.copyOf(coldUnstored, 2 * cold);
        }
        coldLabels[cold] = asm.label();
        coldOperations[cold] = i;
        coldUnstored[cold] = xmm.unstored();
        return coldLabels[cold++];
    }

    private void coldExits() {
        for (int k = 0; k < cold; k++) {
            asm.bind(coldLabels[k]);
            xmm.storeOutOfLine(coldUnstored[k]);
            int i = coldOperations[k];
            if (code.op[i] == CHECK) {
                jumps.count(i);
            } else {
                jumps.countBefore(i);
            }
            jumps.trap(i);
        }
    }

    // Conditional runs.

    /** Emits a SKIP and what it may skip; the index behind. */
    private int run(int skip) {
        int end = skip + 1 + code.imm[skip];
        int first = skip + 1;
        while (first < end && code.op[first] == NONE) {
            first++;
        }
        if (first == end) {
            return end;
        }
        slots.spillAll();
        if (isSingle(first, end) && move(skip, first)) {
            slots.endOperation(0);
            return end;
        }
        long written = 0;
        int flagsWritten = 0;
        for (int i = first; i < end; i++) {
            written |= code.writtenOrResumed(i);
            flagsWritten |= MicroInfo.flagsWritten(code.op[i], code.imm[i]);
            if ((MicroInfo.of(code.op[i]) & CALLED_OUT) != 0) {
                flagsWritten |= ALL;
            }
        }
        xmm.store();
        int condition = code.d[skip];
        int need = code.flagsBefore[end] | code.flagsBefore[first] | conditionFlags(condition);
        int[] registers = xmm.remember();
        if (flagsWritten == 0) {
            plainRun(first, end, condition, need, written);
        } else {
            flagRun(first, end, condition, need);
        }
        floating.join(registers);
        return end;
    }

    private boolean isSingle(int first, int end) {
        for (int i = first + 1; i < end; i++) {
            if (code.op[i] != NONE) {
                return false;
            }
        }
        return true;
    }

    /** A conditional move, if the operation is simple enough to be done whether or not its result is wanted. */
    private boolean move(int skip, int i) {
        int d = code.d[i];
        if (d == NO_SLOT || Slots.pinned(d) < 0) {
            return false;
        }
        int op = code.op[i];
        int a = code.a[i];
        boolean isMove = op == MicroOp.MOV;
        if (!isMove && op != MOVI && (op != ADDI || Slots.pinned(a) < 0)) {
            return false;
        }
        int need = code.flagsBefore[skip + 1 + code.imm[skip]];
        int condition = flags.condition(code.d[skip], need);
        flags.before(need, false, 1L << d);
        int cmov = CMOV + condition;
        if (isMove) {
            slots.load(cmov, Slots.pinned(d), a);
        } else {
            int reg = slots.scratch();
            if (op == MOVI) {
                asm.movi(reg, code.imm[i]);
            } else {
                asm.rm(LEA, reg, Slots.pinned(a), code.imm[i]);
            }
            asm.rr(cmov, Slots.pinned(d), reg);
        }
        return true;
    }

    /** A run that writes no flags. */
    private void plainRun(int first, int end, int condition, int need, long written) {
        boolean repeat = flags.canRepeat(need, written) && flags.floatCompare() < 0;
        if (!repeat) {
            flags.save(need);
        }
        int over = jumpOver(condition, need, first, end);
        if (!repeat) {
            flags.inFrame();
        } else {
            flags.lost();
        }
        int[] state = flags.remember();
        range(first, end);
        xmm.store();
        slots.spillAll();
        asm.bind(over);
        flags.restore(state);
    }

    private int jumpOver(int condition, int need, int first, int end) {
        int hostCondition = flags.condition(condition, need);
        int over = asm.label();
        if (isShort(first, end)) {
            asm.jccShort(hostCondition ^ 1, over);
        } else {
            asm.jcc(hostCondition ^ 1, over);
        }
        slots.endOperation(0); // all temporaries were spilled
        return over;
    }

    /**
     * Whether a run is sure to need fewer than 128 bytes: two operations that take two instructions each, and saving
     * flags twice.
     */
    private boolean isShort(int first, int end) {
        int operations = 0;
        for (int i = first; i < end; i++) {
            int op = code.op[i];
            boolean simple = op <= SBCS || op >= LSLI && op <= RORI || op == MicroOp.MUL;
            if (op != NONE && (!simple || ++operations > 2)) {
                return false;
            }
        }
        return true;
    }

    /**
     * A run that ends with flags of its own: afterwards they are in the host's on both paths, or in the frame on both.
     */
    private void flagRun(int first, int end, int condition, int need) {
        int last = end - 1;
        while (code.op[last] == NONE) {
            last--;
        }
        boolean inHost = flags.isComplete() && code.op[last] >= ADDS && code.op[last] <= SBCS;
        if (inHost) {
            for (int i = first; i < last; i++) {
                inHost &= (MicroInfo.of(code.op[i]) & (CALLED_OUT | LEAVES)) == 0 && code.op[i] != SKIP;
            }
        }
        if (!inHost) {
            flags.save(need);
            int over = jumpOver(condition, need, first, end);
            flags.inFrame();
            range(first, end);
            flags.save(code.flagsBefore[end]);
            xmm.store();
            slots.spillAll();
            asm.bind(over);
            flags.inFrame();
            return;
        }
        flags.onlyInHost();
        int over = jumpOver(condition, need, first, end);
        range(first, end);
        flags.onlyInHost();
        xmm.store();
        slots.spillAll();
        asm.bind(over);
    }
}
