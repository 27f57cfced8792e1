package swivel.cpu;

import java.lang.foreign.MemorySegment;
import swivel.arm.Psr;
import swivel.arm.T32;
import swivel.memory.Snapshot;

/**
 * What user-mode code can see: r0 to r15, the user-writable part of CPSR, the user thread-id registers. {@link #r} is
 * one flat array that the engines index; flags and what is in it from {@link #Q} to {@link #SYSTEM} have accessors for
 * everyone else.
 */
public final class UserState implements Snapshot {
    public static final int SP = 13;
    public static final int LR = 14;
    public static final int PC = 15;

    /** Q: 0 or 1. */
    public static final int Q = 16;
    /** The four GE bits, 0 to 15. */
    public static final int GE = 17;
    /** TPIDRURW, TPIDRURO: thread-id registers (ARM DDI 0406C, B4.1.150). */
    public static final int TPIDRURW = 18;

    public static final int TPIDRURO = 19;
    /** First of the eight temporaries of the micro-operations; no value lives in them between instructions. */
    public static final int T0 = 20;

    /** Behind the last temporary. */
    public static final int T_END = T0 + 8;

    // The exclusive monitor: bytes that LDREX tagged (0: open), their address, and the value that was read.
    public static final int EXCLUSIVE_SIZE = T_END;
    public static final int EXCLUSIVE_ADDRESS = T_END + 1;
    public static final int EXCLUSIVE_LOW = T_END + 2;
    public static final int EXCLUSIVE_HIGH = T_END + 3;

    /**
     * First of the {@link SystemSlots}: state of whoever runs the processor. No instruction of user mode reaches them.
     */
    public static final int SYSTEM = T_END + 4;

    /** Behind the last system slot. */
    public static final int SYSTEM_END = SYSTEM + 26;

    /**
     * The flags, last of all since emitted code has them in another form ({@code Frame}). N: sign bit; Z: set if the
     * slot is zero; C: 0 or 1; V: sign bit.
     */
    public static final int N = SYSTEM_END;

    public static final int Z = N + 1;
    public static final int C = N + 2;
    public static final int V = N + 3;

    /** What the slot fields of micro-operations can name. */
    public static final int SLOTS = 64;

    /** Whether a slot is one of the temporaries. */
    public static boolean isTemporary(int slot) {
        return slot >= T0 && slot < T_END;
    }

    public final int[] r = new int[SLOTS];

    /** {@link #r} once more, for copies to native memory: without it each would ask what kind of array this is. */
    public final MemorySegment slots = MemorySegment.ofArray(r);

    /** Registers of VFP and Advanced SIMD. */
    public final FpRegisters fp = new FpRegisters();

    /** CPSR.E: data accesses are big-endian. */
    public boolean bigEndian;

    /** CPSR.T: T32 state. */
    public boolean thumb;

    /**
     * CPSR.IT: ITSTATE at the instruction that {@link #PC} names, 0 outside of an IT block and in A32 (ARM DDI 0406C,
     * A2.5.2).
     */
    public int it;

    /** NZCV, Q, GE, E, T and IT at their places in CPSR; the rest is zero (ARM DDI 0406C, B1.3.3). */
    public int userPsr() {
        int psr = (r[N] & Psr.N)
                | (r[Z] == 0 ? Psr.Z : 0)
                | r[C] << Psr.C_SHIFT
                | (r[V] >>> 31) << Psr.V_SHIFT
                | r[Q] << Psr.Q_SHIFT
                | r[GE] << Psr.GE_SHIFT
                | (bigEndian ? Psr.E : 0)
                | (thumb ? Psr.T : 0);
        return it == 0 ? psr : Psr.withIt(psr, it);
    }

    /** Sets NZCV, Q, GE, E, T and IT from a CPSR value; IT without T has no meaning and becomes zero. */
    public void setUserPsr(int psr) {
        setFlags(psr);
        r[Q] = psr >>> Psr.Q_SHIFT & 1;
        r[GE] = psr >>> Psr.GE_SHIFT & 15;
        bigEndian = (psr & Psr.E) != 0;
        thumb = (psr & Psr.T) != 0;
        it = thumb ? Psr.it(psr) : 0;
    }

