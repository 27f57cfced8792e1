package swivel.lpv.report;

/** Text in reports that machines read: what would be markup there is escaped. */
public final class Escape {
    private Escape() {}

    /** A text as content or attribute of HTML. */
    public static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** A text as a string of JSON, with its quotes, in ASCII. */
    public static String json(String text) {
        StringBuilder string = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '"' || character == '\\') {
                string.append('\\').append(character);
            } else if (character < ' ' || character > '~') {
                string.append(Printable.escape(character));
            } else {
                string.append(character);
            }
        }
        return string.append('"').toString();
    }
}
