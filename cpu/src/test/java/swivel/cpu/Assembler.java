package swivel.cpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Assembles A32 source with GNU as for tests. */
final class Assembler {
    private Assembler() {}

    /** The words of a source whose first instruction is at {@code address}. */
    static int[] assemble(int address, String source) {
        try {
            Path directory = Files.createTempDirectory("swivel-as");
            Path in = directory.resolve("in.s");
            Path object = directory.resolve("out.o");
            Path linked = directory.resolve("out.elf");
            Path binary = directory.resolve("out.bin");
            Files.writeString(in, ".arch armv7ve\n.arm\n.globl _start\n_start:\n" + source + "\n");
            run("arm-linux-gnueabi-as", "-o", object.toString(), in.toString());
            run("arm-linux-gnueabi-ld", "-Ttext", "0x" + Integer.toHexString(address), "-o", "" + linked, "" + object);
            run("arm-linux-gnueabi-objcopy", "-O", "binary", "-j", ".text", linked.toString(), binary.toString());
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(binary)).order(ByteOrder.LITTLE_ENDIAN);
            int[] words = new int[bytes.remaining() / 4];
            bytes.asIntBuffer().get(words);
            for (Path file : new Path[] {in, object, linked, binary, directory}) {
                Files.delete(file);
            }
            return words;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) throws IOException {
        try {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (status != 0) {
                throw new IOException(String.join(" ", command) + " ended with status " + status);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
