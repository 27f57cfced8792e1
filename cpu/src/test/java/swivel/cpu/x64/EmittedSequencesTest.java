package swivel.cpu.x64;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.Psr;
import swivel.cpu.AddressSpace;
import swivel.cpu.Assembler;
import swivel.cpu.BlockFuzz;
import swivel.cpu.Processor;
import swivel.cpu.TestEngine;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.memory.GuestMemory;

/**
 * Short sequences that were emitted wrong once, as {@link BlockFuzz} or a kernel found out: from many states they do
 * what the interpreter does.
 */
class EmittedSequencesTest {
    private static final int RAM_SIZE = 1 << 16;
    private static final int CODE = 0x8000;
    private static final int STATES = 200;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            compare whose operand a load overwrites in the interpreter | cmp r3, #64; ldrd r2, r3, [r8]; sbc r1, lr, r9, lsr #22; rscs r6, r2, r2, asr r1; mov r3, #0; svc #1
            the same under a condition | cmp r3, #64; ldrdmi r2, r3, [r8]; sbc r1, lr, r9, lsr #22; rscs r6, r2, r2, asr r1; mov r3, #0; svc #1
            carry of a shifter read where only N and Z are wanted later | tst r5, r9, ror #16; rsc lr, r6, #4; movlt r1, #1; cmp r0, r1; svc #1
            high word of LDREXD after a constant | ands r1, r1, pc, asr #15; ldrexd r4, r5, [r8]; add r7, r5, r6; svc #1
            carry after a read of the status | subs r5, r1, #64; ldr r2, [r8]; mrs r5, cpsr; rscs r2, r2, #56; svc #1
            division under a condition on high registers | cmp r8, r9; udivne r0, r1, r2; umullne r3, r4, r0, r9; svc #1
            carry of a compare in memory behind a shift by a register | cmp r9, r9; movs r5, r1, asr lr; movs r4, r4, lsl r6; sbcs r5, r6, r5; svc #1
            flags that live across fences | cmp r3, r4; dmb ish; mcrlt p15, 0, r0, c7, c10, 5; addgt r0, r1, r2; dsb ishst; adc r5, r6, r7; svc #1
            """)
    void emittedCodeDoesWhatTheInterpreterDoes(String name, String source) {
        int[] words = Assembler.assemble(CODE, source.replace(';', '\n'));
        UserState expected = new UserState();
        UserState actual = new UserState();
        Processor interpreter = processor(TestEngine.INTERPRETER, words);
        Processor[] x64 = {processor(TestEngine.X64, words), processor(TestEngine.X64_OF_SEVERAL, words)};
        AddressSpace expectedSpace = identity(interpreter);
        AddressSpace[] actualSpace = {identity(x64[0]), identity(x64[1])};
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < STATES; i++) {
            for (int n = 0; n < UserState.PC; n++) {
                expected.r[n] = random.nextBoolean() ? random.nextInt(256) : random.nextInt();
            }
            // For loads: the end of a page, so that every second one of two words crosses it
            expected.r[8] = 0x3000 - random.nextInt(1, 3) * 4;
            expected.r[UserState.PC] = CODE;
            expected.setUserPsr(random.nextInt() & (Psr.NZCV | Psr.GE));
            UserState start = new UserState();
            start.copy(expected);
            Trap trap = interpreter.run(expected, expectedSpace);
            for (int k = 0; k < x64.length; k++) {
                actual.copy(start);
                assertEquals(trap, x64[k].run(actual, actualSpace[k]));
                assertArrayEquals(visible(expected), visible(actual), name);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "dmb ish, 1",
        "dsb sy, 1",
        "'mcr p15, 0, r0, c7, c10, 4', 1",
        "'mcr p15, 0, r0, c7, c10, 5', 1",
        "dmb ishst, 0",
        "dsb st, 0"
    })
    void fencesOfAllAccessesAreEmittedForSeveralCores(String barrier, int fences) {
        String source = "ldr r0, [r1]\n " + barrier + "\n str r0, [r2]\n svc #1";
        String one = EmittedCode.of(source, false);
        String several = EmittedCode.of(source, true);
        assertFalse(one.contains("xchg"), one);
        assertEquals(fences, several.split("xchg", -1).length - 1, several);
    }

    /** Stores to d0 or s0, up to where the block is left or something is called out. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            vadd.f64 d0, d1, d2; vmul.f64 d0, d0, d3 | 1
            vldr d0, [r0]; vadd.f64 d0, d0, d1; ldr r1, [r2]; vmul.f64 d0, d0, d3 | 1
            vadd.f64 d0, d1, d2; vmov.f32 s0, #1.0; vmov s1, r0; vsub.f64 d0, d0, d2 | 3
            vadd.f64 d0, d1, d2; vmov s0, r0; vmov s1, r0; vsub.f64 d0, d1, d2 | 2
            vadd.f32 s0, s1, s2; vsub.f32 s1, s1, s2; vmul.f64 d0, d1, d2 | 1
            vadd.f64 d0, d1, d2; vmuleq.f64 d0, d0, d3 | 2
            vaddeq.f64 d0, d1, d2; vmul.f64 d0, d0, d3 | 2
            vaddeq.f64 d0, d1, d2; vmuleq.f64 d0, d0, d3 | 1
            vadd.f64 d0, d1, d2; beq 1f; vmul.f64 d0, d0, d3; 1: svc #1 | 2
            vadd.f64 d0, d1, d2; mrs r0, cpsr; vmul.f64 d0, d0, d3 | 1
            vadd.f64 d0, d1, d2; usad8 r0, r1, r2; vmul.f64 d0, d0, d3 | 1
            """)
    void floatingPointIsStoredUnlessItIsStoredAgain(String source, int stores) {
        String code = EmittedCode.of(".fpu vfpv3\n" + source.replace(';', '\n') + "\n svc #1\n", false);
        String hot = code.substring(0, code.indexOf("call "));
        String store = "PTR [rbp+0x%x],xmm".formatted(XmmCache.place(0));
        assertEquals(stores, hot.split(Pattern.quote(store), -1).length - 1, code);
    }

    /** There were not XMM registers enough for what looks at all of a table and its destination. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "vadd.f32 s2, s16, s17; vadd.f32 s3, s16, s17; vadd.f32 s4, s16, s17; vadd.f32 s5, s16, s17;"
                        + "vadd.f32 s6, s16, s17; vadd.f32 s7, s16, s17; vadd.f32 s8, s16, s17; vadd.f32 s9, s16, s17;"
                        + "vtbl.8 d20, {d1-d4}, d10",
                "vadd.f64 d1, d24, d25; vadd.f64 d2, d24, d25; vadd.f64 d3, d24, d25; vadd.f64 d4, d24, d25;"
                        + "vadd.f32 s20, s16, s17; vadd.f32 s21, s16, s17; vtbx.8 d10, {d1-d4}, d11"
            })
    void tablesAreMadeOfRegistersInParts(String source) {
        String code = EmittedCode.of(".fpu neon\n" + source.replace(';', '\n') + "\nsvc #1\n", false);
        assertTrue(code.contains("pshufb"), code);
    }

    private static Processor processor(TestEngine engine, int[] words) {
        GuestMemory memory = new GuestMemory(0, RAM_SIZE);
        for (int at = 0; at < CODE; at += 4) {
            memory.write32(at, at * 0x9e3779b1);
        }
        for (int i = 0; i < words.length; i++) {
            memory.write32(CODE + 4 * i, words[i]);
        }
        return engine.create(memory);
    }

    private static AddressSpace identity(Processor processor) {
        return processor.newAddressSpace(
                (space, va, access) -> {
                    if (Integer.compareUnsigned(va, RAM_SIZE) >= 0) {
                        return false;
                    }
                    space.map(va, va, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
    }

    /** r0 to r15 and the status. */
    private static int[] visible(UserState state) {
        int[] values = Arrays.copyOf(state.r, UserState.PC + 2);
        values[UserState.PC + 1] = state.userPsr();
        return values;
    }
}
