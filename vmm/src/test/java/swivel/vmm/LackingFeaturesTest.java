package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.ExceptionKind;

/** What a guest asks for in vain is said, once of a kind, and what it only tries is not. */
final class LackingFeaturesTest {
    private final List<String> said = new ArrayList<>();

    private TestBoard board(String source) {
        TestBoard board = new TestBoard(Virtualization.PATCHED);
        board.vcpu.setLackingListener(said::add);
        return board.loadWithVectors(source);
    }

    private static final String TO_PROGRAM = "mov r0, #0x10\n msr spsr_cxsf, r0\n mov32 lr, 0x40020000\n movs pc, lr";

    /** VADD.F32, VLDR, VMOV, VORR, VLD1, VMRS FPSCR of a program. */
    @ParameterizedTest
    @ValueSource(ints = {0xee300a81, 0xed900a00, 0xee001a10, 0xf2200150, 0xf421078f, 0xeef11a10})
    void programThatNeedsFloatingPoint(int word) {
        TestBoard board = board(TO_PROGRAM);
        board.memory.write32(0x4002_0000, word);
        assertEquals(ExceptionKind.UNDEFINED, board.runToVector());
        assertEquals(1, said.size());
        assertTrue(
                said.getFirst().startsWith("the program at 0x40020000 asked for VFP or NEON (0x%08x)".formatted(word)),
                said.getFirst());
    }

    @Test
    void programInT32ThatNeedsFloatingPoint() {
        TestBoard board = board("mov r0, #0x30\n msr spsr_cxsf, r0\n mov32 lr, 0x40020000\n movs pc, lr");
        board.memory.write32(0x4002_0000, 0x0a81_ee30);
        assertEquals(ExceptionKind.UNDEFINED, board.runToVector());
        assertEquals(1, said.size());
        assertTrue(
                said.getFirst().startsWith("the program at 0x40020000 asked for VFP or NEON (0xee300a81)"),
                said.getFirst());
    }

    @Test
    void kernelThatProbesForVfpAndDoesWithoutIsNoAlarm() {
        for (int probe : new int[] {0xeef01a10, 0xeef71a10, 0xeef81a10}) { // VMRS r1 of FPSID, MVFR0, FPEXC
            TestBoard board = board("mov32 r4, 0x40020000\n bx r4");
            board.memory.write32(0x4002_0000, probe);
            assertEquals(ExceptionKind.UNDEFINED, board.runToVector());
            assertNull(board.vcpu.firstLacking());
        }
        assertEquals(List.of(), said);
    }

    @Test
    void kernelThatTurnsVfpOnIsTold() {
        TestBoard board = board("mov32 r4, 0x40020000\n bx r4");
        board.memory.write32(0x4002_0000, 0xeee81a10); // VMSR FPEXC, r1
        assertEquals(ExceptionKind.UNDEFINED, board.runToVector());
        assertEquals(1, said.size());
    }

    @ParameterizedTest
    @CsvSource({
        "'mrrc p15, 6, r0, r1, c2', the Virtualization Extensions",
        "'mrrc p15, 4, r0, r1, c14', the Virtualization Extensions",
        "'mrc p15, 4, r0, c1, c1, 0', the Virtualization Extensions",
        "'mrc p15, 0, r0, c1, c1, 0', the Security Extensions",
    })
    void kernelThatNeedsExtensions(String source, String what) {
        board(source + "\n hvc #0").run();
        assertEquals(1, said.size(), said.toString());
        assertTrue(said.getFirst().contains(what), said.getFirst());
    }

    @Test
    void kernelThatNeedsLongDescriptorsHasThem() {
        TestBoard board = board(
                "mrc p15, 0, r3, c0, c1, 4\n and r3, r3, #15\n mov r0, #0x80000000\n mcr p15, 0, r0, c2, c0, 2\n hvc #0");
        board.run();
        assertEquals(5, board.r(3));
        assertEquals(List.of(), said);
    }

    @Test
    void eachKindIsSaidOnce() {
        TestBoard board = board(TO_PROGRAM);
        board.memory.write32(0x4002_0000, 0xee300a81);
        board.runToVector();
        board.vcpu.reset(TestBoard.CODE + 8 * 4, 0, 0, 0);
        board.runToVector();
        assertEquals(1, said.size());
    }
}
