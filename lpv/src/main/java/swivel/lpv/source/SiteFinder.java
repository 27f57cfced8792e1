package swivel.lpv.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import swivel.arm.A32;
import swivel.arm.Sensitivity;
import swivel.encoding.TrapEncoding;
import swivel.lpv.source.AsmText.Context;
import swivel.lpv.source.Operands.Answer;

/**
 * Finds the sensitive instructions in a text for the assembler. A word counts where a statement may start: after a
 * newline, a semicolon or a label, and after an opening parenthesis or a comma (an argument of a macro). Its operands
 * then say whether it is sensitive, is not, or may be.
 */
final class SiteFinder {
    private static final String PREFIX = MacroLibrary.PREFIX;

    /** What it costs to match a pattern at a character, in looks. */
    private static final int PATTERN = 16;

    private final GasMacros macros;
    private final Set<String> pcAliases;
    private final Consumer<Edit> sites;
    private final Consumer<Doubt> doubts;
    private AsmText text;

    /**
     * The macros of the assembler that the place looked at is inside of, innermost last; empty names for repetitions.
     */
    private final List<String> inside = new ArrayList<>();

    /** Something that was left alone although it may be sensitive. */
    record Doubt(int offset, String statement, String reason) {}

    /**
     * @param macros of the whole tree
     * @param pcAliases other names for PC
     */
    SiteFinder(GasMacros macros, Set<String> pcAliases, Consumer<Edit> sites, Consumer<Doubt> doubts) {
        this.macros = macros;
        this.pcAliases = pcAliases;
        this.sites = sites;
        this.doubts = doubts;
    }

    void find(AsmText in) {
        if (in.context() == Context.STRING && !macros.isPreprocessors(in.name())) {
            return;
        }
        text = in;
        inside.clear();
        int length = in.length();
        for (int i = 0; i < length; ) {
            char c = in.at(i);
            if (c == '@' && in.context() == Context.ASSEMBLER) {
                i = text.lineEnd(i);
            } else if (AsmText.isWord(c) || c == '\\') {
                int end = text.wordEnd(i);
                if (c == '\\') {
                    parameter(i, end);
                } else if (!(c >= '0' && c <= '9')) {
                    word(i, end);
                }
                i = end;
            } else {
                i++;
            }
        }
    }

    private void word(int from, int end) {
        String word = text.substring(from, end);
        if (word.charAt(0) == '.') {
            nesting(word, end);
        }
        Mnemonic mnemonic = Mnemonic.of(word);
        char before = mnemonic != null || macros.isMacro(word) ? before(from, mnemonic) : 0;
        if (before == 0 || before == '"' && (pasted(end) || isDirective(from))) {
            return;
        }
        if (mnemonic == null || macros.isDefined(word)) {
            if (before != ',' && before != '"') {
                call(word, end);
            }
        } else if (mnemonic.kind() == Mnemonic.Kind.ENCODED) {
            encoded(from, end, mnemonic);
        } else if (!pasted(end)) {
            boolean argument = before == ',' || before == '"';
            Answer answer = operands(mnemonic, end);
            if (answer == Answer.YES && !(argument && hasNoOperands(mnemonic) && !isWholeLiteral(mnemonic, end))
                    || answer == Answer.MAYBE && !argument) {
                site(from, mnemonic, answer);
            }
        } else if (pasted(end, mnemonic) != Answer.NO) {
            site(from, mnemonic, Answer.MAYBE);
        }
    }

    /** A parameter of a macro in the place of a mnemonic. */
    private void parameter(int from, int end) {
        String name = text.substring(from + 1, end);
        String macro = inside.stream().filter(one -> !one.isEmpty()).reduce("", (_, last) -> last);
        if (!macro.isEmpty() && before(from, null) != 0 && macros.isMnemonic(macro, name)) {
            site(from, new Mnemonic("\\" + name, Mnemonic.Kind.ENCODED), Answer.MAYBE);
        }
    }

    /** Whether the statement that a place is in is a directive: its strings are text, or names. */
    private boolean isDirective(int at) {
        int i = at - 1;
        while (i >= 0 && text.at(i) != '\n' && text.at(i) != ';') {
            i--;
        }
        int start = text.skipBlanks(i + 1);
        return text.at(start) == '.'
                && !text.substring(start, text.wordEnd(start)).equalsIgnoreCase(".irp");
    }

    private static boolean hasNoOperands(Mnemonic mnemonic) {
        return mnemonic.kind() == Mnemonic.Kind.HINT || mnemonic.kind() == Mnemonic.Kind.ERET;
    }

