package swivel.vmm;

import static swivel.arm.Cp15Fields.CNTKCTL_PL0PCTEN;
import static swivel.arm.Cp15Fields.CNTKCTL_PL0VCTEN;
import static swivel.arm.core.Effect.COUNTER;

import java.util.function.IntPredicate;
import swivel.arm.A32;
import swivel.arm.Arguments;
import swivel.arm.Arguments.Alu;
import swivel.arm.Arguments.AluOp;
import swivel.arm.Arguments.BlockTransfer;
import swivel.arm.Arguments.ChangeState;
import swivel.arm.Arguments.CoprocessorMove;
import swivel.arm.Arguments.CoprocessorMove2;
import swivel.arm.Arguments.Hint;
import swivel.arm.Arguments.StatusRead;
import swivel.arm.Arguments.StatusWrite;
import swivel.arm.Cp15;
import swivel.arm.Fields;
import swivel.arm.Instruction;
import swivel.arm.InstructionSet;
import swivel.arm.Operand2;
import swivel.arm.Operand2.Immediate;
import swivel.arm.Operand2.Shifted;
import swivel.arm.Psr;
import swivel.arm.T32;
import swivel.arm.core.RegisterTable;
import swivel.cpu.Effect;
import swivel.cpu.Intrinsics;
import swivel.cpu.SystemSlots;
import swivel.cpu.UserState;
import swivel.encoding.TrapEncoding;

/**
 * The instructions of a virtual kernel that need no hypervisor, by their {@link Effect} on the {@link SystemSlots}.
 * Each has that of its handler ({@link StatusInstructions}, {@link SystemControl}), and leaves to it whatever changes
 * the mode or the address space.
 */
final class KernelIntrinsics implements Intrinsics {
    private static final int PC = UserState.PC;

    private final RegisterTable<Cp15> table;
    private final boolean patched;
    /** The code is that of several cores. */
    private final boolean severalCores;

    /**
     * Whether an instruction that returns from an exception is one that returns to the kernel: the same word returns to
     * programs elsewhere.
     */
    private final IntPredicate returnsToKernel;

    /** The period of the system counter is 2 to this of the nanoseconds that the processor knows; 0: it is not. */
    private final int counterShift;

    private final Statistics statistics;
    private TrapSites trapSites = TrapSites.UNKNOWN;

    KernelIntrinsics(
            RegisterTable<Cp15> table,
            boolean patched,
            boolean severalCores,
            IntPredicate returnsToKernel,
            int counterShift,
            Statistics statistics) {
        this.table = table;
        this.patched = patched;
        this.severalCores = severalCores;
        this.returnsToKernel = returnsToKernel;
        this.counterShift = counterShift;
        this.statistics = statistics;
    }

    void setTrapSites(TrapSites sites) {
        trapSites = sites;
    }

    /**
     * In a rewritten kernel a sensitive word that was not encoded was missed: it stays for the processor to trap on.
     */
    @Override
    public int original(InstructionSet set, int word, long gpa) {
        Instruction row = set.decode(word);
        if (row == A32.MCR || row == A32.MRC || row == T32.MCR || row == T32.MRC) {
            return isBarrier(word) ? NONE : word;
        }
        if (row == A32.MRRC || row == T32.MRRC) {
            return word;
        }
        if (!patched) {
            return row.isSensitive() ? word : NONE;
        }
        int original = TrapEncoding.decode(set, word);
        return original == word || trapSites.isGenuine(gpa) ? NONE : original;
    }

    /** The processor executes those of ARMv6 as they are, as it does for programs. */
    private static boolean isBarrier(int word) {
        Cp15 register = Cp15.isAccess(word) && !Fields.s(word) ? Cp15.of(word) : null;
        return register == Cp15.CP15ISB || register == Cp15.CP15DSB || register == Cp15.CP15DMB;
    }

    @Override
    public Effect effect(Arguments arguments, int word) {
        Effect effect = find(arguments, word);
        statistics.inlined += effect != null ? 1 : 0;
        return effect;
    }

    /** No record here has a set: coprocessor accesses are the same words in both. */
    private Effect find(Arguments arguments, int word) {
        if (arguments instanceof ChangeState change) {
            return new Effect.ChangeMasks(change.clears(), change.sets(), change.mode());
        }
        if (arguments instanceof StatusRead read) {
            return read.rd() == PC ? null : read(read);
        }
        if (arguments instanceof StatusWrite write) {
            return write(write);
        }
        if (arguments instanceof CoprocessorMove move) {
            return !Cp15.isAccess(word) ? null : move.read() ? readCp15(word) : writeCp15(word);
        }
        if (arguments instanceof CoprocessorMove2 move) {
            return readCounter(move, word, false);
        }
        if (arguments instanceof BlockTransfer block) {
            return userRegisters(block);
        }
        if (arguments instanceof Alu alu) {
            return exceptionReturn(alu, returnsToKernel.test(word));
        }
        return arguments instanceof Hint hint ? hint(hint) : null;
    }

    private static Effect hint(Hint hint) {
        return switch (hint.op()) {
            case SEV -> new Effect.Set(SystemSlots.EVENT, 1);
            case YIELD -> new Effect.Nothing();
            default -> null;
        };
    }

