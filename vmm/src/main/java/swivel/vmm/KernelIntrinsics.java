package swivel.vmm;

import static swivel.cpu.ir.MicroOp.*;

import swivel.arm.A32;
import swivel.arm.Arguments;
import swivel.arm.Arguments.Alu;
import swivel.arm.Arguments.AluOp;
import swivel.arm.Arguments.BlockTransfer;
import swivel.arm.Arguments.ChangeState;
import swivel.arm.Arguments.CoprocessorMove;
import swivel.arm.Arguments.Hint;
import swivel.arm.Arguments.HintOp;
import swivel.arm.Arguments.StatusRead;
import swivel.arm.Arguments.StatusWrite;
import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;
import swivel.arm.Fields;
import swivel.arm.Instruction;
import swivel.arm.InstructionSet;
import swivel.arm.Mode;
import swivel.arm.Operand2.Immediate;
import swivel.arm.Operand2.Shifted;
import swivel.arm.Psr;
import swivel.arm.T32;
import swivel.arm.core.RegisterTable;
import swivel.cpu.UserState;
import swivel.cpu.ir.Intrinsics;
import swivel.cpu.ir.MicroCode;
import swivel.encoding.TrapEncoding;

/**
 * The instructions of a virtual kernel that need no hypervisor: lifted to micro-operations on the {@link SystemSlots}. Each has the
 * effect of its handler ({@link StatusInstructions}, {@link SystemControl}), and leaves to that whatever changes the mode or the
 * address space.
 */
final class KernelIntrinsics implements Intrinsics {
    private static final int PC = UserState.PC;

    private final RegisterTable<Cp15> table;
    private final boolean patched;
    private final Statistics statistics;
    private TrapSites trapSites = TrapSites.UNKNOWN;

    KernelIntrinsics(RegisterTable<Cp15> table, boolean patched, Statistics statistics) {
        this.table = table;
        this.patched = patched;
        this.statistics = statistics;
    }

    void setTrapSites(TrapSites sites) {
        trapSites = sites;
    }

    /** In a rewritten kernel a sensitive word that was not encoded was missed: it stays for the processor to trap on. */
    @Override
    public int original(InstructionSet set, int word, int gpa) {
        Instruction row = set.decode(word);
        if (row == A32.MCR || row == A32.MRC || row == T32.MCR || row == T32.MRC) {
            return word;
        }
        if (!patched) {
            return row.isSensitive() ? word : NONE;
        }
        int original = TrapEncoding.decode(set, word);
        return original == word || trapSites.isGenuine(gpa & 0xffff_ffffL) ? NONE : original;
    }

    @Override
    public boolean lift(Arguments arguments, int word, MicroCode out) {
        boolean lifted = isLifted(arguments, word, out);
        statistics.inlined += lifted ? 1 : 0;
        return lifted;
    }

    /** No record here has a set: coprocessor accesses are the same words in both. */
    private boolean isLifted(Arguments arguments, int word, MicroCode out) {
        if (arguments instanceof ChangeState change) {
            return changeState(change, word, out);
        }
        if (arguments instanceof StatusRead read) {
            return read(read, out);
        }
        if (arguments instanceof StatusWrite write) {
            return write(write, word, out);
        }
        if (arguments instanceof CoprocessorMove move) {
            return Cp15.isAccess(word) && (move.read() ? readCp15(word, out) : writeCp15(word, out));
        }
        if (arguments instanceof BlockTransfer block) {
            return userRegisters(block, word, out);
        }
        if (arguments instanceof Alu alu) {
            return returnToUser(alu, word, out);
        }
        if (arguments instanceof Hint hint && hint.op() == HintOp.SEV) {
            out.emit(MOVI, SystemSlots.EVENT, 0, 0, 1);
            return true;
        }
        return arguments instanceof Hint hint && hint.op() == HintOp.YIELD;
    }

