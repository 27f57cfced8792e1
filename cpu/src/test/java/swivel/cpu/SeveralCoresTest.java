package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.memory.GuestMemory;
import swivel.memory.MachineLock;

/**
 * What two cores that run at the same time see of each other's accesses, and what cores that take turns see of each
 * other's code.
 */
class SeveralCoresTest {
    private static final int RAM = 0x4000_0000;
    private static final int SIZE = 1 << 24;
    private static final int CODE = 0x8000;
    private static final int DATA = 0x20000;
    private static final int LOGS = 0x40_0000;
    private static final int ROUNDS = 200_000;

    private final GuestMemory memory = new GuestMemory(RAM, SIZE, 0, true);

    /** A core with an address space of its own, in which everything is where it is in RAM. */
    private static final class Core {
        final UserState state = new UserState();
        private final Processor processor;
        private final AddressSpace space;
        private final MachineLock lock;

        Core(Processor processor, GuestMemory memory) {
            this.processor = processor;
            this.lock = memory.lock();
            space = processor.newAddressSpace(
                    (s, va, access) -> {
                        s.map(va, RAM + va, true, true, true);
                        return Integer.compareUnsigned(va, SIZE) < 0;
                    },
                    AddressSpace.Sensitive.EXECUTE);
        }

        void run() {
            state.r[UserState.PC] = CODE;
            lock.lock();
            try {
                assertEquals(new Trap.SupervisorCall(0), processor.run(state, space));
            } finally {
                lock.unlock();
            }
        }
    }

    private void load(String source) {
        int[] words = Assembler.assemble(CODE, source);
        for (int i = 0; i < words.length; i++) {
            memory.write32(RAM + CODE + 4 * i, words[i]);
        }
    }

    /** Runs what was loaded on two cores; before that each has translated it, with r0 of 1. */
    private static void runBoth(Core one, Core other, int rounds) throws InterruptedException {
        for (Core core : new Core[] {one, other}) {
            core.state.r[0] = 1;
            core.run();
            core.state.r[0] = rounds;
        }
        Thread thread = Thread.ofPlatform().start(other::run);
        one.run();
        thread.join();
    }

