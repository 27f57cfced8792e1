package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.cpu.jit.JitProcessor;
import swivel.memory.GuestMemory;

/** Several processors on one memory, and what is left of one that was closed. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class ProcessorLifeTest {
    private static final int RAM = 0x40000000;
    private static final int CODE = 0x8000;
    private static final int ROUTINE = 0x20000;

    private final GuestMemory memory = new GuestMemory(RAM, 1 << 20);
    private final TestEngine engine;

    ProcessorLifeTest(TestEngine engine) {
        this.engine = engine;
    }

    /** A processor with a space and registers. */
    private final class Core {
        final Processor processor = engine.create(memory);
        final UserState state = new UserState();
        final AddressSpace space = processor.newAddressSpace(
                (s, va, access) -> {
                    s.map(va, RAM + (va & 0xfffff), true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);

        int run(int address) {
            state.r[UserState.PC] = address;
            assertEquals(new Trap.SupervisorCall(0), processor.run(state, space));
            return state.r[0];
        }
    }

    private void load(int address, String source) {
        int[] words = Assembler.assemble(address, source);
        for (int i = 0; i < words.length; i++) {
            memory.write32(RAM + address + 4 * i, words[i]);
        }
    }

    @Test
    void everyProcessorSeesCodeThatIsChangedFromOutside() {
        List<Core> cores = List.of(new Core(), new Core(), new Core());
        load(CODE, "mov r0, #1\n svc #0");
        cores.forEach(core -> assertEquals(1, core.run(CODE)));
        load(CODE, "mov r0, #2\n svc #0");
        cores.forEach(core -> assertEquals(2, core.run(CODE)));
    }

    @Test
    void everyProcessorSeesCodeThatAnotherOneStoresTo() {
        Core writer = new Core();
        Core reader = new Core();
        load(CODE, """
                ldr r1, =0x20000
                ldr r2, [r1]
                add r2, r2, #1
                str r2, [r1]
                svc #0
                .ltorg
            """);
        load(ROUTINE, "mov r0, #1\n svc #0");
        writer.run(CODE); // its space maps the page for writing before it holds code
        for (int i = 2; i < 40; i++) {
            assertEquals(i, reader.run(ROUTINE));
            writer.run(CODE);
            assertEquals(i + 1, i % 2 == 0 ? writer.run(ROUTINE) : i + 1);
        }
    }

    @Test
    void processorsTakeTurnsWithRegistersAndMapsOfTheirOwn() {
        load(
                CODE,
                "add r0, r0, #1\n ldr r2, =0x30000\n ldr r3, [r2]\n add r3, r3, r0\n str r3, [r2]\n svc #0\n .ltorg");
        Core one = new Core();
        Core two = new Core();
        for (int i = 1; i <= 100; i++) {
            assertEquals(i, one.run(CODE));
            assertEquals(i, two.run(CODE));
        }
        assertEquals(2 * 5050, memory.read32(RAM + 0x30000));
        assertEquals(500, one.processor.instructions());
        two.processor.close();
        assertEquals(500, two.processor.instructions());
        assertEquals(101, one.run(CODE));
    }

    @Test
    void aClosedProcessorCannotBeUsedAndItsMemoryCan() {
        load(CODE, "mov r0, #1\n svc #0");
        Core closed = new Core();
        Core other = new Core();
        closed.run(CODE);
        closed.processor.close();
        closed.processor.close();
        assertThrows(IllegalStateException.class, () -> closed.run(CODE));
        assertThrows(IllegalStateException.class, () -> closed.space.map(CODE, RAM + CODE, true, true, true));
        assertThrows(IllegalStateException.class, () -> closed.space.unmap(CODE));
        assertThrows(
                IllegalStateException.class,
                () -> closed.processor.newAddressSpace((s, va, a) -> false, AddressSpace.Sensitive.EXECUTE));
        closed.processor.kick();
        assertEquals(1, closed.processor.instructions());
        assertEquals(1, other.run(CODE));
    }

    @Test
    void processorsThatWereClosedMakeRoomForOthers() {
        load(CODE, "mov r0, #1\n svc #0");
        for (int i = 0; i < 40; i++) {
            Core core = new Core();
            assertEquals(1, core.run(CODE));
            core.processor.close();
        }
        List<Processor> open = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            open.add(engine.create(memory));
        }
        if (open.getFirst() instanceof JitProcessor) {
            String message = assertThrows(IllegalStateException.class, () -> engine.create(memory))
                    .getMessage();
            assertEquals("a memory can have 16 processors that emit code, and has them", message);
        }
        open.forEach(Processor::close);
        assertEquals(1, new Core().run(CODE));
    }
}
