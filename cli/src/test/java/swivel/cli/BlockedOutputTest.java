package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guest's output that nobody reads, or that cannot be written: the run ends when it is asked to, and what was lost is
 * said.
 */
@Timeout(300)
class BlockedOutputTest {
    private static final int UART_TO_R11 = 0xe3a0_b409; // mov r11, #0x09000000
    private static final int X_TO_R1 = 0xe3a0_1078; // mov r1, #'x'
    private static final int PRINT_R1 = 0xe58b_1000; // str r1, [r11]

    /** Prints for ever. */
    static final int[] CHATTER = {UART_TO_R11, X_TO_R1, PRINT_R1, 0xeaff_fffd};

    /** Prints more than a pipe holds, and powers off. */
    private static final int[] CHATTER_AND_OFF = {
        UART_TO_R11,
        X_TO_R1,
        0xe3a0_2906, // mov r2, #0x18000
        PRINT_R1,
        0xe252_2001,
        0x1aff_fffc, // subs r2, r2, #1; bne
        0xe3a0_0321,
        0xe380_0008,
        0xe140_0070 // PSCI SYSTEM_OFF
    };

    @TempDir
    static Path directory;

    static Path image(Path file, int... words) throws IOException {
        ByteBuffer image = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        image.asIntBuffer().put(words);
        return Files.write(file, image.array());
    }

    /**
     * So much unread shows that nobody reads; how much a pipe takes until its writer waits depends on how it was
     * written.
     */
    static final int UNREAD = 4096;

    static void awaitUnread(InputStream output, int bytes) throws IOException, InterruptedException {
        while (output.available() < bytes) {
            if (Thread.interrupted()) {
                throw new InterruptedException(); // by the time-out
            }
            Thread.onSpinWait();
        }
    }

    private static String[] run(int[] words, String... more) throws IOException {
        String file = image(directory.resolve("guest"), words).toString();
        return Stream.concat(Stream.of("run", "--virt", "translated", "--kernel", file), Stream.of(more))
                .toArray(String[]::new);
    }

    /** Waits for the end of one whose output is left unread. */
    private static String errorsAtTheEnd(Process process, int status) throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end");
        }
        String errors = process.errorReader().readAllAsString();
        assertEquals(status, process.exitValue(), errors);
        return errors;
    }

    @Test
    void powerOffEndsItAndWhatIsDroppedIsSaid() throws IOException, InterruptedException {
        String errors = errorsAtTheEnd(Swivel.start(run(CHATTER_AND_OFF)), ExitStatus.OK);
        assertTrue(errors.contains("bytes are dropped"), errors);
    }

    @Test
    void panicEndsIt() throws IOException, InterruptedException {
        int[] panic = IntStream.concat(
                        IntStream.concat(
                                IntStream.of(UART_TO_R11),
                                "Kernel panic - not syncing\n"
                                        .chars()
                                        .flatMap(letter -> IntStream.of(0xe3a0_1000 | letter, PRINT_R1))),
                        IntStream.of(CHATTER))
                .toArray();
        String errors = errorsAtTheEnd(Swivel.start(run(panic, "--exit-on-panic")), ExitStatus.PANIC);
        assertTrue(errors.contains("the guest kernel panicked"), errors);
    }

    @Test
    void signalEndsIt() throws IOException, InterruptedException {
        Process process = Swivel.start(run(CHATTER));
        assertEquals('x', process.getInputStream().read());
        awaitUnread(process.getInputStream(), UNREAD);
        assertTrue(process.toHandle().destroy());
        errorsAtTheEnd(process, 128 + 15);
    }

    @Test
    void closedPipeEndsIt() throws IOException, InterruptedException {
        Process process = Swivel.start(run(CHATTER));
        assertEquals('x', process.getInputStream().read());
        process.getInputStream().close();
        String errors = errorsAtTheEnd(process, ExitStatus.BAD_INPUT);
        assertTrue(errors.contains("standard output was closed"), errors);
    }

    @Test
    void fullDeviceEndsItAlsoWhenTheGuestHasEndedFirst() throws IOException, InterruptedException {
        for (int[] guest : new int[][] {CHATTER, CHATTER_AND_OFF}) {
            Process process = Swivel.builder(run(guest))
                    .redirectOutput(new File("/dev/full"))
                    .start();
            String errors = errorsAtTheEnd(process, ExitStatus.BAD_INPUT);
            assertTrue(errors.contains("cannot be written: No space left on device"), errors);
        }
    }

    @Test
    void slowReaderGetsEverything() throws IOException, InterruptedException {
        Process process = Swivel.start(run(CHATTER_AND_OFF));
        long read = 0;
        byte[] part = new byte[16384];
        for (int count; (count = process.getInputStream().read(part)) > 0; read += count) {
            awaitUnread(process.getInputStream(), (int) Math.min(UNREAD, 0x18000 - read - count));
        }
        assertEquals("", errorsAtTheEnd(process, ExitStatus.OK).replaceAll("\\s", ""));
        assertEquals(0x18000, read);
    }
}
