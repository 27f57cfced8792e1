package swivel.cpu.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import swivel.cpu.AddressSpace.Sensitive;

class LocationTest {
    @Test
    void whateverDecidesHowABlockIsLiftedMakesItAnother() {
        Set<Long> all = new HashSet<>();
        int[] addresses = {0, 2, 0x8000_0000, -2};
        for (int pc : addresses) {
            for (int it = 0; it < 256; it++) {
                for (Sensitive sensitive : Sensitive.values()) {
                    for (int bits = 0; bits < 4; bits++) {
                        boolean thumb = (bits & 1) != 0;
                        boolean bigEndian = (bits & 2) != 0;
                        long location = Location.of(pc, thumb, it, bigEndian, sensitive);
                        assertTrue(all.add(location));
                        assertEquals(pc, Location.pc(location));
                        assertEquals(thumb, Location.thumb(location));
                        assertEquals(it, Location.it(location));
                        assertEquals(bigEndian, Location.bigEndian(location));
                        assertEquals(sensitive, Location.sensitive(location));
                        assertEquals(!bigEndian && it == 0, Location.isPlain(location));
                        int place = Location.place(pc, thumb);
                        assertEquals(place, Location.place(location));
                        assertTrue(bigEndian || it != 0 || location == Location.plain(place, sensitive));
                        long elsewhere = Location.of(pc ^ 0x1000, !thumb, 0, bigEndian, sensitive);
                        assertEquals(elsewhere, Location.at(location, place ^ 0x1001));
                    }
                }
            }
        }
    }

    /** Instructions of 2, 4, 4 and 2 bytes, then of 2 up to the most that a block may have. */
    @Test
    void aBlockKnowsWhereEachInstructionIs() {
        MicroCode code = new MicroCode();
        int[] sizes = new int[Block.MAX_LENGTH];
        int at = 0x8002;
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = i == 1 || i == 2 ? 4 : 2;
            code.begin(at, sizes[i], 4);
            at += sizes[i];
            assertEquals(at, code.next());
            code.emit(i + 1 < sizes.length ? MicroOp.MOV : MicroOp.JMP, 0, 0, 0, at);
        }
        Block block = code.finish(Location.of(0x8002, true, 0, false, Sensitive.TRAP));
        assertArrayEquals(new int[] {0, 2, 6, 10, 12}, new int[] {
            block.offsetOf(0), block.offsetOf(1), block.offsetOf(2), block.offsetOf(3), block.offsetOf(4)
        });
        assertEquals(at - 0x8002, block.offsetOf(Block.MAX_LENGTH));
        assertEquals(4, block.sizeOf(2));
        assertTrue(block.isNarrow(63));
        assertFalse(block.isNarrow(1));
        assertEquals(0x8008, block.pcOf(2));
        assertEquals(0x800c, block.pcBehind(2));
        assertEquals(at - 0x8002, block.bytes());
        assertEquals(at, block.pcBehind(63));
    }
}
