package swivel.arm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The written form of a table row, compiled from its syntax column.
 *
 * <p>Text stands for itself. Between angle brackets are operands; a letter is a field of the row's pattern, its parts
 * put together from the most significant bit if it has several:
 *
 * <ul>
 *   <li>{@code <Rd>}: the register that field d names
 *   <li>{@code <o>}: field o in decimal; {@code <w+1>}: one more; {@code <i*4>}: four times that
 *   <li>{@code <8z>}: 8 shifted left by field z, as sizes of elements are encoded
 *   <li>{@code <S?s>}: "s" unless field S is zero; {@code <E?be:le>}: else "le"
 *   <li>{@code <address imm12>}: an operand of {@link Operands}, {@link T32Operands} or {@link VectorOperands}
 * </ul>
 *
 * Alternatives are separated by {@code " | "}. A {@link FieldCondition} such as {@code a15i0:} before one says for
 * which field values it holds; the first that holds is taken.
 */
final class Syntax {
    private static final String[] REGISTERS = {
        "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "sl", "fp", "ip", "sp", "lr", "pc"
    };

    /** Writes one part of an instruction. */
    interface Operand {
        void write(StringBuilder out, int word, int address);
    }

    private record Alternative(FieldCondition condition, List<Operand> operands) {}

    private final BitPattern bits;
    private final Map<String, Operand> namedOperands;
    private final List<Alternative> alternatives = new ArrayList<>();

    Syntax(BitPattern bits, String syntax, Map<String, Operand> namedOperands) {
        this.bits = bits;
        this.namedOperands = namedOperands;
        for (String alternative : syntax.split(" \\| ", -1)) {
            int colon = alternative.indexOf(": ");
            FieldCondition condition = FieldCondition.of(bits, colon < 0 ? "" : alternative.substring(0, colon));
            String text = colon < 0 ? alternative : alternative.substring(colon + 2);
            alternatives.add(new Alternative(condition, operands(text)));
        }
    }

    void write(StringBuilder out, int word, int address) {
        for (Alternative alternative : alternatives) {
            if (alternative.condition.holds(word)) {
                for (Operand operand : alternative.operands) {
                    operand.write(out, word, address);
                }
                return;
            }
        }
    }

    /** Writes the name of register 0 to 15. */
    static void register(StringBuilder out, int number) {
        out.append(REGISTERS[number]);
    }

    private List<Operand> operands(String text) {
        List<Operand> operands = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf('<', at);
            String literal = text.substring(at, open < 0 ? text.length() : open);
            if (!literal.isEmpty()) {
                operands.add((out, word, address) -> out.append(literal));
            }
            if (open < 0) {
                break;
            }
            int close = text.indexOf('>', open);
            operands.add(operand(text.substring(open + 1, close)));
            at = close + 1;
        }
        return List.copyOf(operands);
    }

    private Operand operand(String name) {
        Operand named = namedOperands.get(name);
        if (named != null) {
            return named;
        }
        if (name.matches("R.")) {
            int field = field(name.charAt(1));
            return (out, word, address) -> register(out, Integer.compress(word, field));
        }
        if (Character.isDigit(name.charAt(0))) {
            int end = name.length() - 1;
            int one = Integer.parseInt(name, 0, end, 10);
            int field = field(name.charAt(end));
            return (out, word, address) -> out.append(one << Integer.compress(word, field));
        }
        int field = field(name.charAt(0));
        String rest = name.substring(1);
        if (rest.startsWith("?")) {
            int colon = rest.indexOf(':');
            String yes = rest.substring(1, colon < 0 ? rest.length() : colon);
            String no = colon < 0 ? "" : rest.substring(colon + 1);
            return (out, word, address) -> out.append((word & field) != 0 ? yes : no);
        }
        if (rest.startsWith("*")) {
            int times = Integer.parseInt(rest.substring(1));
            return (out, word, address) -> out.append(Integer.compress(word, field) * times);
        }
        int plus = rest.isEmpty() ? 0 : Integer.parseInt(rest);
        return (out, word, address) -> out.append(Integer.compress(word, field) + plus);
    }

    private int field(char letter) {
        int field = bits.positions(letter);
        if (field == 0) {
            throw new IllegalStateException("no field " + letter + " in " + bits.characters());
        }
        return field;
    }
}
