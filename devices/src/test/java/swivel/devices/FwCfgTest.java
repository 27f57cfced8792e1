package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import swivel.memory.GuestMemory;

/** What {@link FwCfgAgainstQemuTest} has not got: what no driver would do. */
class FwCfgTest {
    private static final int TRANSFERS = 100_000;
    private static final long RAM = 0x4000_0000L;
    private static final int MEMORY = 1 << 20;

    private final GuestMemory memory = new GuestMemory(RAM, MEMORY);
    private final FwCfg device = new FwCfg(memory, 1, new FwCfg.Payload(new byte[5000], null, "x"));

    private void transfer(long at, int control, int length, long to) {
        int[] words = {control, length, (int) (to >>> 32), (int) to};
        for (int i = 0; i < words.length; i++) {
            if (memory.contains(at + 4 * i, 4)) {
                memory.write32(at + 4 * i, Integer.reverseBytes(words[i]));
            }
        }
        device.write(FwCfg.DMA, 4, Integer.reverseBytes((int) (at >>> 32)));
        device.write(FwCfg.DMA + 4, 4, Integer.reverseBytes((int) at));
    }

    /** Near the ends of RAM, of 32 and of 64 bits, or anywhere. */
    private static long address(Random random) {
        long near = random.nextInt(64) - 32;
        return switch (random.nextInt(5)) {
            case 0 -> RAM + Math.max(near, 0);
            case 1 -> RAM + MEMORY + near;
            case 2 -> near;
            case 3 -> (1L << 32) + near;
            default -> random.nextLong();
        };
    }

    @Test
    @Timeout(60)
    void transfersOfAnyKindAreSurvived() {
        Random random = new Random(6);
        for (int i = 0; i < TRANSFERS; i++) {
            int length = random.nextInt() >>> random.nextInt(32);
            transfer(address(random), random.nextInt(32) | random.nextInt(0x20) << 16, length, address(random));
            device.read(FwCfg.DATA, 4);
        }
    }

    @Test
    void theWholeOfRamIsTheMostThatIsWritten() {
        memory.write32(RAM + MEMORY - 4, -1);
        transfer(RAM, FwCfg.READ | FwCfg.SELECT | FwCfg.KERNEL << 16, MEMORY - 15, RAM + 16);
        assertEquals(FwCfg.FAILED, Integer.reverseBytes(memory.read32(RAM)));
        assertEquals(-1, memory.read32(RAM + MEMORY - 4));
        transfer(RAM, FwCfg.READ | FwCfg.SELECT | FwCfg.KERNEL << 16, MEMORY - 16, RAM + 16);
        assertEquals(0, memory.read32(RAM));
        assertEquals(0, memory.read32(RAM + MEMORY - 4));
        assertEquals(5000, device.state.next);
    }
}
