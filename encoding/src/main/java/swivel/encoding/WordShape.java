package swivel.encoding;

import java.util.Arrays;

/**
 * One of the two columns of a row of {@link A32TrapForm} or {@link T32TrapForm}: which words have this shape, and how
 * their fields move to the other column.
 *
 * <p>A shape is written most significant bit first. {@code 0} and {@code 1} are fixed, a letter is a bit of a field:
 * the n-th {@code i} on the left is the n-th {@code i} on the right, so a row is both the encoder and the decoder.
 * Should-be bits of the original are fixed at what they should be (a word that has them otherwise is UNPREDICTABLE and
 * has no encoding). A shape of 16 bits is that of a word whose upper half is zero; spaces are for the reader.
 */
final class WordShape {
    private final int mask;
    private final int value;
    private final int otherValue;

    /** Pairwise: bits of this column that move together, and how far they are rotated left to get there. */
    private final int[] fields;

    private WordShape(int mask, int value, int otherValue, int[] fields) {
        this.mask = mask;
        this.value = value;
        this.otherValue = otherValue;
        this.fields = fields;
    }

    /** The bits that are fixed. */
    int mask() {
        return mask;
    }

    /** What the fixed bits are. */
    int value() {
        return value;
    }

    boolean matches(int word) {
        return (word & mask) == value;
    }

    /**
     * {@link #move} as an expression of the GNU assembler.
     *
     * @param word the name of an absolute symbol
     */
    String moveExpression(String word) {
        StringBuilder text = new StringBuilder("0x%x".formatted(otherValue));
        for (int i = 0; i < fields.length; i += 2) {
            int distance = fields[i + 1];
            int wrapped = distance == 0 ? 0 : fields[i] & -1 << 32 - distance;
            if (wrapped != 0) {
                text.append("|(%s&0x%x)>>%d".formatted(word, wrapped, 32 - distance));
            }
            if (fields[i] != wrapped) {
                text.append("|(%s&0x%x)<<%d".formatted(word, fields[i] & ~wrapped, distance));
            }
        }
        return text.toString();
    }

    int move(int word) {
        int moved = otherValue;
        for (int i = 0; i < fields.length; i += 2) {
            moved |= Integer.rotateLeft(word & fields[i], fields[i + 1]);
        }
        return moved;
    }

    static WordShape of(String written, String otherWritten) {
        String pattern = bits(written);
        String other = bits(otherWritten);
        int ones = 0;
        int fixed = 0;
        int otherOnes = 0;
        int[] bitsByDistance = new int[32];
        for (int i = 0; i < 32; i++) {
            char bit = pattern.charAt(i);
            if (bit == '0' || bit == '1') {
                fixed |= 1 << (31 - i);
                ones |= bit == '1' ? 1 << (31 - i) : 0;
            } else {
                bitsByDistance[i - samePlace(pattern, i, other) & 31] |= 1 << (31 - i);
            }
            otherOnes |= other.charAt(i) == '1' ? 1 << (31 - i) : 0;
        }
        int[] fields = new int[64];
        int count = 0;
        for (int distance = 0; distance < 32; distance++) {
            if (bitsByDistance[distance] != 0) {
                fields[count++] = bitsByDistance[distance];
                fields[count++] = distance;
            }
        }
        return new WordShape(fixed, ones, otherOnes, Arrays.copyOf(fields, count));
    }

    private static String bits(String written) {
        String bits = written.replace(" ", "");
        return "0".repeat(32 - bits.length()) + bits;
    }

    /** Where the letter at a place in a pattern is in another pattern: as many of the same letter before it. */
    private static int samePlace(String pattern, int place, String other) {
        char letter = pattern.charAt(place);
        int there = other.indexOf(letter);
        for (int i = pattern.indexOf(letter); i < place; i = pattern.indexOf(letter, i + 1)) {
            there = other.indexOf(letter, there + 1);
        }
        return there;
    }
}