    /** CPS (ARM DDI 0406C, B9.3.2). */
    private static boolean changeState(ChangeState change, int word, MicroCode out) {
        if (change.mode() != Arguments.NONE) {
            int difference = out.temporary();
            out.emit(EORI, difference, SystemSlots.STATUS, 0, change.mode());
            requireSameMode(difference, word, out);
        }
        if (change.clears() != 0) {
            out.emit(ANDI, SystemSlots.STATUS, SystemSlots.STATUS, 0, ~change.clears());
            check(out);
        }
        if (change.sets() != 0) {
            out.emit(ORRI, SystemSlots.STATUS, SystemSlots.STATUS, 0, change.sets());
        }
        return true;
    }

    /** Traps if a slot has ones in the place of the mode. */
    private static void requireSameMode(int difference, int word, MicroCode out) {
        int mode = out.temporary();
        out.emit(ANDI, mode, difference, 0, Psr.M);
        out.emit(TRAPNZ, TRAP_INTRINSIC, mode, 0, word);
    }

    private static void check(MicroCode out) {
        out.emit(CHECK, 0, SystemSlots.PENDING, SystemSlots.STATUS, out.place(out.next()));
    }

    /** MRS of CPSR or SPSR (B9.3.8). */
    private static boolean read(StatusRead read, MicroCode out) {
        int rd = read.rd();
        if (rd == PC) {
            return false;
        }
        if (read.spsr()) {
            out.emit(MOV, rd, SystemSlots.SPSR, 0);
        } else {
            int t = out.temporary();
            out.emit(GETPSR, t, 0, 0);
            out.emit(ANDI, t, t, 0, Psr.READ_BY_MRS & ~(Psr.M | Psr.MASKS));
            out.emit(ORR, rd, t, SystemSlots.STATUS);
        }
        return true;
    }

    /** MSR to CPSR or SPSR (B9.3.11, B9.3.12). */
    private static boolean write(StatusWrite write, int word, MicroCode out) {
        int fields = write.fields();
        int register = write.value() instanceof Shifted source ? source.rm() : Arguments.NONE;
        // The extension field of CPSR has E, which is not in a slot.
        if (register == PC || !write.spsr() && (fields & Psr.FIELD_X) != 0) {
            return false;
        }
        int value = register;
        if (write.value() instanceof Immediate number) {
            value = out.temporary();
            out.emit(MOVI, value, 0, 0, number.value());
        }
        if (write.spsr()) {
            merge(SystemSlots.SPSR, value, Psr.writableSpsr(fields), out);
            return true;
        }
        int mask = Psr.writableByMsr(fields, true);
        boolean control = (fields & Psr.FIELD_C) != 0;
        if (control) {
            int difference = out.temporary();
            out.emit(EOR, difference, value, SystemSlots.STATUS);
            requireSameMode(difference, word, out);
        }
        if ((mask & (Psr.NZCV | Psr.GE)) != 0) {
            out.emit(SETPSR, 0, value, 0, mask & (Psr.NZCV | Psr.Q | Psr.GE));
        }
        if (control) {
            merge(SystemSlots.STATUS, value, mask & Psr.MASKS, out);
            check(out);
        }
        return true;
    }

    /** slot = the slot with the bits of mask from a value. */
    private static void merge(int slot, int value, int mask, MicroCode out) {
        int t = out.temporary();
        out.emit(ANDI, t, value, 0, mask);
        out.emit(ANDI, slot, slot, 0, ~mask);
        out.emit(ORR, slot, slot, t);
    }

    /** A write that selects a shadow, in {@link Vcpu}, if it changes anything; it leaves then, with the write done. */
    private static void selectContext(Cp15 register, int value, MicroCode out) {
        int slot = SystemSlots.of(register);
        int changed = out.temporary();
        int none = out.temporary();
        out.emit(EOR, changed, value, slot);
        out.emit(MOVI, none, 0, 0, 0);
        out.emit(MOV, slot, value, 0);
        out.emit(CHECK, 0, changed, none, out.place(out.next()));
    }

