package swivel.vmm;

import java.util.Arrays;
import swivel.arm.Condition;
import swivel.arm.Fields;
import swivel.arm.InstructionSet;
import swivel.arm.Mode;
import swivel.arm.Operand2;
import swivel.arm.Psr;
import swivel.arm.T32;
import swivel.cpu.SystemSlots;
import swivel.cpu.UserState;
import swivel.memory.Snapshot.Archive;

/**
 * The core registers behind the virtual mode: {@link UserState} holds those of the current mode, this the current mode
 * and the registers that the other modes bank (ARM DDI 0406C, B1.3.2). All of it is plain state.
 */
final class Registers {
    private static final int FIRST_HIGH = 8;
    private static final int HIGH_COUNT = 5;
    private static final int SP = UserState.SP;
    private static final int LR = UserState.LR;
    private static final int PC = UserState.PC;

    final UserState state = new UserState();
    private final int[] r = state.r;

    /** Of USR and SYS. */
    private static final int USER_BANK = Mode.USR.bank();

    private static final int SVC_BANK = Mode.SVC.bank();

    // What is in a system slot is not up to date here (SystemSlots.SP_OTHER, SystemSlots.SPARE_MODE).
    private final int[] sp = new int[Mode.BANKS];
    private final int[] lr = new int[Mode.BANKS];
    private final int[] spsr = new int[Mode.BANKS];
    private final int[] userHigh = new int[HIGH_COUNT];
    private final int[] fiqHigh = new int[HIGH_COUNT];

    /** Not the vector of calls, which follows from the shadows, nor the calls that are still to be counted. */
    private static final int[] SAVED_SLOTS = {
        SystemSlots.STATUS,
        SystemSlots.PENDING,
        SystemSlots.EVENT,
        SystemSlots.SPSR,
        SystemSlots.SP_OTHER,
        SystemSlots.LR_OTHER
    };

    /** Instructions that the hypervisor executed. */
    private long emulated;

    /** Bytes of the instruction at hand. */
    private int length;

    /** Everything zero but the mode and the masks. */
    void reset() {
        r[SystemSlots.STATUS] = Mode.SVC.encoding();
        for (Mode each : Mode.values()) {
            setSpsr(each, 0);
            for (int n = 0; n < PC; n++) {
                set(each, n, 0);
            }
        }
        Arrays.fill(r, 0, UserState.SYSTEM, 0);
        state.clearExclusive();
        setCpsr(Psr.RESET);
    }

    /** The system slots of {@link SystemSlots} that are none of CP15's are here, too. */
    void fields(Archive fields) {
        putSpare();
        state.fields(fields);
        for (int slot : SAVED_SLOTS) {
            r[slot] = fields.word(r[slot]);
        }
        int status = r[SystemSlots.STATUS];
        fields.require((status & ~(Psr.MASKS | Psr.M)) == 0 && exists(Psr.mode(status)), "mode");
        fields.words(sp);
        fields.words(lr);
        fields.words(spsr);
        fields.words(userHigh);
        fields.words(fiqHigh);
    }

    Mode mode() {
        return Mode.of(r[SystemSlots.STATUS]);
    }

    boolean privileged() {
        return (r[SystemSlots.STATUS] & Psr.M) != Mode.USR.encoding();
    }

    /** A, I, F at their places in CPSR. */
    int masks() {
        return r[SystemSlots.STATUS] & Psr.MASKS;
    }

    void setMasks(int newMasks) {
        r[SystemSlots.STATUS] = newMasks & Psr.MASKS | r[SystemSlots.STATUS] & Psr.M;
    }

    int cpsr() {
        return state.userPsr() | r[SystemSlots.STATUS];
    }

    /** Replaces CPSR as a whole: exception entry and return. A mode that this core lacks leaves the mode as it is. */
    void setCpsr(int psr) {
        state.setUserPsr(psr);
        setMasks(psr);
        setMode(Psr.mode(psr));
    }

    /** Whether this core has a mode: all but those of the Security and Virtualization Extensions. */
    static boolean exists(Mode candidate) {
        return candidate != null && candidate != Mode.MON && candidate != Mode.HYP;
    }

