package swivel.cpu.lift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.Neon;
import swivel.cpu.AddressSpace.Sensitive;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.Location;
import swivel.cpu.ir.MicroOp;
import swivel.memory.GuestMemory;

/** What NEON is lifted to. */
class AdvancedSimdTest {
    private static final int RAM = 0x4000_0000;

    private static final int VADD_I8 = 0xf2021803; // vadd.i8 d1, d2, d3
    private static final int VADD_I8_UPPER = 0xf24218a3; // vadd.i8 d17, d18, d19
    private static final int VADD_F32 = 0xee300a81; // vadd.f32 s0, s1, s2
    private static final int VDUP_8 = 0xeec10b10; // vdup.8 d1, r0
    private static final int VMSR_FPEXC = 0xeee80a10; // vmsr fpexc, r0
    private static final int SVC = 0xef000000;

    private static Block lift(Sensitive sensitive, int... words) {
        try (GuestMemory memory = new GuestMemory(RAM, GuestMemory.PAGE_SIZE)) {
            for (int i = 0; i < words.length; i++) {
                memory.write32(RAM + 4 * i, words[i]);
            }
            return new BlockLifter(memory).lift(Location.plain(RAM, sensitive), 0);
        }
    }

    private static int count(Block block, int op) {
        int count = 0;
        for (int i = 0; i < block.code.length; i += 2) {
            count += (block.code[i] & 0xff) == op ? 1 : 0;
        }
        return count;
    }

    @Test
    void whetherItIsEnabledIsAskedOnceInABlock() {
        Block block = lift(Sensitive.EXECUTE, VADD_I8, VADD_I8, VDUP_8, VADD_F32, VADD_I8, SVC);
        // the other one is of short vectors, before the instruction of VFP
        assertEquals(2, count(block, MicroOp.TRAPNZ));
        assertEquals(3, count(block, MicroOp.VECTOR));
    }

    @Test
    void whatVfpDoesNotAskIsAskedForNeonAndForTheUpperRegisters() {
        assertEquals(2 + 1, count(lift(Sensitive.EXECUTE, VADD_F32, VADD_I8, SVC), MicroOp.TRAPNZ));
        assertEquals(2, count(lift(Sensitive.EXECUTE, VADD_I8, VADD_I8_UPPER, SVC), MicroOp.TRAPNZ));
        assertEquals(1, count(lift(Sensitive.EXECUTE, VADD_I8_UPPER, VADD_I8, SVC), MicroOp.TRAPNZ));
    }

    /** What a condition may skip has asked for nobody else. */
    @Test
    void itIsAskedAgainBehindAConditionAndBehindFpexc() {
        int vdupEq = VDUP_8 & 0x0fff_ffff;
        assertEquals(2, count(lift(Sensitive.EXECUTE, vdupEq, VADD_I8, SVC), MicroOp.TRAPNZ));
        Block kernel = lift(Sensitive.TRAP, VADD_I8, VMSR_FPEXC, VADD_I8, SVC);
        assertEquals(2 + 1, count(kernel, MicroOp.TRAPNZ));
    }

    /** The words of VMOV are the same, or there are as many moves as words. */
    @ParameterizedTest
    @CsvSource({"0xf2802050, 1, 0", "0xf2801010, 1, 0", "0xf3822e75, 0, 4", "0xf2802150, 0, 4", "0xf2801110, 0, 2"})
    void immediatesAreMovesOfWords(long word, int fills, int sets) {
        Block block = lift(Sensitive.EXECUTE, (int) word, SVC);
        assertEquals(fills, count(block, MicroOp.FILL));
        assertEquals(sets, count(block, MicroOp.FSET));
    }

    /** One operation for each instruction that computes or moves elements; the verifier looks at them, too. */
    @ParameterizedTest
    @EnumSource(Neon.class)
    void everyRowMakesAProperBlock(Neon row) {
        Random random = new Random(row.ordinal());
        for (int i = 0; i < 500; i++) {
            Block block = lift(Sensitive.EXECUTE, row.canonical(random.nextInt()), SVC);
            assertTrue(block.length > 0);
            assertTrue(count(block, MicroOp.VECTOR) + count(block, MicroOp.PERMUTE) <= 1);
        }
    }
}
