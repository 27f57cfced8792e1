package swivel.vmm;

import static swivel.arm.Cp15Fields.ASID;
import static swivel.arm.Cp15Fields.SCTLR_EE;
import static swivel.arm.Cp15Fields.SCTLR_TE;
import static swivel.arm.Cp15Fields.SCTLR_V;

import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;
import swivel.memory.Snapshot.Archive;

/**
 * The values of the CP15 registers, and questions about them. Some are in system slots ({@link CortexA15#slot}); what accesses
 * do is in {@link SystemControl}.
 */
final class SystemRegisters {
    private final int[] values = new int[Cp15.values().length];
    private final int[] r;

    SystemRegisters(Registers registers) {
        r = registers.state.r;
    }

    int get(Cp15 register) {
        int slot = CortexA15.slot(register);
        return slot == CortexA15.NO_SLOT ? values[register.ordinal()] : r[slot];
    }

    void set(Cp15 register, int value) {
        int slot = CortexA15.slot(register);
        if (slot == CortexA15.NO_SLOT) {
            values[register.ordinal()] = value;
        } else {
            r[slot] = value;
        }
    }

    /** The registers that this core has and that keep what is written, by name, wherever they are. */
    void fields(Archive fields) {
        for (Cp15 register : Cp15.values()) {
            if (CortexA15.has(register) && !CortexA15.isConstant(register)) {
                fields.same(register.name());
                int value = fields.word(get(register));
                int fixed = ~CortexA15.writable(register);
                fields.require(((value ^ CortexA15.reset(register)) & fixed) == 0, register.name());
                set(register, value);
            }
        }
    }

    /** Whether any of these SCTLR bits is set. */
    boolean control(int bits) {
        return (get(Cp15.SCTLR) & bits) != 0;
    }

    /** The current address space identifier, 0 to 255. */
    int asid() {
        return get(Cp15.CONTEXTIDR) & ASID;
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
     * What {@link SystemSlots#CALL_VECTOR} is to be while the shadows are ready: closed where the vector is T32 or big-endian code, or
     * somebody wants to know of each call.
     */
    int callVector() {
        return callsComeByVcpu || control(SCTLR_TE | SCTLR_EE)
                ? SystemSlots.CLOSED
                : vectorBase() + ExceptionKind.SUPERVISOR_CALL.vectorOffset();
    }

    /** Where the exception vectors are (B1.8.1). */
    int vectorBase() {
        return control(SCTLR_V) ? ExceptionKind.HIGH_VECTORS : get(Cp15.VBAR);
    }
}
