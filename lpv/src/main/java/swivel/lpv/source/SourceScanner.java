package swivel.lpv.source;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import swivel.lpv.source.AsmText.Context;

/**
 * Takes a source file apart: what in it the assembler will see, which lines stand under which conditions of the
 * preprocessor, and where a line may be put at file scope.
 *
 * <p>It knows comments, string and character literals, directives with their continuation lines, and {@code asm}
 * statements. It does not expand macros: what it cannot know is left to the assembler.
 */
final class SourceScanner {
    private static final Pattern ASM_KEYWORD = Pattern.compile("asm|.*_asm|asm_.*|.*_asm_.*");

    private static final Pattern DEFINE = Pattern.compile("\\s*(\\w+)(?:\\(((?:\\\\\\r?\\n|[^)\\n])*+)\\))?");

    /** Lines that only assembler source has. */
    private static final Pattern ASSEMBLER_LINE =
            Pattern.compile("(?m)^[ \\t]*(?:\\.(macro|endm|irp|text|globl|global|rept|syntax|section|inst|long|word)\\b"
                    + "|\\w+[ \\t]+\\.req\\b)");

    /** A header that C must not include. */
    private static final Pattern ASSEMBLER_ONLY =
            Pattern.compile("(?m)^#[ \\t]*ifndef[ \\t]+__ASSEMBL(Y|ER)__\\s*\n#[ \\t]*error\\b");

    private static final Pattern FOR_ASSEMBLER = Pattern.compile("__ASSEMBL(Y|ER)__");

    private final String text;
    private final Effort effort;
    private final boolean preprocessed;
    private final boolean header;

    private final List<AsmText> texts = new ArrayList<>();
    private final Conditions conditions;

    /** Where the parentheses of C are that are open, since the last end of a statement. */
    private final ArrayList<Integer> parentheses = new ArrayList<>();

    /** Whether plain text is assembler here, by default and by the conditions. */
    private final boolean assemblerFile;

    private AsmText plain;
    private int pos;
    private int braces;
    private int macros;

    /** What kind of file it is, by its name. */
    enum Kind {
        /** {@code .S}: assembler, preprocessed. */
        ASSEMBLER,
        /** {@code .s}: assembler, not preprocessed. */
        RAW_ASSEMBLER,
        /** C and its like. */
        C,
        /** A header, of C or assembler or both. */
        HEADER
    }

    SourceScanner(String text, Kind kind, Effort effort) {
        this.text = text;
        this.effort = effort;
        this.conditions = new Conditions(effort);
        this.preprocessed = kind != Kind.RAW_ASSEMBLER;
        this.header = kind == Kind.HEADER;
        this.assemblerFile = switch (kind) {
            case ASSEMBLER, RAW_ASSEMBLER -> true;
            case C -> false;
            case HEADER -> looksLikeAssembler(text);
        };
    }

    static boolean looksLikeAssembler(String text) {
        Matcher lines = ASSEMBLER_LINE.matcher(text);
        return lines.find()
                && (!FOR_ASSEMBLER.matcher(text).find()
                        || ASSEMBLER_ONLY.matcher(text).find());
    }

    /** The texts for the assembler, in the order of the file. */
    List<AsmText> texts() {
        return texts;
    }

    /** The conditions of the preprocessor, by line. */
    Conditions conditions() {
        return conditions;
    }

    SourceScanner scan() {
        boolean lineStart = true;
        while (pos < text.length()) {
            char c = text.charAt(pos);
            if (lineStart) {
                lineStart = false;
                int first = skipBlanks(pos);
                conditions.line(pos, braces == 0 && macros == 0 && parentheses.isEmpty());
                if (first < text.length() && text.charAt(first) == '#' && (preprocessed || !isAssembler())) {
                    directive(first);
                    lineStart = true;
                    continue;
                }
                countMacros(first);
            }
            if (c == '\n') {
                plain(c);
                pos++;
                lineStart = true;
            } else if (skipComment()) {
                plain(' ');
            } else if (isAssembler()) {
                assembler(c);
            } else {
                c(c);
            }
        }
        flush();
        return this;
    }

    private boolean isAssembler() {
        if (macros > 0 || !header && assemblerFile) {
            return true;
        }
        Boolean said = conditions.forAssembler();
        return said == null ? assemblerFile : said;
    }

    private void plain(char c) {
        if (isAssembler()) {
            if (plain == null) {
                plain = new AsmText(effort, Context.ASSEMBLER);
            }
            plain.add(c, pos);
        } else {
            flush();
        }
    }

    private void flush() {
        if (plain != null && !plain.isEmpty()) {
            texts.add(plain);
        }
        plain = null;
    }

