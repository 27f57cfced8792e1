package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;

import java.util.Arrays;
import swivel.cpu.UserState;
import swivel.cpu.jit.Frame;

/**
 * Where the slots of the micro-operations are in emitted code: the guest registers that are used most in host
 * registers, for all code and for ever; temporaries in scratch registers as long as there are enough; everything else
 * in the frame.
 */
final class Slots {
    private static final int[] PINNED = Stubs.HOST_REGISTERS;

    private static final int SCRATCH = 3; // RAX, RCX, RDX are 0, 1, 2
    private static final int FREE = -1;

    private final X64Assembler asm;
    private final int[] where = new int[UserState.SLOTS];
    /** The temporary in each scratch register. */
    private final int[] owner = new int[SCRATCH];

    /** Scratch registers that the current operation uses, as a mask. */
    private int locked;

    Slots(X64Assembler asm) {
        this.asm = asm;
        reset();
    }

    /** Host register of a slot that has one for ever, or -1. */
    static int pinned(int slot) {
        return slot < PINNED.length ? PINNED[slot] : -1;
    }

    void reset() {
        Arrays.fill(where, -1);
        System.arraycopy(PINNED, 0, where, 0, PINNED.length);
        Arrays.fill(owner, FREE);
        locked = 0;
    }

    /** Host register that holds a slot now, or -1. */
    int register(int slot) {
        return where[slot];
    }

    // Instructions with a slot as an operand. op is the form that loads: reg = reg op r/m.

    /** reg op= slot. */
    void load(int op, int reg, int slot) {
        if (where[slot] >= 0) {
            asm.rr(op, reg, where[slot]);
        } else {
            asm.rm(op, reg, RBP, Frame.slot(slot));
        }
    }

    /** slot op= reg. */
    void store(int op, int slot, int reg) {
        if (where[slot] >= 0) {
            asm.rr(op, where[slot], reg);
        } else {
            asm.rm(op ^ STORE, reg, RBP, Frame.slot(slot));
        }
    }

    /** slot op= immediate, for ADD to CMP. */
    void immediate(int op, int slot, int immediate) {
        if (where[slot] >= 0) {
            asm.ri(op, where[slot], immediate);
        } else {
            asm.mi(op, RBP, Frame.slot(slot), immediate);
        }
    }

    /** An instruction whose one operand is a slot. */
    void unary(int op, int slot) {
        if (where[slot] >= 0) {
            asm.r(op, where[slot]);
        } else {
            asm.m(op, RBP, Frame.slot(slot));
        }
    }

    /** Copies a slot to a register. */
    void get(int reg, int slot) {
        if (where[slot] != reg) {
            load(MOV, reg, slot);
        }
    }

    /** Makes a slot have a register's value: a temporary comes to live in it if it is a scratch register. */
    void put(int slot, int reg) {
        if (where[slot] == reg) {
            return;
        }
        if (UserState.isTemporary(slot) && isScratch(reg)) {
            adopt(slot, reg);
        } else {
            store(MOV, slot, reg);
        }
    }

    /** Copies a slot to another place of the frame. Writes no flags. */
    void storeAt(int displacement, int slot) {
        asm.rm(MOV ^ STORE, read(slot), RBP, displacement);
    }

    /** Makes a temporary have a register's value, in the frame. */
    void putInFrame(int slot, int reg) {
        if (where[slot] >= 0) {
            disown(slot);
        }
        asm.rm(MOV ^ STORE, reg, RBP, Frame.slot(slot));
    }

    void putImmediate(int slot, int immediate) {
        if (where[slot] >= 0) {
            asm.movi(where[slot], immediate);
        } else {
            asm.movi(RBP, Frame.slot(slot), immediate);
        }
    }

    // Scratch registers.

    private static boolean isScratch(int reg) {
        return reg >= 0 && reg < SCRATCH;
    }

    /** Keeps a slot's register, if it is a scratch register, until the operation ends. */
    void lock(int slot) {
        if (slot < where.length && isScratch(where[slot])) {
            locked |= 1 << where[slot];
        }
    }