    /** LDM and STM of user registers (B9.3.6, B9.3.17): how Linux returns to a program. */
    private static boolean userRegisters(BlockTransfer block, int word, MicroCode out) {
        boolean load = block.load();
        int rn = block.rn();
        int list = block.list();
        if (rn == PC || list == 0 || block.has(PC) || block.writesBack()) {
            return false;
        }
        out.emit(TRAPNZ, TRAP_INTRINSIC, otherThan(Mode.SVC, SystemSlots.STATUS, ~Psr.M, out), 0, word);
        int at = block.lowest();
        int base = -1;
        for (int left = list; left != 0; left &= left - 1, at += 4) {
            int n = Integer.numberOfTrailingZeros(left);
            int slot = n == UserState.SP ? SystemSlots.SP_OTHER : n == UserState.LR ? SystemSlots.LR_OTHER : n;
            if (load && slot == rn) {
                base = out.temporary();
                slot = base;
            }
            out.emit(load ? LD32A : ST32A, slot, rn, 0, at);
        }
        if (base >= 0) {
            out.emit(MOV, rn, base, 0);
        }
        return true;
    }

    /** The temporary is zero if the PSR in a slot is of a mode, but for bits of {@code others}. */
    private static int otherThan(Mode mode, int psr, int others, MicroCode out) {
        int difference = out.temporary();
        out.emit(EORI, difference, psr, 0, mode.encoding());
        out.emit(ANDI, difference, difference, 0, ~others);
        return difference;
    }

    /** What a program's CPSR may have beside its mode if no more is to do to return to it: little-endian, in no IT block. */
    private static final int PLAIN_PROGRAM = Psr.NZCV | Psr.Q | Psr.GE | Psr.MASKS | Psr.T;

    /** The register that an instruction returns to as it is: of MOVS PC, Rm, and of T32's SUBS PC, LR, #0; {@link Arguments#NONE}: none. */
    private static int returnRegister(Alu alu) {
        if (alu.op() == AluOp.MOV && alu.operand2() instanceof Shifted source && source.isPlain()) {
            return source.rm() == PC ? Arguments.NONE : source.rm();
        }
        boolean plain = alu.op() == AluOp.SUB
                && alu.rn() == UserState.LR
                && alu.operand2() instanceof Immediate number
                && number.value() == 0;
        return plain ? UserState.LR : Arguments.NONE;
    }

    /**
     * Such a return from SVC mode to a program (B9.3.20), as {@link Registers#exceptionReturn} does, unless an interrupt waits for that.
     */
    private static boolean returnToUser(Alu alu, int word, MicroCode out) {
        int rm = returnRegister(alu);
        if (rm == Arguments.NONE) {
            return false;
        }
        int odd = otherThan(Mode.SVC, SystemSlots.STATUS, ~Psr.M, out);
        int t = otherThan(Mode.USR, SystemSlots.SPSR, PLAIN_PROGRAM, out);
        out.emit(ORR, odd, odd, t);
        out.emit(BIC, t, SystemSlots.PENDING, SystemSlots.SPSR);
        out.emit(ORR, odd, odd, t);
        out.emit(ANDI, t, SystemSlots.CALL_VECTOR, 0, SystemSlots.CLOSED);
        out.emit(ORR, odd, odd, t);
        out.emit(TRAPNZ, TRAP_INTRINSIC, odd, 0, word);

        // The place: bit 0 is T, and the address is aligned as that wants it.
        int target = odd;
        out.emit(UBFX, t, SystemSlots.SPSR, 0, Psr.T_SHIFT | 1 << 8);
        out.emit(LSLI, target, t, 0, 1);
        out.emit(EORI, target, target, 0, 3);
        out.emit(BIC, target, rm, target);
        out.emit(ORR, target, target, t);
        out.emit(SETPSR, 0, SystemSlots.SPSR, 0, Psr.NZCV | Psr.Q | Psr.GE);
        out.emit(ANDI, SystemSlots.STATUS, SystemSlots.SPSR, 0, Psr.M | Psr.MASKS);
        exchange(UserState.SP, SystemSlots.SP_OTHER, t, out);
        exchange(UserState.LR, SystemSlots.LR_OTHER, t, out);
        out.emit(CLREX, 0, 0, 0);
        out.emit(SWITCH, 0, target, 0);
        return true;
    }