    private void nesting(String directive, int end) {
        switch (directive.toLowerCase(Locale.ROOT)) {
            case ".macro" -> {
                int name = text.skipBlanks(end);
                inside.add(text.substring(name, text.wordEnd(name)));
            }
            case ".irp" -> {
                inside.add("");
                repetition(end);
            }
            case ".rept", ".irpc" -> inside.add("");
            case ".endm", ".endr" -> {
                if (!inside.isEmpty()) {
                    inside.removeLast();
                }
            }
            default -> {}
        }
    }

    /** {@code .irp op, wfi, wfe}: mnemonics that the body takes for its own. */
    private void repetition(int end) {
        int name = text.skipBlanks(end);
        int nameEnd = text.wordEnd(name);
        int bodyStart = text.lineEnd(nameEnd);
        String body = text.substring(bodyStart, text.find(".endr", bodyStart));
        text.effort().spend((long) PATTERN * body.length());
        GasMacros.Use use = GasMacros.use(body, text.substring(name, nameEnd));
        if (use != GasMacros.Use.OTHER) {
            int first = text.skipBlanks(nameEnd);
            arguments(text.at(first) == ',' ? first + 1 : first, (_, kind) -> use.isRewritten(kind));
        }
    }

    /** A call of a macro of the assembler: a mnemonic may be an argument. */
    private void call(String macro, int end) {
        arguments(end, (index, kind) -> macros.isOperation(macro, index, kind, text.effort()));
    }

    private interface ArgumentTest {
        boolean isRewritten(int index, Mnemonic.Kind kind);
    }

    private void arguments(int from, ArgumentTest test) {
        int i = from;
        for (int index = 0; ; index++) {
            i = text.skipBlanks(i);
            int argument = i;
            while (AsmText.isWord(text.at(i)) || text.at(i) == '\\') {
                i++;
            }
            if (text.at(i) == '=') {
                // By keyword: the name tells nothing that the place does not.
                argument = ++i;
                while (AsmText.isWord(text.at(i)) || text.at(i) == '\\') {
                    i++;
                }
            }
            if (i == argument) {
                return;
            }
            Mnemonic mnemonic = Mnemonic.of(text.substring(argument, i));
            if (mnemonic != null && mnemonic.kind() != Mnemonic.Kind.ENCODED) {
                if (test.isRewritten(index, mnemonic.kind())) {
                    site(argument, mnemonic, Answer.MAYBE);
                }
            }
            i = text.skipBlanks(i);
            if (text.at(i) == ',') {
                i++;
            } else if (!AsmText.isWord(text.at(i)) && text.at(i) != '\\') {
                return;
            }
        }
    }

    /** What stands before a word, past blanks: 0 if no statement can start here. */
    private char before(int at, Mnemonic mnemonic) {
        int i = at - 1;
        boolean joint = false;
        while (text.at(i) == ' ' || text.at(i) == '\t' || AsmText.isJoint(text.at(i))) {
            joint |= AsmText.isJoint(text.at(i));
            i--;
        }
        char c = text.at(i);
        if (joint && (c == ')' || AsmText.isWord(c)) && mnemonic != null && !hasNoOperands(mnemonic)) {
            // A macro among the strings, which may end a line.
            return '\n';
        }
        return switch (c) {
            case '\n', ';', ':', '(', ',', '"', '{' -> i == at - 1 && c == '"' ? '"' : c;
            default -> 0;
        };
    }

    /**
     * Whether something is pasted to a word: by the preprocessor, by a macro of the assembler, or by adjacent strings.
     */
    private boolean pasted(int end) {
        char c = text.at(end);
        if (c == '\\') {
            return true;
        }
        if (AsmText.isJoint(c)) {
            char next = text.at(end + 1);
            return AsmText.isWord(next) || next == '#';
        }
        return followsPaste(end);
    }

    private boolean followsPaste(int end) {
        int next = text.skipBlanks(end);
        return text.context() == Context.DEFINE && text.at(next) == '#' && text.at(next + 1) == '#';
    }

    /** A mnemonic of which only the first part is known. */
    private Answer pasted(int end, Mnemonic mnemonic) {
        return switch (mnemonic.kind()) {
            case HINT, CALL, ERET, CPS, MRS, MSR, UNPRIVILEGED, RFE, SRS -> Answer.MAYBE;
            case ACCESS_STEM -> text.context() != Context.ASSEMBLER || text.at(end) == '\\' ? stem(end) : Answer.MAYBE;
            case MULTIPLE -> new Operands(operandsFrom(end)).verdict(mnemonic) == Answer.NO ? Answer.NO : Answer.MAYBE;
            case RETURN, RETURN_STEM -> new Operands(operandsFrom(end)).startWithPc() ? Answer.MAYBE : Answer.NO;
            case ENCODED -> Answer.NO;
        };
    }

