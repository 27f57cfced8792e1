package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.memory.GuestMemory;

/** Loads and stores of elements that abort or may not execute: what {@code qemu-arm} does not show. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class ElementTransferTest {
    private static final int RAM = 0x40000000;
    private static final int CODE = 0x8000;
    private static final int DATA = 0x20000;
    private static final int PAGE = GuestMemory.PAGE_SIZE;
    /** Behind it nothing is mapped. */
    private static final int END = DATA + PAGE;

    private final GuestMemory memory = new GuestMemory(RAM, 1 << 20);
    private final Processor processor;
    private final AddressSpace space;
    private final UserState state = new UserState();

    ElementTransferTest(TestEngine engine) {
        processor = engine.create(memory);
        space = processor.newAddressSpace(
                (s, va, access) -> {
                    boolean isThere = va >= CODE && va < END;
                    if (isThere) {
                        s.map(va, RAM + va, true, true, true);
                    }
                    return isThere;
                },
                AddressSpace.Sensitive.EXECUTE);
    }

    /** The source of what is in memory. */
    private String assembled;

    private Trap run(String source, int address) {
        if (!source.equals(assembled)) {
            int[] words = Assembler.assemble(CODE, ".fpu neon-vfpv4\n" + source + "\n svc #1");
            for (int i = 0; i < words.length; i++) {
                memory.write32(RAM + CODE + 4 * i, words[i]);
            }
            assembled = source;
        }
        state.r[0] = address;
        state.r[UserState.PC] = CODE;
        return processor.run(state, space);
    }

    private static final Trap DONE = new Trap.SupervisorCall(1);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vld1.8 {d0}, [r0:64]!                | 8",
                "vst1.64 {d0, d1}, [r0:128]!          | 16",
                "vst4.16 {d0, d2, d4, d6}, [r0:256]!  | 32",
                "vld2.32 {d0-d3}, [r0:256], r1        | 32",
                "vst1.16 {d0[1]}, [r0:16]!            | 2",
                "vld2.8 {d0[1], d1[1]}, [r0:16]!      | 2",
                "vld4.32 {d0[1], d1[1], d2[1], d3[1]}, [r0:128]! | 16",
                "vld4.32 {d0[], d1[], d2[], d3[]}, [r0:64]!      | 8",
                "vld1.32 {d0[], d1[]}, [r0:32]!       | 4",
            })
    void addressThatIsNotAsAlignedAsItSaysAborts(String instruction, int alignment) {
        boolean write = instruction.startsWith("vst");
        for (int at = DATA; at < DATA + alignment; at++) {
            Trap expected = at == DATA ? DONE : new Trap.DataAbort(at, write, true);
            assertEquals(expected, run(instruction, at), instruction);
            if (at != DATA) {
                assertEquals(at, state.r[0]);
                assertEquals(CODE, state.r[UserState.PC]);
            }
        }
        assertEquals(new Trap.DataAbort(END + alignment / 2, write, true), run(instruction, END + alignment / 2));
        assertEquals(new Trap.DataAbort(END, write, false), run(instruction, END));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vld1.8 {d0}, [r0]                    | 1",
                "vst1.16 {d0, d1}, [r0]               | 2",
                "vst2.32 {d0, d1}, [r0]               | 4",
                "vld1.64 {d0-d3}, [r0]                | 4",
                "vst4.16 {d0[0], d1[0], d2[0], d3[0]}, [r0] | 2",
                "vld3.8 {d0[], d1[], d2[]}, [r0]      | 1",
                "vldr d0, [r0]                        | 4",
            })
    void elementsAreAlignedWhereTheSpaceIsStrict(String instruction, int alignment) {
        boolean write = instruction.startsWith("vst");
        space.setStrictAlignment(true);
        for (int at = DATA; at < DATA + 8; at++) {
            boolean aligned = (at & alignment - 1) == 0;
            assertEquals(aligned ? DONE : new Trap.DataAbort(at, write, true), run(instruction, at), instruction);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vld1.8 {d0-d3}, [r0]!",
                "vld3.16 {d0, d2, d4}, [r0]!",
                "vst1.64 {d0-d3}, [r0]!",
                "vst4.8 {d0-d3}, [r0], r1",
                "vst3.32 {d0[1], d1[1], d2[1]}, [r0]!",
            })
    void whatAbortsInItsMiddleLeavesItsBase(String instruction) {
        boolean write = instruction.startsWith("vst");
        for (int at = END - 11; at < END; at++) {
            assertEquals(new Trap.DataAbort(END, write, false), run(instruction, at));
            assertEquals(at, state.r[0]);
            assertEquals(CODE, state.r[UserState.PC]);
        }
    }

    @Test
    void doublewordAcrossAPageThatAbortsStoresNothing() {
        state.fp.words()[0] = -1;
        state.fp.words()[1] = -1;
        assertEquals(new Trap.DataAbort(END, true, false), run("vst1.8 {d0}, [r0]!", END - 3));
        assertEquals(new Trap.DataAbort(END, true, false), run("vstr d0, [r0]", END - 4));
        assertEquals(0, memory.read32(RAM + END - 4));
    }

    @ParameterizedTest
    @ValueSource(ints = {FpRegisters.NO_VFP, FpRegisters.NO_SIMD})
    void whereItIsDisabledItIsUndefined(int disabled) {
        state.fp.words()[FpRegisters.DISABLED] = disabled;
        assertInstanceOf(Trap.UndefinedInstruction.class, run("vld1.8 {d0}, [r0]", DATA));
        assertEquals(CODE, state.r[UserState.PC]);
        // An instruction of VFP before it is not the same question.
        Trap trap = run("vldr d1, [r0]\n vst2.8 {d0, d1}, [r0]", DATA);
        assertInstanceOf(Trap.UndefinedInstruction.class, trap);
        assertEquals(disabled == FpRegisters.NO_SIMD ? CODE + 4 : CODE, state.r[UserState.PC]);
    }
}
