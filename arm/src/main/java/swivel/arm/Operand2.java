package swivel.arm;

/** The second operand of data processing, and the offset of loads and stores (ARM DDI 0406C, A5.2.4, A8.4). */
public sealed interface Operand2 {

    /**
     * A number.
     *
     * @param carries whether it is the shifter's carry too, which then is its top bit; else C stays (ARMExpandImm_C,
     *     ThumbExpandImm_C)
     */
    record Immediate(int value, boolean carries) implements Operand2 {}

    /** A register shifted by a number; LSL by 0 is the register as it is. */
    record Shifted(int rm, Shift shift, int amount) implements Operand2 {
        /** Whether nothing is shifted. */
        public boolean isPlain() {
            return amount == 0;
        }

        /** What is operated on where the register has a value; {@code carry} (0 or 1) is for RRX. */
        public int of(int value, int carry) {
            return switch (shift) {
                case LSL -> value << amount;
                case LSR -> amount == 32 ? 0 : value >>> amount;
                case ASR -> value >> Math.min(amount, 31);
                case ROR -> Integer.rotateRight(value, amount);
                case RRX -> carry << 31 | value >>> 1;
            };
        }
    }

    /** A register shifted by what the low byte of another says. */
    record RegisterShifted(int rm, Shift shift, int rs) implements Operand2 {}

    /** The kinds of shifts, in the order of their encoding; RRX is encoded as ROR by 0. */
    enum Shift {
        LSL,
        LSR,
        ASR,
        ROR,
        RRX;

        private static final Shift[] VALUES = values();

        /** The kind that two bits of an instruction name. */
        public static Shift of(int type) {
            return VALUES[type];
        }
    }

    /** A register as it is. */
    static Shifted plain(int rm) {
        return new Shifted(rm, Shift.LSL, 0);
    }

    /** A register shifted as the two bits of a type and the five of an amount say (DecodeImmShift, A8.4.3). */
    static Shifted shifted(int rm, int type, int amount) {
        if (amount != 0 || type == 0) {
            return new Shifted(rm, Shift.VALUES[type], amount);
        }
        return type == 3 ? new Shifted(rm, Shift.RRX, 1) : new Shifted(rm, Shift.VALUES[type], 32);
    }

    /** A number of data processing that no rotation makes: C stays. */
    static Immediate immediate(int value) {
        return new Immediate(value, false);
    }
}
