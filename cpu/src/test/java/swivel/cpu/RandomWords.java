package swivel.cpu;

import java.util.random.RandomGenerator;
import swivel.arm.A32;
import swivel.arm.Fields;
import swivel.arm.Neon;

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

    private static final Neon[] NEON = Neon.values();

    /** A word of A32 of a row of Advanced SIMD that is no load or store. */
    static int neonData(RandomGenerator random) {
        int word;
        do {
            word = NEON[random.nextInt(NEON.length)].canonical(random.nextInt());
        } while (A32.decode(word) != A32.NEON_DATA);
        return word;
    }

    /** The T32 word that means what one of {@link #neonData} does (ARM DDI 0406C, A7.4). */
    public static int t32(int neonData) {
        return neonData & 0x00ff_ffff | 0xef00_0000 | neonData << 4 & 0x1000_0000;
    }
}
