package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;

/**
 * What reaches a device, and what comes back: r1 is the device's address, r2 is 0x11223344, its register 1 holds
 * 0x8899aabb.
 */
final class DeviceAccessTest {
    private TestBoard board;

    @BeforeEach
    void makeBoard() {
        board = new TestBoard(Virtualization.TRANSLATED);
        board.device[1] = 0x8899_aabb;
        board.device[2] = 0x0102_0304;
    }

    private static final String SETUP = "mov32 r1, 0x0a000000\n mov32 r2, 0x11223344\n mov r3, #4\n";

    private void run(String source) {
        board.loadWithVectors(SETUP + source + "\n hvc #0");
        assertNull(board.runToVector(), "an exception was taken");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ldr r4, [r1, #4]        | 8899aabb | 0a000000 | r4@4",
                "ldr r4, [r1, #4]!       | 8899aabb | 0a000004 | r4@4",
                "ldr r4, [r1], #4        | 0        | 0a000004 | r4@0",
                "ldr r4, [r1, r3]        | 8899aabb | 0a000000 | r4@4",
                "ldr r4, [r1, r3, lsl #1]| 01020304 | 0a000000 | r4@8",
                "ldr r4, [r1], -r3       | 0        | 09fffffc | r4@0",
                "ldrb r4, [r1, #5]       | aa       | 0a000000 | r1@5",
                "ldrh r4, [r1, #6]       | 8899     | 0a000000 | r2@6",
                "ldrsb r4, [r1, #4]      | ffffffbb | 0a000000 | r1@4",
                "ldrsh r4, [r1, r3]!     | ffffaabb | 0a000004 | r2@4",
                "ldrt r4, [r1], #8       | 0        | 0a000008 | r4@0",
                "ldrd r4, r5, [r1, #4]   | 8899aabb | 0a000000 | r4@4 r4@8",
                "ldmib r1!, {r4, r5}     | 8899aabb | 0a000008 | r4@4 r4@8",
                "ldrex r4, [r1]          | 0        | 0a000000 | r4@0",
                "str r2, [r1, #4]        | 0        | 0a000000 | w4@4=11223344",
                "strb r2, [r1, #1]!      | 0        | 0a000001 | w1@1=44",
                "strh r2, [r1], #2       | 0        | 0a000002 | w2@0=3344",
                "stm r1!, {r2, r3}       | 0        | 0a000008 | w4@0=11223344 w4@4=4",
                "strd r2, r3, [r1, #-0]  | 0        | 0a000000 | w4@0=11223344 w4@4=4",
                "strex r4, r2, [r1]      | 1        | 0a000000 | ",
                "swp r4, r2, [r1]        | 0        | 0a000000 | r4@0 w4@0=11223344"
            })
    void everyAccessReachesTheDeviceOnce(String instruction, String r4, String r1, String log) {
        run(instruction);
        assertEquals(Integer.parseUnsignedInt(r4, 16), board.r(4));
        assertEquals(Integer.parseUnsignedInt(r1, 16), board.r(1));
        assertEquals(log == null ? "" : log, board.deviceLog.toString().strip());
        assertEquals(log == null ? 0 : log.split(" ").length, board.vcpu.statistics().deviceAccesses);
    }

    @Test
    void exclusivePairOnADeviceSucceeds() {
        run(
                "ldrex r4, [r1, #0]\n strex r5, r2, [r1]\n add r6, r1, #8\n ldrexd r6, r7, [r6]\n add r8, r1, #8\n strexd r9, r2, r3, [r8]");
        assertEquals(0, board.r(5));
        assertEquals(0, board.r(9));
        assertEquals(0x1122_3344, board.device[0]);
        assertEquals(4, board.device[3]);
    }

