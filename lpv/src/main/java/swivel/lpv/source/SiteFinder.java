package swivel.lpv.source;

import java.util.function.Consumer;
import swivel.lpv.source.AsmText.Context;
import swivel.lpv.source.Operands.Answer;

/**
 * Finds what a person reads as sensitive instructions in a text for the assembler, for the report. A word counts where
 * a statement may start: after a newline, a semicolon or a label, and after an opening parenthesis or a comma (an
 * argument of a macro). Its operands then say whether it is sensitive, is not, or may be. The assembler does not depend
 * on it: it meets all instructions, also those that macros make.
 */
final class SiteFinder {
    private final AsmText text;
    private final Consumer<Edit> sites;

    /** Something that was left alone although it may be sensitive. */
    record Doubt(int offset, String statement, String reason) {}

    private SiteFinder(AsmText text, Consumer<Edit> sites) {
        this.text = text;
        this.sites = sites;
    }

    static void find(AsmText in, Consumer<Edit> sites) {
        new SiteFinder(in, sites).find();
    }

    private void find() {
        boolean quoted = false;
        for (int i = 0; i < text.length(); ) {
            char c = text.at(i);
            quoted = c == '"' ? !quoted : quoted && c != '\n';
            if (c == '@' && text.context() == Context.ASSEMBLER) {
                i = text.lineEnd(i);
            } else if (AsmText.isWord(c)) {
                int end = text.wordEnd(i);
                if (!quoted && !(c >= '0' && c <= '9')) {
                    word(i, end);
                }
                i = end;
            } else {
                i++;
            }
        }
    }

    private void word(int from, int end) {
        Mnemonic mnemonic = Mnemonic.of(text.substring(from, end));
        if (mnemonic == null || mnemonic.kind() == Mnemonic.Kind.ENCODED || isPasted(end)) {
            return;
        }
        char before = before(from, mnemonic);
        Answer answer = before == 0 ? Answer.NO : operands(mnemonic, end);
        boolean argument = before == ',';
        if (answer == Answer.YES && !(argument && hasNoOperands(mnemonic)) || answer == Answer.MAYBE && !argument) {
            site(from, mnemonic, answer);
        }
    }

    private static boolean hasNoOperands(Mnemonic mnemonic) {
        return mnemonic.kind() == Mnemonic.Kind.HINT || mnemonic.kind() == Mnemonic.Kind.ERET;
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
        if (joint && (c == ')' || AsmText.isWord(c)) && !hasNoOperands(mnemonic)) {
            // A macro among the strings, which may end a line.
            return '\n';
        }
        return switch (c) {
            case '\n', ';', ':', '(', ',', '{' -> c;
            default -> 0;
        };
    }

    /** Whether something is pasted to a word: by the preprocessor, by a macro, or by adjacent strings. */
    private boolean isPasted(int end) {
        char c = text.at(end);
        if (c == '\\') {
            return true;
        }
        if (AsmText.isJoint(c)) {
            char next = text.at(end + 1);
            return AsmText.isWord(next) || next == '#';
        }
        int next = text.skipBlanks(end);
        return text.context() == Context.DEFINE && text.at(next) == '#' && text.at(next + 1) == '#';
    }

    private Answer operands(Mnemonic mnemonic, int end) {
        String written = operandsFrom(end);
        char next = text.at(end);
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

    private static Answer returns(Operands operands) {
        return operands.count() >= 2 && operands.startWithPc() ? Answer.YES : Answer.NO;
    }

    private void site(int from, Mnemonic mnemonic, Answer answer) {
        boolean armOnly = answer == Answer.YES
                && switch (mnemonic.kind()) {
                    case MRS, MSR, CPS, MULTIPLE, RFE, RETURN -> true;
                    default -> false;
                };
        sites.accept(new Edit(
                text.offset(from), 0, "", mnemonic.text(), statement(from), mnemonic.kind().sensitivity, armOnly));
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
}