    /** The scratch registers in use, for {@link #unlock}. */
    int locks() {
        return locked;
    }

    /** Gives back the scratch registers that were taken since {@link #locks}. */
    void unlock(int locks) {
        locked = locks;
    }

    /** Ends an operation: forgets its registers, and the temporaries that are not in {@code live}. */
    void endOperation(long live) {
        locked = 0;
        for (int reg = 0; reg < SCRATCH; reg++) {
            if (owner[reg] != FREE && (live >>> owner[reg] & 1) == 0) {
                where[owner[reg]] = -1;
                owner[reg] = FREE;
            }
        }
    }

    private boolean isFree(int reg) {
        return owner[reg] == FREE && (locked >>> reg & 1) == 0;
    }

    /** A free scratch register for the current operation, or -1. */
    int tryScratch() {
        for (int reg = SCRATCH - 1; reg >= 0; reg--) {
            if (isFree(reg)) {
                locked |= 1 << reg;
                return reg;
            }
        }
        return -1;
    }

    /** A scratch register for the current operation. Writes no flags. */
    int scratch() {
        int reg = tryScratch();
        for (int i = 0; reg < 0 && i < SCRATCH; i++) {
            if ((locked >>> i & 1) == 0) {
                evict(i);
                locked |= 1 << i;
                reg = i;
            }
        }
        if (reg < 0) {
            throw new IllegalStateException("an operation needs too many scratch registers");
        }
        return reg;
    }

    /** This scratch register for the current operation; what it held moves. Writes no flags. */
    int take(int reg) {
        if ((locked >>> reg & 1) != 0 && owner[reg] == FREE) {
            throw new IllegalStateException("scratch register " + reg + " is in use");
        }
        evict(reg);
        locked |= 1 << reg;
        return reg;
    }

    /** {@link #take} for a register that is to hold a slot: nothing moves if it does already. */
    void takeWith(int reg, int slot) {
        if (where[slot] == reg) {
            lock(slot);
        } else {
            take(reg);
            get(reg, slot);
        }
    }

    private void evict(int reg) {
        int slot = owner[reg];
        if (slot == FREE) {
            return;
        }
        owner[reg] = FREE;
        for (int other = 0; other < SCRATCH; other++) {
            if (other != reg && isFree(other)) {
                asm.rr(MOV, other, reg);
                where[slot] = other;
                owner[other] = slot;
                locked |= (locked >>> reg & 1) << other;
                return;
            }
        }
        asm.rm(MOV ^ STORE, reg, RBP, Frame.slot(slot));
        where[slot] = -1;
    }

    /** Moves every temporary to the frame, where two paths meet. Writes no flags. */
    void spillAll() {
        for (int reg = 0; reg < SCRATCH; reg++) {
            if (owner[reg] != FREE) {
                asm.rm(MOV ^ STORE, reg, RBP, Frame.slot(owner[reg]));
                where[owner[reg]] = -1;
                owner[reg] = FREE;
            }
        }
    }

    /** Gives back a scratch register of {@link #tryScratch} before the operation ends. */
    void giveBack(int reg) {
        locked &= ~(1 << reg);
    }

    /** Ends a temporary's life whose register the current operation goes on using for itself. */
    void disown(int slot) {
        owner[where[slot]] = FREE;
        where[slot] = -1;
    }

    /** A register that holds a slot for the current operation to read. */
    int read(int slot) {
        int reg = where[slot];
        if (reg < 0) {
            reg = scratch();
            asm.rm(MOV, reg, RBP, Frame.slot(slot));
        } else {
            lock(slot);
        }
        return reg;
    }

    /** A register to compute a slot in: {@link #put} of it must follow. */
    int write(int slot) {
        int reg = where[slot];
        if (reg >= 0) {
            lock(slot);
            return reg;
        }
        return scratch();
    }

    private void adopt(int slot, int reg) {
        if (isScratch(where[slot])) {
            owner[where[slot]] = FREE;
        }
        if (owner[reg] != FREE) {
            where[owner[reg]] = -1;
        }
        owner[reg] = slot;
        where[slot] = reg;
        locked |= 1 << reg;
    }
}
