package swivel.cpu.lift;

import static swivel.cpu.ir.MicroOp.*;

import swivel.arm.ExceptionKind;
import swivel.arm.Mode;
import swivel.arm.Operand2;
import swivel.arm.Operand2.Immediate;
import swivel.arm.Operand2.Shifted;
import swivel.arm.Psr;
import swivel.cpu.Effect;
import swivel.cpu.SystemSlots;
import swivel.cpu.UserState;
import swivel.cpu.ir.MicroCode;

/**
 * Turns what a hypervisor has the processor do for a kernel ({@link Effect}) into micro-operations on the
 * {@link SystemSlots}.
 */
final class EffectLifter {
    private final MicroCode out;

    EffectLifter(MicroCode out) {
        this.out = out;
    }

    /**
     * Lifts an effect.
     *
     * @param word the instruction, for traps
     */
    @SuppressWarnings("IfChainToSwitch") // a switch over types is bootstrapped at run time
    void lift(Effect effect, int word) {
        if (effect instanceof Effect.ChangeMasks change) {
            changeMasks(change, word);
        } else if (effect instanceof Effect.ReadStatus read) {
            readStatus(read);
        } else if (effect instanceof Effect.WriteStatus write) {
            writeStatus(write, word);
        } else if (effect instanceof Effect.Copy copy) {
            out.emit(MOV, copy.to(), copy.from(), 0);
        } else if (effect instanceof Effect.Set set) {
            out.emit(MOVI, set.slot(), 0, 0, set.number());
        } else if (effect instanceof Effect.Merge merge) {
            merge(merge.slot(), slot(merge.value()), merge.mask());
        } else if (effect instanceof Effect.Select select) {
            select(select);
        } else if (effect instanceof Effect.UserRegisters transfer) {
            userRegisters(transfer, word);
        } else if (effect instanceof Effect.ReturnToUser back) {
            returnToUser(back.register(), word);
        } else if (effect instanceof Effect.ReturnToSupervisor back) {
            returnToSupervisor(back, word);
        } else if (effect instanceof Effect.SupervisorCall call) {
            supervisorCall(call);
        } else if (effect instanceof Effect.Counter counter) {
            counter(counter, word);
        } else if (effect instanceof Effect.DropPage drop) {
            int mapped = out.temporary();
            out.emit(FENCE, 0, 0, 0, ACCESSES); // what is changed in tables is seen before anybody fills from them
            out.emit(MAPPED, mapped, drop.register(), 0);
            out.emit(TRAPNZ, TRAP_UNDEFINED, mapped, 0, word);
        }
    }

    private void counter(Effect.Counter counter, int word) {
        int low = out.temporary();
        int high = out.temporary();
        int t = out.temporary();
        if (counter.bit() != 0) {
            out.emit(ANDI, t, counter.permission(), 0, counter.bit());
            out.emit(EORI, t, t, 0, counter.bit());
            out.emit(TRAPNZ, TRAP_UNDEFINED, t, 0, word);
        }
        out.emit(TIME, low, 0, 0, high);
        out.emit(LSRI, low, low, 0, counter.shift());
        out.emit(LSLI, t, high, 0, Integer.SIZE - counter.shift());
        out.emit(ORR, counter.low(), low, t);
        out.emit(LSRI, counter.high(), high, 0, counter.shift());
    }

    /** CPS (ARM DDI 0406C, B9.3.2). */
    private void changeMasks(Effect.ChangeMasks change, int word) {
        if (change.mode() >= 0) {
            int difference = out.temporary();
            out.emit(EORI, difference, SystemSlots.STATUS, 0, change.mode());
            requireSameMode(difference, word);
        }
        if (change.clears() != 0) {
            out.emit(ANDI, SystemSlots.STATUS, SystemSlots.STATUS, 0, ~change.clears());
            check();
        }
        if (change.sets() != 0) {
            out.emit(ORRI, SystemSlots.STATUS, SystemSlots.STATUS, 0, change.sets());
        }
    }

    /** Traps if a slot has ones in the place of the mode. */
    private void requireSameMode(int difference, int word) {
        int mode = out.temporary();
        out.emit(ANDI, mode, difference, 0, Psr.M);
        out.emit(TRAPNZ, TRAP_INTRINSIC, mode, 0, word);
    }

    private void check() {
        out.emit(CHECK, 0, SystemSlots.PENDING, SystemSlots.STATUS, out.place(out.next()));
    }

    private void readStatus(Effect.ReadStatus read) {
        int t = out.temporary();
        out.emit(GETPSR, t, 0, 0);
        out.emit(ANDI, t, t, 0, Psr.READ_BY_MRS & ~(Psr.M | Psr.MASKS));
        out.emit(ORR, read.register(), t, SystemSlots.STATUS);
    }

