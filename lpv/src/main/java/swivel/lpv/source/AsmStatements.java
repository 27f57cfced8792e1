package swivel.lpv.source;

import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds where a source of C has something for the assembler that is not proved plain: each {@code asm}, unless its text
 * is all there, in string literals, and has no word in it that is or makes a sensitive instruction.
 *
 * <p>A compilation with inline assembly has the keyword itself somewhere, in whatever macro, so nothing else has to be
 * looked for: not what macros make of it, and not where they are used.
 */
final class AsmStatements {
    /** The keyword, and what macros for it are called. */
    private static final Pattern KEYWORD = Pattern.compile("(?i)_*+asm_*+");

    private static final Pattern QUALIFIERS =
            Pattern.compile("(?:\\s|\\\\\\r?\\n|/\\*(?s:.)*?\\*/|//.*" + "|_*+(?:volatile|goto|inline)_*+)*+\\(");

    private static final Pattern WORD = Pattern.compile("[A-Za-z_.][\\w.]*+");

    private static final Pattern PC = Pattern.compile("(?i)\\b(pc|r15)\\b");

    private static final Pattern RAW = Pattern.compile("\"([^()\\\\\\s]{0,16})\\(");

    private final String text;
    private final Effort effort;
    private final IntConsumer found;
    private int pos;

    private AsmStatements(String text, Effort effort, IntConsumer found) {
        this.text = text;
        this.effort = effort;
        this.found = found;
    }

    /** Tells of the places of all that is not plain, in the order of the file. */
    static void find(String text, Effort effort, IntConsumer found) {
        if (text.toLowerCase(Locale.ROOT).contains("asm")) {
            new AsmStatements(text, effort, found).find();
        }
    }

    private void find() {
        while (pos < text.length()) {
            char c = text.charAt(pos);
            if (skipComment()) {
                continue;
            }
            if (c == '"') {
                string(new StringBuilder());
            } else if (c == '\'') {
                character();
            } else if (isWord(c)) {
                word();
            } else {
                pos++;
            }
        }
    }

    /** A word, or a number, which may have quotes between its digits. */
    private void word() {
        int from = pos;
        boolean number = text.charAt(pos) <= '9';
        while (isWord(at(pos)) || number && at(pos) == '\'' && isWord(at(pos + 1))) {
            pos++;
        }
        String word = text.substring(from, pos);
        if (at(pos) == '"' && word.endsWith("R")) {
            raw();
        } else if (KEYWORD.matcher(word).matches() && !isInclude(from) && !isPlain()) {
            found.accept(from);
        }
    }

    /** {@code #include <asm/irq.h>}. */
    private boolean isInclude(int from) {
        int end = pos;
        int start = text.lastIndexOf('\n', from) + 1;
        effort.spend(end - start);
        return text.substring(start, from).strip().startsWith("#")
                && text.substring(start, from).contains("include");
    }

    /** Whether the statement whose keyword ends here is one of string literals alone that are plain. */
    private boolean isPlain() {
        Matcher qualifiers = QUALIFIERS.matcher(text).region(pos, text.length());
        if (!qualifiers.lookingAt()) {
            return false;
        }
        effort.spend(qualifiers.end() - pos);
        pos = qualifiers.end();
        StringBuilder template = new StringBuilder();
        while (pos < text.length()) {
            char c = text.charAt(pos);
            if (c == '"') {
                if (!string(template)) {
                    return false;
                }
            } else if (c == ':' || c == ')') {
                return isPlain(template.toString());
            } else if (Character.isWhitespace(c) || c == '\\' && Character.isWhitespace(at(pos + 1))) {
                pos++;
            } else if (!skipComment()) {
                return false;
            }
        }
        return false;
    }

    private static boolean isPlain(String template) {
        Matcher words = WORD.matcher(template);
        while (words.find()) {
            String word = words.group();
            Mnemonic mnemonic = Mnemonic.of(word);
            boolean plain = mnemonic == null
                    ? !word.startsWith(".") || word.startsWith(".L")
                    : switch (mnemonic.kind()) {
                        case ACCESS_STEM, RETURN_STEM -> true;
                        case MULTIPLE -> template.indexOf('^') < 0;
                        case RETURN -> !PC.matcher(template).find();
                        default -> false;
                    };
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    /** A string literal; false if it has more in it than an assembler's text has in plain letters. */
    private boolean string(StringBuilder into) {
        boolean plain = true;
        for (pos++; pos < text.length() && text.charAt(pos) != '\n'; pos++) {
            char c = text.charAt(pos);
            if (c == '"') {
                pos++;
                return plain;
            }
            if (c != '\\') {
                into.append(c);
                continue;
            }
            c = at(++pos);
            if (c == '\r' && at(pos + 1) == '\n') {
                c = at(++pos);
            }
            if (c == 'n' || c == 't') {
                into.append(c == 'n' ? '\n' : '\t');
            } else if (c != '\n') {
                plain = false;
            }
        }
        return false;
    }

    /** {@code R"x(...)x"}. */
    private void raw() {
        Matcher start = RAW.matcher(text).region(pos, text.length());
        if (!start.lookingAt()) {
            string(new StringBuilder());
            return;
        }
        int end = text.indexOf(')' + start.group(1) + '"', start.end());
        pos = end < 0 ? text.length() : end + start.group(1).length() + 2;
    }

    private void character() {
        for (pos++; pos < text.length() && text.charAt(pos) != '\n'; pos++) {
            if (text.charAt(pos) == '\'') {
                pos++;
                return;
            }
            if (text.charAt(pos) == '\\' && at(pos + 1) != '\n') {
                pos++;
            }
        }
    }

    private boolean skipComment() {
        if (text.startsWith("/*", pos)) {
            int end = text.indexOf("*/", pos + 2);
            pos = end < 0 ? text.length() : end + 2;
            return true;
        }
        if (text.startsWith("//", pos)) {
            int end = text.indexOf('\n', pos);
            pos = end < 0 ? text.length() : end;
            return true;
        }
        return false;
    }

    private char at(int index) {
        return index < text.length() ? text.charAt(index) : '\n';
    }

    private static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
    }
}