    /** Whether what is pasted to a load or store may be a T: not if it is named like a condition. */
    private Answer stem(int end) {
        int from = end;
        while (text.at(from) == '\\'
                || AsmText.isJoint(text.at(from))
                || text.at(from) == ' '
                || text.at(from) == '#') {
            from++;
        }
        if (text.at(from) == '(') {
            return Answer.MAYBE;
        }
        String word = text.substring(from, text.wordEnd(from)).toLowerCase(Locale.ROOT);
        return word.matches("_*(c|cc|cond|condition|op)") && text.at(text.wordEnd(from)) != '\\'
                ? Answer.NO
                : Answer.MAYBE;
    }

    private Answer operands(Mnemonic mnemonic, int end) {
        String macro = callOf(end);
        if (macro != null && argumentEnds(end)) {
            // The whole argument is the mnemonic: its operands, if any, follow the parenthesis.
            return switch (mnemonic.kind()) {
                case ACCESS_STEM -> macros.pastes(macro) ? Answer.MAYBE : Answer.NO;
                case HINT, ERET -> Answer.YES;
                case UNPRIVILEGED -> Answer.MAYBE;
                case MRS, MSR, CPS, RFE, SRS, CALL, RETURN, MULTIPLE -> afterParenthesis(mnemonic, end);
                default -> Answer.NO;
            };
        }
        if (isWholeLiteral(mnemonic, end)) {
            return switch (mnemonic.kind()) {
                case UNPRIVILEGED, MRS, MSR, CPS, RFE, SRS -> Answer.YES;
                case HINT, ERET -> Answer.YES;
                default -> Answer.NO;
            };
        }
        return operands(mnemonic, operandsFrom(end), text.at(end));
    }

    /** {@code __put16_unaligned_check("strbt", val, addr)}: a macro makes an instruction of it. */
    private boolean isWholeLiteral(Mnemonic mnemonic, int end) {
        int start = end - mnemonic.text().length();
        boolean opens = text.at(start - 1) == AsmText.OPEN || start == 0 && text.context() == Context.STRING;
        return opens && text.at(end) == AsmText.CLOSE && ",)\n".indexOf(text.at(text.skipBlanks(end + 1))) >= 0;
    }

    private Answer afterParenthesis(Mnemonic mnemonic, int end) {
        int close = end;
        while (text.at(close) != ')' && text.at(close) != '\n') {
            close++;
        }
        return operands(mnemonic, operandsFrom(close + 1), ' ');
    }

    private Answer operands(Mnemonic mnemonic, String written, char next) {
        if (next != ' ' && next != '\t' && !written.isEmpty() && !AsmText.isJoint(next)) {
            return Answer.NO;
        }
        return switch (mnemonic.kind()) {
            case HINT, ERET ->
                written.isEmpty() && (text.context() != Context.DEFINE || text.isOpen()) ? Answer.YES : Answer.NO;
            case RETURN -> returns(new Operands(written));
            default -> new Operands(written).verdict(mnemonic);
        };
    }

    private Answer returns(Operands operands) {
        if (operands.count() < 2) {
            return Answer.NO;
        }
        if (operands.startWithPc()) {
            return Answer.YES;
        }
        String destination = operands.first();
        boolean argument = destination.startsWith("\\")
                && inside.stream().anyMatch(macro -> macro.isEmpty() || macros.mayGetPc(macro));
        return argument || pcAliases.contains(destination) ? Answer.MAYBE : Answer.NO;
    }

    // ---- Encoded instructions.

    private void encoded(int from, int end, Mnemonic mnemonic) {
        if (text.at(from) != '.') {
            return;
        }
        String operands = operandsFrom(end);
        boolean instruction = mnemonic.text().startsWith(".inst");
        boolean literal = operands.matches("0[xX][0-9a-fA-F]{1,8}");
        if (literal) {
            int word = Integer.parseUnsignedInt(operands.substring(2), 16);
            if (TrapEncoding.encodable(word)) {
                if (instruction || afterInstruction(from)) {
                    directive(from, end, mnemonic, A32.decode(word).sensitivity(), true);
                } else {
                    doubts.accept(new Doubt(
                            text.offset(from), statement(from), "reads like an instruction, but nothing runs into it"));
                }
            }
            return;
        }
        if (operands.isEmpty() || text.context() == Context.STRING) {
            return;
        }
        if (instruction || text.context() == Context.DEFINE && operandIsParameter(operands)) {
            directive(from, end, mnemonic, Sensitivity.NONE, false);
        }
    }

