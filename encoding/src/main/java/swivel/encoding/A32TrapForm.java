package swivel.encoding;

import static swivel.arm.A32.*;

import java.util.List;
import swivel.arm.A32;

/**
 * The forms of the trap encoding of A32: one row for each shape of sensitive instruction, the original word on
 * the left and the trap word on the right ({@link WordShape}).
 *
 * <p>Left of the trap words stands their major opcode: {@code 1111} is SVC, whose bits 23:20 are the encoding's type
 * (type 0 is a real SVC), {@code 110} is LDC or STC, whose coprocessor (bits 11:8) is p0 to p7.
 */
@SuppressWarnings("ImmutableEnumChecker") // List.of and WordShape are immutable, only not annotated as such
enum A32TrapForm {
    // Types 1 to 8: LDM with ^, type - 1 = P U W.
    LDM_DA("cccc10000101nnnnllllllllllllllll", "cccc11110001nnnnllllllllllllllll", LDM_USER, LDM_RETURN),
    LDM_DA_W("cccc10000111nnnnllllllllllllllll", "cccc11110010nnnnllllllllllllllll", LDM_USER, LDM_RETURN),
    LDM_IA("cccc10001101nnnnllllllllllllllll", "cccc11110011nnnnllllllllllllllll", LDM_USER, LDM_RETURN),
    LDM_IA_W("cccc10001111nnnnllllllllllllllll", "cccc11110100nnnnllllllllllllllll", LDM_USER, LDM_RETURN),
    LDM_DB("cccc10010101nnnnllllllllllllllll", "cccc11110101nnnnllllllllllllllll", LDM_USER, LDM_RETURN),
    LDM_DB_W("cccc10010111nnnnllllllllllllllll", "cccc11110110nnnnllllllllllllllll", LDM_USER, LDM_RETURN),
    LDM_IB("cccc10011101nnnnllllllllllllllll", "cccc11110111nnnnllllllllllllllll", LDM_USER, LDM_RETURN),
    LDM_IB_W("cccc10011111nnnnllllllllllllllll", "cccc11111000nnnnllllllllllllllll", LDM_USER, LDM_RETURN),

    // Types 9 to 12: STM with ^, type - 9 = P U. It has no writeback (W = 1 is UNPREDICTABLE).
    STM_DA("cccc10000100nnnnllllllllllllllll", "cccc11111001nnnnllllllllllllllll", STM_USER),
    STM_IA("cccc10001100nnnnllllllllllllllll", "cccc11111010nnnnllllllllllllllll", STM_USER),
    STM_DB("cccc10010100nnnnllllllllllllllll", "cccc11111011nnnnllllllllllllllll", STM_USER),
    STM_IB("cccc10011100nnnnllllllllllllllll", "cccc11111100nnnnllllllllllllllll", STM_USER),

    // Types 13 and 14: data processing that returns from an exception.
    RETURN_REG("cccc000oooo1nnnn1111iiiiitt0mmmm", "cccc111111010oooonnnniiiiittmmmm", DP_RETURN_REG),
    RETURN_IMM("cccc001oooo1nnnn1111iiiiiiiiiiii", "cccc11111110oooonnnniiiiiiiiiiii", DP_RETURN_IMM),

