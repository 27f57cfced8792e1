package swivel.vmm;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import swivel.arm.A32;
import swivel.arm.BankedRegister;
import swivel.arm.Cp15;
import swivel.arm.Fields;
import swivel.arm.Mode;

/**
 * What the guest asked of the core that this one does not have: said once of each kind, for what the guest makes of its
 * undefined-instruction exception may be a riddle (an init that was killed, a silent loop). What kernels only try, to find out whether it is
 * there, is not said: reads of VFP's identification registers.
 */
final class LackingFeatures {
    private enum Kind {
        T32(
                "T32 (Thumb) code",
                "build it as A32 (Linux: no CONFIG_THUMB2_KERNEL)",
                "take programs in A32 (Debian: armel, not armhf)"),
        FLOATING_POINT(
                "VFP or NEON", "build it for soft float", "take programs that need neither (Debian: armel, not armhf)"),
        SECURITY("the Security Extensions", "it runs as after firmware that left the secure state", ""),
        VIRTUALIZATION("the Virtualization Extensions", "there is no Hyp mode", "");

        final String title;
        final String toKernel;
        final String toProgram;

        Kind(String title, String toKernel, String toProgram) {
            this.title = title;
            this.toKernel = toKernel;
            this.toProgram = toProgram;
        }
    }

    private final Registers registers;
    private final Set<Kind> met = EnumSet.noneOf(Kind.class);
    private Consumer<String> listener = _ -> {};

    /** Read by other threads. */
    private volatile String first;

    LackingFeatures(Registers registers) {
        this.registers = registers;
    }

    void setListener(Consumer<String> newListener) {
        listener = newListener;
    }

    /** What the guest asked for first, as a clause of a sentence; null if for nothing. From any thread. */
    String first() {
        return first;
    }

    /** A halfword of T32 code is to be executed. */
    void thumb(int halfword) {
        note(Kind.T32, "0x%04x".formatted(halfword));
    }

    /** An A32 instruction is undefined. */
    void undefined(A32 row, int word) {
        switch (row) {
            case NEON_DATA, NEON_LOAD_STORE, VMOV_64, VFP_LOAD_STORE, VMSR, VFP_MOVE, VFP_DATA ->
                note(Kind.FLOATING_POINT, word);
            case VMRS -> {
                if (!registers.privileged()) {
                    note(Kind.FLOATING_POINT, word);
                }
            }
            case MCR, MRC, MCRR, MRRC -> {
                if (registers.privileged() && Cp15.isAccess(word)) {
                    coprocessor(word);
                }
            }
            default -> {}
        }
    }

    private void coprocessor(int word) {
        int crm = Fields.rm(word);
        if (Cp15.isWide(word)) {
            int opc1 = Fields.bits(word, 7, 4);
            if (crm == 2 && opc1 == 6 || crm == 14 && opc1 == 4) {
                note(Kind.VIRTUALIZATION, word); // VTTBR, CNTVOFF
            }
        } else if (Fields.bits(word, 23, 21) == 4) {
            note(Kind.VIRTUALIZATION, word);
        } else if (Fields.bits(word, 23, 21) == 0) {
            boolean control = Fields.rn(word) == 1 && crm == 1; // SCR, SDER, NSACR
            boolean vectors = Fields.rn(word) == 12 && crm == 0 && Fields.bits(word, 7, 5) == 1; // MVBAR
            if (control || vectors) {
                note(Kind.SECURITY, word);
            }
        }
    }

    /** MRS or MSR of a banked register of a mode that this core does not have. */
    void banked(int word) {
        BankedRegister register = BankedRegister.of(word);
        if (register != null && !Registers.exists(register.mode())) {
            note(register.mode() == Mode.MON ? Kind.SECURITY : Kind.VIRTUALIZATION, word);
        }
    }

    private void note(Kind kind, int word) {
        note(kind, "0x%08x".formatted(word));
    }

    private void note(Kind kind, String word) {
        if (!met.add(kind)) {
            return;
        }
        boolean kernel = registers.privileged();
        String asked = "the %s at 0x%08x asked for %s (%s), which Swivel does not have"
                .formatted(kernel ? "kernel" : "program", registers.pc(), kind.title, word);
        if (first == null) {
            first = asked;
        }
        listener.accept(asked + ": " + (kernel ? kind.toKernel : kind.toProgram));
    }
}
