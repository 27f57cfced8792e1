package swivel.lpv.source;

import java.util.regex.Pattern;

/**
 * Takes a rewriting back. Everything that was put into a file can be told by itself, so nothing has to be kept for it.
 */
final class Undo {
    private static final String INCLUDE = "#include \"(?:\\.\\./)*" + Pattern.quote(SourceTree.HEADER) + "\"";

    /** A line that was put in between, one that was blank, one in front of a comment; or behind a byte order mark. */
    private static final Pattern INCLUDED = Pattern.compile("(?m)(?:^|(?<=" + SourceFile.BYTE_ORDER_MARK + "))"
            + INCLUDE + "(?:\\n" + SourceFile.LINE_DIRECTIVE + "[0-9]+\\n| (?=/[*/])|(?=[ \\t\\r]*$))");

    private static final Pattern PUT_IN = Pattern.compile("lpv_own [\\w.]+; |; lpv_req [\\w\\\\]+(?:,[\\w\\\\]+)+"
            + "|lpv_(?=(?:inst|long|word|int|[24]byte|short|hword|byte)\\b)()");

    private Undo() {}

    /** What a file was before it was rewritten; null if it was not. */
    static byte[] before(byte[] content) {
        String text = new String(content, SourceFile.BYTES);
        String without =
                INCLUDED.matcher(text.replace(MacroLibrary.statements(), "")).replaceFirst("");
        String before = PUT_IN.matcher(without).replaceAll(match -> match.group(1) == null ? "" : ".");
        return before.equals(text) ? null : before.getBytes(SourceFile.BYTES);
    }
}
