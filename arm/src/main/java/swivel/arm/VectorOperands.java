package swivel.arm;

import static swivel.arm.Fields.rn;
import static swivel.arm.VectorFields.isDouble;

import java.util.Map;
import swivel.arm.Syntax.Operand;

/**
 * What {@link Operands} is for A32: operands of {@link Vfp} and {@link Neon} whose written form is more than a field's
 * register or number.
 */
final class VectorOperands {
    private VectorOperands() {}

    /** The VFP system registers of VMRS and VMSR (B6.1.14). */
    private static final Map<Integer, String> VFP =
            Map.of(0, "fpsid", 1, "fpscr", 6, "mvfr1", 7, "mvfr0", 8, "fpexc", 9, "fpinst", 10, "fpinst2");

    static final Map<String, Operand> BY_NAME = Map.ofEntries(
            Map.entry("c", Operands.BY_NAME.get("c")),
            Map.entry("word", Operands.BY_NAME.get("word")),
            // S, D and Q are what they say; F is as bit 8 says
            Map.entry("Sd", (out, word, address) -> single(out, VectorFields.singleD(word))),
            Map.entry("Sn", (out, word, address) -> single(out, VectorFields.singleN(word))),
            Map.entry("Sm", (out, word, address) -> single(out, VectorFields.singleM(word))),
            Map.entry("Dd", (out, word, address) -> doubleword(out, VectorFields.d(word))),
            Map.entry("Dn", (out, word, address) -> doubleword(out, VectorFields.n(word))),
            Map.entry("Dm", (out, word, address) -> doubleword(out, VectorFields.m(word))),
            Map.entry("Qn", (out, word, address) -> quadword(out, VectorFields.n(word))),
            Map.entry("Fd", (out, word, address) -> {
                floating(out, word, VectorFields.singleD(word), VectorFields.d(word));
            }),
            Map.entry("Fn", (out, word, address) -> {
                floating(out, word, VectorFields.singleN(word), VectorFields.n(word));
            }),
            Map.entry("Fm", (out, word, address) -> {
                floating(out, word, VectorFields.singleM(word), VectorFields.m(word));
            }),
            Map.entry("two singles", (out, word, address) -> {
                int first = VectorFields.singleM(word);
                out.append('s').append(first).append(", s").append(first + 1);
            }),
            Map.entry("word address", Operands::wordAddress),
            Map.entry("vfp registers", VectorOperands::registers),
            Map.entry("vfp fraction", (out, word, address) -> out.append(VfpArguments.fraction(word))),
            Map.entry("vfp register", (out, word, address) -> out.append(VFP.getOrDefault(rn(word), "reserved"))));

    private static void single(StringBuilder out, int register) {
        out.append('s').append(register);
    }

    static void doubleword(StringBuilder out, int register) {
        out.append('d').append(register);
    }

    static void quadword(StringBuilder out, int register) {
        out.append('q').append(register / 2);
    }

    private static void floating(StringBuilder out, int word, int single, int doubleword) {
        if (isDouble(word)) {
            doubleword(out, doubleword);
        } else {
            single(out, single);
        }
    }

    /** So many from the first one on. */
    private static void registers(StringBuilder out, int word, int address) {
        boolean twice = isDouble(word);
        int first = twice ? VectorFields.d(word) : VectorFields.singleD(word);
        int last = first + (twice ? word >>> 1 & 0x7f : word & 0xff) - 1;
        char letter = twice ? 'd' : 's';
        out.append('{').append(letter).append(first);
        if (last != first) {
            out.append('-').append(letter).append(last);
        }
        out.append('}');
    }
}
