package swivel.devices.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FrameRingTest {
    private static final int SIZE = 1 << 18;

    private static int length(Random random) {
        return random.nextInt(4) == 0 ? 1 + random.nextInt(FrameRing.MAX_FRAME) : 1 + random.nextInt(1514);
    }

    @Test
    @Timeout(60)
    void framesComeInOrderAndWholeFromOneThreadToAnother() throws InterruptedException {
        FrameRing ring = new FrameRing(SIZE);
        int frames = 50_000;
        Thread producer = Thread.ofPlatform().start(() -> {
            Random random = new Random(1);
            for (int i = 0; i < frames; i++) {
                int length = length(random);
                int at = ring.reserve(length);
                while (at < 0) {
                    Thread.onSpinWait();
                    at = ring.reserve(length);
                }
                ring.bytes()[at] = (byte) i;
                ring.bytes()[at + length - 1] = (byte) i;
                ring.commit(length, i, i + 1, i + 2);
            }
        });
        Random random = new Random(1);
        for (int i = 0; i < frames; i++) {
            while (!ring.next()) {
                Thread.onSpinWait();
            }
            assertEquals(length(random), ring.length());
            assertEquals(i, ring.checksumStart());
            assertEquals(i + 1, ring.checksumOffset());
            assertEquals(i + 2, ring.segmentSize());
            assertEquals((byte) i, ring.bytes()[ring.offset()]);
            assertEquals((byte) i, ring.bytes()[ring.offset() + ring.length() - 1]);
            ring.release();
        }
        producer.join();
        assertTrue(ring.isEmpty());
    }

    @Test
    void aFullRingTakesNothingUntilAFrameIsReleased() {
        FrameRing ring = new FrameRing(SIZE);
        int taken = 0;
        while (ring.reserve(1000) >= 0) {
            ring.commit(1000, 0, 0, 0);
            taken++;
        }
        assertEquals(SIZE / 1024, taken, "each frame of 1000 bytes has a record of 1024");
        assertTrue(ring.next());
        ring.release();
        assertTrue(ring.reserve(1000) >= 0);
        assertFalse(ring.reserve(2000) >= 0);
    }

    @Test
    void roomThatWasReservedNeedNotBeUsed() {
        FrameRing ring = new FrameRing(SIZE);
        for (int i = 0; i < 10_000; i++) {
            assertTrue(ring.reserve(FrameRing.MAX_FRAME) >= 0);
            int at = ring.reserve(60);
            ring.bytes()[at] = (byte) i;
            ring.commit(60, 0, 0, 0);
            assertTrue(ring.next());
            assertEquals((byte) i, ring.bytes()[ring.offset()]);
            ring.release();
        }
    }

    @Test
    void aRingThatCannotHoldTwoFramesIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new FrameRing(1 << 16));
        assertThrows(IllegalArgumentException.class, () -> new FrameRing(SIZE + 1));
    }
}
