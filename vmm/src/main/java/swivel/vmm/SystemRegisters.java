package swivel.vmm;

import static swivel.arm.Cp15Fields.ASID;
import static swivel.arm.Cp15Fields.SCTLR_EE;
import static swivel.arm.Cp15Fields.SCTLR_TE;
import static swivel.arm.Cp15Fields.SCTLR_V;
import static swivel.arm.Cp15Fields.TTBCR_A1;
import static swivel.arm.Cp15Fields.TTBCR_EAE;
import static swivel.arm.Cp15Fields.TTBR_ASID_SHIFT;

import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;
import swivel.arm.core.RegisterTable;
import swivel.cpu.SystemSlots;
import swivel.memory.Snapshot.Archive;

/**
 * The values of the CP15 registers, and questions about them. Some are in system slots ({@link Cp15Slots#of}); what
 * accesses do is in {@link SystemControl}.
 */
final class SystemRegisters {
    private static final long HIGH = ~0xffff_ffffL;

    /** Of a register in a slot only the upper half is here. */
    private final long[] values = new long[Cp15.values().length];

    /** L2CTLR: one less than the number of cores (Cortex-A15 and A7 TRMs). */
    private static final int CORES_SHIFT = 24;

    private final RegisterTable<Cp15> table;
    private final int[] r;
    private final int number;
    private final int cores;

    /** Those of a machine's only core. */
    SystemRegisters(RegisterTable<Cp15> table, Registers registers) {
        this(table, registers, 0, 1);
    }

    /** Those of a core, by its number among all. */
    SystemRegisters(RegisterTable<Cp15> table, Registers registers, int number, int cores) {
        this.table = table;
        this.number = number;
        this.cores = cores;
        r = registers.state.r;
    }

    void reset() {
        for (Cp15 register : Cp15.values()) {
            setLong(register, table.reset(register));
        }
        set(Cp15.MPIDR, get(Cp15.MPIDR) | number);
        set(Cp15.L2CTLR, get(Cp15.L2CTLR) | cores - 1 << CORES_SHIFT);
    }

    /** Whether what a register holds depends on which core it is of, or on how many there are. */
    static boolean isOfPlace(Cp15 register) {
        return register == Cp15.MPIDR || register == Cp15.L2CTLR;
    }

    /** The lower 32 bits, which MRC reads. */
    int get(Cp15 register) {
        int slot = Cp15Slots.of(register);
        return slot == Cp15Slots.NONE ? (int) values[register.ordinal()] : r[slot];
    }

    /** All 64 bits, which MRRC reads. */
    long getLong(Cp15 register) {
        return values[register.ordinal()] & HIGH | Integer.toUnsignedLong(get(register));
    }

    /** Sets the lower 32 bits, which MCR writes: those above stay (of TTBR0, B4.1.154). */
    void set(Cp15 register, int value) {
        int slot = Cp15Slots.of(register);
        if (slot == Cp15Slots.NONE) {
            values[register.ordinal()] = values[register.ordinal()] & HIGH | Integer.toUnsignedLong(value);
        } else {
            r[slot] = value;
        }
    }

    /** Sets all 64 bits, as MCRR does. */
    void setLong(Cp15 register, long value) {
        values[register.ordinal()] = value & HIGH;
        set(register, (int) value);
    }

    /** The registers that this core has and that keep what is written, by name, wherever they are. */
    void fields(Archive fields) {
        for (Cp15 register : Cp15.values()) {
            if (table.has(register) && !table.isConstant(register)) {
                fields.same(register.name());
                long value = fields.doubleword(getLong(register));
                long fixed = ~table.writable(register);
                fields.require(((value ^ table.reset(register)) & fixed) == 0, register.name());
                setLong(register, value);
            }
        }
    }

    /** Names the value of DACR or TTBCR that selects an alternate. */
    void setOther(Cp15 register, int value) {
        r[Cp15Slots.other(register)] = value;
    }

    /** There is none any more. */
    void clearOthers() {
        setOther(Cp15.DACR, get(Cp15.DACR));
        setOther(Cp15.TTBCR, get(Cp15.TTBCR));
    }

    /** Whether any of these SCTLR bits is set. */
    boolean control(int bits) {
        return (get(Cp15.SCTLR) & bits) != 0;
    }

    /** Whether the translation tables are of long descriptors (TTBCR.EAE). */
    boolean usesLongDescriptors() {
        return (get(Cp15.TTBCR) & TTBCR_EAE) != 0;
    }

    /** The current address space identifier, 0 to 255 (B3.10.1). */
    int asid() {
        return asid(get(Cp15.TTBCR));
    }

    /** What it is with this TTBCR. */
    int asid(int ttbcr) {
        if ((ttbcr & TTBCR_EAE) == 0) {
            return get(Cp15.CONTEXTIDR) & ASID;
        }
        Cp15 base = (ttbcr & TTBCR_A1) != 0 ? Cp15.TTBR1 : Cp15.TTBR0;
        return (int) (getLong(base) >>> TTBR_ASID_SHIFT) & ASID;
    }

    /** Whether the processor may not go from programs to the kernel and back by itself. */
    private boolean callsComeByVcpu;

    boolean callsComeByVcpu() {
        return callsComeByVcpu;
    }

    void setCallsComeByVcpu(boolean all) {
        callsComeByVcpu = all;
    }

    /**
     * What {@link SystemSlots#CALL_VECTOR} is to be while the shadows are ready: closed where the vector is big-endian
     * code, or somebody wants to know of each call.
     */
    int callVector() {
        return callsComeByVcpu || control(SCTLR_EE)
                ? SystemSlots.CLOSED
                : vectorBase() + ExceptionKind.SUPERVISOR_CALL.vectorOffset() + (control(SCTLR_TE) ? 1 : 0);
    }

    /** Where the exception vectors are (B1.8.1). */
    int vectorBase() {
        return control(SCTLR_V) ? ExceptionKind.HIGH_VECTORS : get(Cp15.VBAR);
    }
}
