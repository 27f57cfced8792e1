package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.InstructionSet;
import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.memory.GuestMemory;

/** What programs see of a processor beyond single instructions: branches, aborts, code that changes, traps. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class ProcessorTest {
    private static final int RAM = 0x40000000;
    private static final int CODE = 0x8000;
    private static final int DATA = 0x20000;
    private static final int PAGE = GuestMemory.PAGE_SIZE;

    private enum Permission {
        NONE,
        READ,
        READ_WRITE,
        ALL
    }

    private final GuestMemory memory = new GuestMemory(RAM, 1 << 20);
    private final Processor processor;
    private final UserState state = new UserState();
    /** Permissions by page; identity-mapped to RAM, code and data with all permissions unless a test says otherwise. */
    private final Map<Integer, Permission> permissions = new HashMap<>();

    private AddressSpace space;

    ProcessorTest(TestEngine engine) {
        processor = engine.create(memory);
        space = newSpace(AddressSpace.Sensitive.EXECUTE);
        state.r[UserState.SP] = DATA + PAGE;
    }

    private AddressSpace newSpace(AddressSpace.Sensitive sensitive) {
        return processor.newAddressSpace(
                (s, va, access) -> {
                    Permission p =
                            permissions.getOrDefault(va >>> 12, va >>> 12 < 0x100 ? Permission.ALL : Permission.NONE);
                    if (p == Permission.NONE) {
                        return false;
                    }
                    s.map(va, RAM + va, true, p != Permission.READ, p == Permission.ALL);
                    return access == AddressSpace.Access.READ
                            || access == AddressSpace.Access.WRITE && p != Permission.READ
                            || p == Permission.ALL;
                },
                sensitive);
    }

    private void load(int address, String source) {
        int[] words = Assembler.assemble(address, source);
        for (int i = 0; i < words.length; i++) {
            memory.write32(RAM + address + 4 * i, words[i]);
        }
    }

    private Trap run(String source) {
        load(CODE, source);
        return runFrom(CODE);
    }

    private Trap runFrom(int address) {
        state.r[UserState.PC] = address;
        return processor.run(state, space);
    }

    @Test
    void loopsCallsAndReturnsReachTheirTargetsAndAreCounted() {
        Trap trap = run("""
                mov r0, #0
                mov r1, #10
            1:  bl  add_r1
                subs r1, r1, #1
                bne 1b
                ldr r2, =tail
                blx r2
                svc #0x123456
            add_r1:
                add r0, r0, r1
                bx  lr
            tail:
                push {r4, lr}
                mov r4, #7
                addeq r0, r0, r4
                pop {r4, pc}
            """);
        assertEquals(new Trap.SupervisorCall(0x123456), trap);
        assertEquals(62, state.r[0]);
        assertEquals(2 + 10 * 5 + 2 + 4, processor.instructions());
    }

    @Test
    void branchToAnOddAddressEntersT32() {
        memory.write32(RAM + DATA, 0xde00_bf00); // nop; udf
        assertEquals(new Trap.UndefinedInstruction(0xde00), run("ldr r0, =0x20001\n bx r0"));
        assertTrue(state.thumb());
        assertEquals(DATA + 2, state.r[UserState.PC]);
    }

    @Test
    void branchToAnAddressThatIsNoWordAborts() {
        assertEquals(new Trap.PrefetchAbort(DATA + 2), run("ldr r0, =0x20002\n bx r0"));
    }

    @Test
    void loadMultipleThatAbortsHalfWayLeavesItsBase() {
        permissions.put((DATA + PAGE) >>> 12, Permission.NONE);
        state.r[0] = DATA + PAGE - 8;
        Trap trap = run("mov r5, #1\n mov r6, #2\n ldmia r0, {r0, r1, r2, r3}");
        assertEquals(new Trap.DataAbort(DATA + PAGE, false, false), trap);
        assertEquals(DATA + PAGE - 8, state.r[0]);
        assertEquals(CODE + 8, state.r[UserState.PC]);
        assertEquals(2, processor.instructions());
    }

    @Test
    void storeAcrossAPageBoundaryThatAbortsStoresNothing() {
        permissions.put((DATA + PAGE) >>> 12, Permission.READ);
        state.r[0] = DATA + PAGE - 2;
        Trap trap = run("mvn r1, #0\n str r1, [r0], #4");
        assertEquals(new Trap.DataAbort(DATA + PAGE, true, false), trap);
        assertEquals(0, memory.read32(RAM + DATA + PAGE - 4));
        assertEquals(DATA + PAGE - 2, state.r[0]);
    }

    @Test
    void writesToReadOnlyPagesAndFetchesFromDataPagesAbort() {
        permissions.put(DATA >>> 12, Permission.READ_WRITE);
        assertEquals(new Trap.PrefetchAbort(DATA), run("mov pc, #0x20000"));
        permissions.put((DATA + PAGE) >>> 12, Permission.READ);
        assertEquals(
                new Trap.DataAbort(DATA + PAGE, true, false), run("ldr r0, =0x21000\n ldrb r1, [r0]\n strb r1, [r0]"));
    }

    @Test
    void unalignedAccessesWorkUntilStrictAlignmentIsAskedFor() {
        memory.write32(RAM + DATA, 0x44332211);
        memory.write32(RAM + DATA + 4, 0x88776655);
        String source = "mov r0, #0x20000\n ldr r1, [r0, #1]\n ldrh r2, [r0, #3]\n svc 0";
        run(source);
        assertEquals(0x55443322, state.r[1]);
        assertEquals(0x5544, state.r[2]);
        space.setStrictAlignment(true);
        assertEquals(new Trap.DataAbort(DATA + 1, false, true), run(source));
    }

    @Test
    void loadMultipleFromAnUnalignedAddressAborts() {
        assertEquals(new Trap.DataAbort(DATA + 2, false, true), run("ldr r0, =0x20002\n ldmia r0, {r1, r2}"));
    }

    /**
     * The last instruction of a page and its block ends with a load whose page must be fetched from the filler each
     * time.
     */
    @Test
    void loadThatMissesAtTheEndOfAPageGoesOnInTheNextOne() {
        memory.write32(RAM + DATA, 7);
        int last = CODE + PAGE - 8;
        load(last, "mov r0, #0x20000\n ldr r1, [r0]\n add r1, r1, #1\n svc #0");
        for (int i = 0; i < 3; i++) {
            space.unmap(DATA);
            assertEquals(new Trap.SupervisorCall(0), runFrom(last));
            assertEquals(8, state.r[1]);
        }
    }

    @Test
    void returnThroughAStackPageThatMissesReachesTheNextInstruction() {
        load(CODE, "adr r0, 1f\n str r0, [sp, #-4]!\n pop {pc}\n 1: svc #0");
        for (int i = 0; i < 3; i++) {
            state.r[UserState.SP] = DATA + PAGE;
            runFrom(CODE);
            state.r[UserState.SP] = DATA + PAGE - 4;
            space.unmap(DATA);
            assertEquals(new Trap.SupervisorCall(0), runFrom(CODE + 8));
        }
    }

    @Test
    void codeThatTheGuestRewritesIsExecutedAnew() {
        Trap trap = run("""
                mov r4, #0
                ldr r1, =patched
                ldr r2, =0xe2844001   @ add r4, r4, #1
                ldr r3, =0xe2844010   @ add r4, r4, #16
                bl  patched
                str r3, [r1]
                isb
                bl  patched
                str r2, [r1]
                isb
                bl  patched
                svc #0
            patched:
                add r4, r4, #1
                bx  lr
            """);
        assertInstanceOf(Trap.SupervisorCall.class, trap);
        assertEquals(1 + 16 + 1, state.r[4]);
    }

    @Test
    void dataBesideCodeCanBeWrittenWithoutLosingTheCode() {
        Trap trap = run("""
                ldr r1, =counter
                mov r0, #1000
            1:  ldr r2, [r1]
                add r2, r2, #1
                str r2, [r1]
                subs r0, r0, #1
                bne 1b
                svc #0
            counter: .word 0
            """);
        assertInstanceOf(Trap.SupervisorCall.class, trap);
        assertEquals(1000, state.r[2]);
    }

    @Test
    void codeThatADeviceWritesIsExecutedAnew() {
        String source = "mov r0, #1\n svc 0";
        run(source);
        assertEquals(1, state.r[0]);
        load(CODE, "mov r0, #2\n svc 0");
        runFrom(CODE);
        assertEquals(2, state.r[0]);
    }

    @Test
    void theSameCodeAtTwoAddressesKnowsWhereItIs() {
        load(CODE, "mov r0, pc\n svc 0");
        space = processor.newAddressSpace(
                (s, va, access) -> {
                    s.map(va, RAM + CODE, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
        for (int address : new int[] {CODE, 0xffff0000, CODE, 0x1000}) {
            runFrom(address);
            assertEquals(address + 8, state.r[0]);
        }
    }

    @Test
    void unmappedCodeIsNotExecutedFromTheCache() {
        run("mov r0, #1\n svc 0");
        permissions.put(CODE >>> 12, Permission.NONE);
        space.unmap(CODE);
        assertEquals(new Trap.PrefetchAbort(CODE), runFrom(CODE));
    }

    @Test
    void clearedAddressSpaceForgetsEveryPermission() {
        run("mov r0, #0x20000\n str r0, [r0]\n svc 0");
        permissions.put(DATA >>> 12, Permission.READ);
        space.clear();
        assertEquals(new Trap.DataAbort(DATA, true, false), runFrom(CODE));
    }

    @Test
    void exclusiveStoreSucceedsOnceAndOnlyWhereItWasTagged() {
        run("""
                mov r0, #0x20000
                mov r5, #7
                ldrex r1, [r0]
                strex r2, r5, [r0]    @ succeeds
                strex r3, r5, [r0]    @ not tagged any more
                ldrex r1, [r0]
                clrex
                strex r4, r5, [r0]
                ldrexd r8, r9, [r0]
                mov r10, #1
                mov r11, #2
                strexd r6, r10, r11, [r0]
                svc 0
            """);
        assertEquals(7, state.r[1]);
        assertEquals(0, state.r[2]);
        assertEquals(1, state.r[3]);
        assertEquals(1, state.r[4]);
        assertEquals(0, state.r[6]);
        assertEquals(1, memory.read32(RAM + DATA));
        assertEquals(2, memory.read32(RAM + DATA + 4));
    }

    @ParameterizedTest
    @CsvSource({"1, b, r2, r6", "2, h, r2, r6", "4, '', r2, r6", "8, d, 'r2, r3', 'r6, r7'"})
    void exclusiveStoreFailsIfAByteOfItsOwnChangedAndElseChangesThese(int size, String suffix, String old, String now) {
        load(CODE, """
                ldrex%s %s, [r0]
                ldrb r8, [r1]
                mvn r8, r8
                strb r8, [r1]
                strex%1$s r4, %3$s, [r0]
                svc 0
            """.formatted(suffix, old, now));
        for (int at = 0; at < 8; at += size) {
            for (int changed = 0; changed < 8; changed++) {
                state.r[0] = DATA + at;
                state.r[1] = DATA + changed;
                state.r[4] = 2;
                state.r[6] = 0x11223344;
                state.r[7] = 0x55667788;
                byte[] expected = {(byte) 0x80, 1, 2, 3, 4, 5, 6, (byte) 0x87};
                memory.write(RAM + DATA, expected, 0, 8);
                assertEquals(new Trap.SupervisorCall(0), runFrom(CODE));
                expected[changed] ^= -1;
                boolean fails = changed >= at && changed < at + size;
                for (int i = 0; i < size && !fails; i++) {
                    expected[at + i] = (byte) (0x5566778811223344L >>> 8 * i);
                }
                byte[] found = new byte[8];
                memory.read(RAM + DATA, found, 0, 8);
                assertEquals(fails ? 1 : 0, state.r[4]);
                assertArrayEquals(expected, found);
            }
        }
    }

    @Test
    void exclusiveStoreOfAnotherSizeThanTheLoadFails() {
        run("""
                mov r0, #0x20000
                ldrex r1, [r0]
                strexb r2, r1, [r0]
                ldrexd r4, r5, [r0]
                strex r3, r4, [r0]
                svc 0
            """);
        assertEquals(1, state.r[2]);
        assertEquals(1, state.r[3]);
    }

    @Test
    void bigEndianDataIsReversedUntilSetendReturns() {
        run("""
                mov r0, #0x20000
                ldr r1, =0x11223344
                str r1, [r0]
                setend be
                ldr r2, [r0]
                ldrh r3, [r0]
                strh r3, [r0, #4]
                ldm r0, {r4, r5}
                setend le
                ldr r6, [r0]
                svc 0
            """);
        assertEquals(0x44332211, state.r[2]);
        assertEquals(0x4433, state.r[3]);
        assertEquals(0x44332211, state.r[4]);
        assertEquals(0x44330000, state.r[5]);
        assertEquals(0x11223344, state.r[6]);
    }

    @Test
    void sensitiveInstructionsMisbehaveAreCountedOrTrapAsTheSpaceSays() {
        String source = "cpsid i\n mrs r0, cpsr\n svc 0";
        assertInstanceOf(Trap.SupervisorCall.class, run(source));
        assertEquals(Mode.USR.encoding(), state.r[0] & Psr.M);
        assertEquals(0, processor.sensitiveCount().executed());

        space = newSpace(AddressSpace.Sensitive.COUNT);
        assertInstanceOf(Trap.SupervisorCall.class, run(source));
        assertEquals(new Processor.SensitiveCount(2, InstructionSet.A32, CODE, 0xf10c0080), processor.sensitiveCount());

        space = newSpace(AddressSpace.Sensitive.TRAP);
        assertEquals(new Trap.SensitiveInstruction(0xf10c0080), run(source));
        assertEquals(CODE, state.r[UserState.PC]);
    }

    @Test
    void whatUserModeDoesNotDefineTrapsWithItsWord() {
        for (String instruction : new String[] {
            "udf #5",
            "mrs r0, spsr",
            "smc #1",
            "mrc p15, 0, r0, c1, c0, 0",
            "ldm r0, {r1, pc}^",
            "movs pc, lr",
            "rfeia sp!",
            "mcr p15, 0, r0, c13, c0, 3"
        }) {
            int word = Assembler.assemble(CODE, ".arch_extension sec\n" + instruction)[0];
            assertEquals(new Trap.UndefinedInstruction(word), run(".arch_extension sec\n" + instruction), instruction);
        }
        assertEquals(new Trap.Breakpoint(0xabcd), run("bkpt #0xabcd"));
    }

    /** A debugger that stops at one address, and before stores to one word. */
    private record Stops(int at, int word) implements DebugPoints {
        @Override
        public boolean stopsAt(int pc) {
            return pc == at;
        }

        @Override
        public boolean stopsAccess(int va, int size, boolean write, boolean unprivileged) {
            return write && va < word + 4 && va + size > word;
        }
    }

    @Test
    void debuggerStopsBeforeInstructionsAndAccesses() {
        load(CODE, "1: add r0, r0, #1\n cmp r0, #100\n bne 1b\n str r0, [r1, #4]\n stm r1, {r0, r2, r3}\n svc #3");
        state.r[1] = DATA;
        assertEquals(new Trap.SupervisorCall(3), runFrom(CODE)); // it is translated now
        state.r[0] = 0;
        state.r[3] = 7;
        processor.setDebugPoints(new Stops(CODE + 8, DATA + 8));
        assertEquals(new Trap.DebugStop(), runFrom(CODE));
        assertEquals(CODE + 8, state.r[UserState.PC]);
        assertEquals(1, state.r[0]);
        processor.setDebugPoints(new Stops(CODE + 12, DATA + 8));
        assertEquals(new Trap.DebugStop(), runFrom(CODE + 8));
        assertEquals(100, state.r[0]);
        processor.setDebugPoints(new Stops(0, DATA + 8));
        assertEquals(new Trap.DataAbort(DATA + 8, true, false, false, true), runFrom(CODE + 12));
        assertEquals(CODE + 16, state.r[UserState.PC]);
        assertEquals(0, memory.read32(RAM + DATA + 8));
        processor.setDebugPoints(new Stops(0, DATA + 12));
        assertEquals(new Trap.SupervisorCall(3), runFrom(CODE + 16));
        processor.setDebugPoints(null);
        state.r[0] = 0;
        assertEquals(new Trap.SupervisorCall(3), runFrom(CODE));
    }

    @Test
    void undefinedInstructionWhoseConditionFailsIsNotExecuted() {
        assertEquals(new Trap.SupervisorCall(1), run("cmp r0, r0\n mrcne p15, 0, r0, c1, c0, 0\n svc 1"));
    }

    @Test
    void threadIdRegistersAreReachedAsUserModeMay() {
        state.r[UserState.TPIDRURO] = 0x1234;
        run("mrc p15, 0, r0, c13, c0, 3\n mcr p15, 0, r0, c13, c0, 2\n mrc p15, 0, r1, c13, c0, 2\n svc 0");
        assertEquals(0x1234, state.r[0]);
        assertEquals(0x1234, state.r[1]);
    }

    @Test
    void kickEndsAnEndlessLoopAndAKickBeforeTheRunCounts() throws InterruptedException {
        processor.kick();
        assertInstanceOf(Trap.Kick.class, run("b ."));
        Thread kicker = Thread.ofPlatform().start(() -> {
            while (processor.instructions() < 1000) {
                Thread.onSpinWait();
            }
            processor.kick();
        });
        assertInstanceOf(Trap.Kick.class, runFrom(CODE));
        assertEquals(CODE, state.r[UserState.PC]);
        kicker.join();
    }

    @Test
    void conditionalBranchesInsideABlockLeaveItOnlyWhenTaken() {
        run("""
                mov r0, #0
                cmp r0, #1
                beq 1f
                add r0, r0, #1
                bne 1f
                add r0, r0, #100
            1:  svc 0
            """);
        assertEquals(1, state.r[0]);
        assertFalse(state.thumb());
    }

    /** N, Z, C, V in 31:28 when a load from nowhere aborts; r0 is there, r1 to r4 are 5, 7, -1 and 1 << 31. */
    private int flagsAtAbort(String source) {
        permissions.put(0x70, Permission.NONE);
        state.r[0] = 0x70000;
        state.r[1] = 5;
        state.r[2] = 7;
        state.r[3] = -1;
        state.r[4] = 1 << 31;
        state.r[8] = DATA;
        state.setUserPsr(Psr.V);
        assertInstanceOf(Trap.DataAbort.class, run(source));
        return state.userPsr() >>> 28;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            # N Z C V | before the load that aborts; behind it all flags are written again
            0b1000 | cmp r1, r2
            0b0110 | cmp r1, #5
            0b0010 | subs r2, r2, r1
            0b0110 | adds r3, r3, #1
            0b0111 | adds r4, r4, r4
            0b0010 | adds r5, r3, r2
            0b0110 | "adds r5, r3, #1; ldr r3, [r8]"
            0b0010 | "adds r3, r3, r2; ldr r2, [r8]"
            0b0011 | "adds r4, r3, r4; mov r4, #0; mov r3, #0; adc r6, r1, r1"
            0b1001 | "adds r10, r3, r4; mov r11, r10; adds r11, r11, r10; ldr r10, [r8]; mov r11, #0"
            0b0011 | "mov r6, r8; 1: ldr r5, [r6]; adds r9, r3, r4; mov r6, r0; b 1b"
            0b0010 | "mov r6, r8; 1: ldr r5, [r6]; adds r3, r3, #2; mov r6, r0; b 1b"
            0b0010 | "mov r6, r8; 1: ldr r5, [r6]; adds r3, r3, r2; mov r6, r0; b 1b"
            0b1000 | "mov r6, r8; 1: add r3, r3, #4; ldr r5, [r6]; adds r9, r3, r4; mov r6, r0; b 1b"
            0b1001 | tst r3, r3
            0b0011 | movs r1, r3, lsr #31
            0b1000 | "cmp r1, r2; mov r1, #0; mov r2, #0"
            0b1000 | "cmp r1, r2; ldr r1, [r8]; ldr r2, [r8]"
            0b0110 | "cmp r1, #5; beq 1f; nop; 1: ldr r1, [r8]"
            0b1010 | "cmp r3, #1; ands r1, r3, r4"
            0b1010 | "cmp r3, #1; ldr r3, [r8]; tst r4, r4; ldr r4, [r8]"
            0b0010 | "cmp r3, #1; addne r3, r3, #4; lsrs r1, r1, #1; bic r1, r1, r1"
            0b0111 | "adds r4, r4, r4; bne 2f; ldr r5, [r8]; b 2f"
            0b0010 | "1: ldr r5, [r8]; subs r1, r1, #1; bne 1b; cmp r2, #7; subs r2, r2, #1"
            0b1000 | "mov r5, #3; 1: ldr r6, [r8]; cmp r5, #2; ldrlt r6, [r0]; sub r5, r5, #1; cmp r5, #9; b 1b"
            """)
    void flagsAreExactAtAnAbort(String flags, String source) {
        String load = source + "; 2: ldr r7, [r0]; cmp r7, #1; b .";
        assertEquals(Integer.parseInt(flags.substring(2), 2), flagsAtAbort(load.replace("; ", "\n")));
    }

    /**
     * Every store through any of them is noticed: each protects the page anew, and the others must not be forgotten.
     */
    @Test
    void codeIsChangedThroughAnyOfManyMappings() {
        int aliases = 9;
        int code = 0x40000;
        AddressSpace.Filler filler = (s, va, access) -> {
            int page = va - 0x10000000 >>> 12;
            s.map(va, RAM + (page >= 0 && page < aliases ? code : va), true, true, true);
            return true;
        };
        space = processor.newAddressSpace(filler, AddressSpace.Sensitive.EXECUTE);
        load(CODE, """
                ldr r5, =0xe3a00000    @ mov r0, #...
                orr r5, r5, r2
                str r5, [r4]           @ the code, through one mapping
                str r2, [r3]           @ beside it, through another
                blx r6
                blx r6
                svc #0
            """);
        load(code, "mov r0, #255\n bx lr");
        state.r[6] = code;
        for (int i = 0; i < 200; i++) {
            state.r[2] = i;
            state.r[3] = 0x10000800 + (i * 5 % aliases << 12);
            state.r[4] = 0x10000000 + (i * i % aliases << 12);
            runFrom(CODE);
            assertEquals(i, state.r[0]);
        }
    }

    /** The filler of a load's or store's page puts another page where the code runs: what follows comes from there. */
    @ParameterizedTest
    @ValueSource(strings = {"ldr r1, [r0]", "str r1, [r0]", "ldm r0, {r1, r2}", "ldrex r1, [r0]", "swp r1, r1, [r0]"})
    void pageThatIsReplacedUnderRunningCodeIsLeftAtOnce(String access) {
        int other = 0x50000;
        boolean[] replaces = new boolean[1];
        AddressSpace.Filler filler = (s, va, kind) -> {
            if (replaces[0] && va >>> 12 == DATA >>> 12) {
                s.map(CODE, RAM + other, true, true, true);
            }
            s.map(va, RAM + va, true, true, true);
            return true;
        };
        space = processor.newAddressSpace(filler, AddressSpace.Sensitive.EXECUTE);
        String program = "ldr r0, =0x20000\n cmp r9, #0\n %s\n %s\n moveq r4, #%d\n bne 1f\n 1: mov r5, #%d\n svc #0";
        load(CODE, program.formatted(access, "tst r9, #0", 1, 1));
        load(other, program.formatted(access, "nop", 2, 2));
        for (int round = 0; round < 20; round++) {
            space.map(CODE, RAM + CODE, true, true, true);
            space.unmap(DATA);
            replaces[0] = (round & 1) != 0;
            state.r[9] = 1;
            state.r[4] = 0;
            runFrom(CODE);
            assertEquals(replaces[0] ? 2 : 1, state.r[5]);
            assertEquals(replaces[0] ? 0 : 1, state.r[4]);
        }
    }

    @Test
    void storeToTheNextInstructionTakesEffectAtOnce() {
        for (int i = 0; i < 20; i++) {
            state.r[2] = i;
            run("""
                    ldr r0, =1f
                    ldr r1, =0xe3a03000    @ mov r3, #...
                    orr r1, r1, r2
                    str r1, [r0]
                1:  udf #0
                    svc #0
                """);
            assertEquals(i, state.r[3]);
        }
    }
}
