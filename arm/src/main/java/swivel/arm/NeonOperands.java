package swivel.arm;

import static swivel.arm.VectorFields.isQuad;

import java.util.HashMap;
import java.util.Map;
import swivel.arm.NeonOperation.AllLanesTransfer;
import swivel.arm.NeonOperation.ElementAccess;
import swivel.arm.NeonOperation.ElementsTransfer;
import swivel.arm.NeonOperation.LaneTransfer;
import swivel.arm.Syntax.Operand;

/**
 * What {@link VectorOperands} is for VFP: operands of {@link Neon} whose written form is more than a field's register
 * or number.
 */
final class NeonOperands {
    private NeonOperands() {}

    private static final Map<String, Operand> OF_NEON = Map.ofEntries(
            // V is D or Q as the Q bit says
            Map.entry("Vd", (out, word, address) -> register(out, word, VectorFields.d(word))),
            Map.entry("Vn", (out, word, address) -> register(out, word, VectorFields.n(word))),
            Map.entry("Vm", (out, word, address) -> register(out, word, VectorFields.m(word))),
            Map.entry("Qd", (out, word, address) -> VectorOperands.quadword(out, VectorFields.d(word))),
            Map.entry("Qm", (out, word, address) -> VectorOperands.quadword(out, VectorFields.m(word))),
            Map.entry("lane", NeonOperands::lane),
            Map.entry("table", NeonOperands::table),
            Map.entry("bytes", (out, word, address) -> out.append(Fields.rs(word))),
            Map.entry("size", (out, word, address) -> out.append(VectorFields.shiftedBits(word))),
            Map.entry("twice the size", (out, word, address) -> out.append(2 * VectorFields.shiftedBits(word))),
            Map.entry("left", (out, word, address) -> out.append(VectorFields.shiftLeft(word))),
            Map.entry("right", (out, word, address) -> out.append(VectorFields.shiftRight(word))),
            Map.entry("fraction", (out, word, address) -> out.append(VectorFields.fraction(word))),
            Map.entry("imm8", (out, word, address) -> out.append(VectorFields.imm8(word))),
            Map.entry("imm8 by bytes", (out, word, address) -> out.append(VectorFields.imm8ByBytes(word))),
            Map.entry("imm8 by ones", (out, word, address) -> out.append(VectorFields.imm8ByOnes(word))),
            Map.entry("imm8 bytes", (out, word, address) -> {
                out.append("%016x".formatted(VectorFields.imm8Bytes(word)));
            }),
            Map.entry("float", NeonOperands::number),
            Map.entry("elements", (out, word, address) -> elements(out, access(word))),
            Map.entry("element address", (out, word, address) -> address(out, access(word))));

    static final Map<String, Operand> BY_NAME = new HashMap<>(VectorOperands.BY_NAME);

    static {
        BY_NAME.putAll(OF_NEON);
    }

    private static void register(StringBuilder out, int word, int register) {
        if (isQuad(word)) {
            VectorOperands.quadword(out, register);
        } else {
            VectorOperands.doubleword(out, register);
        }
    }

    private static void lane(StringBuilder out, int word, int address) {
        VectorOperands.doubleword(out, VectorFields.laneRegister(word));
        out.append('[').append(VectorFields.lane(word)).append(']');
    }

    /** One to four registers, of which the last may be behind d31. */
    private static void table(StringBuilder out, int word, int address) {
        int first = VectorFields.n(word);
        int more = Fields.bits(word, 9, 8);
        VectorOperands.doubleword(out.append('{'), first);
        if (more != 0) {
            VectorOperands.doubleword(out.append('-'), first + more);
        }
        out.append('}');
    }

    private static ElementAccess access(int word) {
        return (ElementAccess) Neon.decode(word).arguments(word);
    }

    /** Registers in a row as the first and the last, others one by one. */
    private static void elements(StringBuilder out, ElementAccess access) {
        String lane = switch (access) {
            case ElementsTransfer _ -> "";
            case LaneTransfer one -> "[" + one.lane() + "]";
            case AllLanesTransfer _ -> "[]";
        };
        boolean row = switch (access) {
            case ElementsTransfer all -> all.spacing() == 1 || all.groups() > 1;
            case LaneTransfer _ -> false;
            case AllLanesTransfer all -> all.spacing() == 1;
        };
        int step = row ? Math.max(1, access.last() - access.d()) : access.spacing();
        String separator = "{";
        for (int register = access.d(); register <= access.last(); register += step) {
            VectorOperands.doubleword(out.append(separator), register);
            out.append(lane);
            separator = row ? "-" : ", ";
        }
        out.append('}');
    }

    private static void address(StringBuilder out, ElementAccess access) {
        Syntax.register(out.append('['), access.rn());
        if (access.alignment() > 1) {
            out.append(" :").append(8 * access.alignment());
        }
        out.append(']');
        if (access.rm() != Arguments.NONE) {
            Syntax.register(out.append(", "), access.rm());
        } else if (access.writesBack()) {
            out.append('!');
        }
    }

    private static void number(StringBuilder out, int word, int address) {
        float value = Float.intBitsToFloat(VectorFields.expandSingle(VectorFields.imm8(word)));
        if (value == (int) value) {
            out.append((int) value);
        } else {
            out.append(value);
        }
    }
}