    /** MRS of CPSR or SPSR (B9.3.8). */
    private static Effect read(StatusRead read) {
        return read.spsr() ? new Effect.Copy(read.rd(), SystemSlots.SPSR) : new Effect.ReadStatus(read.rd());
    }

    /** MSR to CPSR or SPSR (B9.3.11, B9.3.12). The extension field of CPSR has E, which is not in a slot. */
    private static Effect write(StatusWrite write) {
        int fields = write.fields();
        boolean ofPc = write.value() instanceof Shifted source && source.rm() == PC;
        if (ofPc || !write.spsr() && (fields & Psr.FIELD_X) != 0) {
            return null;
        }
        return write.spsr()
                ? new Effect.Merge(SystemSlots.SPSR, write.value(), Psr.writableSpsr(fields))
                : new Effect.WriteStatus(write.value(), Psr.writableByMsr(fields, true));
    }

    /** LDM and STM of user registers (B9.3.6, B9.3.17): how Linux returns to a program. */
    private static Effect userRegisters(BlockTransfer block) {
        return block.rn() == PC || block.list() == 0 || block.has(PC) || block.writesBack()
                ? null
                : new Effect.UserRegisters(block.load(), block.rn(), block.list(), block.lowest());
    }

    /**
     * MOVS PC, Rm and SUBS PC, LR, #n (B9.3.20), as {@link Registers#exceptionReturn} does it: from SVC mode to a
     * program, or from another mode to SVC, as Linux leaves the mode of an exception.
     */
    private static Effect exceptionReturn(Alu alu, boolean toKernel) {
        if (alu.op() == AluOp.MOV && alu.operand2() instanceof Shifted source && source.isPlain()) {
            int rm = source.rm();
            return rm == PC ? null : toKernel ? new Effect.ReturnToSupervisor(rm, 0) : new Effect.ReturnToUser(rm);
        }
        if (alu.op() == AluOp.SUB && alu.rn() == UserState.LR && alu.operand2() instanceof Immediate number) {
            int subtracted = number.value();
            return toKernel
                    ? new Effect.ReturnToSupervisor(UserState.LR, subtracted)
                    : subtracted == 0 ? new Effect.ReturnToUser(UserState.LR) : null;
        }
        return null;
    }

    /** The exception as {@link Exceptions#take} injects it. */
    @Override
    public boolean isSupervisorCall(long gpa) {
        return !trapSites.isEncoded(gpa);
    }

    /**
     * A program sees mode and masks too (QEMU; the manual leaves open what it reads there, B9.3.8), and reads the
     * counters that CNTKCTL opens to it, as the clock of its C library does.
     */
    @Override
    public Effect programEffect(Arguments arguments, int word) {
        if (arguments instanceof StatusRead read) {
            return read.spsr() || read.rd() == PC ? null : new Effect.ReadStatus(read.rd());
        }
        return arguments instanceof CoprocessorMove2 move ? readCounter(move, word, true) : null;
    }

    private Effect readCp15(int word) {
        Cp15 register = Cp15.of(word);
        int rt = Fields.rd(word);
        if (rt == PC || register == null || !register.readable() || !table.isPlain(register, true)) {
            return null;
        }
        int slot = Cp15Slots.of(register);
        if (slot != Cp15Slots.NONE) {
            return new Effect.Copy(rt, slot);
        }
        if (severalCores && SystemRegisters.isOfPlace(register)) {
            return null;
        }
        return table.isConstant(register) ? new Effect.Set(rt, (int) table.reset(register)) : null;
    }

    /** What {@link SystemControl} reads of the platform. */
    private Effect readCounter(CoprocessorMove2 move, int word, boolean program) {
        Cp15 register = Cp15.isAccess(word) && move.read() ? Cp15.of(word) : null;
        boolean isCounter = register != null && table.has(register) && table.effect(register) == COUNTER;
        if (!isCounter || counterShift == 0 || move.rt() == PC || move.rt2() == PC || move.rt() == move.rt2()) {
            return null;
        }
        int permission = register == Cp15.CNTPCT ? CNTKCTL_PL0PCTEN : CNTKCTL_PL0VCTEN;
        return new Effect.Counter(
                move.rt(), move.rt2(), counterShift, Cp15Slots.of(Cp15.CNTKCTL), program ? permission : 0);
    }

    private Effect writeCp15(int word) {
        Cp15 register = Cp15.of(word);
        int rt = Fields.rd(word);
        if (rt == PC || register == null || !table.has(register)) {
            return null;
        }
        int slot = Cp15Slots.of(register);
        if (register == Cp15.DACR || register == Cp15.CONTEXTIDR || register == Cp15.TTBCR) {
            return new Effect.Select(
                    slot, rt, (int) table.writable(register), Cp15Slots.other(register)); // of a shadow
        }
        if (table.effect(register).isTlbPage()) {
            return new Effect.DropPage(rt);
        }
        if (!register.writable() || !table.isPlain(register, false)) {
            return null;
        }
        int mask = (int) table.writable(register);
        if (mask == 0) {
            return new Effect.Nothing();
        }
        if (slot == Cp15Slots.NONE) {
            return null;
        }
        return mask == -1 ? new Effect.Copy(slot, rt) : new Effect.Merge(slot, Operand2.plain(rt), mask);
    }
}
