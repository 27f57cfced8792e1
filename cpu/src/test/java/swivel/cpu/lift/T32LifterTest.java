package swivel.cpu.lift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.T32;
import swivel.cpu.AddressSpace.Sensitive;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.Location;
import swivel.memory.GuestMemory;

class T32LifterTest {
    private static final int RAM = 0x4000_0000;
    private static final int PAGE = GuestMemory.PAGE_SIZE;

    /** The verifier looks at every block; UNPREDICTABLE words make blocks like others, also in IT blocks. */
    @ParameterizedTest
    @EnumSource(T32.class)
    void everyWordMakesAProperBlock(T32 row) {
        try (GuestMemory memory = new GuestMemory(RAM, PAGE)) {
            liftAll(row, memory);
        }
    }

    private static void liftAll(T32 row, GuestMemory memory) {
        BlockLifter lifter = new BlockLifter(memory);
        Random random = new Random(row.ordinal());
        boolean narrow = row.pattern().length() == 16;
        for (int i = 0; i < 1000; i++) {
            int word = row.canonical(narrow ? random.nextInt(0x10000) : random.nextInt());
            for (int shift = 0; shift <= 16 && !narrow; shift += 4) {
                if (random.nextInt(4) == 0) {
                    word = row.canonical(word | 15 << shift); // r15
                }
            }
            put(memory, 0, word);
            put(memory, narrow ? 2 : 4, 0xe7fe_e7fe);
            boolean isNarrow =
                    T32.length(memory.read16(RAM) & 0xffff) == 2; // as not every word of UNDEFINED is what its row says
            for (Sensitive sensitive : Sensitive.values()) {
                int it = random.nextBoolean() ? 0 : random.nextInt(256);
                Block block = lifter.lift(Location.of(RAM, true, it, random.nextBoolean(), sensitive), 0);
                assertTrue(block.length > 0);
                assertEquals(isNarrow, block.isNarrow(0));
                assertEquals(it, block.itOf(0));
            }
        }
    }

    private static void put(GuestMemory memory, int at, int word) {
        if (word >>> 16 != 0) {
            memory.write16(RAM + at, (short) (word >>> 16));
            memory.write16(RAM + at + 2, (short) word);
        } else {
            memory.write16(RAM + at, (short) word);
        }
    }

    @Test
    void anInstructionAcrossTheEndOfThePageIsABlockOfItsOwn() {
        try (GuestMemory memory = new GuestMemory(RAM, PAGE)) {
            put(memory, PAGE - 4, 0xbf00);
            put(memory, PAGE - 2, 0xf3af); // and 8000: nop.w
            BlockLifter lifter = new BlockLifter(memory);
            long location = Location.of(RAM + PAGE - 4, true, 0, false, Sensitive.EXECUTE);
            assertEquals(1, lifter.lift(location, 0).length);
            long across = Location.withSecondHalf(Location.at(location, RAM + PAGE - 2 | 1), 0x8000);
            Block block = lifter.lift(across, 0);
            assertEquals(1, block.length);
            assertEquals(RAM + PAGE + 2, block.pcBehind(0));
        }
    }

    /** Sixty NOPs, and an IT block that would not fit. */
    @Test
    void anItBlockIsNotDividedByABlocksLength() {
        try (GuestMemory memory = new GuestMemory(RAM, PAGE)) {
            for (int i = 0; i < Block.MAX_LENGTH; i++) {
                put(memory, 2 * i, i == Block.MAX_LENGTH - 4 ? 0xbf01 : 0xbf00);
            }
            Block block = new BlockLifter(memory).lift(Location.of(RAM, true, 0, false, Sensitive.EXECUTE), 0);
            assertEquals(Block.MAX_LENGTH - 4, block.length);
        }
    }
}
