package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.Arguments;
import swivel.arm.InstructionSet;
import swivel.memory.GuestMemory;

/** A counter that the processor reads by itself ({@link Effect.Counter}). */
@ParameterizedClass
@EnumSource(TestEngine.class)
class CounterTest {
    private static final int CODE = 0x8000;
    private static final int SHIFT = 4;
    private static final int LOW = 4;
    private static final int HIGH = 9;
    private static final int PERMISSION = SystemSlots.OTHERS;
    private static final int BIT = 1 << 9;

    /** Flags, all registers and a doubleword are the program's own, before the counter is read and after. */
    private static final String PROGRAM = """
                .fpu neon
                vmov d7, r6, r7
                subs r1, r0, r3
                mrrc p15, 1, r4, r9, c14
                addge r10, r10, #1
                addlt r11, r11, #1
                vmov r5, r8, d7
                svc #0
            """;

    private final GuestMemory memory = new GuestMemory(0, 1 << 20);
    private final Processor processor;
    private final UserState state = new UserState();
    private final AddressSpace space;

    CounterTest(TestEngine engine) {
        processor = engine.create(memory);
        processor.setIntrinsics(new ReadsCounter());
        space = processor.newAddressSpace(
                (filled, va, access) -> {
                    filled.map(va, va, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.TRAP);
    }

    /** A port whose time is that of the host and some more, whether the processor may know that or not. */
    private static DevicePort port(long ahead, boolean known) {
        return new TestDevice(0x0a000000, 4) {
            @Override
            public long nanoseconds() {
                return System.nanoTime() + ahead;
            }

            @Override
            public long aheadOfHost() {
                return known ? ahead : OTHER_TIME;
            }
        };
    }

    private void reads(long ahead, boolean known) {
        processor.setDevicePort(port(ahead, known));
        load(PROGRAM);
        for (int n = 0; n < 100; n++) {
            for (int i = 0; i < UserState.PC; i++) {
                state.r[i] = 0x1000 + i;
            }
            state.r[0] += n;
            int[] expected = state.r.clone();
            expected[1] = n - 3;
            expected[5] = expected[6];
            expected[8] = expected[7];
            expected[n < 3 ? 11 : 10]++;
            state.r[UserState.PC] = CODE;
            long before = System.nanoTime() + ahead;
            Trap trap = processor.run(state, space);
            long after = System.nanoTime() + ahead;
            assertEquals(new Trap.SupervisorCall(0), trap);
            assertTrue(counter() >= before >>> SHIFT, "not before it was read");
            assertTrue(counter() <= after >>> SHIFT, "nor after that");
            int[] rest =
                    IntStream.range(0, 15).filter(i -> i != LOW && i != HIGH).toArray();
            assertArrayEquals(
                    IntStream.of(rest).map(i -> expected[i]).toArray(),
                    IntStream.of(rest).map(i -> state.r[i]).toArray());
        }
    }

    @Test
    void timeOfTheHostIsReadBetweenItsNeighbours() {
        reads(0, true);
    }

    @Test
    void soIsOneThatIsAheadOfItOrBehind() {
        reads(0x1234_5678_9abc_def0L, true);
        reads(-System.nanoTime(), true);
    }

    @Test
    void whereTheTimeIsAnotherOneThePortIsAsked() {
        reads(0, false);
        reads(1L << 40, false);
    }

    @Test
    void aProgramNeedsPermission() {
        AddressSpace program = processor.newAddressSpace(
                (filled, va, access) -> {
                    filled.map(va, va, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
        processor.setDevicePort(port(0, true));
        load("mrrc p15, 1, r4, r9, c14\n svc #0");
        for (int n = 0; n < 10; n++) {
            state.r[UserState.PC] = CODE;
            state.r[PERMISSION] = n % 2 == 0 ? BIT : ~BIT;
            state.r[LOW] = 0x1004;
            long before = System.nanoTime();
            Trap trap = processor.run(state, program);
            if (n % 2 == 0) {
                assertEquals(new Trap.SupervisorCall(0), trap);
                assertTrue(counter() >= before >>> SHIFT && counter() <= System.nanoTime() >>> SHIFT);
            } else {
                assertEquals(new Trap.UndefinedInstruction(memory.read32(CODE)), trap);
                assertEquals(0x1004, state.r[LOW]);
                assertEquals(CODE, state.r[UserState.PC]);
            }
        }
    }

    private long counter() {
        return (long) state.r[HIGH] << 32 | state.r[LOW] & 0xffff_ffffL;
    }

    private void load(String source) {
        int[] words = Assembler.assemble(CODE, source);
        for (int i = 0; i < words.length; i++) {
            memory.write32(CODE + 4 * i, words[i]);
        }
    }

    /** Reads any counter; programs where a bit of a slot is set. */
    private static final class ReadsCounter implements Intrinsics {
        @Override
        public int original(InstructionSet set, int word, long gpa) {
            return word;
        }

        @Override
        public Effect effect(Arguments arguments, int instruction) {
            return counter(arguments, 0);
        }

        @Override
        public boolean isSupervisorCall(long gpa) {
            return false;
        }

        @Override
        public Effect programEffect(Arguments arguments, int instruction) {
            return counter(arguments, BIT);
        }

        private static Effect counter(Arguments arguments, int bit) {
            return arguments instanceof Arguments.CoprocessorMove2 move
                    ? new Effect.Counter(move.rt(), move.rt2(), SHIFT, PERMISSION, bit)
                    : null;
        }
    }
}
