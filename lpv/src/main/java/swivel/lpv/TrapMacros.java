package swivel.lpv;

/**
 * The trap encoding as text for the GNU assembler: macros that replace an instruction word in a symbol by its trap word, and
 * leave a word without an encoding as it is. Made from the same table as {@link TrapEncoding}.
 */
public final class TrapMacros {
    private TrapMacros() {}

    /**
     * Lines of a macro that replaces an A32 word.
     *
     * @param name of the macro
     * @param symbol the absolute symbol that holds the word, 0 to 0xffffffff
     */
    public static String a32(String name, String symbol) {
        StringBuilder text = new StringBuilder(".macro " + name + "\n");
        String keyword = ".if";
        for (TrapForm form : TrapForm.values()) {
            TrapForm.Side side = form.original();
            // Bits of the condition are a field of most forms; what looks like them under condition 15 is another instruction.
            String condition = side.mask() < 0 ? "" : "&&(%s>>28)!=15".formatted(symbol);
            text.append("%s (%s&0x%x)==0x%x%s%s\n"
                    .formatted(keyword, symbol, side.mask(), side.value(), condition, exclusion(form, symbol)));
            text.append(".set %s, 0x%x%s\n".formatted(symbol, side.otherValue(), side.moves(symbol)));
            keyword = ".elseif";
        }
        return text.append(".endif\n.endm\n").toString();
    }

    /** MSR that writes only flags has the shape of the others, but is not sensitive: CPSR, and neither x nor c. */
    private static String exclusion(TrapForm form, String symbol) {
        return form == TrapForm.WRITE_STATUS || form == TrapForm.WRITE_STATUS_IMM
                ? "&&(%s&0x430000)!=0".formatted(symbol)
                : "";
    }
}
