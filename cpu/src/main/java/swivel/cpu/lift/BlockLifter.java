package swivel.cpu.lift;

import static swivel.arm.Fields.AL;

import swivel.arm.A32;
import swivel.arm.Arguments;
import swivel.arm.Arguments.Branch;
import swivel.arm.Arguments.Call;
import swivel.arm.Arguments.CallOp;
import swivel.arm.Arguments.CompareBranch;
import swivel.arm.Arguments.CoprocessorMove2;
import swivel.arm.Arguments.IfThen;
import swivel.arm.Arguments.StatusRead;
import swivel.arm.Arguments.Transfer;
import swivel.arm.DecodedWords;
import swivel.arm.Instruction;
import swivel.arm.InstructionSet;
import swivel.arm.Psr;
import swivel.arm.T32;
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
 * Turns a run of instructions into a block of micro-operations: their words, conditions, IT blocks, traps, and what a
 * hypervisor has lifted; {@link InstructionLifter} does the rest. A32 and T32 differ here in how words are fetched and
 * where their conditions are, and in nothing else.
 */
public final class BlockLifter implements Lifter {
    /** How far ahead of an instruction's address r15 reads (ARM DDI 0406C, A2.3). */
    private static final int AHEAD_A32 = 8;

    private static final int AHEAD_T32 = 4;

    /** An IT instruction and the most that depend on it: they are of one block, if they are of one page. */
    private static final int IT_BLOCK = 5;

    private final GuestMemory memory;
    private final MicroCode out = new MicroCode();
    private final InstructionLifter lifter = new InstructionLifter(out);
    /** Log2 of the words that are kept of each set: every other word that is lifted was lifted before, somewhere. */
    private static final int DECODED_BITS = 12;

    private final DecodedWords decoded = new DecodedWords(InstructionSet.A32, DECODED_BITS);

    /** Null as long as no T32 was lifted. */
    private DecodedWords decodedThumb;

    private final EffectLifter effects = new EffectLifter(out);
    private Intrinsics intrinsics;

    public BlockLifter(GuestMemory memory) {
        this.memory = memory;
    }

    @Override
    public void setIntrinsics(Intrinsics newIntrinsics) {
        intrinsics = newIntrinsics;
    }

    @Override
    public Block lift(long location, int ramPage) {
        int pc = Location.pc(location);
        boolean thumb = Location.thumb(location);
        AddressSpace.Sensitive sensitive = Location.sensitive(location);
        boolean bigEndian = Location.bigEndian(location);
        out.setThumb(thumb);
        lifter.begin(bigEndian, sensitive != AddressSpace.Sensitive.EXECUTE);
        long page = memory.addressOf(ramPage);
        int at = pc;
        int it = Location.it(location);
        int skipAt = -1;
        int skipCondition = AL;
        boolean open = true;
        if (thumb && decodedThumb == null) {
            decodedThumb = new DecodedWords(InstructionSet.T32, DECODED_BITS);
        }
        boolean kernel = sensitive != AddressSpace.Sensitive.EXECUTE;
        boolean asked = intrinsics != null && !(kernel && bigEndian);
        int word;
        for (int from = pc & GuestMemory.PAGE_SIZE - 1;
                open && !lifter.endsBehind() && out.length() < Block.MAX_LENGTH && from < GuestMemory.PAGE_SIZE;
                from += out.bytes()) {
            Instruction row;
            int condition;
            Arguments arguments;
            if (!thumb) {
                word = memory.read32(page + from);
                int known = decoded.find(word);
                row = decoded.row(known);
                condition = row.condition(word);
                arguments = decoded.arguments(known);
                out.begin(at, 4, AHEAD_A32);
            } else {
                word = memory.read16(page + from);
                if (T32.length(word) == 4) {
                    boolean straddles = from + 2 == GuestMemory.PAGE_SIZE;
                    if (straddles && at != pc) {
                        break; // it is a block of its own
                    }
                    int second = straddles ? Location.secondHalf(location) : memory.read16(page + from + 2);
                    word = word << 16 | second;
                }
                T32 instruction;
                if (it == 0) {
                    int known = decodedThumb.find(word);
                    instruction = (T32) decodedThumb.row(known);
                    arguments = decodedThumb.arguments(known);
                } else {
                    instruction = T32.decode(word);
                    arguments = instruction.arguments(word, true);
                }
                if (arguments instanceof IfThen && at != pc && out.length() + IT_BLOCK > Block.MAX_LENGTH) {
                    break;
                }
                row = instruction;
                condition = condition(instruction, word, it);
                out.begin(at, T32.lengthOf(word), AHEAD_T32, it);
                if (it != 0 && isOutsideItOnly(instruction, arguments)) {
                    arguments = null;
                }
                it = it == 0 && arguments instanceof IfThen then
                        ? then.condition() << 4 | then.mask()
                        : T32.advance(it);
                out.setNextIt(it);
            }
            at += out.bytes();
            if (condition != skipCondition && skipAt >= 0) {
                out.closeSkip(skipAt);
                skipAt = -1;
            }
            if (condition != AL && arguments instanceof Branch branch && !branch.link()) {
                out.emit(MicroOp.JCC, condition, 0, 0, out.place(out.programCounter() + branch.offset()));
                skipCondition = AL;
                skipAt = close(skipAt);
                continue;
            }
            if (condition != AL && skipAt < 0) {
                skipAt = out.size();
                out.emit(MicroOp.SKIP, condition, 0, 0);
            }
            skipCondition = condition;
            open = asked && liftIntrinsic(kernel, bigEndian, row, arguments, word, page + from)
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
            lifter.goOn();
        }
        return out.finish(location);
    }

