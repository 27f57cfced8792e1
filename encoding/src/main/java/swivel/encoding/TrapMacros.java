package swivel.encoding;

/**
 * The trap encoding as text for the GNU assembler: macros that replace an instruction word in a symbol by its trap
 * word, and leave a word without an encoding as it is. Made from the same tables as {@link TrapEncoding}.
 */
public final class TrapMacros {
    /** Condition 15 makes another instruction of most words that have a condition. */
    private static final String CONDITIONAL = "&&(%1$s>>28)!=15";

    private TrapMacros() {}

    /**
     * Lines of a macro that replaces an A32 word.
     *
     * @param name of the macro
     * @param symbol the absolute symbol that holds the word, 0 to 0xffffffff
     */
    public static String a32(String name, String symbol) {
        StringBuilder cases = new StringBuilder();
        for (A32TrapForm form : A32TrapForm.values()) {
            String only = form.original().mask() < 0 ? "" : CONDITIONAL;
            String sensitive = switch (form) {
                // What writes only flags has the same shape, but is not sensitive.
                case WRITE_STATUS, WRITE_STATUS_IMM -> "&&(%1$s&0x430000)!=0";
                default -> "";
            };
            cases.append(replacement(form.original(), only + sensitive, symbol));
        }
        return macro(name, cases);
    }

    /** Lines of a macro that replaces a T32 word, as {@link #a32}; one of 16 bits is below 0x10000. */
    public static String t32(String name, String symbol) {
        StringBuilder cases = new StringBuilder();
        for (T32TrapForm form : T32TrapForm.values()) {
            String sensitive = switch (form) {
                case WRITE_STATUS -> "&&(%1$s&0x100300)!=0";
                // Relative to PC they are other instructions.
                case UNPRIVILEGED -> "&&(%1$s&0xf0000)!=0xf0000";
                default -> "";
            };
            cases.append(replacement(form.original(), sensitive, symbol));
        }
        return macro(name, cases);
    }

    private static String replacement(WordShape original, String only, String symbol) {
        return ".elseif (%1$s&0x%2$x)==0x%3$x%4$s\n.set %1$s, %5$s\n"
                .formatted(
                        symbol,
                        original.mask(),
                        original.value(),
                        only.formatted(symbol),
                        original.moveExpression(symbol));
    }

    private static String macro(String name, StringBuilder cases) {
        // The first ".elseif" is an ".if".
        return ".macro " + name + "\n." + cases.substring(".else".length()) + ".endif\n.endm\n";
    }
}
