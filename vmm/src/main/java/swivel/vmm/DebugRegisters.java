package swivel.vmm;

import static swivel.arm.Cp14.breakpointControl;
import static swivel.arm.Cp14.breakpointValue;
import static swivel.arm.Cp14.watchpointControl;
import static swivel.arm.Cp14.watchpointValue;

import swivel.arm.Cp14;
import swivel.arm.Cp15;
import swivel.arm.Fields;
import swivel.arm.core.RegisterTable;
import swivel.cpu.DebugPoints;
import swivel.cpu.Processor;
import swivel.memory.Snapshot.Archive;

/**
 * Coprocessor 14: the debugger that runs in the guest, and Jazelle. What breakpoints and watchpoints match is as in ARM
 * DDI 0406C, C3.3 and C3.4, but that contexts are only looked at where something is linked to them, and that vectors
 * are not caught.
 */
final class DebugRegisters implements DebugPoints {
    // DBGDSCR (C11.11.20).
    private static final int MDBGEN = 1 << 15;
    private static final int MOE = 15 << 2;

    /** Why a debug event was taken: MOE. */
    enum Event {
        BREAKPOINT(1),
        BKPT(3),
        WATCHPOINT(10);

        private final int entry;

        Event(int entry) {
            this.entry = entry;
        }
    }

    /** What is to be written to DBGOSLAR to lock. */
    private static final int LOCK_KEY = 0xc5ac_ce55;

    /** DBGOSLSR: locked. */
    private static final int LOCKED = 2;

    // DBGBCR and DBGWCR (C11.11.2, C11.11.44).
    private static final int ENABLED = 1;
    private static final int PRIVILEGED = 1 << 1;
    private static final int UNPRIVILEGED = 1 << 2;
    private static final int SECURE_ALONE = 2;
    private static final int LINKED = 1 << 20;

    // Types of breakpoints, without LINKED.
    private static final int ADDRESS = 0;
    private static final int CONTEXT = 2;
    private static final int MISMATCH = 4;

    /** The first breakpoint that can match a context. */
    private static final int FIRST_CONTEXT = 4;

    private final RegisterTable<Cp14> table;
    private final Registers registers;
    private final SystemRegisters system;
    private final Processor processor;
    private final int[] values = new int[Cp14.values().length];

    DebugRegisters(RegisterTable<Cp14> table, Registers registers, SystemRegisters system, Processor processor) {
        this.table = table;
        this.registers = registers;
        this.system = system;
        this.processor = processor;
    }

    void reset() {
        for (Cp14 register : Cp14.values()) {
            values[register.ordinal()] = (int) table.reset(register);
        }
        arm();
    }

    void fields(Archive fields) {
        for (int i = 0; i < values.length; i++) {
            values[i] = fields.word(values[i]);
        }
        arm();
    }

    private int get(Cp14 register) {
        return values[register.ordinal()];
    }

    /**
     * Executes an MCR, MRC, MCRR or MRRC of coprocessor 14 and goes on with the next instruction.
     *
     * @return false, with nothing done, if it is undefined in the current mode
     */
    boolean execute(int word) {
        Cp14 register = Cp14.of(word);
        boolean read = Fields.s(word);
        if (register == null
                || !table.has(register)
                || !register.allows(read)
                || !registers.privileged() && !register.userMay(read)) {
            return false;
        }
        int rt = Fields.rd(word);
        if (Cp15.isWide(word)) {
            registers.set(rt, get(register));
            registers.set(Fields.rn(word), 0);
        } else if (read) {
            registers.setFromCoprocessor(rt, get(register == Cp14.DBGDSCR_INTERNAL ? Cp14.DBGDSCR_EXTERNAL : register));
        } else {
            write(register, registers.operand(rt));
        }
        registers.step();
        return true;
    }

