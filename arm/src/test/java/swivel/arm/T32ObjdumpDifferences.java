package swivel.arm;

import static swivel.arm.ObjdumpDifference.coprocessors;
import static swivel.arm.ObjdumpDifference.meaning;
import static swivel.arm.ObjdumpDifference.spelling;
import static swivel.arm.ObjdumpDifference.words;
import static swivel.arm.T32.*;

import java.util.List;
import java.util.function.IntPredicate;

/** Why GNU objdump (binutils 2.40) writes some words of T32 differently than {@link Disassembler}. */
final class T32ObjdumpDifferences {
    private T32ObjdumpDifferences() {}

    private static final String HALF = "0000000000000000";
    private static final String NO_OFFSET = "objdump leaves out write-back of a zero offset, or its sign";
    private static final String LIMITATION = "older name of the limitation";

    static final List<ObjdumpDifference> LIST = ObjdumpDifference.with(
            ObjdumpDifference.with(ObjdumpDifference.ofCoprocessors("111."), VectorDifferences.LIST),
            // 16 bits
            meaning(words(HALF + "010001110....1"), "bxns .*", "ARMv8-M, where should-be bits are otherwise"),
            meaning(words(HALF + "010001111....1"), "(blxns .*)?", "ARMv8-M, where should-be bits are otherwise"),
            meaning(words(HALF + "10110110001"), "setpan #.", "ARMv8"),
            meaning(words(HALF + "101101100001"), "setpan #.", "ARMv8"),
            meaning(words(HALF + "1011101010"), "hlt 0x00..", "ARMv8"),
            meaning(words(HALF + "10111111....0000"), "sevl", "hint of ARMv8"),
            meaning(words(HALF + "10110110011.0000"), "cpsi[ed]", "CPS without A, I, F"),
            meaning(words(HALF + "101111111111"), "it.* <und>", "IT of the condition that is none"),

            // 32 bits, another spelling
            spelling("1110100.111.............00000000", "(.*)\\]", "$1, #0]!", NO_OFFSET),
            spelling("1110100.011.............00000000", "(.*)\\]", "$1], #0", NO_OFFSET),
            spelling("1110100.0.1.............00000000", "(.*), #0", "$1, #-0", NO_OFFSET),
            spelling("111.11011.1.............00000000", "(.*)\\]", "$1, #0]!", NO_OFFSET),
            spelling("111.11010.1.............00000000", "(.*)\\]", "$1]!", NO_OFFSET),
            spelling("111.11001.1.............00000000", "(.*)\\]", "$1], #0", NO_OFFSET),
            spelling("111100111011....10.0....0100....", "dsb un(st)?", "dsb nsh$1", LIMITATION),
            spelling("111100111011....10.0....0101....", "dmb un(st)?", "dmb nsh$1", LIMITATION),

            // UNPREDICTABLE
            meaning(T32ObjdumpDifferences::isNotAsItShouldBe, ".*", "should-be bits are otherwise"),
            meaning(rows(MRS_BANKED_T1, MSR_BANKED_T1), "m(rs|sr) .*\\(UNDEF: \\d+\\).*", "SYSm is reserved"),
            meaning(rows(CPS_T2), "cps.*|undefined .*", "CPS with an imod that has no A, I, F, or none that has some"),
            meaning(rows(BFI_T1, BFC_T1), "bf.* #42949\\d+", "a bit field that ends before it begins"),
            meaning(words("1111100..0.1....1111"), "(pldw?|pli) .*", "unprivileged or with writeback, and Rt = 15"),

            // Undefined, or of other architectures than ARMv7-A
            meaning(words("1111100..0.11111"), "ldr(b|h|sb|sh)?t .*", "relative to the PC; objdump takes it for LDRT"),
            meaning(words("1111100..1011111"), "ldrt .*", "relative to the PC; objdump takes it for LDRT"),
            meaning(rows(HINT_LIT, HINT_IMM_T1, HINT_IMM_T2, HINT_REG), "ldrsh.w pc, .*", "unallocated hint"),
            meaning(rows(UNDEFINED_STORE), "str.*|v?st.*", "store relative to the PC"),
            meaning(
                    rows(UNDEFINED_STORE_IMM, UNDEFINED_LOAD_IMM, UNDEFINED_LOAD_STORE),
                    "(str|ldr|pld|pli).*",
                    "undefined form of a load or store"),
            meaning(rows(UNDEFINED_BRANCH, UNDEFINED_CONTROL), "undefined .*|dcps.*|ssbb|pssbb|sb|dfb", "undefined"),
            meaning(rows(DSB_T1, DMB_T1), "ssbb|pssbb|dfb|d.b (ld|ishld|nshld|oshld)", "limitation of ARMv8"),
            meaning(rows(HINT_T2), "(sevl|esb|csdb|tsb|psb|pac|bti|aut).*", "hint of ARMv8"),
            meaning(rows(UNDEFINED_EXCLUSIVE), "(stl|lda)\\S* .*", "acquire and release of ARMv8"),
            meaning(rows(UNDEFINED_REGISTER), "crc32.*", "ARMv8"),
            meaning(rows(UNDEFINED_SHIFTED), ".*", "ARMv8.1-M"),
            meaning(
                    rows(UNDEFINED_BLX),
                    "(bf|bfl|bfx|bflx|bfcsel|dls|wls|le|dlstp|wlstp|letp|lctp|wls.*)\\b.*",
                    "ARMv8.1-M"),
            meaning(words("1110100010011111"), "clrm .*", "ARMv8.1-M"),
            meaning(words("1111101101"), "(autg|bxaut|pacg) .*", "ARMv8.1-M"),
            meaning(rows(STREX_T1), "tta?t? .*", "ARMv8-M"),
            meaning(rows(UNDEFINED_LDC), "(stc|ldc|sfm|lfm|stf|ldf|cf|v)\\S* .*", "undefined (A8.8.56)"),
            meaning(coprocessors("111.11..............0000"), "(mia\\S* acc|m(ar|ra)\\S* ).*", "XScale, coprocessor 0"),
            meaning(coprocessors("111.11..............1000"), "v\\S* .*", "ARMv8.3 SIMD, coprocessor 8"),
            meaning(
                    coprocessors("111111..............101"),
                    "(v\\S* .*)?",
                    "ARMv8 floating point, coprocessors 10 and 11"),
            meaning(coprocessors("111.11..............110"), "v\\S* .*", "ARMv8.2 SIMD, coprocessors 12 and 13"));

    private static IntPredicate rows(T32... wanted) {
        return ObjdumpDifference.rows(T32::decode, wanted);
    }

    private static boolean isNotAsItShouldBe(int word) {
        return !decode(word).isAsItShouldBe(word);
    }
}
