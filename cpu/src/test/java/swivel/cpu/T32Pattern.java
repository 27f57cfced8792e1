package swivel.cpu;

import swivel.arm.T32;

/** The fields of T32 words by the letters of their row's pattern, to be changed. */
final class T32Pattern {
    private T32Pattern() {}

    /** Bits of a field; 0 if the row has none. */
    static int bits(T32 row, char letter) {
        return (int) row.pattern().chars().filter(c -> c == letter).count();
    }

    /** A field's value; a row without it has -1. */
    static int get(T32 row, int word, char letter) {
        String pattern = row.pattern();
        int value = 0;
        for (int i = 0; i < pattern.length(); i++) {
            if (pattern.charAt(i) == letter) {
                value = value << 1 | word >>> pattern.length() - 1 - i & 1;
            }
        }
        return bits(row, letter) == 0 ? -1 : value;
    }

    /** A word with another value in a field. */
    static int with(T32 row, int word, char letter, int value) {
        String pattern = row.pattern();
        int changed = word;
        int left = value;
        for (int i = pattern.length() - 1; i >= 0; i--) {
            if (pattern.charAt(i) == letter) {
                int bit = 1 << pattern.length() - 1 - i;
                changed = changed & ~bit | ((left & 1) != 0 ? bit : 0);
                left >>>= 1;
            }
        }
        return changed;
    }
}
