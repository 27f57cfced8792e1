package swivel.cpu.lift;

import swivel.arm.Arguments;
import swivel.arm.Arguments.Alu;
import swivel.arm.Arguments.Barrier;
import swivel.arm.Arguments.BarrierOp;
import swivel.arm.Arguments.BlockTransfer;
import swivel.arm.Arguments.Branch;
import swivel.arm.Arguments.BranchRegister;
import swivel.arm.Arguments.Call;
import swivel.arm.Arguments.ChangeState;
import swivel.arm.Arguments.ClearExclusive;
import swivel.arm.Arguments.CompareBranch;
import swivel.arm.Arguments.CoprocessorMove;
import swivel.arm.Arguments.Exclusive;
import swivel.arm.Arguments.Hint;
import swivel.arm.Arguments.IfThen;
import swivel.arm.Arguments.MoveTop;
import swivel.arm.Arguments.Preload;
import swivel.arm.Arguments.SetEndian;
import swivel.arm.Arguments.StatusRead;
import swivel.arm.Arguments.StatusWrite;
import swivel.arm.Arguments.Swap;
import swivel.arm.Arguments.TableBranch;
import swivel.arm.Arguments.Transfer;
import swivel.arm.NeonOperation;
import swivel.arm.NeonOperation.ElementAccess;
import swivel.arm.Operand2.Immediate;
import swivel.arm.Operand2.Shifted;
import swivel.arm.Psr;
import swivel.arm.VfpOperation;
import swivel.cpu.UserState;
import swivel.cpu.ir.Location;
import swivel.cpu.ir.MicroCode;
import swivel.cpu.ir.MicroOp;

/**
 * Says what each instruction does in user mode, whatever word encodes it (ARM DDI 0406C, A8.8). Data processing, media
 * and memory instructions have a class each; branches, traps and status are here.
 */
final class InstructionLifter {
    private final MicroCode out;
    private final DataProcessing dataProcessing;
    private final Media media;
    private final LoadStore loadStore;
    private final FloatingPoint floatingPoint;
    private final AdvancedSimd advancedSimd;
    private final ElementTransfers elements;

    InstructionLifter(MicroCode out) {
        this.out = out;
        this.dataProcessing = new DataProcessing(out);
        this.media = new Media(out);
        this.loadStore = new LoadStore(out);
        FloatingPointAccess access = new FloatingPointAccess(out);
        this.floatingPoint = new FloatingPoint(out, loadStore, access);
        this.advancedSimd = new AdvancedSimd(out, access);
        this.elements = new ElementTransfers(out, loadStore, floatingPoint, access);
    }

    /**
     * Begins a block.
     *
     * @param kernel whether it is of a kernel that runs in user mode
     */
    void begin(boolean bigEndian, boolean kernel) {
        loadStore.setBigEndian(bigEndian);
        floatingPoint.begin(kernel);
        endsBehind = false;
    }

    /** Whether the block ends behind the instruction that was lifted, also where its condition fails. */
    boolean endsBehind() {
        return endsBehind;
    }

    private boolean endsBehind;

    /** Lifts an access with user permissions; false if it has no meaning. */
    boolean liftUnprivileged(Transfer transfer) {
        return loadStore.liftUnprivileged(transfer);
    }

    /**
     * Lifts an instruction that executes.
     *
     * @param word the instruction, for who handles a trap
     * @return false if it leaves the block
     */
    boolean lift(Arguments arguments, int word) {
        if (arguments instanceof Alu alu) {
            return orUndefined(dataProcessing.lift(alu), word);
        }
        if (arguments instanceof Transfer transfer) {
            return orUndefined(loadStore.lift(transfer), word);
        }
        if (arguments instanceof Branch branch) {
            return lift(branch);
        }
        if (arguments instanceof BranchRegister branch) {
            return lift(branch);
        }
        if (arguments instanceof BlockTransfer block) {
            return orUndefined(loadStore.lift(block), word);
        }
        if (arguments instanceof MoveTop move) {
            dataProcessing.lift(move);
            return true;
        }
        if (arguments instanceof CompareBranch branch) {
            out.emit(MicroOp.JZ, branch.nonZero() ? 1 : 0, branch.rn(), 0, target(branch.offset()));
            return true;
        }
        return media.lift(arguments) || liftRare(arguments, word);
    }

