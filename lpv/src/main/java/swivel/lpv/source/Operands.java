package swivel.lpv.source;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The operands of an instruction as they are written, and what they say of it. */
final class Operands {
    /** Registers by their own names; the others are made by {@code .req}, or are no registers. */
    private static final Pattern REGISTER =
            Pattern.compile("(?i)r(1[0-5]|[0-9])|a[1-4]|v[1-8]|wr|sb|sl|fp|ip|sp|lr|pc");

    /** A name that {@code .req} may have made, which is no register of AArch64 and no status register. */
    private static final Pattern ALIAS =
            Pattern.compile("(?!(?i)([xw]([12]?[0-9]|3[01]|zr)|[a-z]psr.*)$)[A-Za-z_]\\w*");

    private static final Pattern PC = Pattern.compile("(?i)pc|r15");

    private static final Pattern STATUS = Pattern.compile("(?i)[acs]psr(_[a-z]+)?");
    private static final Pattern FLAGS_ONLY = Pattern.compile("(?i)cpsr_(f|s|fs|sf|flg)|apsr(_[a-z]+)?");
    private static final Pattern BANKED = Pattern.compile(
            "(?i)((r(8|9|10|11|12)|sp|lr)_(usr|fiq)|(sp|lr|spsr)_(irq|svc|abt|und|mon|hyp)|spsr_fiq|elr_hyp)");

    private static final Pattern INTERRUPT_MASKS = Pattern.compile("(?i)[aif]{1,3}");

    /** Whether an instruction is sensitive; MAYBE is for the assembler to decide. */
    enum Answer {
        NO,
        MAYBE,
        YES
    }

    private final String written;
    private final List<String> parts;

    Operands(String written) {
        this.written = written;
        this.parts = split(written);
    }

    int count() {
        return parts.size();
    }

    /** The first operand; empty if there is none. */
    String first() {
        return parts.isEmpty() ? "" : parts.getFirst();
    }

    private String second() {
        return parts.size() < 2 ? "" : parts.get(1);
    }

    boolean startWithPc() {
        return PC.matcher(first()).matches();
    }

    /** Whether a mnemonic is sensitive with these operands, where they alone say so. */
    Answer verdict(Mnemonic mnemonic) {
        return switch (mnemonic.kind()) {
            case MRS -> isRegister(first()) ? status(second(), false) : Answer.NO;
            case MSR -> parts.size() == 1 && !isOpen(written) ? Answer.NO : status(first(), true);
            case CPS ->
                answer(
                        mnemonic.text().startsWith("cpsi")
                                ? INTERRUPT_MASKS.matcher(first()).matches() || isUnknown(first())
                                : parts.size() == 1 && isNumber(first()));
            case SRS ->
                answer(isNumber(first().replace("!", "")) || first().matches("(?i)(sp|r13)!?") && isNumber(second()));
            case RFE -> answer(parts.size() == 1 && isRegister(first().replace("!", "")));
            case MULTIPLE -> multiple();
            case UNPRIVILEGED -> answer(isRegister(first()) && (second().startsWith("[") || isUnknown(second())));
            case CALL -> answer(parts.size() == 1 && isNumber(first()));
            case HINT, ERET, RETURN, ENCODED, ACCESS_STEM, RETURN_STEM -> Answer.NO;
        };
    }

    private static Answer answer(boolean sensitive) {
        return sensitive ? Answer.YES : Answer.NO;
    }

    private Answer multiple() {
        int comma = written.indexOf(',');
        if (comma < 0) {
            return Answer.NO;
        }
        String list = written.substring(comma + 1).strip();
        int close = list.lastIndexOf('}');
        String tail = close < 0 ? list : list.substring(close + 1).strip();
        return tail.startsWith("\\") ? Answer.MAYBE : answer(close >= 0 && tail.startsWith("^"));
    }

    private static Answer status(String operand, boolean written) {
        if (STATUS.matcher(operand).matches()) {
            return answer(!written || !FLAGS_ONLY.matcher(operand).matches());
        }
        if (BANKED.matcher(operand).matches()) {
            return Answer.YES;
        }
        return operand.isEmpty() || isUnknown(operand) ? Answer.MAYBE : Answer.NO;
    }

    /** A register of this architecture, a name that may have been given to one, or what only the assembler knows. */
    private static boolean isRegister(String operand) {
        return REGISTER.matcher(operand).matches()
                || isUnknown(operand)
                || ALIAS.matcher(operand).matches();
    }

    /** Whether only the assembler knows an operand: an argument of a macro or of an inline assembly. */
    private static boolean isUnknown(String operand) {
        return operand.startsWith("\\")
                || operand.startsWith("%")
                || operand.startsWith("[%")
                || operand.startsWith("#")
                || isOpen(operand);
    }

    /** Whether tokens of C are part of a text. */
    static boolean isOpen(String text) {
        return text.indexOf(AsmText.OPEN) >= 0 || text.indexOf(AsmText.CLOSE) >= 0;
    }

    private static boolean isNumber(String operand) {
        return operand.matches("[0-9(].*|[A-Z_][A-Z_0-9]*") || isUnknown(operand);
    }

    private static List<String> split(String operands) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < operands.length(); i++) {
            char c = operands.charAt(i);
            depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(operands.substring(from, i).strip());
                from = i + 1;
            }
        }
        String last = operands.substring(from).strip();
        if (!last.isEmpty()) {
            parts.add(last);
        }
        return parts;
    }
}
