package swivel.cpu.jit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.cpu.AddressSpace;
import swivel.cpu.Assembler;
import swivel.cpu.TestEngine;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.x64.X64Backend;
import swivel.memory.GuestMemory;

/**
 * Translations of former runs are used where they are what would be made now, and nowhere else. With assertions on,
 * {@link Translations} makes each again and compares.
 */
class KeptTranslationsTest {
    private static final int CODE = 0x8000;
    private static final int RAM = 1 << 17;

    @TempDir
    Path directory;

    /** Sums, calls, a literal, flags that are live over a jump, and VFP. */
    private static final String PROGRAM = """
                .fpu vfpv4
                mov r0, #0
                mov r4, #10
                ldr r5, =0x12345678
                vmov s0, r5
                vadd.f32 s1, s0, s0
            1:  bl 2f
                subs r4, r4, #1
                bne 1b
                vmov r6, s1
                svc #1
            2:  add r0, r0, r4
                cmp r0, #20
                addhi r7, r7, #1
                bx lr
            """;

    /** A run of a program: what it computed, and how many translations were made for it and were not. */
    private record Run(int[] registers, long made, long reused) {}

    private Run run(int[] words, long version, Backend.Factory backend) {
        return run(CODE, words, version, backend);
    }

    private Run run(int at, int[] words, long version, Backend.Factory backend) {
        return run(RAM, at, words, version, backend);
    }

    private Run run(long ram, int at, int[] words, long version, Backend.Factory backend) {
        GuestMemory memory = new GuestMemory(0, ram);
        long[] made = {0};
        JitProcessor processor = TestEngine.emitting(memory, backend);
        processor.keepTranslations(file(), version);
        processor.setTrace(_ -> made[0]++);
        for (int i = 0; i < words.length; i++) {
            memory.write32(at + 4 * i, words[i]);
        }
        AddressSpace space = processor.newAddressSpace(
                (to, va, access) -> {
                    to.map(va, va, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
        UserState state = new UserState();
        state.setPlace(at);
        assertEquals(new Trap.SupervisorCall(1), processor.run(state, space));
        long reused = processor.caches().codeReused();
        processor.close();
        return new Run(state.r.clone(), made[0] - reused, reused);
    }

    private Run run(String program) {
        return run(Assembler.assemble(CODE, program), 1, X64Backend::new);
    }

    private Path file() {
        return directory.resolve("below").resolve("kept");
    }

    @Test
    void aSecondRunMakesNothing() {
        Run first = run(PROGRAM);
        Run second = run(PROGRAM);
        assertEquals(0, first.reused);
        assertTrue(first.made > 2);
        assertEquals(new Run(null, 0, first.made), new Run(null, second.made, second.reused));
        assertArrayEquals(first.registers, second.registers);
    }

    @Test
    void whatIsElsewhereInTheCodeMemoryIsMoved() {
        Run first = run(PROGRAM);
        // Blocks that come before the others, and are as long as that makes a difference.
        String before = "nop\n".repeat(40) + "b 1f\n" + "nop\n".repeat(20) + "1:\n";
        int at = CODE - 4 * 61;
        int[] words =
                Assembler.assemble(at, before + PROGRAM.replace("1:", "3:").replace("1b", "3b"));
        Run moved = run(at, words, 1, X64Backend::new);
        assertTrue(moved.reused > 2);
        assertArrayEquals(first.registers, moved.registers);
    }

    /** The first blocks of both are equal, but where they jump to one reads the flags and the other does not. */
    @Test
    void otherCodeAroundABlockIsOtherCode() {
        String block = """
                    mov r1, #7
                    b 2f
                3:  adc r0, r1, #0
                    svc #1
                2:  subs r1, r1, #3
                    b 1f
                """;
        String reads = block + "1: b 3b\n";
        String writes = block + "1: movs r2, #0\n cmn r2, r2\n b 3b\n";
        for (int i = 0; i < 2; i++) {
            assertEquals(5, run(reads).registers[0]);
            assertEquals(4, run(writes).registers[0]);
        }
    }

    @Test
    void otherWordsThatABlockReadsAreOtherWords() {
        for (int word : new int[] {1, 0x12345, 1, 0x12345}) {
            assertEquals(word, run("ldr r0, 1f\n svc #1\n 1: .word " + word).registers[0]);
        }
    }

    @Test
    void whatAnotherProgramOrHostMadeDoesNotCount() {
        int[] words = Assembler.assemble(CODE, PROGRAM);
        long made = run(words, 1, X64Backend::new).made;
        assertEquals(0, run(words, 2, X64Backend::new).reused);
        assertEquals(made, run(words, 2, X64Backend::new).reused);
        assertEquals(0, run(words, 2, (code, ram) -> new X64Backend(code, ram, true)).reused);
    }

    /** Their tables have other entries. */
    @Test
    void whatWasMadeForMemoryOfAnotherKindDoesNotCount() {
        int[] words = Assembler.assemble(CODE, PROGRAM);
        long large = 3L << 30;
        long made = run(words, 1, X64Backend::new).made;
        assertEquals(made, run(large, CODE, words, 1, X64Backend::new).made);
        assertEquals(made, run(large, CODE, words, 1, X64Backend::new).reused);
        assertEquals(0, run(words, 1, X64Backend::new).reused);
    }

    @Test
    void whatIsDamagedCountsAsNone() throws IOException {
        run(PROGRAM);
        Run whole = run(PROGRAM);
        byte[] bytes = Files.readAllBytes(file());
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 60; i++) {
            byte[] damaged = i % 3 == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
            if (i % 3 != 0) {
                damaged[i % 3 == 1 ? random.nextInt(32) : random.nextInt(bytes.length)] ^=
                        (byte) (1 << random.nextInt(8));
            }
            Files.write(file(), damaged);
            Run run = run(PROGRAM);
            assertTrue(i % 3 == 2 ? run.reused < whole.reused : run.reused == 0, run.toString());
            assertArrayEquals(whole.registers, run.registers);
        }
        Files.write(file(), bytes);
        assertEquals(whole.reused, run(PROGRAM).reused);
    }

    @Test
    void trouble() throws IOException {
        int[] expected = run(PROGRAM).registers;
        Files.delete(file());
        Files.createDirectory(file());
        Files.createFile(file().resolve("in the way"));
        assertArrayEquals(expected, run(PROGRAM).registers);
        try (Stream<Path> left = Files.list(file().getParent())) {
            assertEquals(List.of(file()), left.toList());
        }
        assertFalse(Files.exists(directory.resolve("kept")));
    }
}