    // Type 15: the rest, by sub-type in bits 19:17. The unconditional ones become AL.
    CHANGE_STATE("111100010000iiM00000000AIF0mmmmm", "111011111111000000000iiMAIFmmmmm", CPS),
    READ_STATUS("cccc00010R001111dddd000000000000", "cccc111111110010000000R00000dddd", MRS),
    READ_BANKED("cccc00010R00mmmmdddd001s00000000", "cccc111111110010000001Rsmmmmdddd", MRS_BANKED),
    WRITE_STATUS_IMM("cccc00110R10kkkk1111iiiiiiiiiiii", "cccc11111111010Rkkkkiiiiiiiiiiii", MSR_IMM),
    WRITE_STATUS("cccc00010R10kkkk111100000000nnnn", "cccc111111110110000000R0kkkknnnn", MSR_REG),
    WRITE_BANKED("cccc00010R10mmmm1111001s0000nnnn", "cccc111111110110000001Rsmmmmnnnn", MSR_BANKED),
    RETURN_FROM_EXCEPTION("1111100PU0W1nnnn0000101000000000", "1110111111111000000000000PUWnnnn", RFE),
    STORE_RETURN_STATE("1111100PU1W0110100000101000mmmmm", "111011111111100100000000PUWmmmmm", SRS),
    HINT_YIELD("cccc0011001000001111000000000001", "cccc1111111110100000000000000001", YIELD),
    HINT_WFE("cccc0011001000001111000000000010", "cccc1111111110100000000000000010", WFE),
    HINT_WFI("cccc0011001000001111000000000011", "cccc1111111110100000000000000011", WFI),
    HINT_SEV("cccc0011001000001111000000000100", "cccc1111111110100000000000000100", SEV),
    HYPERVISOR_CALL("cccc00010100iiiiiiiiiiii0111iiii", "cccc111111111100iiiiiiiiiiiiiiii", HVC),
    MONITOR_CALL("cccc000101100000000000000111iiii", "cccc111111111110000000000000iiii", SMC),
    HYPERVISOR_RETURN("cccc0001011000000000000001101110", "cccc1111111111110000000000000000", ERET),

    // LDC and STC of p0 to p7: accesses with user permissions. B, the byte bit, is in the place of N.
    UNPRIVILEGED_IMM(
            "cccc0100UB1Lnnnnttttiiiiiiiiiiii",
            "cccc1101UBiLnnnntttt0iiiiiiiiiii",
            STRT_IMM,
            LDRT_IMM,
            STRBT_IMM,
            LDRBT_IMM),
    UNPRIVILEGED_REG(
            "cccc0110UB1Lnnnnttttiiiiiss0mmmm",
            "cccc1100UB1Lnnnntttt0iiiiissmmmm",
            STRT_REG,
            LDRT_REG,
            STRBT_REG,
            LDRBT_REG),
    STRHT_REGISTER("cccc0000U010nnnntttt00001011mmmm", "cccc11001000nnnntttt00U00000mmmm", STRHT_REG),
    STRHT_IMMEDIATE("cccc0000U110nnnnttttiiii1011iiii", "cccc11001000nnnntttt00U1iiiiiiii", STRHT_IMM),
    LDRHT_REGISTER("cccc0000U011nnnntttt00001011mmmm", "cccc11001001nnnntttt00U00000mmmm", LDRHT_REG),
    LDRHT_IMMEDIATE("cccc0000U111nnnnttttiiii1011iiii", "cccc11001001nnnntttt00U1iiiiiiii", LDRHT_IMM),
    LDRSBT_REGISTER("cccc0000U011nnnntttt00001101mmmm", "cccc11001100nnnntttt00U00000mmmm", LDRSBT_REG),
    LDRSBT_IMMEDIATE("cccc0000U111nnnnttttiiii1101iiii", "cccc11001100nnnntttt00U1iiiiiiii", LDRSBT_IMM),
    LDRSHT_REGISTER("cccc0000U011nnnntttt00001111mmmm", "cccc11001101nnnntttt00U00000mmmm", LDRSHT_REG),
    LDRSHT_IMMEDIATE("cccc0000U111nnnnttttiiii1111iiii", "cccc11001101nnnntttt00U1iiiiiiii", LDRSHT_IMM);

    private final WordShape original;
    private final WordShape trap;
    private final List<A32> rows;

    A32TrapForm(String original, String trap, A32... rows) {
        this.original = WordShape.of(original, trap);
        this.trap = WordShape.of(trap, original);
        this.rows = List.of(rows);
    }

    /** The rows of the instruction table whose words this form encodes. */
    List<A32> rows() {
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
