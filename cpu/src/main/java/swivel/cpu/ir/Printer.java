package swivel.cpu.ir;

import java.util.Locale;
import swivel.arm.Condition;
import swivel.cpu.UserState;
import swivel.cpu.fp.ScalarOperation;
import swivel.cpu.fp.Vectors;

/** Micro-operations as text: what is written, {@code =}, what is read. */
public final class Printer {
    private Printer() {}

    private static final String[] ZERO = {"zero", "nonzero"};
    private static final String[] JUMPS = {"plain", "call", "return"};
    private static final String[] SPACES = {"peer", "alternate"};
    private static final String[] TRAPS = {"svc", "undefined", "sensitive", "breakpoint", "intrinsic"};

    /**
     * What an operation is called.
     *
     * @param which imm[7:0], if that says which of several it is
     */
    public static String name(int op, int which) {
        String name = switch (op) {
            case MicroOp.FP -> "fp " + ScalarOperation.of(which);
            case MicroOp.VECTOR -> "vector " + Vectors.operation(which);
            case MicroOp.PERMUTE -> "permute " + Vectors.permutation(which);
            case MicroOp.HELPER, MicroOp.HELPER64 -> Operation.of(op) + " " + which;
            default -> "" + Operation.of(op);
        };
        return name.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** A micro-operation, its two ints as {@link Block#code} has them. */
    public static String print(int w, int imm) {
        Operation row = Operation.of(w & 0xff);
        if (row == null) {
            return "%d ?, 0x%08x, 0x%08x".formatted(w & 0xff, w, imm);
        }
        StringBuilder text = new StringBuilder(row.name().toLowerCase(Locale.ROOT));
        String separator = " ";
        for (int i = 0; i < row.written.length(); i++) {
            text.append(separator).append(operand(row, row.written.charAt(i), w, imm));
            separator = ", ";
        }
        if (!row.written.isEmpty() && !row.read.isEmpty()) {
            separator = " = ";
        }
        for (int i = 0; i < row.read.length(); i++) {
            text.append(separator).append(operand(row, row.read.charAt(i), w, imm));
            separator = ", ";
        }
        return text.toString();
    }

    private static String operand(Operation row, char operand, int w, int imm) {
        int d = w >>> 8 & 0xff;
        return switch (operand) {
            case 'd' -> slot(d);
            case 'a' -> slot(w >>> 16 & 0xff);
            case 'b' -> slot(w >>> 24);
            case 'h' -> slot(imm & 0xff);
            case 'p' -> slot(imm >>> 8);
            case 's' -> slot(imm >>> 8 & 0xff);
            case 't' -> "#" + (imm & 0xff);
            case '?' -> Condition.values()[d & 15].name().toLowerCase(Locale.ROOT);
            case 'i' -> "#" + d;
            case 'v' -> "d" + d;
            case 'w' -> "d" + (w >>> 24);
            case 'e' -> "#" + (w >>> 24);
            case 'z' -> name(ZERO, d);
            case 'k' ->
                switch (row.limit) {
                    case TRAP_KIND -> name(TRAPS, d);
                    case SPACE_KIND -> name(SPACES, d);
                    default -> name(JUMPS, d);
                };
            default -> imm >= 0 && imm < 10 ? "#" + imm : "#0x" + Integer.toHexString(imm);
        };
    }

    private static String name(String[] names, int n) {
        return n < names.length ? names[n] : "#" + n;
    }

    private static String slot(int n) {
        if (n == MicroInfo.NO_SLOT) {
            return "-";
        }
        if (UserState.isTemporary(n)) {
            return "t" + (n - UserState.T0);
        }
        return switch (n) {
            case 12 -> "ip";
            case UserState.SP -> "sp";
            case UserState.LR -> "lr";
            case UserState.PC -> "pc";
            case UserState.N -> "n";
            case UserState.Z -> "z";
            case UserState.C -> "c";
            case UserState.V -> "v";
            case UserState.Q -> "q";
            case UserState.GE -> "ge";
            case UserState.TPIDRURW -> "tpidrurw";
            case UserState.TPIDRURO -> "tpidruro";
            default -> n < UserState.SP ? "r" + n : "s" + (n - UserState.SYSTEM);
        };
    }
}