    private void countMacros(int first) {
        if (text.startsWith(".macro", first) || text.startsWith(".rept", first) || text.startsWith(".irp", first)) {
            macros++;
        } else if (text.startsWith(".endm", first) || text.startsWith(".endr", first)) {
            macros = Math.max(0, macros - 1);
        }
    }

    private void assembler(char c) {
        if (c == '"') {
            // A string of the assembler: an argument of a macro may be an instruction.
            plain(c);
            pos++;
            while (pos < text.length() && text.charAt(pos) != '"' && text.charAt(pos) != '\n') {
                plain(text.charAt(pos));
                pos += text.charAt(pos) == '\\' && text.startsWith("\"", pos + 1) ? 2 : 1;
            }
            if (pos < text.length() && text.charAt(pos) == '"') {
                plain('"');
                pos++;
            }
        } else if (c == '@') {
            skipLine();
        } else {
            plain(c);
            pos++;
            if (c == '\'' && pos + 1 < text.length() && text.charAt(pos) != '\n') {
                plain(' ');
                pos++;
            }
        }
    }

    private void c(char c) {
        if (c == '"') {
            AsmText strings = new AsmText(effort, Context.STRING, callee());
            flatten(strings, End.STRINGS);
            texts.add(strings);
        } else if (c == '\'') {
            skipCharacter();
        } else if (isWordStart(c)) {
            int end = wordEnd(pos);
            boolean asm = ASM_KEYWORD.matcher(text.substring(pos, end)).matches();
            pos = end;
            if (asm) {
                asmStatement();
            }
        } else {
            braces += c == '{' ? 1 : c == '}' && braces > 0 ? -1 : 0;
            countParentheses(c);
            pos++;
        }
    }

    private void countParentheses(char c) {
        switch (c) {
            case '(' -> parentheses.add(pos);
            case ')' -> {
                if (!parentheses.isEmpty()) {
                    parentheses.removeLast();
                }
            }
            case ';', '{', '}' -> parentheses.clear();
            default -> {}
        }
    }

    /** The name of what the place is an argument of, empty if it is of nothing. */
    private String callee() {
        if (parentheses.isEmpty()) {
            return "";
        }
        int end = parentheses.getLast();
        int start = end;
        while (start > 0 && isWord(text.charAt(start - 1))) {
            start--;
        }
        effort.spend(end - start);
        return text.substring(start, end);
    }

    /**
     * After the keyword: its qualifiers, the parenthesis, the template. What follows the first colon is not for the
     * assembler.
     */
    private void asmStatement() {
        int at = pos;
        while (at < text.length()) {
            at = skipBlanksAndLines(at);
            if (at < text.length() && isWordStart(text.charAt(at))) {
                String word = text.substring(at, wordEnd(at));
                if (!word.matches("_*(volatile|goto|inline)_*")) {
                    return;
                }
                at += word.length();
            } else {
                break;
            }
        }
        if (at < text.length() && text.charAt(at) == '(') {
            parentheses.add(at);
            pos = at + 1;
            AsmText template = new AsmText(effort, Context.ASSEMBLER, AsmText.TEMPLATE);
            flatten(template, End.TEMPLATE);
            texts.add(template);
        }
    }

    private enum End {
        /** The last of adjacent string literals. */
        STRINGS,
        /** A colon or the closing parenthesis. */
        TEMPLATE,
        /** The end of the directive. */
        DEFINE
    }

    /** Adds string literals and what stands between them to a text, up to an end. */
    private void flatten(AsmText into, End end) {
        int depth = 0;
        while (pos < text.length()) {
            char c = text.charAt(pos);
            if (c == '"') {
                into.open(pos);
                string(into);
                into.close(pos - 1);
            } else if (skipComment()) {
                if (!AsmText.isJoint(into.at(into.length() - 1))) {
                    into.add(' ', pos - 1);
                }
            } else if (c == '\\' && lineEndsAt(pos + 1)) {
                pos = text.indexOf('\n', pos) + 1;
            } else if (c == '\n' && end == End.DEFINE) {
                return;
            } else if (c == '#' && end != End.DEFINE && isLineStart(pos)) {
                // Conditions inside a statement: strings of all branches are seen one after the other.
                into.add('\n', pos);
                directive(pos);
            } else if (Character.isWhitespace(c)) {
                // Between two string literals, or a literal and a token, it is nothing.
                int next = skipBlanksAndLines(pos);
                if (!AsmText.isJoint(into.at(into.length() - 1)) && !text.startsWith("\"", next)) {
                    into.add(' ', pos);
                }
                pos = end == End.DEFINE ? Math.max(pos + 1, skipBlanks(pos)) : next;
            } else if (end == End.STRINGS && !isWordStart(c)) {
                return;
            } else if (end == End.TEMPLATE && depth == 0 && (c == ':' || c == ')')) {
                return;
            } else if (end == End.TEMPLATE && (c == ';' || c == '{' || c == '}')) {
                return;
            } else if (c == '\'') {
                int from = pos;
                skipCharacter();
                into.add('0', from);
            } else if (end == End.STRINGS) {
                // A macro among the strings; its arguments are its own.
                int wordEnd = wordEnd(pos);
                for (; pos < wordEnd; pos++) {
                    into.add(text.charAt(pos), pos);
                }
                if (pos < text.length() && text.charAt(pos) == '(') {
                    copyParentheses(into);
                }
            } else {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                into.add(c, pos);
                pos++;
            }
        }
    }