    @SuppressWarnings("IfChainToSwitch") // a switch over types is bootstrapped at run time
    private boolean liftRare(Arguments arguments, int word) {
        if (arguments instanceof VfpOperation operation) {
            return orUndefined(floatingPoint.lift(operation, word), word);
        }
        if (arguments instanceof ElementAccess access) {
            return orUndefined(elements.lift(access, word), word);
        }
        if (arguments instanceof NeonOperation operation) {
            return orUndefined(advancedSimd.lift(operation, word), word);
        }
        if (arguments instanceof Exclusive exclusive) {
            return orUndefined(loadStore.lift(exclusive), word);
        }
        if (arguments instanceof Call call) {
            return switch (call.op()) {
                case SVC -> trap(MicroOp.TRAP_SVC, call.number());
                case BKPT -> trap(MicroOp.TRAP_BREAKPOINT, call.number());
                case HVC, SMC, UDF -> undefined(word);
            };
        }
        if (arguments instanceof CoprocessorMove move) {
            return liftCp15(move, word);
        }
        if (arguments instanceof StatusWrite write) {
            return write.spsr() ? undefined(word) : lift(write);
        }
        if (arguments instanceof StatusRead read) {
            if (read.spsr()) {
                return undefined(word);
            }
            out.emit(MicroOp.GETPSR, read.rd(), 0, 0);
        } else if (arguments instanceof Barrier barrier) {
            return lift(barrier);
        } else if (arguments instanceof ClearExclusive) {
            out.emit(MicroOp.CLREX, 0, 0, 0);
        } else if (arguments instanceof SetEndian set) {
            int end = out.temporary();
            out.emit(MicroOp.MOVI, end, 0, 0, set.big() ? Psr.E : 0);
            setEnd(end);
        } else if (arguments instanceof Swap swap) {
            loadStore.lift(swap);
        } else if (arguments instanceof TableBranch branch) {
            return lift(branch);
        } else {
            boolean nothing = arguments instanceof Preload || arguments instanceof Hint || arguments instanceof IfThen;
            return nothing || arguments instanceof ChangeState || undefined(word);
        }
        return true;
    }

    /** ISB looks up anew what is behind it; it orders no accesses (A3.8.3). */
    private boolean lift(Barrier barrier) {
        if (barrier.op() == BarrierOp.ISB) {
            return goOn();
        }
        return fence((barrier.option() & 3) == OF_STORES ? MicroOp.STORES : MicroOp.ACCESSES);
    }

    /**
     * Bits 1:0 of the options OSHST, NSHST, ISHST and ST of DMB and DSB; reserved ones act as SY (A8.8.43, A8.8.44).
     */
    private static final int OF_STORES = 2;

    private boolean fence(int orders) {
        out.emit(MicroOp.FENCE, 0, 0, 0, orders);
        return true;
    }

    private boolean orUndefined(boolean lifted, int word) {
        return lifted ? !out.ended() : undefined(word);
    }

    private boolean lift(Branch branch) {
        if (branch.link()) {
            link();
        }
        if (!branch.exchange()) {
            return jump(branch.link() ? MicroOp.CALL : MicroOp.PLAIN, target(branch.offset()));
        }
        int target = (out.programCounter() & ~3) + branch.offset();
        return jump(MicroOp.CALL, Location.place(target, !out.thumb()));
    }

    /** The place of the same instruction set that is so far from what r15 reads as. */
    private int target(int offset) {
        return out.place(out.programCounter() + offset);
    }

