package swivel.cpu.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import swivel.cpu.AddressSpace;
import swivel.cpu.Assembler;
import swivel.cpu.TestEngine;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.engine.Engine;
import swivel.memory.GuestMemory;

/** What the trace of blocks says of a program. */
@EnabledOnOs(
        value = OS.LINUX,
        architectures = "amd64",
        disabledReason = "machine code is emitted for x86-64 under Linux")
class BlockTraceTest {
    private static final int RAM = 0x40000000;
    private static final int CODE = 0x8000;

    @Test
    void eachBlockIsShownOnceAsInstructionsMicroOperationsAndMachineCode() {
        GuestMemory memory = new GuestMemory(RAM, 1 << 16);
        int[] words = Assembler.assemble(CODE, "adds r0, r1, #4\n addne r2, r2, r0, lsl #2\n svc #7");
        for (int i = 0; i < words.length; i++) {
            memory.write32(RAM + CODE + 4 * i, words[i]);
        }
        List<String> blocks = new ArrayList<>();
        try (JitProcessor processor = TestEngine.emitting(memory, Engine.MIN_CODE_BYTES)) {
            processor.setTrace(blocks::add);
            AddressSpace space = processor.newAddressSpace(
                    (to, va, access) -> {
                        to.map(va, RAM + va, true, true, true);
                        return true;
                    },
                    AddressSpace.Sensitive.EXECUTE);
            UserState state = new UserState();
            for (int i = 0; i < 2; i++) {
                state.r[UserState.PC] = CODE;
                assertEquals(new Trap.SupervisorCall(7), processor.run(state, space));
            }
        }
        assertEquals(1, blocks.size());
        List<String> lines = blocks.get(0).lines().toList();
        assertTrue(
                lines.get(0).startsWith("block 0x00008000, guest-physical 0x40008000, host 0x")
                        && lines.get(0).contains(": 3 instructions, 5 micro-operations, "),
                lines.get(0));
        assertEquals(
                List.of(
                        "0x00008000 e2910004 adds r0, r1, #4",
                        "    addsi r0 = r1, #4",
                        "0x00008004 10822100 addne r2, r2, r0, lsl #2",
                        "    skip ne, #2",
                        "    lsli t0 = r0, #2",
                        "    add r2 = r2, t0",
                        "0x00008008 ef000007 svc 0x00000007",
                        "    trap svc, #7"),
                lines.subList(1, 9));
        int bytes = 0;
        for (String line : lines.subList(9, lines.size() - 1)) {
            assertEquals("%08x:".formatted(bytes), line.substring(0, 9));
            bytes += HexFormat.of().parseHex(line.substring(9).replace(" ", "")).length;
        }
        assertTrue(lines.get(0).endsWith(" " + bytes + " bytes") && bytes > 0, lines.get(0));
        assertEquals("", lines.get(lines.size() - 1));
    }
}
