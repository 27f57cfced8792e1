package swivel.cpu.lift;

import swivel.arm.A32;
import swivel.arm.Arguments;

/**
 * What words of A32 mean, as they were decoded last: every other word that is lifted was lifted before, somewhere. For
 * one thread.
 */
final class DecodedWords {
    /** Log2 of how many are kept: fewer are found less often, more would be out of the host's caches. */
    private static final int BITS = 12;

    /** Spreads words that differ in a few bits over the table: 2^32 divided by the golden ratio. */
    private static final int SPREAD = 0x9e37_79b9;

    private final int[] words = new int[1 << BITS];
    private final A32[] rows = new A32[1 << BITS];
    private final Arguments[] arguments = new Arguments[1 << BITS];

    /** Where {@link #row} and {@link #arguments} have a word from now on, until this is called again. */
    int find(int word) {
        int place = word * SPREAD >>> Integer.SIZE - BITS;
        if (words[place] != word || rows[place] == null) {
            A32 row = A32.decode(word);
            words[place] = word;
            rows[place] = row;
            arguments[place] = row.arguments(word);
        }
        return place;
    }

    A32 row(int place) {
        return rows[place];
    }

    Arguments arguments(int place) {
        return arguments[place];
    }
}
