package swivel.nativecore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.cpu.Assembler;
import swivel.memory.HostMemory;
import swivel.memory.HostRegion;

/** The code and the filter that a child process has of us, which no arm64 host is needed to look at. */
class StubTest {
    private static final int PARENT = 4321;
    private static final int STUB = 0xffff_e000;

    @Test
    void theProgramIsWhatGnuAsMakesOfItsComments() {
        int[] expected = Assembler.assemble(ElfProgram.ENTRY, """
                mov r0, #1
                mov r1, #9
                mov r7, #172
                svc #0
                mov r7, #64
                svc #0
                ldr r1, parent
                cmp r0, r1
                movne r7, #1
                svcne #0
            sleep:
                mov r7, #29
                svc #0
                b sleep
            parent:
                .word 4321
            call:
                svc #0
                bkpt #0
            """);
        assertArrayEquals(expected, Stub.program(PARENT));
        assertEquals(ElfProgram.ENTRY + 4 * (expected.length - 2), Stub.FIRST_CALL);
    }

    @Test
    void thePageIsWhatGnuAsMakesOfItsComments() {
        assumeTrue(HostMemory.NATIVE && Files.exists(Path.of("/proc/self/fd")));
        int[] expected = Assembler.assemble(STUB, """
                svc #0
                bkpt #0
                .balign 16, 0
            batch:
                ldr r7, [r9]
                ldr r0, [r9, #4]
                ldr r1, [r9, #8]
                add r1, r1, r8
                ldr r2, [r9, #12]
                ldr r5, [r9, #16]
                svc #0
                cmn r0, #4096
                bhi done
                add r9, r9, #20
                subs r10, r10, #1
                bne batch
            done:
                bkpt #0
            """);
        try (HostRegion region = new HostRegion("the test")) {
            Stub stub = new Stub(region, PARENT);
            int[] page = new int[expected.length];
            for (int i = 0; i < page.length; i++) {
                page[i] = HostMemory.ALL.get(ValueLayout.JAVA_INT, stub.page.address() + 4L * i);
            }
            assertArrayEquals(expected, page);
        }
    }

    @Test
    void theFileIsAStaticArmProgramWhoseStackIsNotExecutable(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path file = Files.write(directory.resolve("program"), ElfProgram.of(Stub.program(PARENT)));
        Process readelf = new ProcessBuilder("arm-linux-gnueabi-readelf", "-hlW", file.toString())
                .redirectErrorStream(true)
                .start();
        String text = new String(readelf.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, readelf.waitFor(), text);
        for (String expected : new String[] {
            "EXEC \\(Executable file\\)",
            "Machine: *ARM",
            "Entry point address: *0x10074",
            "Version5 EABI",
            "LOAD +0x000000 0x00010000 0x00010000 0x000b4 0x000b4 R E 0x1000",
            "GNU_STACK +0x000000 0x00000000 0x00000000 0x00000 0x00000 RW "
        }) {
            assertTrue(text.lines().anyMatch(line -> line.matches(".*" + expected + ".*")), expected + "\n" + text);
        }
        assertTrue(!text.contains("Error") && !text.contains("Warning"), text);
    }

    private static final int FLAGS = 0x8000_0011;
    private static final int LAST_BYTES = 0x123;
    private static final int BEHIND = STUB + 0x2c;
    private static final boolean LETS_THROUGH = true;
    private static final boolean TRAPS = false;

    @Test
    void theFilterLetsThroughWhatHasTheKey() {
        filters(LETS_THROUGH, BEHIND, Stub.MMAP2, 0x8000, LAST_BYTES, 7, FLAGS, Stub.RAM_FILE, 0);
        filters(LETS_THROUGH, BEHIND, Stub.MUNMAP, 0x8000, 0x1000 + LAST_BYTES, 0, FLAGS, Stub.RAM_FILE, 0);
        filters(LETS_THROUGH, BEHIND, Stub.CACHEFLUSH, 0x8000, 0x9000, 0, 0, 0, 0);
    }

    @Test
    void theFilterTrapsWhateverElseAGuestMakesOfItsRegisters() {
        filters(TRAPS, BEHIND, Stub.MMAP2, 0x8000, LAST_BYTES, 7, 0x11, Stub.RAM_FILE, 0);
        filters(TRAPS, BEHIND, Stub.MMAP2, 0x8000, 0x1000, 7, FLAGS, Stub.RAM_FILE, 0);
        filters(TRAPS, BEHIND, Stub.MMAP2, 0x8000, LAST_BYTES, 7, FLAGS, Stub.PAGE_FILE, 0);
        filters(TRAPS, BEHIND, Stub.MUNMAP, 0x8000, 0x1000, 0, 0, 0, 0);
        filters(TRAPS, 0x8004, Stub.MMAP2, 0x8000, LAST_BYTES, 7, FLAGS, Stub.RAM_FILE, 0);
        filters(TRAPS, STUB + 4, Stub.MMAP2, 0x8000, LAST_BYTES, 7, FLAGS, Stub.RAM_FILE, 0);
        for (int number = -1; number < 600; number++) {
            if (number != Stub.MMAP2 && number != Stub.MUNMAP) {
                filters(TRAPS, BEHIND, number, 0x8000, LAST_BYTES, 7, FLAGS, Stub.RAM_FILE, 0);
            }
        }
    }

    /** Runs the filter as the kernel does (seccomp(2)): on the number, the place and the arguments of a call. */
    private static void filters(boolean expected, int behind, int number, int... arguments) {
        int[] filter = Stub.filter(BEHIND, FLAGS, LAST_BYTES);
        int[] data = new int[4 + 2 * arguments.length];
        data[0] = number;
        data[2] = behind;
        for (int i = 0; i < arguments.length; i++) {
            data[4 + 2 * i] = arguments[i];
        }
        int accumulator = 0;
        for (int at = 0; ; at++) {
            int code = filter[2 * at];
            int value = filter[2 * at + 1];
            switch (code & 0xffff) {
                case 0x20 -> accumulator = data[value / 4];
                case 0x54 -> accumulator &= value;
                case 0x15 -> at += accumulator == value ? code >>> 16 & 0xff : code >>> 24;
                default -> {
                    assertEquals(0x06, code);
                    assertEquals(expected ? 0x7fff_0000 : 0x0003_0000, value, "call " + number);
                    return;
                }
            }
        }
    }
}
