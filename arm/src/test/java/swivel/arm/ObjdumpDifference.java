package swivel.arm;

import static swivel.arm.A32.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * A reason why GNU objdump (binutils 2.40) writes some words differently than {@link Disassembler}.
 *
 * @param words which words
 * @param theirs what objdump then writes, the whole of it; empty for "undefined"
 * @param ours what {@code theirs} becomes when spelled our way, as a replacement; null if the two have no more in
 *     common
 * @param reason why the difference is right or of no interest
 */
record ObjdumpDifference(IntPredicate words, Pattern theirs, String ours, String reason) {

    private static final String DATA_PROCESSING =
            "(and|eor|sub|rsb|add|adc|sbc|rsc|tst|teq|cmp|cmn|orr|mov|lsl|lsr|asr|ror|bic|mvn|mrs|msr|smc)\\S* .*";

    private static final String FPA =
            "(ldf|stf|lfm|sfm|adf|muf|suf|rsf|dvf|rdf|pow|rpw|rmf|fml|fdv|frd|pol|mvf|mnf|abs|rnd|sqt|log|lgn|exp|sin|cos"
                    + "|tan|asn|acs|atn|urd|nrm|flt|fix|wfs|rfs|wfc|rfc|cmf|cnf)\\S* .*";

    private static final String INCREMENT_AFTER = "increment after needs no suffix";
    private static final String R15_IS_FLAGS = "r15 stands for the flags (A8.8.108)";
    private static final String NO_OFFSET = "LDC, STC: objdump leaves out write-back of a zero offset";
    private static final String BY_NUMBER = "LDREX: r10 to r15 by number";
    private static final String LIMITATION = "older name of the limitation";

    /**
     * Of coprocessor instructions, which the two instruction sets share but for the upper bits of a word: {@code 111}
     * and any, or all any.
     */
    static List<ObjdumpDifference> ofCoprocessors(String upper) {
        return List.of(
                spelling("11111110...1....1111", "mrc2 (.*), pc, (.*)", "mrc2 $1, APSR_nzcv, $2", R15_IS_FLAGS),
                meaning(coprocessors(upper + "110.............1111"), "v(str|ldr)\\S* .*", "ARMv8.1-M, coprocessor 15"),
                meaning(coprocessors(upper + "11..............0001"), FPA, "FPA, coprocessor 1"),
                meaning(coprocessors(upper + "11..............0010"), FPA, "FPA, coprocessor 2"),
                meaning(coprocessors(upper + "11..............010"), "cf\\S* .*", "Maverick, coprocessors 4 and 5"),
                meaning(coprocessors(upper + "11..............0110"), "cf\\S* .*", "Maverick, coprocessor 6"),
                meaning(
                        coprocessors(upper + "11..............1001"),
                        "(v\\S* .*)?",
                        "ARMv8.2 half precision, coprocessor 9"),
                meaning(
                        coprocessors("1111110.............1001"),
                        "(ldc2|stc2)l? 9, .*",
                        "half the offset by mistake, coprocessor 9"));
    }

    /** Words as in a pattern, where they are of a coprocessor: NEON has some of those of T32. */
    static IntPredicate coprocessors(String pattern) {
        IntPredicate words = words(pattern);
        return word -> words.test(word) && (word >>> 24 & 15) != 15;
    }