    /** UNPREDICTABLE (A8.8.72 and others), undefined as on QEMU; in RAM as at a device. */
    @ParameterizedTest
    @CsvSource({
        "0xe1c150d0, 0x0a000000", // ldrd r5, r6, [r1]
        "0xe1c150d0, 0x40020000",
        "0xe18150d3, 0x0a000000", // ldrd r5, r6, [r1, r3]
        "0xe18150d3, 0x40020000",
        "0xe1c150f0, 0x0a000000", // strd r5, r6, [r1]
        "0xe1c150f0, 0x40020000",
        "0xe18150f3, 0x0a000000", // strd r5, r6, [r1, r3]
        "0xe18150f3, 0x40020000",
        "0xe1b15f9f, 0x0a000000", // ldrexd r5, r6, [r1]
        "0xe1b15f9f, 0x40020000",
        "0xe1a14f95, 0x0a000000", // strexd r4, r5, r6, [r1]
        "0xe1a14f95, 0x40020000",
    })
    void pairWithAnOddFirstRegisterIsUndefinedEverywhere(String word, String address) {
        board.loadWithVectors(SETUP + "mov32 r1, %s\n .inst %s".formatted(address, word));
        assertEquals(ExceptionKind.UNDEFINED, board.runToVector());
        assertEquals("", board.deviceLog.toString());
    }

    @Test
    void loadedPcIsABranch() {
        board.device[0] = TestBoard.VECTORS + 0x1c;
        board.loadWithVectors(SETUP + "ldr pc, [r1]\n b .");
        assertEquals(ExceptionKind.FIQ, board.runToVector(), "it went to that vector's address");
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void unprivilegedAccessReachesADevice(Virtualization virtualization) {
        board = new TestBoard(virtualization);
        run("strt r2, [r1], #4\n ldrbt r4, [r1]");
        assertEquals("w4@0=11223344 r1@4", board.deviceLog.toString().strip());
    }

    @Test
    void userProgramReachesADevice() {
        board.loadWithVectors(SETUP + "cps #0x10\n ldr r4, [r1, #4]\n svc #0");
        assertEquals(ExceptionKind.SUPERVISOR_CALL, board.runToVector());
        assertEquals(0x8899_aabb, board.r(4));
    }

    @Test
    void bigEndianDataIsSwapped() {
        run("setend be\n ldr r4, [r1, #4]\n ldrh r5, [r1, #8]\n str r2, [r1]\n setend le");
        assertEquals(0xbbaa_9988, board.r(4));
        assertEquals(0x0403, board.r(5));
        assertEquals(0x4433_2211, board.device[0]);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0900_1000, 0x2000_0000, 0x0bff_fffc, 0xffff_fff0})
    void accessWhereNothingAnswersIsAnExternalAbort(int address) {
        board.loadWithVectors("mov32 r1, 0x%x\n mov r2, #3\n ldr r2, [r1], #4".formatted(address));
        assertEquals(ExceptionKind.DATA_ABORT, board.runToVector());
        assertEquals(0x008, board.vcpu.system.get(Cp15.DFSR));
        assertEquals(address, board.vcpu.system.get(Cp15.DFAR));
        assertEquals(address, board.r(1), "no write-back");
        assertEquals(3, board.r(2));
    }

    @Test
    void loadMultipleThatLeavesTheDeviceAbortsAndKeepsAllRegisters() {
        board.loadWithVectors("mov32 r1, 0x0a000ff8\n mov r2, #1\n mov r3, #2\n mov r4, #3\n ldmia r1!, {r2, r3, r4}");
        assertEquals(ExceptionKind.DATA_ABORT, board.runToVector());
        assertEquals(0x0a00_1000, board.vcpu.system.get(Cp15.DFAR));
        assertEquals(0x0a00_0ff8, board.r(1));
        assertEquals(1, board.r(2));
        assertEquals(2, board.r(3));
    }

    @Test
    void codeInADeviceCannotBeExecuted() {
        board.loadWithVectors(SETUP + "bx r1");
        assertEquals(ExceptionKind.PREFETCH_ABORT, board.runToVector());
        assertEquals(0x008, board.vcpu.system.get(Cp15.IFSR));
        assertEquals("", board.deviceLog.toString());
    }
}
