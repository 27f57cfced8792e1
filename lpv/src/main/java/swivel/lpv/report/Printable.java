package swivel.lpv.report;

/**
 * Makes names and other text that somebody else wrote harmless to a terminal: nothing in it moves the cursor or hides
 * what stands there.
 */
public final class Printable {
    private Printable() {}

    /**
     * A text of one line in which all that a terminal would obey, and all that has no width or turns the direction of
     * writing, stands as an escape of Java: {@code \}{@code u001b}. A text without any of these is returned as it is.
     */
    public static String line(String text) {
        if (text.codePoints().allMatch(Printable::isHarmless)) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(character -> {
            if (isHarmless(character)) {
                line.appendCodePoint(character);
            } else {
                for (char unit : Character.toChars(character)) {
                    line.append(escape(unit));
                }
            }
        });
        return line.toString();
    }

    /** A character as Java and JSON escape it. */
    static String escape(char unit) {
        return "\\u%04x".formatted((int) unit);
    }

    private static boolean isHarmless(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, // with C1, whose 0x9b begins a sequence as ESC [ does
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
