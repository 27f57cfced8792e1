package swivel.encoding;

/**
 * The forms of the trap encoding of T32: one row for each shape of sensitive instruction, the original word on the left
 * and the trap word on the right ({@link WordShape}).
 *
 * <p>Instructions of 16 bits become SVC with an immediate that Linux does not use. Those of 32 bits become LDC or STC
 * of the coprocessor p7, with P = 1; bits 23:20 are the encoding's type.
 *
 * <p>No word has two shapes on the left. What has one is to be encoded if {@link swivel.arm.T32} says that it is
 * sensitive: an MSR that writes only flags has the shape of the others, and loads relative to the PC, and what has a
 * size that is none, have that of the unprivileged accesses. On the right these have the shape of every type, but no
 * sensitive original.
 */
@SuppressWarnings("ImmutableEnumChecker") // WordShape is immutable, only not annotated as such
enum T32TrapForm {
    // 16 bits: SVC with the immediates 0xe0 to 0xef and 0xf1 to 0xf4.
    CHANGE_STATE("10110110011i0AIF", "110111111110iAIF"),
    HINT_YIELD("1011111100010000", "1101111111110001"),
    HINT_WFE("1011111100100000", "1101111111110010"),
    HINT_WFI("1011111100110000", "1101111111110011"),
    HINT_SEV("1011111101000000", "1101111111110100"),

    // 32 bits. Types 0 to 5, 9 and 11: accesses with user permissions; bits 22:20 are size and load, bit 23 is signed.
    UNPRIVILEGED("1111100S0zzLnnnn tttt1110iiiiiiii", "11101101SzzLnnnn tttt0111iiiiiiii"),

    // Types 6 and 7: bit 6 tells the banked forms, bit 5 is R.
    WRITE_STATUS("11110011100Rnnnn 1000kkkk00000000", "111011010110nnnn 0000011100R0kkkk"),
    WRITE_BANKED("11110011100Rnnnn 1000mmmm001s0000", "111011010110nnnn 0000011101Rsmmmm"),
    READ_STATUS("11110011111R1111 1000dddd00000000", "1110110101110000 dddd011100R00000"),
    READ_BANKED("11110011111Rmmmm 1000dddd001s0000", "1110110101110000 dddd011101Rsmmmm"),

    // Type 8: CPS, and the hints, which are CPS without imod and M.
    CHANGE_STATE_WIDE("1111001110101111 100001iMAIFmmmmm", "1110110110000000 01iM0111AIFmmmmm"),
    CHANGE_MODE("1111001110101111 10000001AIFmmmmm", "1110110110000000 00010111AIFmmmmm"),
    CHANGE_NOTHING("1111001110101111 1000001MAIFmmmmm", "1110110110000000 001M0111AIFmmmmm"),
    HINT_YIELD_WIDE("1111001110101111 1000000000000001", "1110110110000000 0000011100000001"),
    HINT_WFE_WIDE("1111001110101111 1000000000000010", "1110110110000000 0000011100000010"),
    HINT_WFI_WIDE("1111001110101111 1000000000000011", "1110110110000000 0000011100000011"),
    HINT_SEV_WIDE("1111001110101111 1000000000000100", "1110110110000000 0000011100000100"),

    // Type 10: with an immediate of zero it is ERET.
    EXCEPTION_RETURN("1111001111011110 10001111iiiiiiii", "1110110110100000 00000111iiiiiiii"),

    // Types 12 and 13: P, U and W in bits 7:5.
    STORE_RETURN_STATE_DB("1110100000W01101 11000000000mmmmm", "1110110111000000 0000011110Wmmmmm"),
    STORE_RETURN_STATE_IA("1110100110W01101 11000000000mmmmm", "1110110111000000 0000011101Wmmmmm"),
    RETURN_DB("1110100000W1nnnn 1100000000000000", "111011011101nnnn 0000011110W00000"),
    RETURN_IA("1110100110W1nnnn 1100000000000000", "111011011101nnnn 0000011101W00000"),

    // Types 14 and 15.
    HYPERVISOR_CALL("111101111110iiii 1000iiiiiiiiiiii", "111011011110iiii iiii0111iiiiiiii"),
    MONITOR_CALL("111101111111iiii 1000000000000000", "111011011111iiii 0000011100000000");

    private final WordShape original;
    private final WordShape trap;

    T32TrapForm(String original, String trap) {
        this.original = WordShape.of(original, trap);
        this.trap = WordShape.of(trap, original);
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
