package swivel.vmm;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import swivel.arm.A32;
import swivel.arm.Arguments.BankedMove;
import swivel.arm.BankedRegister;
import swivel.arm.Cp15;
import swivel.arm.Fields;
import swivel.arm.Instruction;
import swivel.arm.Mode;
import swivel.arm.T32;
import swivel.arm.core.FloatingPointUnit;

/**
 * What the guest asked of the core that this one does not have: said once of each kind, for what the guest makes of its
 * undefined-instruction exception may be a riddle (an init that was killed, a silent loop). What kernels only try, to
 * find out whether it is there, is not said: reads of VFP's identification registers.
 */
final class LackingFeatures {
    private enum Kind {
        FLOATING_POINT(
                "VFP or NEON",
                "take a core that has it, or build it for soft float",
                "take a core that has it, or programs that need neither (Debian: armel, not armhf)"),
        SIMD(
                "NEON",
                "take a core that has it, or build it without NEON",
                "take a core that has it, or programs that ask the kernel before they use it"),
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
    private final FloatingPointUnit unit;
    private final Set<Kind> met = EnumSet.noneOf(Kind.class);
    private Consumer<String> listener = _ -> {};

    /** Read by other threads. */
    private volatile String first;

    LackingFeatures(Registers registers, FloatingPointUnit unit) {
        this.registers = registers;
        this.unit = unit;
    }

    void setListener(Consumer<String> newListener) {
        listener = newListener;
    }

    /** What the guest asked for first, as a clause of a sentence; null if for nothing. From any thread. */
    String first() {
        return first;
    }

    /** An instruction is undefined. */
    void undefined(Instruction row, int word) {
        if (unit.isPresent()) {
            if (!unit.hasSimd() && isSimd(row)) {
                note(Kind.SIMD, word);
            }
        } else if (isFloatingPoint(row) || isVmrs(row) && !registers.privileged()) {
            note(Kind.FLOATING_POINT, word);
        } else if (registers.privileged() && Cp15.isAccess(word)) { // the word is the same in T32
            coprocessor(word);
        }
    }

    private static boolean isFloatingPoint(Instruction row) {
        if (row instanceof A32 a32) {
            return switch (a32) {
                case NEON_DATA, NEON_LOAD_STORE, VMOV_64, VFP_LOAD_STORE, VMSR, VFP_MOVE, VFP_DATA -> true;
                default -> false;
            };
        }
        return switch ((T32) row) {
            case NEON_DATA, NEON_LOAD_STORE, VMOV_64, VFP_LOAD_STORE, VMSR, VFP_MOVE, VFP_DATA -> true;
            default -> false;
        };
    }

    private static boolean isSimd(Instruction row) {
        return row == A32.NEON_DATA || row == A32.NEON_LOAD_STORE || row == T32.NEON_DATA || row == T32.NEON_LOAD_STORE;
    }

    private static boolean isVmrs(Instruction row) {
        return row == A32.VMRS || row == T32.VMRS;
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

    /** MRS or MSR of a banked register, maybe of a mode that this core does not have. */
    void banked(BankedMove move, int word) {
        BankedRegister register = move.banked();
        if (register != null && !Registers.exists(register.mode())) {
            note(register.mode() == Mode.MON ? Kind.SECURITY : Kind.VIRTUALIZATION, word);
        }
    }

    private void note(Kind kind, int word) {
        if (!met.add(kind)) {
            return;
        }
        boolean kernel = registers.privileged();
        String asked = "the %s at 0x%08x asked for %s (0x%08x), which this core does not have"
                .formatted(kernel ? "kernel" : "program", registers.pc(), kind.title, word);
        if (first == null) {
            first = asked;
        }
        listener.accept(asked + ": " + (kernel ? kind.toKernel : kind.toProgram));
    }
}