    /**
     * Store buffering: each core stores its round and then loads the other's. A core that stored {@code i} and loaded
     * less than {@code j} did so before the other one stored {@code j}, which must then load {@code i} or more.
     */
    @ParameterizedTest
    @CsvSource({"INTERPRETER, dmb ish", "X64_OF_SEVERAL, dmb ish", "X64_OF_SEVERAL, 'mcr p15, 0, r9, c7, c10, 4'"})
    void aLoadBehindAFenceSeesWhatWasStoredBefore(TestEngine engine, String fence) throws InterruptedException {
        load("""
                mov r4, #0
            1:  add r4, r4, #1
                str r4, [r1]
                %s
                ldr r5, [r2]
                str r5, [r3, r4, lsl #2]
                cmp r4, r0
                bne 1b
                svc #0
            """.formatted(fence));
        Core one = new Core(engine.create(memory), memory);
        Core other = new Core(engine.create(memory), memory);
        int logs = RAM + LOGS;
        one.state.r[1] = DATA;
        one.state.r[2] = DATA + 64;
        one.state.r[3] = LOGS;
        other.state.r[1] = DATA + 64;
        other.state.r[2] = DATA;
        other.state.r[3] = LOGS + SIZE / 4;
        runBoth(one, other, ROUNDS);
        for (int i = 2; i <= ROUNDS; i++) {
            int j = memory.read32(logs + 4 * i) + 1;
            if (j > 1 && j <= ROUNDS) {
                int seen = memory.read32(logs + SIZE / 4 + 4 * j);
                assertTrue(seen >= i, i + " was stored before " + j + ", which saw " + seen);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "INTERPRETER, 1, b", "INTERPRETER, 2, h", "INTERPRETER, 4, ''", "INTERPRETER, 8, d",
        "X64_OF_SEVERAL, 1, b", "X64_OF_SEVERAL, 2, h", "X64_OF_SEVERAL, 4, ''", "X64_OF_SEVERAL, 8, d",
    })
    void noExclusiveIncrementIsLost(TestEngine engine, int size, String suffix) throws InterruptedException {
        load("""
            1:  ldrex%1$s r2, %2$s [r1]
                adds r2, r2, #1
                adc r3, r3, #0
                strex%1$s r6, r2, %2$s [r1]
                cmp r6, #0
                bne 1b
                subs r0, r0, #1
                bne 1b
                svc #0
            """.formatted(suffix, size == 8 ? "r3," : ""));
        Core one = new Core(engine.create(memory), memory);
        Core other = new Core(engine.create(memory), memory);
        one.state.r[1] = DATA + 8;
        other.state.r[1] = DATA + 8;
        runBoth(one, other, ROUNDS);
        long value = (memory.read32(RAM + DATA + 8) & 0xffff_ffffL) | (long) memory.read32(RAM + DATA + 12) << 32;
        assertEquals((2 * ROUNDS + 2) & -1L >>> 64 - 8 * size, value);
    }

    private static final String PROGRAM = """
            mov r1, #1
            mov r2, #2
            svc #0
            """;

    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void coresRunTheSameCode(TestEngine engine) {
        load(PROGRAM);
        Core one = new Core(engine.create(memory), memory);
        Core other = new Core(TestEngine.another(one.processor), memory);
        one.run();
        Processor.CacheUse use = one.processor.caches();
        other.run();
        assertEquals(2, other.state.r[2]);
        assertEquals(use.liftedBytes(), other.processor.caches().liftedBytes());
        assertEquals(use.codeBytes(), other.processor.caches().codeBytes());
        assertEquals(one.processor.instructions(), other.processor.instructions());
    }

    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void codeThatOneCoreChangesIsExecutedAnewByTheOther(TestEngine engine) {
        load("""
                cmp r0, #0
                strne r0, [r1]
                mov r2, #1      @ what r1 points to
                svc #0
            """);
        Core one = new Core(engine.create(memory), memory);
        Core other = new Core(TestEngine.another(one.processor), memory);
        for (Core core : List.of(one, other)) {
            core.state.r[1] = CODE + 8;
            core.run();
            assertEquals(1, core.state.r[2]);
        }
        for (int value = 2; value < 6; value++) {
            Core changes = (value & 1) == 0 ? one : other;
            Core runs = changes == one ? other : one;
            changes.state.r[0] = 0xe3a02000 | value; // mov r2, #value
            changes.run();
            changes.state.r[0] = 0;
            runs.run();
            assertEquals(value, runs.state.r[2]);
            assertEquals(value, changes.state.r[2]);
        }
    }

    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void codeStaysUntilTheLastCoreIsClosed(TestEngine engine) {
        load(PROGRAM);
        Core one = new Core(engine.create(memory), memory);
        Core other = new Core(TestEngine.another(one.processor), memory);
        one.run();
        other.run();
        one.processor.close();
        assertThrows(IllegalStateException.class, one::run);
        load(PROGRAM.replace("#2", "#3"));
        other.run();
        assertEquals(3, other.state.r[2]);
        other.processor.close();
        assertThrows(IllegalStateException.class, other::run);
        memory.write32(RAM + CODE, 0); // asks nobody
        new Core(engine.create(memory), memory).processor.close();
    }

    @Test
    void coresOfAMemoryThatIsMappedOnceCannotShareMachineCode() {
        try (GuestMemory one = new GuestMemory(RAM, SIZE);
                Processor first = TestEngine.X64.create(one)) {
            for (int i = 0; i < 20; i++) { // each leaves nothing behind
                assertThrows(IllegalStateException.class, () -> TestEngine.another(first));
            }
        }
    }
}
