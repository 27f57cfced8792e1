package swivel.cpu.lift;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.A32;
import swivel.cpu.AddressSpace.Sensitive;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.Location;
import swivel.memory.GuestMemory;

class A32LifterTest {
    private static final int RAM = 0x4000_0000;

    /** The verifier looks at every block; UNPREDICTABLE words make blocks like others. */
    @ParameterizedTest
    @EnumSource(A32.class)
    void everyWordMakesAProperBlock(A32 row) {
        try (GuestMemory memory = new GuestMemory(RAM, GuestMemory.PAGE_SIZE)) {
            liftAll(row, memory);
        }
    }

    private static void liftAll(A32 row, GuestMemory memory) {
        BlockLifter lifter = new BlockLifter(memory);
        Random random = new Random(row.ordinal());
        for (int i = 0; i < 1000; i++) {
            int word = row.canonical(random.nextInt());
            for (int shift = 0; shift <= 16; shift += 4) {
                if (random.nextInt(4) == 0) {
                    word = row.canonical(word | 15 << shift); // r15
                }
            }
            memory.write32(RAM, word);
            for (Sensitive sensitive : Sensitive.values()) {
                Block block = lifter.lift(Location.of(RAM, false, 0, random.nextBoolean(), sensitive), 0);
                assertTrue(block.length > 0);
            }
        }
    }
}
