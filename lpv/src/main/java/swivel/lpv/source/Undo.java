package swivel.lpv.source;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a rewriting back. Everything that was put into a file can be told by itself, so nothing has to be kept for it.
 */
final class Undo {
    private static final String INCLUDE = "#include \"(?:\\.\\./)*" + Pattern.quote(SourceTree.HEADER) + "\"";

    /** A line that was put in between, one that was blank, one in front of a comment. */
    private static final Pattern INCLUDED = Pattern.compile(
            "(?m)^" + INCLUDE + "(?:\\n" + SourceFile.LINE_DIRECTIVE + "[0-9]+\\n| (?=/[*/])|(?=[ \\t\\r]*$))");

    /** In a string literal of C, the mnemonic may stand behind the letter of an escape. */
    private static final Pattern PUT_IN = Pattern.compile("; lpv_register [\\w\\\\]+, \\.Llpv_[\\w\\\\]+"
            + "|(?:(?<!\\w)|(?<=\\\\[a-z]))lpv_(?:(?=(?:inst|long|word|int|4byte|short|hword)\\b)()|(?=[a-zA-Z\\\\]))");

    private Undo() {}

    /** What a file was before it was rewritten; null if it was not. */
    static byte[] before(byte[] content) {
        String text = new String(content, SourceFile.BYTES);
        String without;
        List<String> lines = MacroLibrary.lines();
        String raw = String.join(";", lines) + ";";
        if (text.contains(raw)) {
            without = text.replace(raw, "");
        } else {
            Matcher included = INCLUDED.matcher(text);
            if (!included.find()) {
                return null;
            }
            without = included.replaceFirst("");
        }
        return PUT_IN.matcher(without)
                .replaceAll(match -> match.group(1) == null ? "" : ".")
                .getBytes(SourceFile.BYTES);
    }
}
