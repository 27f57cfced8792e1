package swivel.cpu.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import swivel.arm.Psr;
import swivel.cpu.AddressSpace;
import swivel.cpu.Assembler;
import swivel.cpu.EngineDifference;
import swivel.cpu.SystemSlots;
import swivel.cpu.TestDevice;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.engine.Engine;
import swivel.cpu.interp.Interpreter;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.lift.BlockLifter;
import swivel.cpu.x64.X64Backend;
import swivel.memory.GuestMemory;

/** Two engines side by side: they agree, or the first block in which they do not is named. */
@EnabledOnOs(
        value = OS.LINUX,
        architectures = "amd64",
        disabledReason = "machine code is emitted for x86-64 under Linux")
class LockstepTest {
    private static final int RAM_SIZE = 1 << 20;
    private static final int CODE = 0x8000;

    private static final int DEVICE = 0x0a000000;
    private final TestDevice device = new TestDevice(DEVICE, 0x1000);

    private static final String PROGRAM = """
                ldr r0, =0x20000
                ldr r2, =0x12345678
                mov r1, #100
                b   4f
            1:  eor r2, r2, r1, lsl #3
                str r2, [r0], #4
                strb r2, [r0, #0x401]
                stmia r0, {r1, r2, r3}
                ldrh r3, [r0, #-2]
                subs r1, r1, #1
                bl  2f
                bne 4f
                svc #7
            4:  nop
                b   1b
            2:  adcs r4, r4, r3
                cmp r1, #0
                bx  lr
            """;

    private final GuestMemory memory = new GuestMemory(0, RAM_SIZE);
    private final UserState state = new UserState();

    private Trap run(Backend.Factory backend, String source) {
        Lockstep processor = new Lockstep(
                memory,
                new JitProcessor(Engine.MIN_CODE_BYTES, backend, new Interpreter(memory, new BlockLifter(memory))));
        processor.setDevicePort(device);
        AddressSpace space = processor.newAddressSpace(
                (s, va, access) -> {
                    if (va >>> 12 == DEVICE >>> 12) {
                        s.mapDevice(va, va, true, true);
                        return true;
                    }
                    if (Integer.compareUnsigned(va, RAM_SIZE) >= 0) {
                        return false;
                    }
                    s.map(va, va, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
        int[] words = Assembler.assemble(CODE, source);
        for (int i = 0; i < words.length; i++) {
            memory.write32(CODE + 4 * i, words[i]);
        }
        state.r[UserState.PC] = CODE;
        return processor.run(state, space);
    }

    /** A back end with a bug: it takes one operation for another. */
    private static Backend.Factory mistaking(int op, int other) {
        return (memory, ram) -> new X64Backend(memory, ram) {
            @Override
            public Translation translate(Block block, int id, long origin, LookAhead ahead) {
                int[] code = block.code.clone();
                for (int i = 0; i < code.length; i += 2) {
                    if ((code[i] & 0xff) == op) {
                        code[i] = code[i] & ~0xff | other;
                    }
                }
                Block wrong = new Block(block.location, code, block.instruction, block.length, 0, null);
                return super.translate(wrong, id, origin, ahead);
            }
        };
    }

    @Test
    void enginesThatAgreeRunAProgramToItsTrap() {
        assertEquals(new Trap.SupervisorCall(7), run(X64Backend::new, PROGRAM));
        assertEquals(0, state.r[1]);
    }

    private String difference(int op, int other) {
        return assertThrows(EngineDifference.class, () -> run(mistaking(op, other), PROGRAM))
                .getMessage();
    }

    private static final String DEVICE_PROGRAM = """
                mov r0, #0x0a000000
                mov r1, #3
            1:  ldr r2, [r0]
                add r2, r2, r1
                str r2, [r0]
                stm r0, {r1, r2}
                ldrh r3, [r0, #3]
                subs r1, r1, #1
                bne 1b
                svc #7
            """;

    @Test
    void devicesSeeEachAccessOnceAndBothEnginesTheSameValues() {
        device.content[0] = 40;
        assertEquals(new Trap.SupervisorCall(7), run(X64Backend::new, DEVICE_PROGRAM));
        assertEquals(
                "r4@0 w4@0=2b w4@0=3 w4@4=2b r1@3 r1@4 r4@0 w4@0=5 w4@0=2 w4@4=5 r1@3 r1@4"
                        + " r4@0 w4@0=3 w4@0=1 w4@4=3 r1@3 r1@4",
                device.seen());
        assertEquals(0x300, state.r[3]);
    }

    /** As a read of an interrupt controller's acknowledge register does. */
    @Test
    void wireThatAnAccessMovesIsMovedForBothEngines() {
        device.effect = () -> state.r[SystemSlots.PENDING] ^= Psr.I;
        assertEquals(new Trap.SupervisorCall(7), run(X64Backend::new, DEVICE_PROGRAM));
        int accesses = device.seen().split(" ").length;
        assertEquals(accesses % 2 * Psr.I, state.r[SystemSlots.PENDING]);
    }

    @Test
    void storeThatDoesNotReachTheDeviceIsFound() {
        String message = assertThrows(
                        EngineDifference.class, () -> run(mistaking(MicroOp.ST32, MicroOp.CLREX), DEVICE_PROGRAM))
                .getMessage();
        assertTrue(message.contains("differ in an access at a device"), message);
    }

    @Test
    void wrongRegisterIsNamedWithTheBlockAndBothValues() {
        String message = difference(MicroOp.EOR, MicroOp.AND);
        assertTrue(message.contains("differ in r2 after the block at 0x00008010"), message);
        assertTrue(message.contains("eor"), message);
        assertTrue(message.contains("r2       0x12345558 0x00000220  <"), message);
    }

    @Test
    void storeThatIsTooWideIsFound() {
        String message = difference(MicroOp.ST8, MicroOp.ST32);
        assertTrue(message.contains("memory at guest-physical 0x"), message);
    }

    @Test
    void storeThatIsTooNarrowIsFound() {
        String message = difference(MicroOp.ST32A, MicroOp.ST16);
        assertTrue(message.contains("memory at guest-physical 0x"), message);
    }

    @Test
    void wrongFlagIsFoundWhereItDecides() {
        String message = difference(MicroOp.SUBSI, MicroOp.ADDSI);
        assertTrue(message.contains("differ in"), message);
    }
}
