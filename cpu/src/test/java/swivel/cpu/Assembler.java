package swivel.cpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Assembles test programs with GNU as, which is an oracle of its own for every encoding used here. */
public final class Assembler {
    private Assembler() {}

    private static final String PREFIX = "arm-linux-gnueabi-";
    private static final String HEADER = """
            .syntax unified
            .arch armv7ve
            .text
            .globl _start
            .macro mov32 register, value
            movw \\register, #:lower16:\\value
            movt \\register, #:upper16:\\value
            .endm
            _start:
            """;

    /** The words of A32 source whose first instruction is at {@code address}. */
    public static int[] assemble(int address, String source) {
        try {
            Path folder = Files.createTempDirectory("swivel-as");
            Path input = folder.resolve("guest.s");
            Path object = folder.resolve("guest.o");
            Path image = folder.resolve("guest.elf");
            Path binary = folder.resolve("guest.bin");
            try {
                Files.writeString(input, HEADER + source + "\n");
                run("as", "-o", "" + object, "" + input);
                run("ld", "-Ttext", "0x" + Integer.toHexString(address), "-o", "" + image, "" + object);
                run("objcopy", "-O", "binary", "-j", ".text", "" + image, "" + binary);
                ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(binary)).order(ByteOrder.LITTLE_ENDIAN);
                int[] words = new int[bytes.capacity() / 4];
                bytes.asIntBuffer().get(words);
                return words;
            } finally {
                for (Path file : List.of(input, object, image, binary, folder)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("needs binutils for ARM: scripts/install-tools", e);
        }
    }

    private static void run(String... command) throws IOException {
        command[0] = PREFIX + command[0];
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
