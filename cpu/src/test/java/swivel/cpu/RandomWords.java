package swivel.cpu;

import java.util.random.RandomGenerator;
import swivel.arm.A32;
import swivel.arm.Fields;

/** Instructions for tests that need many. */
public final class RandomWords {
    private RandomWords() {}

    /** A word of a row, always executed, with random operands; it may be UNPREDICTABLE. */
    public static int of(A32 row, RandomGenerator random) {
        int word;
        do {
            int any = row.canonical(random.nextInt());
            word = any >>> 28 == 15 ? any : any & 0x0fff_ffff | Fields.AL << 28;
        } while (A32.decode(word) != row);
        return word;
    }
}
