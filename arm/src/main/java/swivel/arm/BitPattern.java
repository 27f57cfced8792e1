package swivel.arm;

/**
 * The bits of a row of an instruction table, most significant first: {@code 0} and {@code 1} are fixed, {@code -}
 * should be zero and {@code +} should be one, {@code .} is anything, a letter is a bit of a field. A pattern of 16 bits
 * is that of a word whose upper half is zero.
 */
final class BitPattern {
    private final String characters;
    private final int mask;
    private final int value;
    private final int shouldBeMask;
    private final int shouldBe;

    /** Spaces are for the reader. */
    BitPattern(String pattern) {
        this.characters = pattern.replace(" ", "");
        this.value = positions('1');
        this.mask = value | positions('0') | (characters.length() == 16 ? 0xffff_0000 : 0);
        this.shouldBe = positions('+');
        this.shouldBeMask = shouldBe | positions('-');
    }

    /** 16 or 32 characters. */
    String characters() {
        return characters;
    }

    /** The bits of a word where the pattern has this character. */
    int positions(char character) {
        int bits = 0;
        for (int i = 0; i < characters.length(); i++) {
            bits = bits << 1 | (characters.charAt(i) == character ? 1 : 0);
        }
        return bits;
    }

    boolean has(char character) {
        return characters.indexOf(character) >= 0;
    }

    /** Where a field is, by its letter from 'A' on; zero where nobody asked yet. */
    private final int[] fields = new int['z' - 'A' + 1];

    /**
     * The value of a field of a word: its parts put together from the most significant bit; zero if there is no such
     * field.
     */
    int field(char letter, int word) {
        int bits = fields[letter - 'A'];
        if (bits == 0) {
            bits = positions(letter);
            fields[letter - 'A'] = bits;
        }
        return Integer.compress(word, bits);
    }

    /** The fixed bits. */
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

    boolean isAsItShouldBe(int word) {
        return (word & shouldBeMask) == shouldBe;
    }

    /** The word with the fixed and the should-be bits put right. */
    int canonical(int word) {
        return (word & ~(mask | shouldBeMask)) | value | shouldBe;
    }
}