    /** Changes the banks. A mode that this core lacks is UNPREDICTABLE (B1.3.1): nothing happens. */
    void setMode(Mode to) {
        Mode mode = mode();
        if (to == mode || !exists(to)) {
            return;
        }
        if (to.bank() != mode.bank()) {
            putSpare();
            save(mode.bank());
            restore(to.bank());
            if (isSpare(to)) {
                takeSpare(to);
            }
        }
        if (to.banksHighRegisters() != mode.banksHighRegisters()) {
            System.arraycopy(r, FIRST_HIGH, high(mode), 0, HIGH_COUNT);
            System.arraycopy(high(to), 0, r, FIRST_HIGH, HIGH_COUNT);
        }
        r[SystemSlots.STATUS] = masks() | to.encoding();
    }

    /** The bank whose SP and LR are in the slots for another mode's, while a bank is current. */
    private static int other(int current) {
        return current == USER_BANK ? SVC_BANK : USER_BANK;
    }

    /** The bank whose SPSR is in the slot for it. */
    private static int spsrBank(int current) {
        return current == USER_BANK ? SVC_BANK : current;
    }

    private void save(int bank) {
        sp[bank] = r[SP];
        lr[bank] = r[LR];
        sp[other(bank)] = r[SystemSlots.SP_OTHER];
        lr[other(bank)] = r[SystemSlots.LR_OTHER];
        spsr[spsrBank(bank)] = r[SystemSlots.SPSR];
    }

    private void restore(int bank) {
        r[SP] = sp[bank];
        r[LR] = lr[bank];
        r[SystemSlots.SP_OTHER] = sp[other(bank)];
        r[SystemSlots.LR_OTHER] = lr[other(bank)];
        r[SystemSlots.SPSR] = spsr[spsrBank(bank)];
    }

    /** A mode from which the processor may return to SVC mode by itself. */
    static boolean isSpare(Mode mode) {
        return mode == Mode.ABT || mode == Mode.IRQ || mode == Mode.UND;
    }

    private void takeSpare(Mode current) {
        r[SystemSlots.SPARE_MODE] = current.encoding();
        r[SystemSlots.SP_SPARE] = sp[SVC_BANK];
        r[SystemSlots.LR_SPARE] = lr[SVC_BANK];
        r[SystemSlots.SPSR_SPARE] = spsr[SVC_BANK];
    }

    /** Makes the arrays up to date with the spare slots, which are empty from then on. */
    private void putSpare() {
        int spare = r[SystemSlots.SPARE_MODE];
        if (spare != 0) {
            int bank = spare == (r[SystemSlots.STATUS] & Psr.M)
                    ? SVC_BANK
                    : Mode.of(spare).bank();
            sp[bank] = r[SystemSlots.SP_SPARE];
            lr[bank] = r[SystemSlots.LR_SPARE];
            spsr[bank] = r[SystemSlots.SPSR_SPARE];
            r[SystemSlots.SPARE_MODE] = 0;
        }
    }

    /** One of the arrays, in which nothing is out of date but what is current or {@link #isOther}. */
    private int[] settled(int[] banks) {
        putSpare();
        return banks;
    }

    /** Whether SP and LR of a bank that is not the current one are in slots. */
    private boolean isOther(int bank) {
        return bank == other(mode().bank());
    }

    private int sp(int bank) {
        return isOther(bank) ? r[SystemSlots.SP_OTHER] : settled(sp)[bank];
    }

    private int lr(int bank) {
        return isOther(bank) ? r[SystemSlots.LR_OTHER] : settled(lr)[bank];
    }

    private void setSp(int bank, int value) {
        if (isOther(bank)) {
            r[SystemSlots.SP_OTHER] = value;
        } else {
            settled(sp)[bank] = value;
        }
    }

    private void setLr(int bank, int value) {
        if (isOther(bank)) {
            r[SystemSlots.LR_OTHER] = value;
        } else {
            settled(lr)[bank] = value;
        }
    }

    private int[] high(Mode of) {
        return of.banksHighRegisters() ? fiqHigh : userHigh;
    }

    /** Register {@code n}, 0 to 15, as {@code seen} in a mode. */
    int get(Mode seen, int n) {
        Mode mode = mode();
        if (n >= FIRST_HIGH && n < SP && seen.banksHighRegisters() != mode.banksHighRegisters()) {
            return high(seen)[n - FIRST_HIGH];
        }
        if ((n == SP || n == LR) && seen.bank() != mode.bank()) {
            return n == SP ? sp(seen.bank()) : lr(seen.bank());
        }
        return r[n];
    }

