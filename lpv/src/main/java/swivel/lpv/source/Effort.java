package swivel.lpv.source;

/**
 * What looking through a source file may cost. What people and generators write costs a few looks at each character;
 * a file that is made to be slow, of lines or nesting without end, is refused instead of keeping us for hours
 * (docs/rewriting.md).
 */
final class Effort {
    /** Of small files, any shape is fast. */
    private static final long FREE = 64 << 20;

    private static final long LOOKS_PER_CHARACTER = 128;

    /** It was spent; what to do about it is said where the file is known. */
    static final class Spent extends RuntimeException {
        private static final long serialVersionUID = 1;

        Spent() {
            super(null, null, false, false);
        }
    }

    private long left;

    Effort(long characters) {
        left = FREE + LOOKS_PER_CHARACTER * characters;
    }

    /**
     * Takes some of it.
     *
     * @param looks at characters, or what takes as long
     * @throws Spent if nothing is left
     */
    void spend(long looks) {
        left -= looks;
        if (left < 0) {
            throw new Spent();
        }
    }
}
