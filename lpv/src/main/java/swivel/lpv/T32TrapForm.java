package swivel.lpv;

import static swivel.arm.T32.*;

import java.util.List;
import swivel.arm.T32;

/**
 * The forms of the trap encoding of T32: one row for each shape of sensitive instruction, the original word on the left and the
 * trap word on the right ({@link WordShape}).
 *
 * <p>Instructions of 16 bits become SVC with an immediate that Linux does not use. Those of 32 bits become LDC or STC of the
 * coprocessor p7, with P = 1; bits 23:20 are the encoding's type.
 */
@SuppressWarnings("ImmutableEnumChecker") // List.of and WordShape are immutable, only not annotated as such
enum T32TrapForm {
    // 16 bits: SVC with the immediates 0xe0 to 0xef and 0xf1 to 0xf4.
    CHANGE_STATE("10110110011i0AIF", "110111111110iAIF", CPS_T1),
    HINT_YIELD("1011111100010000", "1101111111110001", YIELD_T1),
    HINT_WFE("1011111100100000", "1101111111110010", WFE_T1),
    HINT_WFI("1011111100110000", "1101111111110011", WFI_T1),
    HINT_SEV("1011111101000000", "1101111111110100", SEV_T1),

    // 32 bits. Types 0 to 5, 9 and 11: accesses with user permissions; bits 22:20 are size and load, bit 23 is signed.
    UNPRIVILEGED(
            "1111100S0zzLnnnn tttt1110iiiiiiii",
            "11101101SzzLnnnn tttt0111iiiiiiii",
            STRBT_T1,
            LDRBT_T1,
            STRHT_T1,
            LDRHT_T1,
            STRT_T1,
            LDRT_T1,
            LDRSBT_T1,
            LDRSHT_T1),

    // Types 6 and 7: bit 6 tells the banked forms, bit 5 is R.
    WRITE_STATUS("11110011100Rnnnn 1000kkkk00000000", "111011010110nnnn 0000011100R0kkkk", MSR_REG_T1),
    WRITE_BANKED("11110011100Rnnnn 1000mmmm001s0000", "111011010110nnnn 0000011101Rsmmmm", MSR_BANKED_T1),
    READ_STATUS("11110011111R1111 1000dddd00000000", "1110110101110000 dddd011100R00000", MRS_T1),
    READ_BANKED("11110011111Rmmmm 1000dddd001s0000", "1110110101110000 dddd011101Rsmmmm", MRS_BANKED_T1),

    // Type 8: CPS, and the hints, which are CPS without imod and M.
    CHANGE_STATE_WIDE("1111001110101111 10000iiMAIFmmmmm", "1110110110000000 0iiM0111AIFmmmmm", CPS_T2),
    HINT_YIELD_WIDE("1111001110101111 1000000000000001", "1110110110000000 0000011100000001", YIELD_T2),
    HINT_WFE_WIDE("1111001110101111 1000000000000010", "1110110110000000 0000011100000010", WFE_T2),
    HINT_WFI_WIDE("1111001110101111 1000000000000011", "1110110110000000 0000011100000011", WFI_T2),
    HINT_SEV_WIDE("1111001110101111 1000000000000100", "1110110110000000 0000011100000100", SEV_T2),

    // Type 10: with an immediate of zero it is ERET.
    EXCEPTION_RETURN("1111001111011110 10001111iiiiiiii", "1110110110100000 00000111iiiiiiii", SUBS_PC_LR_T1),

    // Types 12 and 13: P, U and W in bits 7:5.
    STORE_RETURN_STATE_DB("1110100000W01101 11000000000mmmmm", "1110110111000000 0000011110Wmmmmm", SRS_T1),
    STORE_RETURN_STATE_IA("1110100110W01101 11000000000mmmmm", "1110110111000000 0000011101Wmmmmm", SRS_T2),
    RETURN_DB("1110100000W1nnnn 1100000000000000", "111011011101nnnn 0000011110W00000", RFE_T1),
    RETURN_IA("1110100110W1nnnn 1100000000000000", "111011011101nnnn 0000011101W00000", RFE_T2),

    // Types 14 and 15.
    HYPERVISOR_CALL("111101111110iiii 1000iiiiiiiiiiii", "111011011110iiii iiii0111iiiiiiii", HVC_T1),
    MONITOR_CALL("111101111111iiii 1000000000000000", "111011011111iiii 0000011100000000", SMC_T1);

    private final WordShape original;
    private final WordShape trap;
    private final List<T32> rows;

    T32TrapForm(String original, String trap, T32... rows) {
        this.original = WordShape.of(original, trap);
        this.trap = WordShape.of(trap, original);
        this.rows = List.of(rows);
    }

    /** The rows of the instruction table whose words this form encodes. */
    List<T32> rows() {
        return rows;
    }

    /** The shape of the original words, and the way to their trap words. */
    WordShape original() {
        return original;
    }

    /** The shape of the trap words, and the way to their original words. */
    WordShape trap() {
        return trap;
    }
}