    private int close(int skipAt) {
        if (skipAt >= 0) {
            out.closeSkip(skipAt);
        }
        return -1;
    }

    /** The condition of a T32 instruction: BKPT has none even in an IT block (A8.8.24), and 15 is as AL. */
    private static int condition(T32 row, int word, int it) {
        if (it == 0) {
            return row.condition(word);
        }
        return row == T32.BKPT_T1 ? AL : Math.min(it >>> 4, AL);
    }

    /** Whether an instruction is UNPREDICTABLE in an IT block, and then undefined here (A8.8.18, A8.8.29, A8.8.54). */
    private static boolean isOutsideItOnly(T32 row, Arguments arguments) {
        return arguments instanceof IfThen
                || arguments instanceof CompareBranch
                || arguments instanceof Branch && (row == T32.B_T1 || row == T32.B_T3);
    }

    /**
     * Lifts an instruction that would trap but is one of {@link Intrinsics}; false, with nothing written, if it is not.
     */
    private boolean liftIntrinsic(
            boolean kernel, boolean bigEndian, Instruction row, Arguments arguments, int word, long gpa) {
        if (!kernel) {
            // A call goes on in code that was lifted for little-endian data.
            if (arguments instanceof Call call && call.op() == CallOp.SVC) {
                return !bigEndian
                        && intrinsics.isSupervisorCall(gpa)
                        && lift(new Effect.SupervisorCall(call.number(), stateBehind()), word);
            }
            return (arguments instanceof StatusRead || arguments instanceof CoprocessorMove2)
                    && lift(intrinsics.programEffect(arguments, word), word);
        }
        if (!row.isSensitive() && !(row instanceof A32 a32 ? isAsked(a32) : isAsked((T32) row))) {
            return false;
        }
        InstructionSet set = out.thumb() ? InstructionSet.T32 : InstructionSet.A32;
        int original = intrinsics.original(set, word, gpa);
        if (original == Intrinsics.NONE) {
            return false;
        }
        Arguments meant = set.decode(original).arguments(original);
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

    private static boolean isAsked(A32 row) {
        return switch (row) {
            case SVC, LDC, STC, MRC, MCR, MRRC, MCRR -> true;
            default -> false;
        };
    }

    private static boolean isAsked(T32 row) {
        return switch (row) {
            case SVC_T1, LDC, STC, MRC, MCR, MRRC, MCRR -> true;
            default -> false;
        };
    }

    /** T and ITSTATE behind the current instruction, in their places in CPSR. */
    private int stateBehind() {
        return out.thumb() ? Psr.withIt(Psr.T, out.nextIt()) : 0;
    }

    /** Lifts one instruction that executes; false if it leaves the block. */
    private boolean lift(Instruction row, Arguments arguments, int word, AddressSpace.Sensitive sensitive) {
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
