package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.cpu.interp.Interpreter;
import swivel.cpu.ir.Location;
import swivel.cpu.jit.JitProcessor;
import swivel.cpu.pages.PageMaps;
import swivel.memory.GuestMemory;

/** What guests can make a processor remember has bounds, and at the bounds programs still compute what they shall. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class BoundsTest {
    private static final int RAM_SIZE = 8 << 20;
    private static final int PAGE = GuestMemory.PAGE_SIZE;
    /** A page of the host in each of three tables is for 4 MiB of guest addresses. */
    private static final long TABLE_BYTES = 16 * 3L * PAGE;

    private static final int CODE = 0x8000;
    private static final int AREA = 0x100000;
    private static final long BUDGET = 512 << 10;
    /** By how much a budget may be exceeded: a block, its translation and what it was looked up for. */
    private static final long SLACK = 32 << 10;

    private final GuestMemory memory = new GuestMemory(0, RAM_SIZE);
    private final UserState state = new UserState();
    private final Processor processor;
    private final PageMaps space;

    BoundsTest(TestEngine engine) {
        processor = engine.create(memory, BUDGET, TABLE_BYTES);
        space = space(va -> va);
    }

    /** A space that maps all of the guest's addresses to RAM. */
    private PageMaps space(Function<Integer, Integer> where) {
        return (PageMaps) processor.newAddressSpace(
                (s, va, access) -> {
                    s.map(va, where.apply(va) & RAM_SIZE - 1, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
    }

    private void load(int address, String source) {
        int[] words = Assembler.assemble(address, source);
        for (int i = 0; i < words.length; i++) {
            memory.write32(address + 4 * i, words[i]);
        }
    }

    private Trap runFrom(AddressSpace in, int address) {
        state.r[UserState.PC] = address;
        return processor.run(state, in);
    }

    private static final int ADD = Assembler.assemble(0, "add r0, r0, #1")[0];
    private static final int RETURN = Assembler.assemble(0, "bx lr")[0];

    /** Calls every word of an area, twice: r0 counts the additions that lie before the area's returns. */
    private static final String CALL_EVERY_WORD = """
                mov r5, #2
            1:  ldr r4, =0x100000
            2:  blx r4
                add r4, r4, #4
                cmp r4, r6
                blo 2b
                subs r5, r5, #1
                bne 1b
                svc #1
            """;

    @Test
    void codeThatIsEnteredAtEveryWordStaysInItsBudgetAndComputesTheSame() {
        int words = 16 * 1024;
        int run = 64; // a return at the end of each
        for (int i = 0; i < words; i++) {
            memory.write32(AREA + 4 * i, i % run == run - 1 ? RETURN : ADD);
        }
        load(CODE, CALL_EVERY_WORD);
        state.r[6] = AREA + 4 * words;
        assertEquals(new Trap.SupervisorCall(1), runFrom(space, CODE));
        assertEquals(2 * (words / run) * (run * (run - 1) / 2), state.r[0]);
        assertBounded();
    }

    private void assertBounded() {
        Processor.CacheUse use = processor.caches();
        assertTrue(use.liftedEvictions() > 0, use::toString);
        assertTrue(use.liftedBytes() > BUDGET / 8 && use.liftedBytes() <= BUDGET + SLACK, use::toString);
    }

    @Test
    void onePageOfCodeAtManyAddressesStaysInItsBudget() {
        load(CODE, """
                ldr r4, =0x10000000
            2:  blx r4
                add r4, r4, #0x1000
                cmp r4, #0x20000000
                blo 2b
                svc #1
            """);
        load(AREA, "add r0, r0, #1\n bx lr");
        AddressSpace aliases = space(va -> va >= 0x10000000 ? AREA + (va & PAGE - 1) : va);
        assertEquals(new Trap.SupervisorCall(1), runFrom(aliases, CODE));
        assertEquals(0x10000, state.r[0]);
        assertTrue(
                processor.caches().liftedBytes() <= BUDGET + SLACK,
                () -> processor.caches().toString());
        assertTrue(processor.caches().liftedEvictions() > 0);
    }

    @Test
    void instructionsThatAreInterpretedOneByOneStayInTheBudget() {
        int words = 4 * 1024;
        int store = Assembler.assemble(0, "str r2, [r1, #4]")[0]; // crosses a page each time
        for (int i = 0; i < words; i++) {
            memory.write32(AREA + 4 * i, i % 32 == 31 ? RETURN : store);
        }
        load(CODE, CALL_EVERY_WORD);
        state.r[1] = 0x400000 + PAGE - 6;
        state.r[6] = AREA + 4 * words;
        assertEquals(new Trap.SupervisorCall(1), runFrom(space, CODE));
        assertBounded();
    }

    @Test
    void tablesOfAddressSpacesStayInTheirBoundAndTheirPagesAreFoundAgain() {
        load(CODE, """
                mov r5, #3
            1:  mov r4, #0x01000000
                mov r6, #0
            2:  str r6, [r4, r6, lsl #2]
                ldr r7, [r4, r6, lsl #2]
                cmp r7, r6
                svcne #2
                add r6, r6, #1
                adds r4, r4, #0x00400000
                bcc 2b
                subs r5, r5, #1
                bne 1b
                svc #1
            """);
        AddressSpace[] spaces = {space, space(va -> va), space(va -> va)};
        for (int i = 0; i < 6; i++) {
            assertEquals(new Trap.SupervisorCall(1), runFrom(spaces[i % spaces.length], CODE));
        }
        Processor.CacheUse use = processor.caches();
        assertEquals(TABLE_BYTES, use.tableBytes());
        assertTrue(use.tableEvictions() > 0, use::toString);
    }

    @Test
    void aSpaceThatWasEmptiedCountsAsMappedNoMore() {
        load(CODE, "mov r1, #0x03000000\n ldr r0, [r1]\n svc #1");
        runFrom(space, CODE);
        space.release();
        assertEquals(0, space.regions());
        runFrom(space, CODE);
        assertEquals(2, space.regions());
        space.unmap(0x03000000);
        assertEquals(new Trap.SupervisorCall(1), runFrom(space, CODE));
    }

    private static final int CHANGES = 30;

    /** Rewrites a routine and calls it, again and again: r0 counts, by one or two in turn. */
    private static final String CHANGE_AND_CALL = """
                ldr r4, =0x100000
                ldr r6, [r4]
                mov r5, #30
            1:  eor r6, r6, #3
                str r6, [r4]
                blx r4
                subs r5, r5, #1
                bne 1b
                svc #1
            """;

    private static final String CALL_OFTEN = """
                ldr r4, =0x100000
            1:  blx r4
                subs r5, r5, #1
                bne 1b
                svc #1
            """;

    private int patience() {
        Interpreter interpreter = processor instanceof JitProcessor jit ? jit.interpreter() : (Interpreter) processor;
        return interpreter.core.code.find(space, Location.plain(AREA, space.sensitive())).page.patience;
    }

    @Test
    void aPageThatChangedOftenIsTranslatedAtOnceAgainAfterItWasCalm() {
        load(AREA, "add r0, r0, #1\n bx lr");
        load(CODE, CHANGE_AND_CALL);
        load(CODE + 2 * PAGE, CALL_OFTEN);
        runFrom(space, CODE);
        assertEquals(CHANGES / 2 * 3, state.r[0]);
        memory.write32(AREA, ADD);
        assertEquals(1 << 12, patience());
        state.r[5] = 4_000_000; // sixteen million instructions without a change
        runFrom(space, CODE + 2 * PAGE);
        memory.write32(AREA, ADD);
        assertEquals(0, patience());
        runFrom(space, CODE);
        memory.write32(AREA, ADD);
        assertTrue(patience() > 0);
    }
}
