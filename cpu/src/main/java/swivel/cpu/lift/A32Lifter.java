package swivel.cpu.lift;

import static swivel.arm.Fields.*;

import swivel.arm.A32;
import swivel.arm.Psr;
import swivel.arm.Sensitivity;
import swivel.cpu.AddressSpace;
import swivel.cpu.UserState;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.Intrinsics;
import swivel.cpu.ir.Lifter;
import swivel.cpu.ir.MicroCode;
import swivel.cpu.ir.MicroOp;
import swivel.memory.GuestMemory;

/**
 * Turns A32 instructions into micro-operations: the one place that says what each instruction does in user mode
 * (ARM DDI 0406C, A8.8). Data processing, media and memory instructions have a class each; branches, traps and status
 * are here.
 */
public final class A32Lifter implements Lifter {
    private final GuestMemory memory;
    private final MicroCode out = new MicroCode();
    private final DataProcessing dataProcessing = new DataProcessing(out);
    private final Media media = new Media(out);
    private final LoadStore loadStore = new LoadStore(out);
    private Intrinsics intrinsics;

    public A32Lifter(GuestMemory memory) {
        this.memory = memory;
    }

    @Override
    public void setIntrinsics(Intrinsics newIntrinsics) {
        intrinsics = newIntrinsics;
    }

    @Override
    public Block lift(int pc, int ramPage, int variant) {
        AddressSpace.Sensitive sensitive = Block.sensitive(variant);
        boolean bigEndian = (variant & Block.BIG_ENDIAN) != 0;
        loadStore.setBigEndian(bigEndian);
        int offset = ramPage << GuestMemory.PAGE_SHIFT | pc & GuestMemory.PAGE_SIZE - 1;
        int at = pc;
        int length = 0;
        int skipAt = -1;
        int skipCondition = AL;
        boolean open = true;
        endsBehind = false;
        boolean kernel = sensitive != AddressSpace.Sensitive.EXECUTE;
        boolean asked = intrinsics != null && !(kernel && bigEndian);
        for (int from = offset;
                open && !endsBehind && length < Block.MAX_LENGTH && from >>> GuestMemory.PAGE_SHIFT == ramPage;
                from += 4) {
            int word = memory.read32(memory.base() + from);
            int condition = cond(word) == 15 ? AL : cond(word);
            A32 row = A32.decode(word);
            out.begin(length++, at);
            if (condition != skipCondition && skipAt >= 0) {
                out.closeSkip(skipAt);
                skipAt = -1;
            }
            if (row == A32.B && condition != AL) {
                out.emit(MicroOp.JCC, condition, 0, 0, at + 8 + branchOffset(word));
                skipCondition = AL;
                skipAt = close(skipAt);
                at += 4;
                continue;
            }
            if (condition != AL && skipAt < 0) {
                skipAt = out.size();
                out.emit(MicroOp.SKIP, condition, 0, 0);
            }
            skipCondition = condition;
            open = asked && liftIntrinsic(kernel, bigEndian, row, word, at, memory.base() + from)
                    ? !out.ended()
                    : lift(row, word, at, sensitive);
            if (condition != AL) {
                boolean left = !open;
                open = true;
                if (out.flagsWritten() || left) {
                    skipAt = close(skipAt);
                }
            }
            at += 4;
        }
        close(skipAt);
        if (open) {
            out.emit(MicroOp.JMP, MicroOp.PLAIN, 0, 0, at);
        }
        return out.finish(pc, variant, length);
    }

    private int close(int skipAt) {
        if (skipAt >= 0) {
            out.closeSkip(skipAt);
        }
        return -1;
    }