    /** Bytes of the instruction at {@link #PC}, which a trap names by its word: one of 16 bits has zeros above. */
    public int lengthOf(int word) {
        return thumb ? T32.lengthOf(word) : 4;
    }

    /** The address that is to be executed with T in bit 0, as BX takes it. */
    public int place() {
        return thumb ? r[PC] | 1 : r[PC];
    }

    /** Goes to a place: bit 0 becomes T (BXWritePC, A2.3.1). ITSTATE stays. */
    public void setPlace(int place) {
        r[PC] = place & ~1;
        thumb = (place & 1) != 0;
    }

    /** Whether {@link #PC} can be executed: A32 has no instructions but at multiples of 4 (B1.9.7). */
    public boolean isAligned() {
        return thumb || (r[PC] & 3) == 0;
    }

    /** Goes behind an instruction of so many bytes that did not jump: {@link #PC} and ITSTATE (ITAdvance, A2.5.2). */
    public void advance(int bytes) {
        r[PC] += bytes;
        it = T32.advance(it);
    }

    /** Sets NZCV from bits 31:28. */
    public void setFlags(int psr) {
        r[N] = psr;
        r[Z] = ~psr & Psr.Z;
        r[C] = psr >>> Psr.C_SHIFT & 1;
        r[V] = psr << 31 - Psr.V_SHIFT;
    }

    /**
     * What user-mode code can see, but for the thread-id registers, and the exclusive monitor. System slots are their
     * owner's.
     */
    @Override
    public void fields(Archive fields) {
        for (int n = 0; n <= PC; n++) {
            r[n] = fields.word(r[n]);
        }
        setUserPsr(fields.word(userPsr()));
        r[EXCLUSIVE_SIZE] = fields.word(r[EXCLUSIVE_SIZE]);
        if (r[EXCLUSIVE_SIZE] != 0) {
            r[EXCLUSIVE_ADDRESS] = fields.word(r[EXCLUSIVE_ADDRESS]);
            r[EXCLUSIVE_LOW] = fields.word(r[EXCLUSIVE_LOW]);
            r[EXCLUSIVE_HIGH] = fields.word(r[EXCLUSIVE_HIGH]);
        }
    }

    /** Makes this a copy of another state. */
    public void copy(UserState other) {
        System.arraycopy(other.r, 0, r, 0, SLOTS);
        bigEndian = other.bigEndian;
        thumb = other.thumb;
        it = other.it;
        fp.copy(other.fp);
    }

    public boolean thumb() {
        return thumb;
    }

    public boolean bigEndian() {
        return bigEndian;
    }

    /** Tags an address in the exclusive monitor, as LDREX of 1, 2, 4 or 8 bytes with this value does. */
    public void setExclusive(int address, int size, long value) {
        r[EXCLUSIVE_SIZE] = size;
        r[EXCLUSIVE_ADDRESS] = address;
        r[EXCLUSIVE_LOW] = (int) value;
        r[EXCLUSIVE_HIGH] = (int) (value >>> 32);
    }

    /**
     * Whether the exclusive monitor has tagged an address, by a load of this size: with another one a store-exclusive
     * is UNPREDICTABLE (ARM DDI 0406C, A3.4.5).
     */
    public boolean isTagged(int address, int size) {
        return r[EXCLUSIVE_SIZE] == size && r[EXCLUSIVE_ADDRESS] == address;
    }

    /** The value that was read there. */
    public long exclusiveValue() {
        return (long) r[EXCLUSIVE_HIGH] << 32 | r[EXCLUSIVE_LOW] & 0xffff_ffffL;
    }

    /** Opens the exclusive monitor, as CLREX and every exception return do. */
    public void clearExclusive() {
        r[EXCLUSIVE_SIZE] = 0;
    }
}
