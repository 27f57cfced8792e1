package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.memory.GuestMemory;

/**
 * What a processor does at its device port beyond single accesses: what aborts before it begins, what follows, what it
 * costs in time.
 */
@ParameterizedClass
@EnumSource(TestEngine.class)
class DevicePortTest {
    private static final int RAM = 0x40000000;
    private static final int CODE = 0x8000;
    private static final int DEVICE = 0x20000;
    private static final int GPA = 0x0a000000;
    private static final int PAGE = GuestMemory.PAGE_SIZE;

    private enum Kind {
        NONE,
        RAM,
        READ_ONLY_RAM,
        DEVICE,
        READ_ONLY_DEVICE,
        /** Loads find memory, stores the device. */
        FLASH
    }

    private final GuestMemory memory = new GuestMemory(RAM, 1 << 20);
    private final TestDevice device = new TestDevice(GPA, PAGE);
    private final Processor processor;
    private final UserState state = new UserState();
    /** By page; all others are RAM. */
    private final Map<Integer, Kind> kinds = new HashMap<>(Map.of(DEVICE >>> 12, Kind.DEVICE));

    private final AddressSpace space;

    DevicePortTest(TestEngine engine) {
        processor = engine.create(memory);
        processor.setDevicePort(device);
        space = processor.newAddressSpace(this::fill, AddressSpace.Sensitive.EXECUTE);
        device.content[0] = 1;
        device.content[4] = 2;
        device.content[PAGE - 4] = 3;
    }

    private boolean fill(AddressSpace filled, int va, AddressSpace.Access access) {
        int gpa = GPA + va - DEVICE;
        switch (kinds.getOrDefault(va >>> 12, va >>> 12 < 0x100 ? Kind.RAM : Kind.NONE)) {
            case NONE -> {
                return false;
            }
            case RAM -> filled.map(va, RAM + va, true, true, true);
            case READ_ONLY_RAM -> filled.map(va, RAM + va, true, false, false);
            case DEVICE -> filled.mapDevice(va, gpa, true, true);
            case READ_ONLY_DEVICE -> filled.mapDevice(va, gpa, true, false);
            case FLASH -> {
                filled.map(va, RAM + va, true, false, false);
                filled.mapDevice(va, gpa, false, true);
            }
        }
        return true;
    }

    private void load(int address, String source) {
        int[] words = Assembler.assemble(address, source);
        for (int i = 0; i < words.length; i++) {
            memory.write32(RAM + address + 4 * i, words[i]);
        }
    }

    private Trap run(String source) {
        load(CODE, source + "\n svc #0");
        return runFrom(CODE);
    }

    private Trap runFrom(int address) {
        state.r[UserState.PC] = address;
        return processor.run(state, space);
    }

    private static final Trap END = new Trap.SupervisorCall(0);
    private static final Trap ATTENTION = new Trap.Attention();

    /**
     * The second page does not let the access through: the device in the first one sees nothing, and no register
     * changes.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ldm r0, {r1, r2, r3}",
                "ldm r0!, {r1, r2, r3}",
                "ldm r0, {r0, r2, r3}",
                "stm r0!, {r1, r2, r3}",
                "ldrd r2, r3, [r0, #4]!",
                "strd r2, r3, [r0, #4]!",
                "ldr r1, [r0, #6]",
                "ldrh r1, [r0, #7]!",
                "str r1, [r0, #5]",
                "strh r1, [r0, #7]!",
            })
    void abortInTheSecondPageLeavesTheDeviceUntouched(String instruction) {
        Kind second = instruction.startsWith("st") ? Kind.READ_ONLY_RAM : Kind.NONE;
        kinds.put(DEVICE + PAGE >>> 12, second);
        for (int n = 0; n < 8; n++) {
            state.r[n] = n + 0x100;
        }
        state.r[0] = DEVICE + PAGE - 8;
        boolean store = instruction.startsWith("st");
        assertEquals(new Trap.DataAbort(DEVICE + PAGE, store, false), run(instruction));
        assertEquals("", device.seen());
        assertEquals(DEVICE + PAGE - 8, state.r[0]);
        for (int n = 1; n < 8; n++) {
            assertEquals(n + 0x100, state.r[n]);
        }
        kinds.put(DEVICE + PAGE >>> 12, Kind.RAM);
        space.unmap(DEVICE + PAGE);
        assertEquals(END, runFrom(state.r[UserState.PC]), "it can be restarted");
    }

    /** The second page is a device that answers only in its first page. */
    @ParameterizedTest
    @CsvSource({"ldm, r1, false", "stm, r1, true"})
    void accessesBehindTheEndOfTheDeviceAbortBeforeTheFirst(String name, String registers, boolean write) {
        kinds.put(DEVICE + PAGE >>> 12, Kind.DEVICE);
        state.r[0] = DEVICE + PAGE - 4;
        Trap trap = run(name + " r0!, {r1, r2}");
        assertEquals(new Trap.DataAbort(DEVICE + PAGE, write, false), trap);
        assertEquals("", device.seen());
        assertEquals(DEVICE + PAGE - 4, state.r[0]);
    }