    /** Lifts an instruction that would trap but is one of {@link Intrinsics}; false, with nothing written, if it is not. */
    private boolean liftIntrinsic(boolean kernel, boolean bigEndian, A32 row, int word, int pc, int gpa) {
        if (!kernel) {
            return switch (row) {
                // It goes on in code that was lifted for little-endian data.
                case SVC -> !bigEndian && intrinsics.liftSupervisorCall(word, gpa, pc, out);
                case MRS -> intrinsics.liftStatusRead(word, out);
                default -> false;
            };
        }
        switch (row) {
            case SVC, LDC, STC, MRC, MCR, MRRC, MCRR -> {}
            default -> {
                if (!row.isSensitive()) {
                    return false;
                }
            }
        }
        int original = intrinsics.original(word, gpa);
        if (original == Intrinsics.NONE) {
            return false;
        }
        A32 originalRow = A32.decode(original);
        return originalRow.sensitivity() == Sensitivity.UNPRIVILEGED
                ? loadStore.liftUnprivileged(originalRow, original, pc)
                : intrinsics.lift(originalRow, original, pc, out);
    }

    /** Lifts one instruction that executes; false if it leaves the block. */
    private boolean lift(A32 row, int word, int pc, AddressSpace.Sensitive sensitive) {
        if (row.isSensitive()) {
            switch (sensitive) {
                case TRAP -> {
                    return trap(MicroOp.TRAP_SENSITIVE, word);
                }
                case COUNT -> out.emit(MicroOp.NOTE, 0, 0, 0, word);
                case EXECUTE -> {}
            }
        }
        switch (row) {
            case B -> {
                return jump(MicroOp.PLAIN, pc + 8 + branchOffset(word));
            }
            case BL -> {
                link(pc);
                return jump(MicroOp.CALL, pc + 8 + branchOffset(word));
            }
            case BLX_IMM -> {
                link(pc);
                int target = out.temporary();
                out.emit(MicroOp.MOVI, target, 0, 0, pc + 8 + branchOffset(word) + (bit(word, 24) ? 2 : 0) | 1);
                return jumpTo(MicroOp.CALL, target);
            }
            case BX, BXJ -> {
                int target = operand(rm(word), pc);
                return jumpTo(rm(word) == UserState.LR ? MicroOp.RETURN : MicroOp.PLAIN, target);
            }
            case BLX_REG -> {
                int target = out.temporary();
                out.emit(MicroOp.MOV, target, operand(rm(word), pc), 0);
                link(pc);
                return jumpTo(MicroOp.CALL, target);
            }
            case SVC -> {
                return trap(MicroOp.TRAP_SVC, word & 0xffffff);
            }
            case BKPT -> {
                return trap(MicroOp.TRAP_BREAKPOINT, bits(word, 19, 8) << 4 | word & 15);
            }
            case NOP, YIELD, WFE, WFI, SEV, DBG, CPS, PLD_IMM, PLD_REG, PLI_IMM, PLI_REG, HINT_IMM, HINT_REG -> {
                return true;
            }
            case DSB, DMB -> fence((word & 3) == OF_STORES ? MicroOp.STORES : MicroOp.ACCESSES);
            case ISB -> { // what is behind it is looked up anew; it orders no accesses (A3.8.3)
                return jump(MicroOp.PLAIN, pc + 4);
            }
            case CLREX -> out.emit(MicroOp.CLREX, 0, 0, 0);
            case SETEND -> {
                int end = out.temporary();
                out.emit(MicroOp.MOVI, end, 0, 0, word & Psr.E);
                setEnd(end);
            }
            case MRS -> {
                if (bit(word, 22)) {
                    return undefined(word);
                }
                out.emit(MicroOp.GETPSR, rd(word), 0, 0);
            }
            case MSR_REG, MSR_REG_FLAGS, MSR_IMM, MSR_IMM_FLAGS -> {
                if (bit(word, 22)) {
                    return undefined(word);
                }
                writeStatus(row, word, pc);
            }
            case MRC, MCR -> {
                return cp15(row == A32.MRC, word, pc);
            }
            default -> {
                if (dataProcessing.lift(row, word, pc) || media.lift(row, word, pc)) {
                    return !out.ended();
                }
                return loadStore.lift(row, word, pc) ? !out.ended() : undefined(word);
            }
        }
        return true;
    }

