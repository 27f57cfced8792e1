package swivel.vmm;

import swivel.arm.A32;
import swivel.arm.Arguments;
import swivel.arm.Arguments.BankedMove;
import swivel.arm.Cp14;
import swivel.arm.Cp15;
import swivel.arm.DecodedWords;
import swivel.arm.ExceptionKind;
import swivel.arm.FaultStatus;
import swivel.arm.Fields;
import swivel.arm.Instruction;
import swivel.arm.InstructionSet;
import swivel.arm.T32;
import swivel.arm.VfpOperation.VfpStatusMove;
import swivel.cpu.AddressSpace.Access;
import swivel.cpu.Trap;
import swivel.encoding.TrapEncoding;

/**
 * Gives each of the processor's traps to its handler: turns trap words back into the instructions that they stand for,
 * tells the guest kernel's sensitive instructions from what its programs may not do, and aborts of the shadows from
 * those of the guest's tables. What is the guest's own business is injected by {@link Exceptions}.
 */
final class TrapDispatcher {
    // An SVC that is always executed, without its immediate (ARM DDI 0406C, A8.8.228).
    private static final int SVC_A32 = 0xef00_0000;
    private static final int SVC_T32 = 0xdf00;

    private final Virtualization virtualization;
    private final Registers registers;
    private final TableWalker walker;
    private final ShadowTables shadows;
    private final Exceptions exceptions;
    private final SensitiveInstructions sensitive;
    private final UserInstructions userInstructions;
    private final SystemControl systemControl;
    private final DebugRegisters debug;
    private final FloatingPoint floatingPoint;
    private final LackingFeatures lacking;
    private final Statistics statistics;

    /** Log2 of the words that are kept of each set: few words trap, and these often. */
    private static final int DECODED_BITS = 8;

    private final DecodedWords decodedWords = new DecodedWords(InstructionSet.A32, DECODED_BITS);
    private final DecodedWords decodedThumb = new DecodedWords(InstructionSet.T32, DECODED_BITS);

    private TrapSites trapSites = TrapSites.UNKNOWN;

    TrapDispatcher(
            Virtualization virtualization,
            Registers registers,
            TableWalker walker,
            ShadowTables shadows,
            Exceptions exceptions,
            SensitiveInstructions sensitive,
            UserInstructions userInstructions,
            SystemControl systemControl,
            DebugRegisters debug,
            FloatingPoint floatingPoint,
            LackingFeatures lacking,
            Statistics statistics) {
        this.virtualization = virtualization;
        this.registers = registers;
        this.walker = walker;
        this.shadows = shadows;
        this.exceptions = exceptions;
        this.sensitive = sensitive;
        this.userInstructions = userInstructions;
        this.systemControl = systemControl;
        this.debug = debug;
        this.floatingPoint = floatingPoint;
        this.lacking = lacking;
        this.statistics = statistics;
    }

    void setTrapSites(TrapSites sites) {
        trapSites = sites;
    }

    /** Handles any trap but a {@link Trap.Kick}. */
    void handle(Trap trap) {
        try {
            dispatch(trap);
        } catch (GuestAbort abort) {
            exceptions.abort(abort);
        }
    }

    /** No switch over types: linking one takes milliseconds of each start. */
    @SuppressWarnings("IfChainToSwitch")
    private void dispatch(Trap trap) {
        if (trap instanceof Trap.SupervisorCall call) {
            supervisorCall(call.immediate());
        } else if (trap instanceof Trap.Intrinsic instruction) {
            executeSensitive(instruction.word());
        } else if (trap instanceof Trap.SensitiveInstruction instruction) {
            if (virtualization == Virtualization.PATCHED) {
                statistics.missed.count(registers.set(), registers.pc(), instruction.word());
            }
            executeSensitive(instruction.word());
        } else if (trap instanceof Trap.DataAbort abort) {
            dataAbort(abort);
        } else if (trap instanceof Trap.PrefetchAbort abort) {
            prefetchAbort(abort.address());
        } else if (trap instanceof Trap.UndefinedInstruction instruction) {
            undefined(instruction.word());
        } else if (trap instanceof Trap.Attention) {
            shadows.contextChanged();
        } else {
            debug.note(trap instanceof Trap.DebugStop ? DebugRegisters.Event.BREAKPOINT : DebugRegisters.Event.BKPT);
            exceptions.breakpoint();
        }
    }