    /** Sets register {@code n}, 0 to 14, as {@code seen} in a mode. */
    void set(Mode seen, int n, int value) {
        Mode mode = mode();
        if (n >= FIRST_HIGH && n < SP && seen.banksHighRegisters() != mode.banksHighRegisters()) {
            high(seen)[n - FIRST_HIGH] = value;
        } else if (n == SP && seen.bank() != mode.bank()) {
            setSp(seen.bank(), value);
        } else if (n == LR && seen.bank() != mode.bank()) {
            setLr(seen.bank(), value);
        } else {
            r[n] = value;
        }
    }

    /**
     * SPSR of a mode. USR and SYS have none (UNPREDICTABLE): reads as CPSR would, so that a return from there keeps the
     * state.
     */
    int spsr(Mode of) {
        if (!of.hasSpsr()) {
            return cpsr();
        }
        return of.bank() == spsrBank(mode().bank()) ? r[SystemSlots.SPSR] : settled(spsr)[of.bank()];
    }

    /** What MRS reads as the SPSR of the current mode. */
    int spsr() {
        return r[SystemSlots.SPSR];
    }

    /** Sets the SPSR of a mode; where there is none, what MRS there reads, which is that of SVC (UNPREDICTABLE). */
    void setSpsr(Mode of, int value) {
        int bank = spsrBank(of.bank());
        if (bank == spsrBank(mode().bank())) {
            r[SystemSlots.SPSR] = value;
        } else {
            settled(spsr)[bank] = value;
        }
    }

    int pc() {
        return r[PC];
    }

    /**
     * Sets a register of the current mode, 0 to 15. Where PC can be named so it is UNPREDICTABLE: it keeps its value.
     */
    void set(int n, int value) {
        if (n != PC) {
            r[n] = value;
        }
    }

    /** Sets what MRC reads: with Rt = 15 the condition flags, from bits 31:28 (A8.8.107). */
    void setFromCoprocessor(int rt, int value) {
        if (rt == PC) {
            state.setUserPsr(Psr.merge(state.userPsr(), value, Psr.NZCV));
        } else {
            r[rt] = value;
        }
    }

    /** The instruction set of what is at PC. */
    InstructionSet set() {
        return state.thumb ? InstructionSet.T32 : InstructionSet.A32;
    }

    /** Takes the instruction at PC in hand; {@link #step} goes on behind it. */
    void begin(int word) {
        length = state.lengthOf(word);
    }

    /** Whether the condition of the instruction at PC passes: the one in its word, or that of its IT block. */
    boolean passes(int word) {
        if (state.thumb) {
            return state.it == 0 || Condition.passes(state.it >>> 4, cpsr());
        }
        int condition = Fields.cond(word);
        return condition == Fields.AL || Condition.passes(condition, cpsr());
    }

    /**
     * The value that an instruction reads from register {@code n}: PC is two instructions ahead, of 4 bytes or of 2
     * (A2.3).
     */
    int operand(int n) {
        return n == PC ? r[PC] + (state.thumb ? 4 : 8) : r[n];
    }

    /** The value of a second operand: of a number, or of a register that is shifted by one. */
    int value(Operand2 operand) {
        if (operand instanceof Operand2.Immediate number) {
            return number.value();
        }
        Operand2.Shifted shifted = (Operand2.Shifted) operand;
        return shifted.of(operand(shifted.rm()), r[UserState.C]);
    }

    /** Goes on behind the instruction at hand. */
    void step() {
        state.advance(length);
        emulated++;
    }

    /** ITSTATE becomes that of the next instruction, which PC does not name yet. */
    void advanceIt() {
        state.it = T32.advance(state.it);
    }

    /** Instructions that the hypervisor executed, which the processor did not count. */
    long emulated() {
        return emulated;
    }

    /** Counts an instruction that ends without {@link #step} or one of the branches below. */
    void countEmulated() {
        emulated++;
    }

    /** Branches without changing the instruction set: BranchWritePC (A2.3.1). */
    void branch(int target) {
        r[PC] = target & (state.thumb() ? ~1 : ~3);
    }

    /** Branches; bit 0 selects the instruction set: BXWritePC (A2.3.1). */
    void branchExchange(int target) {
        state.setUserPsr(Psr.merge(state.userPsr(), target << Psr.T_SHIFT, Psr.T));
        branch(target);
        emulated++;
    }

    /** Returns from an exception: CPSR and PC at once; the new CPSR's T aligns the PC (B9.3.20, RFE). */
    void exceptionReturn(int psr, int target) {
        state.clearExclusive();
        setCpsr(psr);
        branch(target);
        emulated++;
    }
}
