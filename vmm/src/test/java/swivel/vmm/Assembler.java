package swivel.vmm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Assembles test guests with GNU as, which is an oracle of its own for every encoding used here. */
final class Assembler {
    private Assembler() {}

    private static final String PREFIX = "arm-linux-gnueabi-";
    private static final String HEADER = """
            .syntax unified
            .arch armv7-a
            .arch_extension virt
            .arch_extension sec
            .arch_extension idiv
            .text
            .macro mov32 register, value
            movw \\register, #:lower16:\\value
            movt \\register, #:upper16:\\value
            .endm
            """;

    /** The words of A32 source, linked at an address. */
    static int[] assemble(String source, int address) {
        try {
            Path folder = Files.createTempDirectory("swivel-as");
            Path input = folder.resolve("guest.s");
            Path object = folder.resolve("guest.o");
            Path image = folder.resolve("guest.elf");
            Path binary = folder.resolve("guest.bin");
            try {
                Files.writeString(input, HEADER + source + "\n");
                run(List.of(PREFIX + "as", "-o", object.toString(), input.toString()));
                run(List.of(
                        PREFIX + "ld",
                        "-Ttext=0x" + Integer.toHexString(address),
                        "-e",
                        "0",
                        "-o",
                        image.toString(),
                        object.toString()));
                run(List.of(PREFIX + "objcopy", "-O", "binary", "-j", ".text", image.toString(), binary.toString()));
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
            throw new IllegalStateException(
                    "these tests need binutils for ARM: apt-get install binutils-arm-linux-gnueabi", e);
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
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