    /** {@code #define ___inst_arm(x) .long x}: the name says that it is an instruction. */
    private boolean operandIsParameter(String operands) {
        return text.name().matches("(?i)(.*_)?(inst|insn|opcode)s?(_.*)?")
                && operands.matches("[\\s\\x01\\x02]*\\w+(\\(\\w+\\))?[\\s\\x01\\x02]*(,.*)?");
    }

    /**
     * Whether the flow of control comes to a place: the statement before it is an instruction that does not branch
     * away.
     */
    private boolean afterInstruction(int from) {
        int i = from - 1;
        while (i >= 0 && " \t\n;".indexOf(text.at(i)) >= 0) {
            i--;
        }
        if (i < 0) {
            return text.context() == Context.ASSEMBLER;
        }
        int start = i;
        while (start >= 0 && text.at(start) != '\n' && text.at(start) != ';') {
            start--;
        }
        String previous = text.substring(start + 1, i + 1).strip().replaceFirst("^\\w+:\\s*", "");
        return previous.matches("[a-zA-Z][a-zA-Z0-9.]*(\\s.*)?")
                && !previous.matches("(?i)(b|bx|b\\.w)\\s.*|mov\\s+pc.*|ldr\\s+pc.*|ldm.*pc\\s*}|pop.*pc.*");
    }

    private void directive(int from, int end, Mnemonic mnemonic, Sensitivity sensitivity, boolean certain) {
        sites.accept(new Edit(
                text.offset(from),
                end - from,
                PREFIX + mnemonic.text().substring(1),
                mnemonic.text(),
                statement(from),
                sensitivity,
                certain,
                false));
    }

    // ---- Text.

    private void site(int from, Mnemonic mnemonic, Answer answer) {
        boolean certain = answer == Answer.YES;
        sites.accept(new Edit(
                text.offset(from),
                0,
                PREFIX,
                mnemonic.text(),
                statement(from),
                mnemonic.kind().sensitivity,
                certain,
                certain
                        && switch (mnemonic.kind()) {
                            case MRS, MSR, CPS, MULTIPLE, RFE, RETURN -> true;
                            default -> false;
                        }));
    }

    /** The statement that starts at a place, for a person. */
    private String statement(int from) {
        int end = from;
        int depth = 0;
        while (end < text.length() && text.at(end) != '\n' && text.at(end) != ';' && end - from < 100) {
            char c = text.at(end);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth < -1 || c == AsmText.CLOSE && ":,)".indexOf(text.at(text.skipBlanks(end + 1))) >= 0) {
                break;
            }
            end++;
        }
        int at = text.substring(from, end).indexOf('@');
        String statement = text.substring(from, at < 0 ? end : from + at);
        return statement.replaceAll("[\\x01\\x02]", " ").strip().replaceAll("\\s+", " ");
    }

    /**
     * The operands behind a mnemonic, up to the end of the statement or an unbalanced parenthesis, without blanks
     * around.
     */
    private String operandsFrom(int end) {
        int depth = 0;
        int i = end;
        // The rest of a pasted mnemonic is not an operand.
        while (AsmText.isWord(text.at(i)) || text.at(i) == '\\' || text.at(i) == '#' && text.at(i + 1) == '#') {
            i += text.at(i) == '#' ? 2 : 1;
            if (text.at(i - 1) == '\\' && text.at(i) == '(') {
                i += 2;
            }
        }
        int start = i;
        for (; i < text.length(); i++) {
            char c = text.at(i);
            if (c == '\n' || c == ';' || c == '@' || c == '"') {
                break;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth < 0 || c == AsmText.CLOSE && ":,)".indexOf(text.at(text.skipBlanks(i + 1))) >= 0) {
                break;
            }
        }
        String operands = text.substring(start, i).strip();
        while (!operands.isEmpty() && AsmText.isJoint(operands.charAt(operands.length() - 1))) {
            operands = operands.substring(0, operands.length() - 1).strip();
        }
        return operands;
    }

    /**
     * The macro of the preprocessor whose argument a word starts, {@code TUSER} of {@code TUSER(ldr)}; null if none.
     */
    private String callOf(int end) {
        int i = text.wordStart(end) - 1;
        while (text.at(i) == ' ' || text.at(i) == '\t') {
            i--;
        }
        if (text.at(i) != '(') {
            return null;
        }
        int nameEnd = i;
        int nameStart = text.wordStart(nameEnd);
        return nameStart < nameEnd ? text.substring(nameStart, nameEnd) : null;
    }

    private boolean argumentEnds(int end) {
        char c = text.at(text.skipBlanks(end));
        return c == ')' || c == ',';
    }
}