    /** A slot with a number, or that of a register. */
    private int slot(Operand2 value) {
        if (!(value instanceof Immediate number)) {
            return ((Shifted) value).rm();
        }
        int t = out.temporary();
        out.emit(MOVI, t, 0, 0, number.value());
        return t;
    }

    /**
     * Linux in T32 changes to SYS mode and back for SP and LR of a program, which LDM and STM of A32 reach from SVC
     * mode.
     */
    private void writeStatus(Effect.WriteStatus write, int word) {
        int mask = write.mask();
        boolean control = (mask & Psr.M) != 0;
        boolean changesMode =
                control && write.value() instanceof Shifted source && out.wasToggled(source.rm(), SVC_TO_SYS);
        int value = slot(write.value());
        if (changesMode) {
            requireChange(value, word);
        } else if (control) {
            int difference = out.temporary();
            out.emit(EOR, difference, value, SystemSlots.STATUS);
            requireSameMode(difference, word);
        }
        if ((mask & (Psr.NZCV | Psr.GE)) != 0) {
            out.emit(SETPSR, 0, value, 0, mask & (Psr.NZCV | Psr.Q | Psr.GE));
        }
        if (changesMode) {
            merge(SystemSlots.STATUS, value, mask & (Psr.MASKS | Psr.M));
            int t = out.temporary();
            exchange(UserState.SP, SystemSlots.SP_OTHER, t);
            exchange(UserState.LR, SystemSlots.LR_OTHER, t);
            check();
        } else if (control) {
            merge(SystemSlots.STATUS, value, mask & Psr.MASKS);
            check();
        }
    }

    /** The bits of the mode in which SVC and SYS differ: both are 0 in the one, and 1 in the other. */
    private static final int SVC_TO_SYS = 0b01100;

    private static final int LOWEST = 0b00100;

    /** Traps unless a value selects SYS in SVC mode, or SVC in SYS mode. */
    private void requireChange(int value, int word) {
        int odd = out.temporary();
        out.emit(EOR, odd, value, SystemSlots.STATUS);
        out.emit(EORI, odd, odd, 0, SVC_TO_SYS);
        out.emit(ANDI, odd, odd, 0, Psr.M);
        // 0 or both bits; adding the lowest leaves that or the one above the highest
        int current = otherThan(Mode.SVC, SystemSlots.STATUS, ~Psr.M);
        out.emit(ADDI, current, current, 0, LOWEST);
        out.emit(ANDI, current, current, 0, Psr.M & ~LOWEST & ~(SVC_TO_SYS + LOWEST));
        out.emit(ORR, odd, odd, current);
        out.emit(TRAPNZ, TRAP_INTRINSIC, odd, 0, word);
    }

    /** slot = the slot with the bits of mask from a value. */
    private void merge(int slot, int value, int mask) {
        int t = out.temporary();
        out.emit(ANDI, t, value, 0, mask);
        out.emit(ANDI, slot, slot, 0, ~mask);
        out.emit(ORR, slot, slot, t);
    }

    private void select(Effect.Select select) {
        int slot = select.slot();
        int place = out.place(out.next());
        boolean goesOn = select.other() != slot && out.nextIt() == 0; // jumps lead out of IT blocks
        int t = out.temporary();
        out.emit(ANDI, t, select.register(), 0, select.mask());
        out.emit(EOR, t, t, slot);
        if (goesOn) {
            out.emit(JZ, 0, t, 0, place);
        }
        int none = out.temporary();
        int before = out.temporary();
        out.emit(MOVI, none, 0, 0, 0);
        out.emit(MOV, before, slot, 0);
        out.emit(ANDI, slot, select.register(), 0, select.mask());
        if (goesOn) {
            out.emit(EOR, t, slot, select.other());
        }
        out.emit(CHECK, 0, t, none, place);
        if (!goesOn) {
            return;
        }
        out.emit(MOV, select.other(), before, 0);
        out.emit(MOVI, t, 0, 0, place);
        out.emit(SWITCH, ALTERNATE, t, 0);
    }

