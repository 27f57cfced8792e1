package swivel.vmm;

import swivel.arm.Fields;

/** The shifted register operand of data processing and of loads and stores (ARM DDI 0406C, A8.4.1: DecodeImmShift, Shift). */
final class Shift {
    private static final int LSL = 0;
    private static final int LSR = 1;
    private static final int ASR = 2;

    private Shift() {}

    /** {@code value} shifted as the instruction's bits 11:5 say; {@code carry} (0 or 1) is for RRX. */
    static int byImmediate(int word, int value, int carry) {
        int amount = Fields.bits(word, 11, 7);
        return switch (Fields.bits(word, 6, 5)) {
            case LSL -> value << amount;
            case LSR -> amount == 0 ? 0 : value >>> amount;
            case ASR -> value >> (amount == 0 ? 31 : amount);
            default -> amount == 0 ? carry << 31 | value >>> 1 : Integer.rotateRight(value, amount);
        };
    }
}
