package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import swivel.memory.HostRandom;

/** What guests get as entropy. */
class HostRandomTest {
    @Test
    void noNumberComesTwiceAndNoBitIsStuck() {
        RandomGenerator one = HostRandom.create();
        RandomGenerator other = HostRandom.create();
        Set<Long> seen = new HashSet<>();
        long ones = 0;
        long zeros = 0;
        for (int i = 0; i < 1000; i++) {
            long value = one.nextLong();
            ones |= value;
            zeros |= ~value;
            seen.add(value);
            seen.add(other.nextLong());
        }
        assertEquals(2000, seen.size());
        assertEquals(-1, ones & zeros);
    }
}