    private void write(Cp14 register, int value) {
        if (register == Cp14.DBGOSLAR) {
            values[Cp14.DBGOSLSR.ordinal()] = get(Cp14.DBGOSLSR) & ~LOCKED | (value == LOCK_KEY ? LOCKED : 0);
        } else {
            int writable = (int) table.writable(register);
            values[register.ordinal()] = get(register) & ~writable | value & writable;
        }
        arm();
    }

    /** Has the processor ask while there is something to find. */
    private void arm() {
        boolean armed = false;
        if ((get(Cp14.DBGDSCR_EXTERNAL) & MDBGEN) != 0 && (get(Cp14.DBGOSLSR) & LOCKED) == 0) {
            for (int n = 0; n < Cp14.BREAKPOINTS; n++) {
                armed |= isEnabled(get(breakpointControl(n)));
            }
            for (int n = 0; n < Cp14.WATCHPOINTS; n++) {
                armed |= isEnabled(get(watchpointControl(n)));
            }
        }
        processor.setDebugPoints(armed ? this : null);
    }

    private static boolean isEnabled(int control) {
        return (control & ENABLED) != 0;
    }

    /** A debug event is taken. */
    void note(Event event) {
        int dscr = Cp14.DBGDSCR_EXTERNAL.ordinal();
        values[dscr] = values[dscr] & ~MOE | event.entry << Integer.numberOfTrailingZeros(MOE);
    }

    /** What breakpoints and watchpoints have in common: privilege, security state, link. */
    private boolean applies(int control, boolean privileged) {
        return isEnabled(control)
                && (control & (privileged ? PRIVILEGED : UNPRIVILEGED)) != 0
                && Fields.bits(control, 15, 14) != SECURE_ALONE
                && ((control & LINKED) == 0 || isContext(Fields.bits(control, 19, 16)));
    }

    /** Whether breakpoint {@code n} can be linked to and matches the context. */
    private boolean isContext(int n) {
        if (n < FIRST_CONTEXT || n >= Cp14.BREAKPOINTS) {
            return false;
        }
        int control = get(breakpointControl(n));
        return isEnabled(control)
                && (control & LINKED) != 0
                && type(control) == CONTEXT
                && get(breakpointValue(n)) == system.get(Cp15.CONTEXTIDR);
    }

    private static int type(int control) {
        return Fields.bits(control, 23, 20) & ~(LINKED >>> 20);
    }

    @Override
    public boolean stopsAt(int pc) {
        boolean privileged = registers.privileged();
        for (int n = 0; n < Cp14.BREAKPOINTS; n++) {
            int control = get(breakpointControl(n));
            int type = type(control);
            if ((type == ADDRESS || type == MISMATCH) && applies(control, privileged)) {
                boolean same =
                        (get(breakpointValue(n)) ^ pc) >>> 2 == 0 && (Fields.bits(control, 8, 5) >>> (pc & 3) & 1) != 0;
                if (same == (type == ADDRESS)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public boolean stopsAccess(int va, int size, boolean write, boolean unprivileged) {
        boolean privileged = registers.privileged() && !unprivileged;
        for (int n = 0; n < Cp14.WATCHPOINTS; n++) {
            int control = get(watchpointControl(n));
            if ((Fields.bits(control, 4, 3) & (write ? 2 : 1)) != 0
                    && applies(control, privileged)
                    && watches(get(watchpointValue(n)), control, va, size)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one of the bytes that are accessed is watched: a region of 8 bytes or more, or bytes of 8. */
    private static boolean watches(int value, int control, int va, int size) {
        int mask = Fields.bits(control, 28, 24);
        if (mask != 0) {
            int first = value & -1 << mask;
            return mask >= 3
                    && (Integer.compareUnsigned(va - first, 1 << mask) < 0
                            || Integer.compareUnsigned(first - va, size) < 0);
        }
        int bytes = Fields.bits(control, 12, 5) & ((value & 4) != 0 ? 15 : 255);
        for (int i = 0; i < size; i++) {
            int place = va + i - value;
            if (place >= 0 && place < 8 && (bytes >>> place & 1) != 0) {
                return true;
            }
        }
        return false;
    }
}
