package swivel.cpu.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import swivel.cpu.AddressSpace;
import swivel.cpu.Assembler;
import swivel.cpu.Processor;
import swivel.cpu.TestEngine;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.memory.GuestMemory;

/** What emitted code leaves to the interpreter is counted by what was the reason. */
class CalledOutTest {
    private static final int CODE = 0x8000;

    /** A media instruction under a condition that holds, two divisions of zero by zero, one of four, and no access. */
    private static final String SOURCE = """
            .fpu vfpv3
            usad8eq r0, r1, r2
            vdiv.f32 s0, s1, s2
            vdiv.f32 s1, s1, s2
            vdiv.f32 s3, s4, s4
            svc #1
            """;

    @Test
    void eachIsCountedByItsReason() {
        assertEquals(Map.of("helper 7", 1L, "fp div f32", 2L), calledOut(TestEngine.X64));
        assertEquals(Map.of(), calledOut(TestEngine.INTERPRETER));
    }

    private static Map<String, Long> calledOut(TestEngine engine) {
        GuestMemory memory = new GuestMemory(0, 1 << 16);
        int[] words = Assembler.assemble(CODE, SOURCE);
        for (int i = 0; i < words.length; i++) {
            memory.write32(CODE + 4 * i, words[i]);
        }
        Processor processor = engine.create(memory);
        AddressSpace space = processor.newAddressSpace(
                (to, va, access) -> {
                    to.map(va, va, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
        UserState state = new UserState();
        state.setPlace(CODE);
        state.setUserPsr(1 << 30); // Z
        state.fp.words()[4] = Float.floatToRawIntBits(4);
        assertEquals(new Trap.SupervisorCall(1), processor.run(state, space));
        return processor.calledOut();
    }
}
