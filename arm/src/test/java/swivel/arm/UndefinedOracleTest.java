package swivel.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Words of the UNDEFINED rows, and only they, are undefined to a Cortex-A15 in user mode, as qemu-arm has it. */
class UndefinedOracleTest {
    private static final int SIGILL = 4;

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(5);

    @Test
    void everyWordOfAnUndefinedRowIsUndefined() throws Exception {
        List<Integer> words = new ArrayList<>();
        for (A32 row : A32.values()) {
            boolean undefined = row.name().startsWith("UNDEFINED") || row == A32.UDF;
            for (int i = 0; undefined && i < 2000; i++) {
                int word = always(row.canonical(random.nextInt()));
                if (A32.decode(word) == row && !isEmulatedFpa(word)) {
                    words.add(word);
                }
            }
        }
        int[] signals = execute(words);
        TreeSet<String> defined = new TreeSet<>();
        for (int i = 0; i < signals.length; i++) {
            if (signals[i] != SIGILL) {
                defined.add("%08x %s".formatted(words.get(i), A32.decode(words.get(i))));
            }
        }
        assertEquals("[]", defined.toString());
    }

    @Test
    void wordsOfVfpAreUndefinedWhereTheTableSaysSo() throws Exception {
        List<Integer> words = random.ints(100_000)
                .map(word -> word & 0x0dff_f1ff | 0xec00_0a00)
                .filter(word -> (word >>> 24 & 15) != 15)
                .filter(word -> isUndefined(word) ? !isLeftOpen(word) : isHarmless(word))
                .boxed()
                .toList();
        assertUndefinedAsQemuSays(words);
    }

    @Test
    void wordsOfNeonAreUndefinedWhereTheTableSaysSo() throws Exception {
        List<Integer> words = random.ints(100_000)
                .map(word -> Fields.bit(word, 31) ? word & 0x01ff_ffff | 0xf200_0000 : word & 0x00ef_ffff | 0xf400_0000)
                .filter(word -> !(A32.decode(word).arguments(word) instanceof NeonOperation.ElementAccess access
                        && !access.isPredictable()))
                .boxed()
                .toList();
        assertUndefinedAsQemuSays(words);
    }

    private void assertUndefinedAsQemuSays(List<Integer> words) throws Exception {
        int[] signals = execute(words);
        StringBuilder different = new StringBuilder();
        for (int i = 0; i < signals.length && different.length() < 5000; i++) {
            int word = words.get(i);
            if (isUndefined(word) != (signals[i] == SIGILL)) {
                different.append("%08x %s: %d%n".formatted(word, InstructionSet.A32.disassemble(word, 0), signals[i]));
            }
        }
        assertEquals("", different.toString());
    }

    /** What is UNPREDICTABLE is undefined to QEMU, too, but for what {@link #isLeftOpen} says. */
    private static boolean isUndefined(int word) {
        return !(A32.decode(word).arguments(word) instanceof Arguments.Extension of && of.isPredictable());
    }

    private static boolean isLeftOpen(int word) {
        boolean pc = Fields.rn(word) == 15 || Fields.bits(word, 15, 12) == 15;
        return pc || A32.decode(word).arguments(word) instanceof VfpOperation.PairMove;
    }

    /** Whether it accesses no memory and no core register that the program needs. */
    private static boolean isHarmless(int word) {
        boolean core = A32.decode(word) == A32.VFP_MOVE || A32.decode(word) == A32.VMOV_64;
        return A32.decode(word) == A32.VFP_DATA || core && Fields.bits(word, 15, 12) < 4 && Fields.rn(word) < 4;
    }

    /** qemu-arm, like an old kernel, emulates the FPA of coprocessors 1 and 2, whatever bits 31:28. */
    private static boolean isEmulatedFpa(int word) {
        int coprocessor = word >>> 8 & 15;
        return (word & 0x0c00_0000) == 0x0c00_0000 && (coprocessor == 1 || coprocessor == 2);
    }

    @Test
    void everyOtherRowHasWordsThatAreDefined() throws Exception {
        EnumSet<A32> rows = EnumSet.allOf(A32.class);
        // loads, stores and branches with random registers might damage the program that runs them; VFP and NEON are
        // classes
        rows.removeIf(row ->
                row.name().matches("UNDEFINED.*|LD.*|ST.*|B|BL|BLX_.*|BX|BXJ|V.*|NEON.*") || NOT_TRIED.contains(row));
        List<Integer> words = new ArrayList<>();
        for (A32 row : rows) {
            for (int i = 0; i < 10; i++) {
                int word = always(row.canonical(random.nextInt()));
                if (A32.decode(word) == row) {
                    words.add(word);
                }
            }
        }
        int[] signals = execute(words);
        for (int i = 0; i < signals.length; i++) {
            if (signals[i] != SIGILL) {
                rows.remove(A32.decode(words.get(i)));
            }
        }
        assertEquals("[]", rows.toString(), "rows all of whose words are undefined");
    }

    private static final EnumSet<A32> NOT_TRIED = EnumSet.of(
            // undefined in user mode
            A32.CPS,
            A32.SRS,
            A32.RFE,
            A32.MRS_BANKED,
            A32.MSR_BANKED,
            A32.ERET,
            A32.HVC,
            A32.SMC,
            A32.UDF,
            // undefined for most coprocessors and registers
            A32.MCRR2,
            A32.MRRC2,
            A32.CDP2,
            A32.MCR2,
            A32.MRC2,
            A32.MCRR,
            A32.MRRC,
            A32.CDP,
            A32.MCR,
            A32.MRC,
            // system calls; big-endian accesses, which qemu-arm does not allow
            A32.SVC,
            A32.SETEND);

    private static int always(int word) {
        return word >>> 28 == 15 ? word : (word & 0x0fff_ffff) | Fields.AL << 28;
    }

    private int[] execute(List<Integer> words) throws Exception {
        Path source = directory.resolve("execute.c");
        try (InputStream resource = UndefinedOracleTest.class.getResourceAsStream("execute.c")) {
            Files.copy(resource, source);
        }
        String program = directory.resolve("execute").toString();
        run(
                "arm-linux-gnueabi-gcc",
                "-O1",
                "-static",
                "-marm",
                "-march=armv7-a",
                "-w",
                "-o",
                program,
                source.toString());
        ByteBuffer bytes = ByteBuffer.allocate(4 * words.size()).order(ByteOrder.LITTLE_ENDIAN);
        words.forEach(bytes::putInt);
        Path input = directory.resolve("words");
        Files.write(input, bytes.array());
        Process qemu = new ProcessBuilder("qemu-arm", "-cpu", "cortex-a15", program)
                .redirectInput(input.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var output = qemu.inputReader()) {
            int[] signals = output.lines().mapToInt(Integer::parseInt).toArray();
            assertEquals(words.size(), signals.length, () -> "qemu-arm ended with " + qemu.exitValue());
            return signals;
        }
    }

    private static void run(String... command) throws Exception {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        assertEquals(0, status, () -> String.join(" ", command));
    }
}
