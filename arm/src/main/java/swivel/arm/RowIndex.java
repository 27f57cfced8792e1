package swivel.arm;

import java.util.Arrays;

/**
 * Finds the row of a table that a word is of: by some bits of the word it knows which rows may match, once they were
 * asked for.
 */
final class RowIndex {
    private final BitPattern[] rows;
    private final int keyBits;
    private final Candidates[] byKey;

    /** Its field is final, so that a thread that finds one in the index also finds what is in it. */
    private record Candidates(int[] ordinals) {}

    /**
     * @param rows the first that matches is found
     * @param keyBits the bits of a word that tell most about its row
     */
    RowIndex(BitPattern[] rows, int keyBits) {
        this.rows = rows;
        this.keyBits = keyBits;
        this.byKey = new Candidates[1 << Integer.bitCount(keyBits)];
    }

    /** The place of the row of a word in the table. There must be one: the last row matches everything. */
    int find(int word) {
        int key = Integer.compress(word, keyBits);
        Candidates candidates = byKey[key];
        if (candidates == null) {
            candidates = new Candidates(ordinals(word & keyBits));
            byKey[key] = candidates;
        }
        for (int ordinal : candidates.ordinals) {
            if (rows[ordinal].matches(word)) {
                return ordinal;
            }
        }
        throw new IllegalStateException("no row for 0x%08x".formatted(word));
    }

    private int[] ordinals(int key) {
        int[] found = new int[rows.length];
        int count = 0;
        for (int i = 0; i < rows.length; i++) {
            if (((key ^ rows[i].value()) & rows[i].mask() & keyBits) == 0) {
                found[count++] = i;
            }
        }
        return Arrays.copyOf(found, count);
    }
}
