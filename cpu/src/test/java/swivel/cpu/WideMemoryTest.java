package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.memory.GuestMemory;

/** Programs whose pages are anywhere in RAM of more than 4 GiB. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class WideMemoryTest {
    private static final long RAM = 0x4000_0000L;
    private static final long SIZE = 6L << 30;
    private static final int PAGE = GuestMemory.PAGE_SIZE;

    /** Where the program is, in the lower half of its addresses; data is in both. */
    private static final int CODE = 0x0000_8000;

    private static final int LOW = 0x0002_0000;
    private static final int HIGH = 0xc002_0000;

    private final GuestMemory memory = new GuestMemory(RAM, SIZE);
    private final Processor processor;
    private final UserState state = new UserState();
    private final AddressSpace space;

    /** Guest-physical address of the two pages behind {@link #LOW}, which {@link #HIGH} has too. */
    private long data = RAM;

    /** Those of the code's pages. */
    private long code = RAM + 16 * PAGE;

    private long behind = RAM + 17 * PAGE;

    WideMemoryTest(TestEngine engine) {
        processor = engine.create(memory);
        space = processor.newAddressSpace(
                (to, va, access) -> {
                    switch (va & -PAGE) {
                        case CODE -> to.map(va, code, true, true, true);
                        case CODE + PAGE -> to.map(va, behind, true, true, true);
                        case LOW, HIGH -> to.map(va, data, true, true, false);
                        case LOW + PAGE, HIGH + PAGE -> to.map(va, data + PAGE, true, true, false);
                        default -> {
                            return false;
                        }
                    }
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
    }

    @AfterEach
    void close() {
        processor.close();
        memory.close();
    }

    private Trap run(String source) {
        int[] words = Assembler.assemble(CODE, source);
        for (int i = 0; i < words.length; i++) {
            memory.write32(code + 4 * i, words[i]);
        }
        state.r[UserState.PC] = CODE;
        return processor.run(state, space);
    }

    /** First and last pages, and those around holes. */
    private static final long A = RAM;

    private static final long B = RAM + (2L << 30) - PAGE;
    private static final long C = RAM + (4L << 30) - PAGE;
    private static final long D = RAM + (5L << 30);
    private static final long E = RAM + SIZE - 2 * PAGE;

    @ParameterizedTest
    @ValueSource(longs = {A, B, C, D, E})
    void everySizeReachesWhereThePageIs(long page) {
        data = page;
        for (int base : new int[] {LOW, HIGH}) {
            memory.write32(data + 0x10, 0x8182_8384);
            state.r[1] = base;
            assertEquals(new Trap.SupervisorCall(1), run("""
                        ldr r2, [r1, #0x10]
                        ldrh r3, [r1, #0x12]
                        ldrsh r4, [r1, #0x10]
                        ldrb r5, [r1, #0x13]
                        ldrsb r6, [r1, #0x11]
                        ldr r7, [r1, #0x11]
                        str r2, [r1, #0x20]
                        strh r2, [r1, #0x24]
                        strb r2, [r1, #0x26]
                        str r2, [r1, #0x31]
                        ldrd r8, r9, [r1, #0x20]
                        stm r1, {r2, r3, r4, r5}
                        add r10, r1, #0x1000
                        str r2, [r10, #-2]
                        ldr r11, [r10, #-2]
                        svc #1
                    """));
            assertEquals(0x8182_8384, state.r[2]);
            assertEquals(0x8182, state.r[3]);
            assertEquals(0xffff_8384, state.r[4]);
            assertEquals(0x81, state.r[5]);
            assertEquals(0xffff_ff83, state.r[6]);
            assertEquals(0x0081_8283, state.r[7]);
            assertEquals(0x8182_8384, state.r[8]);
            assertEquals(0x0084_8384, state.r[9]);
            assertEquals(0x8182_8384, state.r[11]);
            assertEquals(0x8182_8384, memory.read32(data + 0x31));
            assertEquals(0x81, memory.read32(data + 12));
            assertEquals(0x8384, memory.read16(data + PAGE - 2));
            assertEquals(0x8182, memory.read16(data + PAGE));
            memory.write(data, new byte[2 * PAGE], 0, 2 * PAGE);
            space.clear();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {A, B, C, D, E})
    void exclusivesReachWhereThePageIs(long page) {
        data = page;
        memory.write32(data + 8, 41);
        state.r[1] = HIGH + 8;
        assertEquals(new Trap.SupervisorCall(1), run("""
                    1: ldrex r2, [r1]
                    add r2, r2, #1
                    strex r3, r2, [r1]
                    cmp r3, #0
                    bne 1b
                    2: ldrexd r4, r5, [r1]
                    add r5, r5, #7
                    strexd r3, r4, r5, [r1]
                    cmp r3, #0
                    bne 2b
                    svc #1
                """));
        assertEquals(42, memory.read32(data + 8));
        assertEquals(7, memory.read32(data + 12));
    }

    /** It stores over its next instruction but one; then the page is written from outside. */
    @ParameterizedTest
    @ValueSource(longs = {RAM + 16 * PAGE, B, C, D + PAGE, E})
    void codeRunsAndChangesWhereThePageIs(long page) {
        code = page;
        data = RAM;
        String source = """
                    mov r0, #0
                    mov r4, #0
                1:  adr r1, 2f
                    ldr r2, 3f
                    cmp r4, #3
                    streq r2, [r1]
                2:  add r0, r0, #1
                    add r4, r4, #1
                    cmp r4, #6
                    bne 1b
                    svc #1
                3:  add r0, r0, #16
                """;
        assertEquals(new Trap.SupervisorCall(1), run(source));
        assertEquals(3 + 3 * 16, state.r[0]);
        memory.write32(code + 6 * 4, 0xe2800020); // add r0, r0, #32
        state.r[UserState.PC] = CODE;
        assertEquals(new Trap.SupervisorCall(1), processor.run(state, space));
        assertEquals(3 * 32 + 3 * 16, state.r[0]);
    }

    /** The page of the second half is there, the other one elsewhere, and then turned around. */
    @ParameterizedTest
    @ValueSource(longs = {A, B, C, D, E})
    void anInstructionLiesAcrossPagesWhereverTheyAre(long page) {
        for (long[] pages : new long[][] {{RAM + 16 * PAGE, page}, {page, RAM + 16 * PAGE}}) {
            code = pages[0];
            behind = pages[1];
            space.clear();
            memory.write32(code + PAGE - 4, 0xf100_3101); // adds r1, #1; add.w r0, r0, #…
            for (int i = 0; i < 20; i++) {
                memory.write32(behind, 0xdf01_0000 | i);
                state.r[0] = 0;
                state.setPlace(CODE + PAGE - 4 | 1);
                assertEquals(new Trap.SupervisorCall(1), processor.run(state, space));
                assertEquals(i, state.r[0]);
            }
        }
    }

    /** In both halves of the address space, where tables differ. */
    @ParameterizedTest
    @ValueSource(strings = {"ldr r0, [r1]", "ldrb r0, [r1]", "ldrh r0, [r1, #1]", "str r0, [r1]", "strb r0, [r1]"})
    void whatIsNotMappedAborts(String access) {
        for (int va : new int[] {0, 0x7fff_f000, 0x8000_0000, 0xffff_f000}) {
            state.r[1] = va;
            Trap trap = run(access + "\n svc #1");
            assertEquals(Trap.DataAbort.class, trap.getClass(), () -> Integer.toHexString(va) + ": " + trap);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {RAM + SIZE, RAM - PAGE, 0xffff_ffff_8000_0000L})
    void whatIsNotRamIsNotMapped(long address) {
        assertThrows(IllegalArgumentException.class, () -> space.map(LOW, address, true, true, true));
    }
}