    private static void exchange(int slot, int other, int t, MicroCode out) {
        out.emit(MOV, t, slot, 0);
        out.emit(MOV, slot, other, 0);
        out.emit(MOV, other, t, 0);
    }

    /** The exception as {@link Exceptions#take} injects it (B1.9.4). The exclusive monitor stays. */
    @Override
    public boolean liftSupervisorCall(int number, int gpa, int state, MicroCode out) {
        if (trapSites.isEncoded(gpa & 0xffff_ffffL)) {
            return false;
        }
        int t = out.temporary();
        out.emit(ANDI, t, SystemSlots.CALL_VECTOR, 0, SystemSlots.CLOSED);
        out.emit(TRAPNZ, TRAP_SVC, t, 0, number);

        out.emit(GETPSR, t, 0, 0);
        out.emit(ORR, SystemSlots.SPSR, t, SystemSlots.STATUS);
        if (state != 0) {
            out.emit(ORRI, SystemSlots.SPSR, SystemSlots.SPSR, 0, state);
        }
        exchange(UserState.SP, SystemSlots.SP_OTHER, t, out);
        out.emit(MOV, SystemSlots.LR_OTHER, UserState.LR, 0);
        out.emit(MOVI, UserState.LR, 0, 0, out.next());
        out.emit(ANDI, SystemSlots.STATUS, SystemSlots.STATUS, 0, Psr.MASKS);
        out.emit(
                ORRI,
                SystemSlots.STATUS,
                SystemSlots.STATUS,
                0,
                ExceptionKind.SUPERVISOR_CALL.masks() | Mode.SVC.encoding());
        out.emit(ADDI, SystemSlots.CALLS, SystemSlots.CALLS, 0, 1);
        out.emit(SWITCH, 0, SystemSlots.CALL_VECTOR, 0);
        return true;
    }

    /** A program sees mode and masks too (QEMU; the manual leaves open what it reads there, B9.3.8). */
    @Override
    public boolean liftStatusRead(StatusRead read, MicroCode out) {
        return !read.spsr() && read(read, out);
    }

    private boolean readCp15(int word, MicroCode out) {
        Cp15 register = Cp15.of(word);
        int rt = Fields.rd(word);
        // Of ID_MMFR0 the hypervisor wants to know who asks (LackingFeatures).
        if (rt == PC
                || register == null
                || register == Cp15.ID_MMFR0
                || !register.readable()
                || !table.isPlain(register, true)) {
            return false;
        }
        int slot = SystemSlots.of(register);
        if (slot != SystemSlots.NONE) {
            out.emit(MOV, rt, slot, 0);
            return true;
        }
        if (table.isConstant(register)) {
            out.emit(MOVI, rt, 0, 0, (int) table.reset(register));
            return true;
        }
        return false;
    }

    private boolean writeCp15(int word, MicroCode out) {
        Cp15 register = Cp15.of(word);
        int rt = Fields.rd(word);
        if (rt == PC || register == null || !table.has(register)) {
            return false;
        }
        if (register == Cp15.DACR || register == Cp15.CONTEXTIDR) {
            selectContext(register, rt, out);
            return true;
        }
        // Nothing to do if no shadow has the page
        if (table.effect(register).isTlbPage()) {
            int mapped = out.temporary();
            out.emit(MAPPED, mapped, rt, 0);
            out.emit(TRAPNZ, TRAP_UNDEFINED, mapped, 0, word);
            return true;
        }
        if (!register.writable() || !table.isPlain(register, false)) {
            return false;
        }
        int slot = SystemSlots.of(register);
        int mask = (int) table.writable(register);
        if (mask == 0) {
            return true;
        }
        if (slot == SystemSlots.NONE) {
            return false;
        }
        if (mask == -1) {
            out.emit(MOV, slot, rt, 0);
        } else {
            merge(slot, rt, mask, out);
        }
        return true;
    }
}