    /** The instruction that a trap word at PC stands for; the word itself where it stands for none. */
    private int original(int word) {
        int original = virtualization.isRewritten() ? TrapEncoding.decode(registers.set(), word) : word;
        if (original == word) {
            return word;
        }
        if (registers.privileged()) {
            return trapSites.hasGenuine() && trapSites.isGenuine(physicalPc()) ? word : original;
        }
        return trapSites.isEncoded(physicalPc()) ? original : word;
    }

    private long physicalPc() {
        return walker.walk(registers.pc(), registers.privileged()).address();
    }

    private void supervisorCall(int immediate) {
        int word = (registers.state.thumb ? SVC_T32 : SVC_A32) | immediate;
        int original = original(word);
        if (original == word) {
            statistics.supervisorCalls++;
            registers.countEmulated();
            exceptions.take(ExceptionKind.SUPERVISOR_CALL);
        } else {
            executeSensitive(original);
        }
    }

    private DecodedWords decoded() {
        return registers.state.thumb ? decodedThumb : decodedWords;
    }

    private void executeSensitive(int word) {
        registers.begin(word);
        DecodedWords decoded = decoded();
        int known = decoded.find(word);
        statistics.countSensitive(decoded.row(known).sensitivity());
        Arguments arguments = decoded.arguments(known);
        if (registers.privileged()) {
            if (arguments instanceof BankedMove move) {
                lacking.banked(move, word);
            }
            sensitive.execute(arguments);
        } else {
            userInstructions.execute(arguments);
        }
    }

    /** Undefined in user mode: encoded accesses, firmware calls, coprocessors, or really undefined. */
    private void undefined(int word) {
        registers.begin(word);
        // Whether an undefined instruction whose condition fails traps is left open (ARM DDI 0406C, B1.9.5).
        if (!registers.passes(word)) {
            registers.step();
            return;
        }
        int original = original(word);
        DecodedWords decoded = decoded();
        Instruction row = decoded.row(decoded.find(original));
        if (row.isSensitive() && (registers.privileged() || original != word)) {
            executeSensitive(original);
        } else if (!accessCoprocessor(row, word) && !accessFloatingPoint(row, word)) {
            lacking.undefined(row, word);
            exceptions.take(ExceptionKind.UNDEFINED);
        }
    }

    private boolean accessFloatingPoint(Instruction row, int word) {
        return row.arguments(word) instanceof VfpStatusMove move && floatingPoint.execute(move);
    }

    private boolean accessCoprocessor(Instruction row, int word) {
        if (!isCoprocessorMove(row, word)) {
            return false;
        }
        statistics.coprocessor++;
        return switch (Fields.bits(word, 11, 8)) {
            case Cp15.NUMBER -> systemControl.execute(Cp15.of(word), word);
            case Cp14.NUMBER -> debug.execute(word);
            default -> false;
        };
    }

    /** MCR, MRC, MCRR or MRRC, which differ in the two instruction sets by the condition alone. */
    private static boolean isCoprocessorMove(Instruction row, int word) {
        if (row instanceof A32 a32) {
            return a32 == A32.MCR || a32 == A32.MRC || a32 == A32.MCRR || a32 == A32.MRRC;
        }
        boolean move = row == T32.MCR || row == T32.MRC || row == T32.MCRR || row == T32.MRRC;
        return move && Fields.cond(word) == Fields.AL; // else it is MCR2 and so on
    }

    private void dataAbort(Trap.DataAbort trap) {
        statistics.aborts++;
        boolean privileged = registers.privileged() && !trap.unprivileged();
        Access access = trap.write() ? Access.WRITE : Access.READ;
        if (trap.watched()) {
            debug.note(DebugRegisters.Event.WATCHPOINT);
            throw new GuestAbort(FaultStatus.DEBUG_EVENT, 0, trap.address(), access);
        }
        if (trap.alignment()) {
            throw new GuestAbort(FaultStatus.ALIGNMENT, 0, trap.address(), access);
        }
        Translation translation = walker.kept(trap.address(), privileged);
        FaultStatus fault = translation.faultOf(access);
        if (fault == null) { // nothing answers
            throw new GuestAbort(FaultStatus.EXTERNAL, 0, trap.address(), access);
        }
        exceptions.dataAbort(fault, translation.domain(), trap.address(), trap.write());
    }

    private void prefetchAbort(int address) {
        statistics.aborts++;
        Translation translation = walker.walk(address, registers.privileged());
        FaultStatus fault = translation.faultOf(Access.EXECUTE);
        if (fault == null && (address & 3) != 0 && !registers.state.thumb()) {
            fault = FaultStatus.ALIGNMENT;
        }
        exceptions.prefetchAbort(fault != null ? fault : FaultStatus.EXTERNAL, address);
    }
}
