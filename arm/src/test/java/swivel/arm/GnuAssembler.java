package swivel.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** GNU as as the oracle: many lines at once. */
final class GnuAssembler {
    private GnuAssembler() {}

    private static final String TOOL = "arm-linux-gnueabi-as";

    /** In the place of a line that the assembler does not accept. No row's. */
    static final int REFUSED = 0xe7ffffff;

    private static final Pattern ERROR = Pattern.compile("[^:]*:(\\d+): Error: .*");

    /** The words of A32 lines, {@link #REFUSED} where it accepts none; each line must be one instruction. */
    static int[] assemble(Path directory, List<String> lines) throws IOException, InterruptedException {
        return assemble(directory, InstructionSet.A32, lines);
    }

    /** The same of either set; those of T32 must be of two halfwords. */
    static int[] assemble(Path directory, InstructionSet set, List<String> lines)
            throws IOException, InterruptedException {
        boolean t32 = set == InstructionSet.T32;
        List<String> source = new ArrayList<>(lines);
        source.addFirst(".arch armv7-a; .arch_extension virt; .arch_extension sec; .arch_extension idiv;"
                + " .arch_extension mp; .fpu neon-vfpv4; .syntax unified"
                + (t32 ? "; .thumb" : ""));
        Path object = directory.resolve("words.o");
        for (int line : run(directory, source, object)) {
            source.set(line - 1, ".word 0x%08x".formatted(t32 ? Integer.rotateLeft(REFUSED, 16) : REFUSED));
        }
        List<Integer> refusedAgain = run(directory, source, object);
        assertTrue(refusedAgain.isEmpty(), () -> TOOL + " refuses lines " + refusedAgain);
        Path binary = directory.resolve("words.bin");
        Process copy = new ProcessBuilder(
                        "arm-linux-gnueabi-objcopy",
                        "-O",
                        "binary",
                        "-j",
                        ".text",
                        object.toString(),
                        binary.toString())
                .inheritIO()
                .start();
        assertEquals(0, copy.waitFor());
        int[] words = new int[lines.size()];
        ByteBuffer.wrap(Files.readAllBytes(binary))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(words);
        return t32
                ? Arrays.stream(words).map(word -> Integer.rotateLeft(word, 16)).toArray()
                : words;
    }

    /** Numbers of the lines with errors. */
    private static List<Integer> run(Path directory, List<String> source, Path object)
            throws IOException, InterruptedException {
        Path file = directory.resolve("words.s");
        Files.write(file, source);
        Process process = new ProcessBuilder(TOOL, "-W", "-o", object.toString(), file.toString())
                .redirectErrorStream(true)
                .start();
        List<Integer> errors = new ArrayList<>();
        try (var output = process.inputReader()) {
            output.lines()
                    .map(ERROR::matcher)
                    .filter(Matcher::matches)
                    .forEach(error -> errors.add(Integer.valueOf(error.group(1))));
        }
        process.waitFor();
        return errors;
    }
}
