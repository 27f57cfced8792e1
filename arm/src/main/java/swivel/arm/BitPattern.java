package swivel.arm;

/**
 * The bits of a row of an instruction table, most significant first: {@code 0} and {@code 1} are fixed, {@code -}
 * should be zero and {@code +} should be one, {@code .} is anything, a letter is a bit of a field. A pattern of 16 bits
 * is that of a word whose upper half is zero.
 */
final class BitPattern {
    private final String characters;
    /** Where a character stands, as bits of a word. */
    private final int[] places = new int['z' + 1];

    private final int mask;
    private final int value;
    private final int shouldBeMask;
    private final int shouldBe;

    /** Spaces are for the reader. */
    BitPattern(String pattern) {
        this.characters = pattern.replace(" ", "");
        for (int i = 0; i < characters.length(); i++) {
            places[characters.charAt(i)] |= 1 << (characters.length() - 1 - i);
        }
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
        return places[character];
    }

    boolean has(char character) {
        return places[character] != 0;
    }

    /**
     * The value of a field of a word: its parts put together from the most significant bit; zero if there is no such
     * field.
     */
    int field(char letter, int word) {
        return Integer.compress(word, places[letter]);
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
