package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.Psr;
import swivel.memory.GuestMemory;

/** What T32 programs see of a processor beyond single instructions: interworking, IT blocks, pages, traps. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class ThumbProcessorTest {
    private static final int RAM = 0x40000000;
    private static final int CODE = 0x8000;
    private static final int PAGE = GuestMemory.PAGE_SIZE;
    /** The last halfword of a page of code. */
    private static final int END = CODE + PAGE - 2;

    private final GuestMemory memory = new GuestMemory(RAM, 1 << 20);
    private final Processor processor;
    private final UserState state = new UserState();
    /** By page, where it is in RAM if not at the same offset; -1: not mapped. */
    private final Map<Integer, Integer> pages = new HashMap<>();

    private AddressSpace space;

    ThumbProcessorTest(TestEngine engine) {
        processor = engine.create(memory);
        space = newSpace(AddressSpace.Sensitive.EXECUTE);
    }

    private AddressSpace newSpace(AddressSpace.Sensitive sensitive) {
        return processor.newAddressSpace(
                (s, va, access) -> {
                    int page = pages.getOrDefault(va & -PAGE, va & -PAGE);
                    if (page < 0 || page >= 1 << 20) {
                        return false;
                    }
                    s.map(va, RAM + page, true, true, true);
                    return true;
                },
                sensitive);
    }

    private void load(int address, String source) {
        int[] words = Assembler.assemble(address, ".thumb\n" + source + "\n.balign 4");
        for (int i = 0; i < words.length; i++) {
            memory.write32(RAM + address + 4 * i, words[i]);
        }
    }

    private void put(int address, int... halves) {
        for (int i = 0; i < halves.length; i++) {
            memory.write16(RAM + address + 2 * i, (short) halves[i]);
        }
    }

    private Trap run(String source) {
        load(CODE, source);
        return runFrom(CODE);
    }

    private Trap runFrom(int address) {
        state.setPlace(address | 1);
        return processor.run(state, space);
    }

    @Test
    void everyWayToTheOtherInstructionSetAndBack() {
        Trap trap = run("""
                mov r0, #0
                ldr r6, =0x20000
                mov sp, r6
                blx a32
                ldr r1, =a32
                blx r1
                adr r1, 1f
                adds r1, #1
                push {r1}
                ldr r1, =loads
                bx r1
                .balign 4
            1:  adds r0, #0x10
                adr r1, 2f
                mov pc, r1
                .balign 4
            2:  adds r0, #0x20
                ldr r2, =last
                push {r2}
                pop {pc}
                .arm
            a32: add r0, r0, #1
                bx lr
            loads: add r0, r0, #4
                ldm sp!, {pc}
            last: add r0, r0, #0x40
                adr r3, 3f
                add pc, r3, #1
                .thumb
                .balign 4
            3:  adds r0, #0x80
                svc #7
                .ltorg
            """);
        assertEquals(new Trap.SupervisorCall(7), trap);
        assertEquals(2 + 4 + 0x10 + 0x20 + 0x40 + 0x80, state.r[0]);
        assertTrue(state.thumb);
    }

    @Test
    void callsLeaveAReturnAddressThatIsOdd() {
        assertEquals(new Trap.SupervisorCall(0), run("bl 1f\n 1: svc #0"));
        assertEquals(CODE + 4 | 1, state.r[UserState.LR]);
    }

    @Test
    void loopsCallsAndReturnsAreCounted() {
        Trap trap = run("""
                movs r0, #0
                movs r1, #100
            1:  bl   add
                subs r1, #1
                cbz  r1, 2f
                b    1b
            2:  svc  #3
            add: cmp r1, #50
                ite  lt
                addlt r0, r1
                addge r0, #1
                bx   lr
            """);
        assertEquals(new Trap.SupervisorCall(3), trap);
        assertEquals(51 + 49 * 50 / 2, state.r[0]);
        assertEquals(2 + 100 * (5 + 4) - 1, processor.instructions());
    }

    @Test
    void anEndlessLoopCanBeKicked() throws InterruptedException {
        Thread kicker = Thread.ofPlatform().daemon().start(() -> {
            while (processor.instructions() < 1000) {
                Thread.onSpinWait();
            }
            processor.kick();
        });
        assertEquals(new Trap.Kick(), run("1: b 1b"));
        assertEquals(CODE, state.r[UserState.PC]);
        assertTrue(state.thumb);
        kicker.join();
    }

    @Test
    void sixteenBitDataProcessingInAnItBlockSetsNoFlags() {
        state.setUserPsr(Psr.Z | Psr.T);
        run("movs r0, #0\n cmp r0, #0\n itt eq\n addeq r0, #1\n addeq r0, #1\n svc #0");
        assertEquals(2, state.r[0]);
        assertEquals(Psr.Z | Psr.C | Psr.T, state.userPsr());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"svceq #5 | 2", "udfeq #5 | 2", "ldreq r0, [r5] | 2", "ldreq.w r0, [r5] | 4"})
    void aTrapInAnItBlockNamesItsState(String instruction, int bytes) {
        state.r[5] = 0xf000_0000;
        Trap trap = run(
                "movs r1, #0\n ittte eq\n moveq r2, #1\n" + instruction + "\n moveq r3, #2\n movne r3, #3\n svc #6");
        assertEquals(CODE + 6, state.r[UserState.PC], trap.toString());
        assertEquals(0x06, state.it); // EQ, EQ, NE are left
        state.advance(bytes);
        assertEquals(new Trap.SupervisorCall(6), processor.run(state, space));
        assertEquals(1, state.r[2]);
        assertEquals(2, state.r[3]);
        assertEquals(0, state.it);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4, 6, 8})
    void anItBlockGoesOnInTheNextPage(int before) {
        int start = CODE + PAGE - before;
        put(start, 0x4288, 0xbf0b, 0x2201, 0x2302, 0x2403, 0x2504, 0xdf09); // cmp r0, r1; itete eq; r2 … r5; svc
        for (int i = 0; i < 12; i++) {
            boolean equal = i % 3 == 0;
            state.r[0] = equal ? 1 : 2;
            state.r[1] = 1;
            Arrays.fill(state.r, 2, 6, 0);
            assertEquals(new Trap.SupervisorCall(9), runFrom(start));
            int[] expected = equal ? new int[] {1, 0, 3, 0} : new int[] {0, 2, 0, 4};
            assertEquals(Arrays.toString(expected), Arrays.toString(Arrays.copyOfRange(state.r, 2, 6)));
            assertEquals(0, state.it);
        }
    }

    /** In a loop, so that emitted code has to leave at the instruction and come back. */
    @Test
    void anInstructionMayLieAcrossTheEndOfAPage() {
        put(
                END - 2, 0x3101, 0xf100, 0x0002, 0x3a01, 0xd1fa,
                0xdf01); // adds r1, #1; add.w r0, r0, #2; subs r2, #1; bne; svc
        state.r[2] = 1000;
        assertEquals(new Trap.SupervisorCall(1), runFrom(END - 2));
        assertEquals(2000, state.r[0]);
        assertEquals(1000, state.r[1]);
        assertEquals(4001, processor.instructions() + 1);
    }

    @Test
    void itsSecondHalfMayAbort() {
        put(END - 2, 0x3101, 0xf100, 0x0002, 0xdf01);
        pages.put(CODE + PAGE, -1);
        for (int i = 1; i <= 8; i++) {
            assertEquals(new Trap.PrefetchAbort(CODE + PAGE), runFrom(END - 2));
            assertEquals(END, state.r[UserState.PC]);
            assertEquals(i, state.r[1]);
        }
        pages.clear();
        assertEquals(new Trap.SupervisorCall(1), processor.run(state, space));
        assertEquals(2, state.r[0]);
    }

    @Test
    void itsSecondHalfMayChange() {
        for (int i = 0; i < 100; i++) {
            state.r[0] = 0;
            put(END - 2, 0x3101, 0xf100, i, 0xdf01);
            assertEquals(new Trap.SupervisorCall(1), runFrom(END - 2));
            assertEquals(i, state.r[0]);
        }
    }

    @Test
    void anotherPageMayHaveItsSecondHalf() {
        put(END - 2, 0x3101, 0xf100, 100, 0xdf01);
        put(CODE + 4 * PAGE, 200, 0xdf02);
        int expected = 0;
        for (int i = 0; i < 40; i++) {
            boolean other = i % 5 == 0;
            pages.put(CODE + PAGE, CODE + (other ? 4 : 1) * PAGE);
            space.unmap(CODE + PAGE);
            runFrom(CODE + PAGE + 2); // so that it is mapped
            expected += other ? 200 : 100;
            assertEquals(new Trap.SupervisorCall(other ? 2 : 1), runFrom(END - 2));
            assertEquals(expected, state.r[0]);
        }
    }

    /** It is all that is executed of its page, so that nothing but the instruction sees the stores. */
    @Test
    void aLoopMayStoreItsSecondHalf() {
        int start = END - 20;
        put(start, 0x3001, 0xe001, 0x3101, 0xe7ff); // adds r0, #1; b 1f; adds r1, #1; b 1f
        put(start + 8, 0x3201, 0x406c, 0x801c); // 1: adds r2, #1; eors r4, r5; strh r4, [r3]
        put(start + 14, 0x2ac8, 0xd100, 0xdf01, 0xf7ff); // cmp r2, #200; bne 2f; svc; 2: b.w to the first or the third
        int toFirst = 0xb800 | (start - END - 4 >> 1 & 0x7ff);
        int toThird = toFirst + 2;
        state.r[3] = CODE + PAGE;
        state.r[4] = toFirst;
        state.r[5] = toFirst ^ toThird;
        assertEquals(new Trap.SupervisorCall(1), runFrom(start));
        assertEquals(100, state.r[0]);
        assertEquals(100, state.r[1]);
    }

    @Test
    void codeThatChangesItselfExecutesWhatItStored() {
        // adr r3, 1f; strh r2, [r3]; …; 1: nop becomes movs r0, #value; svc
        load(CODE, "adr r3, 1f\n strh r2, [r3]\n nop\n nop\n .balign 4\n 1: nop\n svc #1");
        for (int i = 0; i < 40; i++) {
            state.r[2] = 0x2000 | i;
            assertEquals(new Trap.SupervisorCall(1), runFrom(CODE));
            assertEquals(i, state.r[0]);
        }
    }

    @Test
    void tableBranchesReadTheTableBehindThem() {
        for (int i = 0; i < 12; i++) {
            state.r[0] = i % 3;
            Trap trap = run("""
                    tbb [pc, r0]
                1:  .byte (2f - 1b) / 2, (3f - 1b) / 2, (4f - 1b) / 2, 0
                2:  svc #2
                3:  svc #3
                4:  svc #4
                """);
            assertEquals(new Trap.SupervisorCall(2 + i % 3), trap);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0xb672, 2", // cpsid i
        "0xf3ef8000, 4", // mrs r0, cpsr
        "0xf3808100, 4", // msr cpsr_c, r0
        "0xf3de8f00, 4", // subs pc, lr, #0
        "0xf8510e04, 4", // ldrt r0, [r1, #4]
        "0xbf30, 2", // wfi
    })
    void sensitiveInstructionsTrapWhereASpaceSaysSo(long word, int bytes) {
        int w = (int) word;
        space = newSpace(AddressSpace.Sensitive.TRAP);
        put(CODE, bytes == 4 ? new int[] {0xbf00, w >>> 16, w & 0xffff} : new int[] {0xbf00, w});
        assertEquals(new Trap.SensitiveInstruction(w), runFrom(CODE));
        assertEquals(CODE + 2, state.r[UserState.PC]);
        assertEquals(bytes, state.lengthOf(w));
    }

    @Test
    void inUserModeSensitiveInstructionsDoWhatTheManualSays() {
        state.setUserPsr(Psr.N | Psr.T);
        // cpsid i is a NOP; MSR writes the flags only; MRS reads user mode
        Trap trap = run("""
                cpsid i
                mrs r0, cpsr
                mov.w r1, #0xf0000000
                orr r1, #0xd3
                msr cpsr_fc, r1
                mrs r2, cpsr
                svc #1
            """);
        assertEquals(new Trap.SupervisorCall(1), trap);
        assertEquals(Psr.N | 0x10, state.r[0]);
        assertEquals(Psr.NZCV | 0x10, state.r[2]);
    }

    @Test
    void dataIsBigEndianBehindSetend() {
        state.r[1] = 0x20000;
        memory.write32(RAM + 0x20000, 0x01020304);
        assertEquals(new Trap.SupervisorCall(1), run("setend be\n ldr r0, [r1]\n setend le\n ldr r2, [r1]\n svc #1"));
        assertEquals(0x04030201, state.r[0]);
        assertEquals(0x01020304, state.r[2]);
        assertFalse(state.bigEndian);
    }

    @Test
    void theThreadRegisterIsACoprocessorsInT32Too() {
        state.r[UserState.TPIDRURO] = 77;
        assertEquals(new Trap.SupervisorCall(1), run("mrc p15, 0, r0, c13, c0, 3\n svc #1"));
        assertEquals(77, state.r[0]);
        assertEquals(new Trap.UndefinedInstruction(0xee110f10), run("mrc p15, 0, r0, c1, c0, 0\n svc #1"));
    }

    @Test
    void breakpointsAndUndefinedInstructionsStandWhereTheyAre() {
        assertEquals(new Trap.Breakpoint(9), run("nop\n bkpt #9"));
        assertEquals(CODE + 2, state.r[UserState.PC]);
        assertEquals(new Trap.UndefinedInstruction(0xf7f0a001), run("nop\n udf.w #1"));
        assertEquals(4, state.lengthOf(0xf7f0a001));
        assertEquals(new Trap.UndefinedInstruction(0xee000300), run("nop\n .inst.w 0xee000300")); // cdp p3, of nobody
    }
}
