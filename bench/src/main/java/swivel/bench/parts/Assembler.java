package swivel.bench.parts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import swivel.encoding.TrapEncoding;
import swivel.memory.GuestMemory;

/** Assembles the guests with GNU as, and rewrites them. Their code is position-independent and has no data in it. */
final class Assembler {
    private static final String PREFIX = "arm-linux-gnueabi-";
    private static final String HEADER = """
            .syntax unified
            .arch armv7-a
            .arch_extension virt
            .text
            """;

    private Assembler() {}

    /** Puts the words of A32 source at an address, sensitive instructions as encoded traps. */
    static void load(String source, GuestMemory memory, int address) {
        int[] words = assemble(source);
        for (int i = 0; i < words.length; i++) {
            memory.write32(address + 4 * i, TrapEncoding.encode(words[i]));
        }
    }

    private static int[] assemble(String source) {
        try {
            Path folder = Files.createTempDirectory("swivel-bench");
            Path input = folder.resolve("guest.s");
            Path object = folder.resolve("guest.o");
            Path binary = folder.resolve("guest.bin");
            try {
                Files.writeString(input, HEADER + source + "\n");
                run(PREFIX + "as", "-o", object.toString(), input.toString());
                run(PREFIX + "objcopy", "-O", "binary", "-j", ".text", object.toString(), binary.toString());
                ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(binary)).order(ByteOrder.LITTLE_ENDIAN);
                int[] words = new int[bytes.capacity() / 4];
                bytes.asIntBuffer().get(words);
                return words;
            } finally {
                for (Path file : List.of(input, object, binary, folder)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the benchmarks need binutils for ARM; install them: scripts/install-tools", e);
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IllegalArgumentException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
