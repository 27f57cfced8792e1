package swivel.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class ConditionTest {
    /** Per condition the values of NZCV, as bits of a mask, for which it passes, from the meanings in A8.3. */
    private static final int[] PASSES = {
        0xf0f0, 0x0f0f, 0xcccc, 0x3333, 0xff00, 0x00ff, 0xaaaa, 0x5555,
        0x0c0c, 0xf3f3, 0xaa55, 0x55aa, 0x0a05, 0xf5fa, 0xffff, 0xffff
    };

    @Test
    void everyConditionPassesForItsFlags() {
        for (int cond = 0; cond < 16; cond++) {
            int passes = 0;
            for (int flags = 0; flags < 16; flags++) {
                passes |= (Condition.passes(cond, flags << 28 | 0x1f) ? 1 : 0) << flags;
            }
            assertEquals(PASSES[cond], passes, "condition " + cond);
        }
    }

    @Test
    void neighboursAreOpposites() {
        for (int cond = 0; cond < 14; cond++) {
            for (int flags = 0; flags < 16; flags++) {
                assertNotEquals(Condition.passes(cond, flags << 28), Condition.passes(cond ^ 1, flags << 28));
            }
        }
    }

    @Test
    void alwaysIsNotWritten() {
        assertEquals("eq", Condition.suffix(0));
        assertEquals("le", Condition.suffix(13));
        assertEquals("", Condition.suffix(14));
        assertEquals("", Condition.suffix(15));
    }
}