    private void copyParentheses(AsmText into) {
        int depth = 0;
        while (pos < text.length() && text.charAt(pos) != '\n' && text.charAt(pos) != '"') {
            char c = text.charAt(pos);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            into.add(c, pos++);
            if (depth == 0) {
                return;
            }
        }
    }

    /** A string literal, its escapes decoded as far as they matter. */
    private void string(AsmText into) {
        pos++;
        while (pos < text.length() && text.charAt(pos) != '"' && text.charAt(pos) != '\n') {
            char c = text.charAt(pos);
            if (c == '\\' && pos + 1 < text.length()) {
                char escaped = text.charAt(pos + 1);
                if (lineEndsAt(pos + 1)) {
                    pos = text.indexOf('\n', pos) + 1;
                    continue;
                }
                switch (escaped) {
                    case 'n' -> into.add('\n', pos);
                    case 't' -> into.add('\t', pos);
                    default -> into.add(escaped, pos);
                }
                pos += 2;
            } else {
                into.add(c, pos++);
            }
        }
        pos++;
    }

    private void directive(int hash) {
        int nameStart = skipBlanks(hash + 1);
        int nameEnd = wordEnd(nameStart);
        String name = text.substring(nameStart, nameEnd);
        pos = nameEnd;
        if (name.equals("define")) {
            Matcher matcher = DEFINE.matcher(text).region(nameEnd, text.length());
            if (matcher.lookingAt()) {
                String parameters = matcher.group(2);
                AsmText body = new AsmText(
                        effort,
                        Context.DEFINE,
                        matcher.group(1),
                        parameters == null
                                ? new String[0]
                                : parameters.replace("...", "").trim().split("[\\s,\\\\]+"));
                pos = matcher.end();
                flatten(body, End.DEFINE);
                flush();
                texts.add(body);
            }
        }
        skipDirective();
        conditions.directive(name, text.substring(nameEnd, pos));
    }

    /** To the end of a directive, past continuation lines and comments over several lines. */
    private void skipDirective() {
        while (pos < text.length() && text.charAt(pos) != '\n') {
            if (text.charAt(pos) == '\\' && lineEndsAt(pos + 1)) {
                pos = text.indexOf('\n', pos) + 1;
            } else if (!skipComment()) {
                pos++;
            }
        }
        if (pos < text.length()) {
            if (plain != null) {
                plain.add('\n', pos);
            }
            pos++;
        }
    }

    private boolean lineEndsAt(int at) {
        return text.startsWith("\n", at) || text.startsWith("\r\n", at);
    }

    private boolean isLineStart(int at) {
        int i = at - 1;
        while (i >= 0 && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
            i--;
        }
        return i < 0 || text.charAt(i) == '\n';
    }

    /** Past a comment of C, if one starts here. */
    private boolean skipComment() {
        if (text.startsWith("/*", pos)) {
            int end = text.indexOf("*/", pos + 2);
            int to = end < 0 ? text.length() : end + 2;
            for (int line = text.indexOf('\n', pos, to); line >= 0; line = text.indexOf('\n', line + 1, to)) {
                conditions.line(line + 1, false);
            }
            pos = to;
            return true;
        }
        if (text.startsWith("//", pos)) {
            skipLine();
            return true;
        }
        return false;
    }

    private void skipLine() {
        int end = text.indexOf('\n', pos);
        pos = end < 0 ? text.length() : end;
    }

    private void skipCharacter() {
        int end = pos + 1;
        while (end < text.length() && text.charAt(end) != '\'' && text.charAt(end) != '\n') {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        pos = Math.min(text.length(), end < text.length() && text.charAt(end) == '\'' ? end + 1 : end);
    }

    private int skipBlanks(int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    private int skipBlanksAndLines(int from) {
        int at = from;
        while (at < text.length() && (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == '\\')) {
            at++;
        }
        return at;
    }

    private int wordEnd(int from) {
        int at = from;
        while (at < text.length() && isWord(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isWordStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private static boolean isWord(char c) {
        return isWordStart(c) || c >= '0' && c <= '9';
    }
}