    static final List<ObjdumpDifference> LIST = with(
            with(ofCoprocessors("...."), VectorDifferences.LIST),
            // Another spelling
            spelling("11100001101000000000000000000000", "nop", "mov r0, r0", "the NOP of before the hints is a MOV"),
            spelling("....10001..0", "stmia(.*)", "stm$1", INCREMENT_AFTER),
            spelling("1111100.11.0", "srsia (.*)", "srs $1", INCREMENT_AFTER),
            spelling("1111100010.1", "rfeia (.*)", "rfe $1", INCREMENT_AFTER),
            spelling("....100100101101", "stmfd(\\S*) sp!, (.*)", "push$1 $2", "PUSH of one register by STM"),
            spelling("....100010111101", "ldmfd(\\S*) sp!, (.*)", "pop$1 $2", "POP of one register by LDM"),
            spelling("1111010101111111111100000100....", "dsb un(st)?", "dsb nsh$1", LIMITATION),
            spelling("1111010101111111111100000101....", "dmb un(st)?", "dmb nsh$1", LIMITATION),
            spelling("....01101100........11000111", "(.*) ROR (.*)", "$1 ror $2", "upper case by mistake"),
            spelling("....01101.1.........00000101", "(.*), asr #0", "$1, asr #32", "ASR by 0 means by 32 (A8.4.3)"),
            spelling("....00011001....1010", "(\\S*) r10, (.*)", "$1 sl, $2", BY_NUMBER),
            spelling("....00011001....1011", "(\\S*) r11, (.*)", "$1 fp, $2", BY_NUMBER),
            spelling("....00011001....1100", "(\\S*) r12, (.*)", "$1 ip, $2", BY_NUMBER),
            spelling("....00011001....1101", "(\\S*) r13, (.*)", "$1 sp, $2", BY_NUMBER),
            spelling("....00011001....1110", "(\\S*) r14, (.*)", "$1 lr, $2", BY_NUMBER),
            spelling("....00011001....1111", "(\\S*) r15, (.*)", "$1 pc, $2", BY_NUMBER),
            spelling("....0001.11.1111........1..1", "(.*)\\]", "$1]!", "objdump leaves out write-back to r15"),
            spelling("....0001111.1111....00001..10000", "(.*)\\]", "$1, #0]!", "objdump leaves out write-back to r15"),
            spelling("....11011.1.............00000000", "(.*)\\]", "$1, #0]!", NO_OFFSET),
            spelling("....11010.1.............00000000", "(.*)\\]", "$1]!", NO_OFFSET),
            spelling("....11001.1.............00000000", "(.*)\\]", "$1], #0", NO_OFFSET),

            // UNPREDICTABLE
            meaning(
                    ObjdumpDifference::isNotAsItShouldBe,
                    "|" + DATA_PROCESSING,
                    "should-be bits are otherwise; objdump says undefined or takes it for data processing"),
            meaning(
                    words("....00.11.11....1111"),
                    "",
                    "exception return by MOV, should-be bits in the place of Rn are otherwise"),
            meaning(words("1111000100001.00"), "cps #\\d+|cpsi[ed]", "CPS without M that has a mode or no A, I, F"),
            meaning(words("1111000100001.1"), "cpsi[ed] *, #\\d+", "CPS with M that has no A, I, F"),
            meaning(
                    and(words("....00010010............0111"), word -> word >>> 28 != Fields.AL),
                    "(msr\\S* .*)?",
                    "BKPT with a condition"),
            meaning(
                    words("....0111110..............001"),
                    "bf[ci]\\S* .*\\(invalid: \\d+:\\d+\\)",
                    "a bit field that ends before it begins"),
            meaning(rows(MRS_BANKED, MSR_BANKED), "m(rs|sr)\\S* .*\\(UNDEF: \\d+\\).*", "SYSm is reserved"),

            // Undefined, or of other architectures than ARMv7-A
            meaning(words("....1100000"), "(stc|ldc)\\S* .*", "LDC, STC with P, U, W, D clear are undefined (A8.8.56)"),
            meaning(words("....1110001.........0000...1"), "mia\\S* acc.*", "XScale, coprocessor 0"),
            meaning(words("....1100010.........0000"), "m(ar|ra)\\S* .*acc0.*", "XScale, coprocessor 0"),
            meaning(words("111111..............1000"), "v\\S* .*", "ARMv8.3 SIMD, coprocessor 8"),
            meaning(words("111111..............101"), "(v\\S* .*)?", "ARMv8 floating point, coprocessors 10 and 11"),
            meaning(words("111111..............110"), "v\\S* .*", "ARMv8.2 SIMD, coprocessors 12 and 13"),
            meaning(rows(HINT_IMM, HINT_REG), "pldw .*", "unallocated hint; objdump takes it for PLDW"),
            meaning(words("1111011....................1"), "(pldw?|pli) .*", "objdump takes it for a preload"),
            meaning(words("111100010000...1"), "setend [bl]e", "objdump takes it for SETEND"),
            meaning(rows(NOP), "sevl|esb|csdb|tsb csync|psb csync", "hint of ARMv8"),
            meaning(rows(DSB, DMB), "ssbb|pssbb|dfb|d.b (ld|ishld|nshld|oshld)", "limitation of ARMv8"),
            meaning(rows(UNDEFINED_SYNC), "(stl|lda)\\S* .*", "acquire and release of ARMv8"),
            meaning(words("....00010..0"), "(crc32|hlt)\\S* .*", "ARMv8"),
            meaning(
                    rows(UNDEFINED_MISC, UNDEFINED_SYNC),
                    DATA_PROCESSING,
                    "unallocated; objdump takes it for data processing"));

    static ObjdumpDifference spelling(String words, String theirs, String ours, String reason) {
        return new ObjdumpDifference(words(words), Pattern.compile(theirs), ours, reason);
    }

    static ObjdumpDifference meaning(IntPredicate words, String theirs, String reason) {
        return new ObjdumpDifference(words, Pattern.compile(theirs), null, reason);
    }

    /** The words whose upper bits are as in the pattern; a dot is any bit. */
    static IntPredicate words(String pattern) {
        int fixed = 0;
        int bits = 0;
        for (int i = 0; i < pattern.length(); i++) {
            int at = 1 << (31 - i);
            fixed |= pattern.charAt(i) == '.' ? 0 : at;
            bits |= pattern.charAt(i) == '1' ? at : 0;
        }
        int mask = fixed;
        int value = bits;
        return word -> (word & mask) == value;
    }

    /** The words of some rows of a table. */
    static IntPredicate rows(IntFunction<? extends Instruction> decode, Instruction... wanted) {
        Set<Instruction> rows = Set.of(wanted);
        return word -> rows.contains(decode.apply(word));
    }

    private static IntPredicate rows(A32... wanted) {
        return rows(A32::decode, wanted);
    }

    private static boolean isNotAsItShouldBe(int word) {
        return !decode(word).isAsItShouldBe(word);
    }

    /** Two lists as one. */
    static List<ObjdumpDifference> with(List<ObjdumpDifference> more, ObjdumpDifference... first) {
        return with(more, List.of(first));
    }

    static List<ObjdumpDifference> with(List<ObjdumpDifference> more, List<ObjdumpDifference> first) {
        List<ObjdumpDifference> all = new ArrayList<>(first);
        all.addAll(more);
        return all;
    }

    private static IntPredicate and(IntPredicate one, IntPredicate other) {
        return word -> one.test(word) && other.test(word);
    }

    /** Index of the reason for a difference, negative if there is none in a list. */
    static int explain(List<ObjdumpDifference> list, int word, String ours, String theirs) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).explains(word, ours, theirs)) {
                return i;
            }
        }
        return -1;
    }

    private boolean explains(int word, String text, String theirText) {
        if (!words.test(word)) {
            return false;
        }
        var matcher = theirs.matcher(theirText);
        return matcher.matches() && (ours == null || matcher.replaceFirst(ours).equals(text));
    }
}