    private int operand(int register, int pc) {
        return operand(out, register, pc);
    }

    /** The slot that holds a register operand; r15 reads as the instruction's address plus 8. */
    static int operand(MicroCode out, int register, int pc) {
        if (register != UserState.PC) {
            return register;
        }
        int t = out.temporary();
        out.emit(MicroOp.MOVI, t, 0, 0, pc + 8);
        return t;
    }

    private void link(int pc) {
        out.emit(MicroOp.MOVI, UserState.LR, 0, 0, pc + 4);
    }

    private boolean jump(int kind, int target) {
        out.emit(MicroOp.JMP, kind, 0, 0, target);
        return false;
    }

    private boolean jumpTo(int kind, int slot) {
        out.emit(MicroOp.JREG, kind, slot, 0);
        return false;
    }

    private boolean trap(int kind, int payload) {
        out.emit(MicroOp.TRAP, kind, 0, 0, payload);
        return false;
    }

    private boolean undefined(int word) {
        return trap(MicroOp.TRAP_UNDEFINED, word);
    }

    /** Bits 1:0 of the options OSHST, NSHST, ISHST and ST of DMB and DSB; reserved ones act as SY (A8.8.43, A8.8.44). */
    private static final int OF_STORES = 2;

    private void fence(int orders) {
        out.emit(MicroOp.FENCE, 0, 0, 0, orders);
    }

    /** MSR in user mode writes only the flags, GE and E (B9.3.11). */
    private void writeStatus(A32 row, int word, int pc) {
        int mask = Psr.writableByMsr(bits(word, 19, 16), false);
        if (mask == 0) {
            return;
        }
        int value;
        if (row == A32.MSR_IMM || row == A32.MSR_IMM_FLAGS) {
            value = out.temporary();
            out.emit(MicroOp.MOVI, value, 0, 0, modifiedImmediate(word));
        } else {
            value = operand(rm(word), pc);
        }
        if ((mask & ~Psr.E) != 0) {
            out.emit(MicroOp.SETPSR, 0, value, 0, mask & ~Psr.E);
        }
        if ((mask & Psr.E) != 0) {
            setEnd(value);
        }
    }

    /** What is behind it may be lifted for the other byte order: the block ends, also where a condition fails. */
    private void setEnd(int slot) {
        out.emit(MicroOp.SETEND, 0, slot, 0);
        endsBehind = true;
    }

    /** The block ends behind the instruction that is lifted. */
    private boolean endsBehind;

    // CP15 as user mode may access it (B3.17.1): the thread-id registers and the ARMv6 barriers.
    private static final int CP15_MASK = 0x0fef0fff;
    private static final int TPIDRURW = 0x0e0d0f50;
    private static final int TPIDRURO = 0x0e0d0f70;
    private static final int CP15ISB = 0x0e070f95;
    private static final int CP15DSB = 0x0e070f9a;
    private static final int CP15DMB = 0x0e070fba;

    private boolean cp15(boolean read, int word, int pc) {
        int rt = rd(word);
        int register = word & CP15_MASK;
        boolean barrier = register == CP15ISB || register == CP15DSB || register == CP15DMB;
        boolean threadId = register == TPIDRURW || register == TPIDRURO && read;
        if (rt == UserState.PC || barrier && read || !barrier && !threadId) {
            return undefined(word);
        }
        if (register == CP15ISB) {
            return jump(MicroOp.PLAIN, pc + 4);
        }
        if (barrier) {
            fence(MicroOp.ACCESSES);
            return true;
        }
        int slot = register == TPIDRURW ? UserState.TPIDRURW : UserState.TPIDRURO;
        out.emit(MicroOp.MOV, read ? rt : slot, read ? slot : rt, 0);
        return true;
    }
}
