package swivel.arm;

/**
 * What the fields of a word must be, written as letters and numbers: {@code a15i0} is a field a of 15 and a field i of
 * zero. {@code odd d} is a register d of VFP or NEON with an odd number (n and m likewise).
 */
record FieldCondition(int mask, int value) {

    boolean holds(int word) {
        return (word & mask) == value;
    }

    static FieldCondition of(BitPattern bits, String text) {
        int mask = 0;
        int value = 0;
        for (int at = 0; at < text.length(); ) {
            if (text.startsWith("odd ", at)) {
                int lowest = VectorFields.lowestBit(text.charAt(at + 4));
                mask |= lowest;
                value |= lowest;
                at += 5;
                continue;
            }
            int field = bits.positions(text.charAt(at++));
            int digits = at;
            while (at < text.length() && Character.isDigit(text.charAt(at))) {
                at++;
            }
            mask |= field;
            value |= Integer.expand(Integer.parseInt(text, digits, at, 10), field);
        }
        return new FieldCondition(mask, value);
    }
}
