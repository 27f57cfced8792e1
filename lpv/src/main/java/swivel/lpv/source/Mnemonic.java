package swivel.lpv.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
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

    static final List<String> CONDITIONS = List.of(
            "eq", "ne", "cs", "hs", "cc", "lo", "ul", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al");

    /**
     * The mnemonics of one operation and width: alone, and with every condition.
     *
     * @param suffix what the mnemonic ends with in unified syntax before the condition, in divided syntax behind it
     * @param width a suffix behind all, such as {@code .w}, or empty
     * @param handler the macro of lpv.inc that reads the operands; null if there is none
     * @param arguments what it is told of the operation, each with a comma behind it
     */
    record Family(Kind kind, String stem, String suffix, String width, String handler, String arguments) {
        private Stream<String> mnemonics() {
            return Stream.concat(
                    Stream.of(stem + suffix + width),
                    CONDITIONS.stream().flatMap(c -> Stream.of(stem + suffix + c + width, stem + c + suffix + width)));
        }

        /** The call of the macro of lpv.inc that defines macros of these names. */
        String definition() {
            return "lpv_family %s, %s, %s, \"%s\", %s".formatted(stem, suffix, handler, arguments, width);
        }
    }

    private static final String[] NARROW_OR_WIDE = {"", ".w"};

    /** Operations of data processing, by their opcode; those without a name have no result. */
    private static final List<String> OPERATIONS =
            List.of("and", "eor", "sub", "rsb", "add", "adc", "sbc", "rsc", "", "", "", "", "orr", "mov", "bic", "mvn");

    /** Ways of addressing, as P and U: IA, IB, DA, DB, and what they are called for stacks by loads and by stores. */
    private static final Map<String, Integer> ADDRESSING = Map.of("", 1, "ia", 1, "ib", 3, "da", 0, "db", 2);

    private static final Map<String, Integer> POPPING = Map.of("fd", 1, "ed", 3, "fa", 0, "ea", 2);
    private static final Map<String, Integer> PUSHING = Map.of("ea", 1, "fa", 3, "ed", 0, "fd", 2);

    private static final List<Family> FAMILIES = new ArrayList<>();

    private static final Map<String, Mnemonic> ALL = new HashMap<>();

    static {
        family(Kind.MRS, "mrs", "", "lpv_mrs_", "", NARROW_OR_WIDE);
        family(Kind.MSR, "msr", "", "lpv_msr_", "", NARROW_OR_WIDE);
        blocks(POPPING, "rfe", "ldm", 1);
        blocks(PUSHING, "srs", "stm", 0);
        accesses("ldr", "t", "0x04300000, 0xf8500e00,");
        accesses("str", "t", "0x04200000, 0xf8400e00,");
        accesses("ldr", "bt", "0x04700000, 0xf8100e00,");
        accesses("str", "bt", "0x04600000, 0xf8000e00,");
        accesses("ldr", "ht", "0x003000b0, 0xf8300e00,");
        accesses("str", "ht", "0x002000b0, 0xf8200e00,");
        accesses("ldr", "sbt", "0x003000d0, 0xf9100e00,");
        accesses("ldr", "sht", "0x003000f0, 0xf9300e00,");
        for (int opcode = 0; opcode < OPERATIONS.size(); opcode++) {
            String operation = OPERATIONS.get(opcode);
            if (!operation.isEmpty()) {
                family(Kind.RETURN, operation, "s", "lpv_dp_", opcode + ",", NARROW_OR_WIDE);
                family(Kind.RETURN_STEM, operation, "", null, "", NARROW_OR_WIDE);
            }
        }
        List<String> shifts = List.of("lsl", "lsr", "asr", "ror");
        for (int type = 0; type < shifts.size(); type++) {
            family(Kind.RETURN, shifts.get(type), "s", "lpv_shift_", type + ",", "");
        }
        family(Kind.RETURN, "rrx", "s", "lpv_rrxs_", "", "");
        List<String> hints = List.of("yield", "wfe", "wfi", "sev");
        for (int i = 0; i < hints.size(); i++) {
            family(Kind.HINT, hints.get(i), "", "lpv_hint_", i + 1 + ", 2,", "", ".n");
            family(Kind.HINT, hints.get(i), "", "lpv_hint_", i + 1 + ", 4,", ".w");
        }
        family(Kind.CALL, "smc", "", "lpv_call_", "0x01600070, 0xf7f08000,", "");
        family(Kind.CALL, "smi", "", "lpv_call_", "0x01600070, 0xf7f08000,", "");
        family(Kind.CALL, "hvc", "", "lpv_call_", "0x01400070, 0xf7e08000,", "");
        family(Kind.ERET, "eret", "", "lpv_eret_", "", "");
        FAMILIES.forEach(family -> family.mnemonics().forEach(text -> one(family.kind, text)));
        for (String op : List.of("cps", "cpsie", "cpsid")) {
            for (String width : List.of("", ".n", ".w")) {
                one(Kind.CPS, op + width);
            }
        }
        for (String op : List.of(
                ".inst", ".inst.n", ".inst.w", ".long", ".word", ".int", ".4byte", ".short", ".hword", ".2byte",
                ".byte")) {
            one(Kind.ENCODED, op);
        }
    }

    /** What macros take the place of, CPS aside, which has no conditions. */
    static Stream<Family> families() {
        return FAMILIES.stream().filter(family -> family.handler != null);
    }

    /** The mnemonic that a whole word is, or null. */
    static Mnemonic of(String word) {
        Mnemonic known = ALL.get(word);
        return known == null ? ALL.get(word.toLowerCase(Locale.ROOT)) : known;
    }

    private static void family(
            Kind kind, String stem, String suffix, String handler, String arguments, String... widths) {
        for (String width : widths) {
            FAMILIES.add(new Family(kind, stem, suffix, width, handler, arguments));
        }
    }

    /** Exception return or its opposite, and multiple transfers. */
    private static void blocks(Map<String, Integer> stack, String exception, String multiple, int load) {
        String handler = "lpv_" + exception + "_";
        Stream.of(ADDRESSING, stack)
                .flatMap(modes -> modes.entrySet().stream())
                .sorted(Map.Entry.comparingByKey())
                .forEach(mode -> {
                    int pu = mode.getValue();
                    Kind kind = load == 1 ? Kind.RFE : Kind.SRS;
                    family(kind, exception, mode.getKey(), handler, pu + ",", NARROW_OR_WIDE);
                    family(Kind.MULTIPLE, multiple, mode.getKey(), "lpv_ldm_", (pu << 1 | load) + ",", "");
                });
    }

    private static void accesses(String stem, String suffix, String words) {
        family(Kind.UNPRIVILEGED, stem, suffix, "lpv_ldrt_", words, NARROW_OR_WIDE);
        family(Kind.ACCESS_STEM, stem, suffix.substring(0, suffix.length() - 1), null, "", NARROW_OR_WIDE);
    }

    private static void one(Kind kind, String text) {
        ALL.putIfAbsent(text, new Mnemonic(text, kind));
    }
}
