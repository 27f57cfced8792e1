package swivel.lpv.source;

import java.util.Arrays;

/**
 * Text that the assembler will see, as far as it stands in a source file: assembler source without its comments, or the
 * string literals of an inline assembly as one text. Every character knows where in the file it came from.
 *
 * <p>Where C tokens stand among string literals they are kept, with {@link #OPEN} and {@link #CLOSE} between:
 * {@code "ldrb" __t " %0"} is {@code ldrb⟩__t⟨ %0}.
 */
final class AsmText {
    /** A string literal starts behind a token of C: what is on the two sides becomes one word. */
    static final char OPEN = '\u0001';

    /** A string literal ends before a token of C. */
    static final char CLOSE = '\u0002';

    /** The name of a text that is the template of an {@code asm} statement. */
    static final String TEMPLATE = "asm";

    /** Where a text stands decides how much of it is taken for assembler. */
    enum Context {
        /** Assembler source, or the template of an {@code asm} statement. */
        ASSEMBLER,
        /** The body of a {@code #define}: may be either language. */
        DEFINE,
        /** String literals elsewhere in C, such as an argument of a macro that makes inline assembly of it. */
        STRING
    }

    private final Effort effort;
    private final Context context;
    private final String name;
    private final String[] parameters;
    private final StringBuilder chars = new StringBuilder();
    private int[] offsets = new int[64];
    private boolean joined;

    AsmText(Effort effort, Context context) {
        this(effort, context, "");
    }

    /**
     * A text that belongs to a macro of the preprocessor.
     *
     * @param effort of the file, of which each look at a character is taken
     * @param name of the macro whose body it is, or of what the string literals are an argument of
     * @param parameters of the macro
     */
    AsmText(Effort effort, Context context, String name, String... parameters) {
        this.effort = effort;
        this.context = context;
        this.name = name;
        this.parameters = parameters;
    }

    void add(char c, int offset) {
        if (chars.length() == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * offsets.length);
        }
        offsets[chars.length()] = offset;
        chars.append(c);
        joined |= isJoint(c);
    }

    /** A string literal starts here. Behind another one it goes on with that. */
    void open(int offset) {
        int last = chars.length() - 1;
        if (last >= 0 && chars.charAt(last) == CLOSE) {
            chars.setLength(last);
        } else if (last >= 0) {
            add(OPEN, offset);
        }
    }

    /** A string literal ends here. */
    void close(int offset) {
        add(CLOSE, offset);
    }

    static boolean isJoint(char c) {
        return c == OPEN || c == CLOSE;
    }

    Effort effort() {
        return effort;
    }

    Context context() {
        return context;
    }

    boolean hasParameters() {
        return parameters.length > 0;
    }

    /** The name of the macro of the preprocessor whose body this is, or whose argument; else empty. */
    String name() {
        return name;
    }

    /** Whether it is of string literals and C tokens between them. */
    boolean isOpen() {
        return joined;
    }

    boolean isEmpty() {
        return chars.isEmpty();
    }

    int length() {
        return chars.length();
    }

    /** The character at an index; a newline outside the text. */
    char at(int index) {
        effort.spend(1);
        return index >= 0 && index < chars.length() ? chars.charAt(index) : '\n';
    }

    String substring(int from, int to) {
        effort.spend(to - from);
        return chars.substring(from, to);
    }

    /** Where a string is from an index on; the end of the text if it is not there. */
    int find(String wanted, int from) {
        int found = chars.indexOf(wanted, from);
        return found < 0 ? length() : found;
    }

    /** Where in the file the character at an index stands. */
    int offset(int index) {
        return offsets[index];
    }

    /** The next index that is no blank. */
    int skipBlanks(int from) {
        int i = from;
        while (at(i) == ' ' || at(i) == '\t') {
            i++;
        }
        return i;
    }

    /** The index of the next newline, or the end. */
    int lineEnd(int from) {
        int i = from;
        while (i < length() && at(i) != '\n') {
            i++;
        }
        return i;
    }

    /** The end of the word that starts at an index, one character at least. */
    int wordEnd(int from) {
        int i = from;
        while (i < length() && (isWord(at(i)) || i == from)) {
            i++;
        }
        return i;
    }

    /** The start of the word that ends at an index. */
    int wordStart(int end) {
        int i = end;
        while (i > 0 && isWord(at(i - 1))) {
            i--;
        }
        return i;
    }

    /** Letters, digits, underscores, and dots, which are part of the names of directives and mnemonics. */
    static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.';
    }
}