    /** TBB and TBH (A8.8.237): forward by twice an element of a table of bytes or halfwords. */
    private boolean lift(TableBranch branch) {
        int target = loadStore.tableElement(branch);
        out.emit(MicroOp.LSLI, target, target, 0, 1);
        out.emit(MicroOp.ADDI, target, target, 0, out.place(out.programCounter()));
        return jumpTo(MicroOp.PLAIN, target);
    }

    private boolean lift(BranchRegister branch) {
        int target = out.operand(branch.rm());
        if (!branch.link()) {
            return jumpTo(branch.rm() == UserState.LR ? MicroOp.RETURN : MicroOp.PLAIN, target);
        }
        int copy = out.temporary();
        out.emit(MicroOp.MOV, copy, target, 0);
        link();
        return jumpTo(MicroOp.CALL, copy);
    }

    private void link() {
        out.emit(MicroOp.MOVI, UserState.LR, 0, 0, out.place(out.next()));
    }

    /** Ends the block in front of the next instruction; false. */
    boolean goOn() {
        if (out.nextIt() != 0) {
            out.emit(MicroOp.JMPIT, out.nextIt(), 0, 0, out.place(out.next()));
            return false;
        }
        return jump(MicroOp.PLAIN, out.place(out.next()));
    }

    private boolean jump(int kind, int target) {
        out.emit(MicroOp.JMP, kind, 0, 0, target);
        return false;
    }

    private boolean jumpTo(int kind, int slot) {
        out.emit(MicroOp.JREG, kind, slot, 0);
        return false;
    }

    /** Leaves the block with a trap; false. */
    boolean trap(int kind, int payload) {
        out.emit(MicroOp.TRAP, kind, 0, 0, payload);
        return false;
    }

    private boolean undefined(int word) {
        return trap(MicroOp.TRAP_UNDEFINED, word);
    }

    /** MSR in user mode writes only the flags, GE and E (B9.3.11). */
    private boolean lift(StatusWrite write) {
        int mask = Psr.writableByMsr(write.fields(), false);
        if (mask == 0) {
            return true;
        }
        int value;
        if (write.value() instanceof Immediate number) {
            value = out.temporary();
            out.emit(MicroOp.MOVI, value, 0, 0, number.value());
        } else {
            value = out.operand(((Shifted) write.value()).rm());
        }
        if ((mask & ~Psr.E) != 0) {
            out.emit(MicroOp.SETPSR, 0, value, 0, mask & ~Psr.E);
        }
        if ((mask & Psr.E) != 0) {
            setEnd(value);
        }
        return true;
    }

    /** What is behind it may be lifted for the other byte order: the block ends, also where a condition fails. */
    private void setEnd(int slot) {
        out.emit(MicroOp.SETEND, 0, slot, 0);
        endsBehind = true;
    }

    /** CP15 as user mode may access it (B3.17.1): the thread-id registers and the ARMv6 barriers. */
    private boolean liftCp15(CoprocessorMove move, int word) {
        if (move.second() || move.coprocessor() != 15 || move.opc1() != 0 || move.rt() == UserState.PC) {
            return undefined(word);
        }
        int register = move.crn() << 8 | move.crm() << 4 | move.opc2();
        return switch (register) {
            case TPIDRURW -> move(move, UserState.TPIDRURW);
            case TPIDRURO -> move.read() ? move(move, UserState.TPIDRURO) : undefined(word);
            case CP15ISB -> move.read() ? undefined(word) : goOn();
            case CP15DSB, CP15DMB -> move.read() ? undefined(word) : fence(MicroOp.ACCESSES);
            default -> undefined(word);
        };
    }

    // CRn, CRm and opc2; opc1 is 0.
    private static final int TPIDRURW = 0xd02;
    private static final int TPIDRURO = 0xd03;
    private static final int CP15ISB = 0x754;
    private static final int CP15DSB = 0x7a4;
    private static final int CP15DMB = 0x7a5;

    private boolean move(CoprocessorMove move, int slot) {
        out.emit(MicroOp.MOV, move.read() ? move.rt() : slot, move.read() ? slot : move.rt(), 0);
        return true;
    }
}