    @Test
    void swapDoesNotReadADeviceThatCannotBeWritten() {
        kinds.put(DEVICE >>> 12, Kind.READ_ONLY_DEVICE);
        state.r[0] = DEVICE;
        assertEquals(new Trap.DataAbort(DEVICE, true, false), run("swp r1, r2, [r0]"));
        assertEquals("", device.seen());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ldm r0, {r0, r2}     | r4@0 r4@4",
                "ldm r0!, {r1, r2}    | r4@0 r4@4",
                "ldr r1, [r0, #1]     | r1@1 r1@2 r1@3 r1@4",
                "ldrh r1, [r0, #3]    | r1@3 r1@4",
                "str r1, [r0, #2]     | w1@2=1 w1@3=1 w1@4=0 w1@5=0",
                "strh r1, [r0, #-1]   | w1@0=1",
                "str r1, [r0, #-3]    | w1@0=0",
                "ldr r1, [r0, #-2]    | r1@0 r1@1",
                "stmdb r0, {r1}       | ",
                "stmda r0, {r1, r2}   | w4@0=2",
                "ldrd r2, r3, [r0]    | r4@0 r4@4",
                "strd r2, r3, [r0]    | w4@0=2 w4@4=3",
                "swp r1, r2, [r0]     | r4@0 w4@0=2",
                "swpb r1, r2, [r0]    | r1@0 w1@0=2",
            })
    void everyByteIsTouchedOnce(String instruction, String seen) {
        state.r[0] = DEVICE;
        state.r[1] = 0x101;
        state.r[2] = 2;
        state.r[3] = 3;
        assertEquals(END, run(instruction));
        assertEquals(seen == null ? "" : seen, device.seen());
    }

    @Test
    void loadedBaseIsWhatTheDeviceSaid() {
        state.r[0] = DEVICE;
        run("ldm r0, {r0, r1}");
        assertEquals(1, state.r[0]);
        assertEquals(2, state.r[1]);
    }

    @Test
    void loadedPcIsABranch() {
        load(CODE + 0x100, "svc #5");
        device.content[0] = 0;
        device.content[1] = 0x81 - 0x100; // 0x8100
        state.r[0] = DEVICE;
        assertEquals(new Trap.SupervisorCall(5), run("ldm r0, {pc}"));
        assertEquals(new Trap.SupervisorCall(5), run("ldr pc, [r0]"));
        device.attention = true;
        assertEquals(ATTENTION, run("ldr pc, [r0]"));
        assertEquals(CODE + 0x100, state.r[UserState.PC]);
    }

    @Test
    void exclusivesAskTheTagAloneAndReadTheDeviceOnce() {
        state.r[0] = DEVICE;
        assertEquals(END, run("ldrex r1, [r0]\n strex r2, r0, [r0]\n strex r3, r0, [r0]"));
        assertEquals("r4@0 w4@0=20000", device.seen());
        assertEquals(0, state.r[2]);
        assertEquals(1, state.r[3]);
        assertEquals(END, run("ldrexd r2, r3, [r0]\n mov r4, #8\n mov r5, #9\n strexd r1, r4, r5, [r0]"));
        assertEquals("r4@0 r4@4 w4@0=8 w4@4=9", device.seen());
        assertEquals(0, state.r[1]);
    }

    @Test
    void accessesThatHaveToBeAlignedAbortAtADeviceToo() {
        state.r[0] = DEVICE + 2;
        assertEquals(new Trap.DataAbort(DEVICE + 2, false, true), run("ldm r0, {r1}"));
        assertEquals(new Trap.DataAbort(DEVICE + 2, true, true), run("strd r2, r3, [r0]"));
        assertEquals(new Trap.DataAbort(DEVICE + 2, false, true), run("ldrex r1, [r0]"));
        space.setStrictAlignment(true);
        assertEquals(new Trap.DataAbort(DEVICE + 2, false, true), run("ldr r1, [r0]"));
        assertEquals("", device.seen());
    }

    @Test
    void bigEndianDataIsReversed() {
        state.r[0] = DEVICE;
        state.r[1] = 0x11223344;
        assertEquals(END, run("setend be\n str r1, [r0, #8]\n ldr r2, [r0]\n ldrh r3, [r0]\n ldrd r4, r5, [r0]"));
        assertEquals("w4@8=44332211 r4@0 r2@0 r4@0 r4@4", device.seen());
        assertEquals(0x01000000, state.r[2]);
        assertEquals(0x0100, state.r[3]);
        assertEquals(0x02000000, state.r[5]);
    }

    @Test
    void addressesOfTheUpperHalfArriveAsTheyAre() {
        TestDevice high = new TestDevice(0xf0001000, PAGE);
        high.content[8] = 7;
        AddressSpace there = processor.newAddressSpace(
                (filled, va, access) -> {
                    if (va >>> 12 == CODE >>> 12) {
                        filled.map(va, RAM + va, true, false, true);
                    } else {
                        filled.mapDevice(va, 0xf0001000, true, true);
                    }
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
        processor.setDevicePort(high);
        load(CODE, "ldr r2, [r0, #8]\n str r2, [r1, #12]\n svc #0");
        state.r[0] = 0x70000000;
        state.r[1] = 0xc0000000;
        state.r[UserState.PC] = CODE;
        assertEquals(END, processor.run(state, there));
        assertEquals("r4@8 w4@c=7", high.seen());
    }

    @Test
    void loadsMayFindMemoryWhereStoresFindTheDevice() {
        kinds.put(DEVICE >>> 12, Kind.FLASH);
        memory.write32(RAM + DEVICE, 0x1234);
        state.r[0] = DEVICE;
        for (int i = 0; i < 2; i++) {
            assertEquals(END, run("ldr r1, [r0]\n str r1, [r0, #4]"));
            assertEquals("w4@4=1234", device.seen());
        }
    }

    @Test
    void mappingsOfDevicesAreDroppedAndReplaced() {
        state.r[0] = DEVICE;
        run("ldr r1, [r0]");
        assertEquals(1, state.r[1]);
        memory.write32(RAM + DEVICE, 77);
        kinds.put(DEVICE >>> 12, Kind.RAM);
        run("ldr r1, [r0]");
        assertEquals(1, state.r[1], "a TLB may still hold it");
        space.unmap(DEVICE);
        run("ldr r1, [r0]");
        assertEquals(77, state.r[1]);
        space.mapDevice(DEVICE, GPA, true, true);
        run("ldr r1, [r0]");
        assertEquals(1, state.r[1]);
        space.map(DEVICE, RAM + DEVICE, true, true, false);
        run("ldr r1, [r0]");
        assertEquals(77, state.r[1]);
        kinds.put(DEVICE >>> 12, Kind.DEVICE);
        space.mapDevice(DEVICE, GPA, true, true);
        assertEquals(new Trap.PrefetchAbort(DEVICE), runFrom(DEVICE), "a device is not executed");
        kinds.put(DEVICE >>> 12, Kind.RAM);
        space.clear();
        run("ldr r1, [r0]");
        assertEquals(77, state.r[1]);
    }

    @Test
    void withoutAPortNothingAnswers() {
        processor.setDevicePort(null);
        state.r[0] = DEVICE;
        assertEquals(new Trap.DataAbort(DEVICE, false, false), run("ldr r1, [r0]"));
        assertEquals(new Trap.DataAbort(DEVICE, true, false), run("str r1, [r0]"));
    }

    @Test
    void accessWithUserPermissionsGoesThroughTheOtherSpace() {
        AddressSpace kernel = processor.newAddressSpace(
                (filled, va, access) -> {
                    filled.map(va, RAM + va, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.TRAP);
        kernel.setUnprivileged(space);
        processor.setIntrinsics(new LiftsUnprivileged());
        load(CODE, "ldrt r1, [r0], #4\n strt r1, [r0], #2\n ldrbt r2, [r0]\n ldrt r3, [r0]\n svc #0");
        state.r[0] = DEVICE;
        state.r[UserState.PC] = CODE;
        assertEquals(END, processor.run(state, kernel));
        assertEquals("r4@0 w4@4=1 r1@6 r1@6 r1@7 r1@8 r1@9", device.seen());
        state.r[0] = 0x200000;
        state.r[UserState.PC] = CODE;
        assertEquals(new Trap.DataAbort(0x200000, false, false, true), processor.run(state, kernel));
        kinds.put(DEVICE >>> 12, Kind.READ_ONLY_DEVICE);
        space.clear();
        state.r[0] = DEVICE - 4;
        state.r[UserState.PC] = CODE;
        assertEquals(new Trap.DataAbort(DEVICE, true, false, true), processor.run(state, kernel));
    }

    /** Each access of a loop is counted and sees how many instructions came before it. */
    @Test
    void whoAsksDuringAnAccessSeesTheInstructionsBeforeIt() {
        StringBuilder counts = new StringBuilder();
        long start = processor.instructions();
        device.effect = () -> counts.append(processor.instructions() - start).append(' ');
        state.r[0] = DEVICE;
        Trap trap = run("""
                mov r1, #3
            1:  ldr r2, [r0]
                add r3, r3, #1
                stm r0, {r2, r3}
                subs r1, r1, #1
                bne 1b
            """);
        assertEquals(END, trap);
        assertEquals("1 3 3 6 8 8 11 13 13 ", counts.toString());
        assertEquals(1 + 3 * 5, processor.instructions() - start);
    }

    /** An interrupt is taken behind the instruction that brought it about, wherever that is in its block. */
    @Test
    void attentionIsGivenBehindTheInstruction() {
        state.r[0] = DEVICE;
        load(CODE, "mov r1, #5\n str r1, [r0]\n add r1, r1, #1\n ldm r0!, {r2, r3}\n svc #0");
        for (int i = 0; i < 8; i++) {
            state.r[0] = DEVICE;
            long before = processor.instructions();
            device.effect = () -> device.attention = true;
            assertEquals(ATTENTION, runFrom(CODE));
            assertEquals(CODE + 8, state.r[UserState.PC]);
            assertEquals(5, state.r[1]);
            assertEquals(2, processor.instructions() - before);
            device.attention = false;
            assertEquals(ATTENTION, processor.run(state, space));
            assertEquals(CODE + 16, state.r[UserState.PC]);
            assertEquals(DEVICE + 8, state.r[0]);
            assertEquals(5, state.r[2]);
            assertEquals(4, processor.instructions() - before);
            device.attention = false;
            assertEquals(END, processor.run(state, space));
            assertEquals("w4@0=5 r4@0 r4@4", device.seen());
        }
    }

    @Test
    void conditionalAccessesGiveAttentionOnlyIfTheyAreMade() {
        device.attention = true;
        state.r[0] = DEVICE;
        assertEquals(END, run("movs r1, #1\n ldreq r2, [r0]\n streq r2, [r0]"));
        assertEquals("", device.seen());
        assertEquals(ATTENTION, run("movs r1, #0\n ldreq r2, [r0]\n streq r2, [r0]"));
        assertEquals(CODE + 8, state.r[UserState.PC]);
        assertEquals("r4@0", device.seen());
        assertEquals(ATTENTION, processor.run(state, space));
        assertEquals("w4@0=1", device.seen());
        assertEquals(END, processor.run(state, space));
    }

    /** A loop that polls goes on in emitted code after each access; registers and flags around the access are kept. */
    @Test
    void pollingLoopSeesTheDeviceChange() {
        int[] polls = {0};
        device.effect = () -> {
            if (++polls[0] == 999) {
                device.content[0] = 0;
            }
        };
        state.r[0] = DEVICE;
        Trap trap = run("""
                mov r4, #0
                mvn r5, #0
            1:  add r4, r4, #1
                adds r6, r5, #1
                ldr r1, [r0]
                adc r7, r7, #0
                cmp r1, #0
                bne 1b
            """);
        assertEquals(END, trap);
        assertEquals(1000, polls[0]);
        assertEquals(1000, state.r[4]);
        assertEquals(1000, state.r[7]);
    }

    /** The access drops the page that its own code is in, or puts another one there. */
    @Test
    void accessMayChangeWhatIsMapped() {
        load(CODE, "str r1, [r0]\n add r2, r2, #1\n svc #0");
        state.r[0] = DEVICE;
        device.effect = space::clear;
        for (int i = 1; i < 8; i++) {
            assertEquals(END, runFrom(CODE));
            assertEquals(i, state.r[2]);
        }
        load(0x30000, "svc #1\n svc #2\n svc #3");
        device.effect = () -> space.map(CODE, RAM + 0x30000, true, false, true);
        assertEquals(new Trap.SupervisorCall(2), runFrom(CODE));
    }

    /** What a device writes to memory is seen by what follows. */
    @Test
    void accessMayChangeMemoryAndCode() {
        load(CODE, "str r1, [r0]\n ldr r3, [r2]\n add r4, r4, #1\n svc #0");
        int[] word = Assembler.assemble(0, "add r4, r4, #16");
        device.effect = () -> {
            memory.write32(RAM + 0x50000, 99);
            memory.write32(RAM + CODE + 8, word[0]);
        };
        state.r[0] = DEVICE;
        state.r[2] = 0x50000;
        assertEquals(END, runFrom(CODE));
        assertEquals(99, state.r[3]);
        assertEquals(16, state.r[4]);
    }

    @Test
    void failureOfADeviceComesThrough() {
        device.effect = () -> {
            throw new IllegalArgumentException("broken");
        };
        state.r[0] = DEVICE;
        assertThrows(IllegalArgumentException.class, () -> run("ldr r1, [r0]"));
    }
}
