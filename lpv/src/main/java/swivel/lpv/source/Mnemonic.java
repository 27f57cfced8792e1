package swivel.lpv.source;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import swivel.arm.Sensitivity;

/**
 * A mnemonic that is, or with the right operands may be, a sensitive instruction: with its condition in either syntax
 * ({@code ldrbteq}, {@code ldreqbt}) and its width.
 *
 * @param kind which operands make it sensitive
 */
record Mnemonic(String text, Kind kind) {

    /** Families, by what their operands look like. */
    enum Kind {
        MRS(Sensitivity.STATUS),
        MSR(Sensitivity.STATUS),
        CPS(Sensitivity.STATUS),
        SRS(Sensitivity.STATUS),
        RFE(Sensitivity.STATUS),
        /** LDM and STM: sensitive with {@code ^}. */
        MULTIPLE(Sensitivity.MULTIPLE),
        UNPRIVILEGED(Sensitivity.UNPRIVILEGED),
        /** Data processing that sets flags: sensitive with PC as destination. */
        RETURN(Sensitivity.RETURN),
        HINT(Sensitivity.HINT),
        CALL(Sensitivity.CALL),
        ERET(Sensitivity.CALL),
        /** Encoded instructions: {@code .inst}, {@code .long}. */
        ENCODED(Sensitivity.NONE),
        /** A load or store that becomes an unprivileged one if a T is pasted to it. */
        ACCESS_STEM(Sensitivity.UNPRIVILEGED),
        /** Data processing that becomes a return if an S is pasted to it, with PC as destination. */
        RETURN_STEM(Sensitivity.RETURN);

        final Sensitivity sensitivity;

        Kind(Sensitivity sensitivity) {
            this.sensitivity = sensitivity;
        }
    }

    private static final List<String> CONDITIONS = List.of(
            "", "eq", "ne", "cs", "hs", "cc", "lo", "ul", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le",
            "al");

    private static final Map<String, Mnemonic> ALL = new HashMap<>();

    static {
        family(Kind.MRS, "mrs", "", ".w");
        family(Kind.MSR, "msr", "", ".w");
        for (String op : List.of("cps", "cpsie", "cpsid")) {
            one(Kind.CPS, op);
            one(Kind.CPS, op + ".w");
            one(Kind.CPS, op + ".n");
        }
        for (String mode : List.of("", "ia", "ib", "da", "db", "fd", "fa", "ed", "ea")) {
            family(Kind.RFE, "rfe", mode, ".w");
            family(Kind.SRS, "srs", mode, ".w");
            family(Kind.MULTIPLE, "ldm", mode);
            family(Kind.MULTIPLE, "stm", mode);
        }
        for (String op : List.of("ldr", "str")) {
            for (String size : List.of("", "b", "h", "sb", "sh")) {
                if (op.equals("ldr") || !size.startsWith("s")) {
                    family(Kind.UNPRIVILEGED, op, size + "t", ".w");
                    family(Kind.ACCESS_STEM, op, size, ".w");
                }
            }
        }
        for (String op : List.of("and", "eor", "sub", "rsb", "add", "adc", "sbc", "rsc", "orr", "mov", "bic", "mvn")) {
            family(Kind.RETURN, op, "s", ".w");
            family(Kind.RETURN_STEM, op, "", ".w");
        }
        for (String op : List.of("lsl", "lsr", "asr", "ror", "rrx")) {
            family(Kind.RETURN, op, "s");
        }
        for (String op : List.of("wfi", "wfe", "sev", "yield")) {
            family(Kind.HINT, op, "", ".w", ".n");
        }
        for (String op : List.of("smc", "smi", "hvc")) {
            family(Kind.CALL, op, "");
        }
        family(Kind.ERET, "eret", "");
        for (String op : List.of(
                ".inst", ".inst.n", ".inst.w", ".long", ".word", ".int", ".4byte", ".short", ".hword", ".2byte",
                ".byte")) {
            one(Kind.ENCODED, op);
        }
    }

    /** The mnemonic that a whole word is, or null. */
    static Mnemonic of(String word) {
        Mnemonic known = ALL.get(word);
        return known == null ? ALL.get(word.toLowerCase(Locale.ROOT)) : known;
    }

    private static void family(Kind kind, String op, String suffix, String... widths) {
        for (String condition : CONDITIONS) {
            widths(kind, op + suffix + condition, widths);
            widths(kind, op + condition + suffix, widths);
        }
    }

    private static void widths(Kind kind, String text, String... widths) {
        one(kind, text);
        for (String width : widths) {
            one(kind, text + width);
        }
    }

    private static void one(Kind kind, String text) {
        ALL.putIfAbsent(text, new Mnemonic(text, kind));
    }
}