    private void userRegisters(Effect.UserRegisters transfer, int word) {
        boolean load = transfer.load();
        int rn = transfer.rn();
        out.emit(TRAPNZ, TRAP_INTRINSIC, otherThan(Mode.SVC, SystemSlots.STATUS, ~Psr.M), 0, word);
        int at = transfer.displacement();
        int base = -1;
        for (int left = transfer.list(); left != 0; left &= left - 1, at += 4) {
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
    }

    /** The temporary is zero if the PSR in a slot is of a mode, but for bits of {@code others}. */
    private int otherThan(Mode mode, int psr, int others) {
        int difference = out.temporary();
        out.emit(EORI, difference, psr, 0, mode.encoding());
        out.emit(ANDI, difference, difference, 0, ~others);
        return difference;
    }

    /**
     * What CPSR may have beside its mode in code that is returned to if no more is to do: little-endian, in no IT
     * block.
     */
    private static final int PLAIN_CODE = Psr.NZCV | Psr.Q | Psr.GE | Psr.MASKS | Psr.T;

    private void returnToUser(int rm, int word) {
        int odd = otherThan(Mode.SVC, SystemSlots.STATUS, ~Psr.M);
        int t = otherThan(Mode.USR, SystemSlots.SPSR, PLAIN_CODE);
        out.emit(ORR, odd, odd, t);
        out.emit(ANDI, t, SystemSlots.CALL_VECTOR, 0, SystemSlots.CLOSED);
        out.emit(ORR, odd, odd, t);
        int target = exceptionReturn(odd, rm, t, word);
        exchange(UserState.SP, SystemSlots.SP_OTHER, t);
        exchange(UserState.LR, SystemSlots.LR_OTHER, t);
        out.emit(CLREX, 0, 0, 0);
        out.emit(SWITCH, PEER, target, 0);
    }

    private void returnToSupervisor(Effect.ReturnToSupervisor back, int word) {
        int odd = out.temporary();
        out.emit(EOR, odd, SystemSlots.STATUS, SystemSlots.SPARE_MODE);
        out.emit(ANDI, odd, odd, 0, Psr.M);
        int t = otherThan(Mode.SVC, SystemSlots.SPSR, PLAIN_CODE);
        out.emit(ORR, odd, odd, t);
        int from = back.register();
        if (back.subtracted() != 0) {
            from = out.temporary();
            out.emit(ADDI, from, back.register(), 0, -back.subtracted());
        }
        int target = exceptionReturn(odd, from, t, word);
        exchange(UserState.SP, SystemSlots.SP_SPARE, t);
        exchange(UserState.LR, SystemSlots.LR_SPARE, t);
        exchange(SystemSlots.SPSR, SystemSlots.SPSR_SPARE, t);
        out.emit(CLREX, 0, 0, 0);
        out.emit(JREG, PLAIN, target, 0);
    }

    /**
     * Traps if a slot is not zero or if an interrupt waits for what is returned to; CPSR becomes SPSR.
     *
     * @param from the slot with the return address
     * @param t a temporary, which is free again behind this
     * @return the slot with the place to go to, the first one
     */
    private int exceptionReturn(int odd, int from, int t, int word) {
        out.emit(BIC, t, SystemSlots.PENDING, SystemSlots.SPSR);
        out.emit(ORR, odd, odd, t);
        out.emit(TRAPNZ, TRAP_INTRINSIC, odd, 0, word);

        // The place: bit 0 is T, and the address is aligned as that wants it.
        out.emit(UBFX, t, SystemSlots.SPSR, 0, Psr.T_SHIFT | 1 << 8);
        out.emit(LSLI, odd, t, 0, 1);
        out.emit(EORI, odd, odd, 0, 3);
        out.emit(BIC, odd, from, odd);
        out.emit(ORR, odd, odd, t);
        out.emit(SETPSR, 0, SystemSlots.SPSR, 0, Psr.NZCV | Psr.Q | Psr.GE);
        out.emit(ANDI, SystemSlots.STATUS, SystemSlots.SPSR, 0, Psr.M | Psr.MASKS);
        return odd;
    }

    private void exchange(int slot, int other, int t) {
        out.emit(MOV, t, slot, 0);
        out.emit(MOV, slot, other, 0);
        out.emit(MOV, other, t, 0);
    }

    /** How an exception is entered (B1.9.4). The exclusive monitor stays. */
    private void supervisorCall(Effect.SupervisorCall call) {
        int t = out.temporary();
        out.emit(ANDI, t, SystemSlots.CALL_VECTOR, 0, SystemSlots.CLOSED);
        out.emit(TRAPNZ, TRAP_SVC, t, 0, call.number());

        out.emit(GETPSR, t, 0, 0);
        out.emit(ORR, SystemSlots.SPSR, t, SystemSlots.STATUS);
        if (call.state() != 0) {
            out.emit(ORRI, SystemSlots.SPSR, SystemSlots.SPSR, 0, call.state());
        }
        exchange(UserState.SP, SystemSlots.SP_OTHER, t);
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
        out.emit(SWITCH, PEER, SystemSlots.CALL_VECTOR, 0);
    }
}
