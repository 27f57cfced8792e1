package swivel.cpu.lift;

import static swivel.arm.Fields.AL;

import swivel.arm.A32;
import swivel.arm.Arguments;
import swivel.arm.Arguments.Branch;
import swivel.arm.Arguments.Call;
import swivel.arm.Arguments.CallOp;
import swivel.arm.Arguments.StatusRead;
import swivel.arm.Arguments.Transfer;
import swivel.arm.InstructionSet;
import swivel.cpu.AddressSpace;
import swivel.cpu.Effect;
import swivel.cpu.Intrinsics;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.Lifter;
import swivel.cpu.ir.Location;
import swivel.cpu.ir.MicroCode;
import swivel.cpu.ir.MicroOp;
import swivel.memory.GuestMemory;

/**
 * Turns a run of A32 instructions into a block of micro-operations: their words, conditions, traps, and what a hypervisor has lifted; {@link
 * InstructionLifter} does the rest.
 */
public final class A32Lifter implements Lifter {
    /** Bytes of an instruction. */
    private static final int LENGTH = 4;

    /** How far ahead of an instruction's address r15 reads (ARM DDI 0406C, A2.3). */
    private static final int AHEAD = 8;

    private final GuestMemory memory;
    private final MicroCode out = new MicroCode();
    private final InstructionLifter lifter = new InstructionLifter(out);
    private final EffectLifter effects = new EffectLifter(out);
    private Intrinsics intrinsics;

    public A32Lifter(GuestMemory memory) {
        this.memory = memory;
    }

    @Override
    public void setIntrinsics(Intrinsics newIntrinsics) {
        intrinsics = newIntrinsics;
    }

    @Override
    public Block lift(long location, int ramPage) {
        int pc = Location.pc(location);
        AddressSpace.Sensitive sensitive = Location.sensitive(location);
        boolean bigEndian = Location.bigEndian(location);
        lifter.begin(bigEndian);
        int offset = ramPage << GuestMemory.PAGE_SHIFT | pc & GuestMemory.PAGE_SIZE - 1;
        int at = pc;
        int skipAt = -1;
        int skipCondition = AL;
        boolean open = true;
        boolean kernel = sensitive != AddressSpace.Sensitive.EXECUTE;
        boolean asked = intrinsics != null && !(kernel && bigEndian);
        for (int from = offset;
                open
                        && !lifter.endsBehind()
                        && out.length() < Block.MAX_LENGTH
                        && from >>> GuestMemory.PAGE_SHIFT == ramPage;
                from += LENGTH) {
            int word = memory.read32(memory.base() + from);
            A32 row = A32.decode(word);
            int condition = row.condition(word);
            Arguments arguments = row.arguments(word);
            out.begin(at, LENGTH, AHEAD);
            at += LENGTH;
            if (condition != skipCondition && skipAt >= 0) {
                out.closeSkip(skipAt);
                skipAt = -1;
            }
            if (condition != AL && arguments instanceof Branch branch && !branch.link()) {
                out.emit(MicroOp.JCC, condition, 0, 0, out.programCounter() + branch.offset());
                skipCondition = AL;
                skipAt = close(skipAt);
                continue;
            }
            if (condition != AL && skipAt < 0) {
                skipAt = out.size();
                out.emit(MicroOp.SKIP, condition, 0, 0);
            }
            skipCondition = condition;
            open = asked && liftIntrinsic(kernel, bigEndian, row, arguments, word, memory.base() + from)
                    ? !out.ended()
                    : lift(row, arguments, word, sensitive);
            if (condition != AL) {
                boolean left = !open;
                open = true;
                if (out.flagsWritten() || left) {
                    skipAt = close(skipAt);
                }
            }
        }
        close(skipAt);
        if (open) {
            out.emit(MicroOp.JMP, MicroOp.PLAIN, 0, 0, at);
        }
        return out.finish(location);
    }

    private int close(int skipAt) {
        if (skipAt >= 0) {
            out.closeSkip(skipAt);
        }
        return -1;
    }

    /** Lifts an instruction that would trap but is one of {@link Intrinsics}; false, with nothing written, if it is not. */
    private boolean liftIntrinsic(boolean kernel, boolean bigEndian, A32 row, Arguments arguments, int word, int gpa) {
        if (!kernel) {
            // A call goes on in code that was lifted for little-endian data.
            if (arguments instanceof Call call && call.op() == CallOp.SVC) {
                return !bigEndian
                        && intrinsics.isSupervisorCall(gpa)
                        && lift(new Effect.SupervisorCall(call.number(), 0), word);
            }
            return arguments instanceof StatusRead read
                    && intrinsics.isStatusRead(read)
                    && lift(new Effect.ReadStatus(read.rd()), word);
        }
        switch (row) {
            case SVC, LDC, STC, MRC, MCR, MRRC, MCRR -> {}
            default -> {
                if (!row.isSensitive()) {
                    return false;
                }
            }
        }
        int original = intrinsics.original(InstructionSet.A32, word, gpa);
        if (original == Intrinsics.NONE) {
            return false;
        }
        Arguments meant = A32.decode(original).arguments(original);
        return meant instanceof Transfer transfer && transfer.unprivileged()
                ? lifter.liftUnprivileged(transfer)
                : lift(intrinsics.effect(meant, original), original);
    }

    /** Lifts what a hypervisor has said; false if that is null. */
    private boolean lift(Effect effect, int word) {
        if (effect != null) {
            effects.lift(effect, word);
        }
        return effect != null;
    }

    /** Lifts one instruction that executes; false if it leaves the block. */
    private boolean lift(A32 row, Arguments arguments, int word, AddressSpace.Sensitive sensitive) {
        if (row.isSensitive()) {
            switch (sensitive) {
                case TRAP -> {
                    return lifter.trap(MicroOp.TRAP_SENSITIVE, word);
                }
                case COUNT -> out.emit(MicroOp.NOTE, 0, 0, 0, word);
                case EXECUTE -> {}
            }
        }
        return lifter.lift(arguments, word);
    }
}
