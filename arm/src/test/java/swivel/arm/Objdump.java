package swivel.arm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** GNU objdump for A32 as the oracle: all words of an array, the written form of each without comments. */
final class Objdump {
    private Objdump() {}

    private static final String TOOL = "arm-linux-gnueabi-objdump";

    interface Consumer {
        void accept(int index, int word, String text);
    }

    /** Word {@code i} is taken to lie at address {@code 4 * i}. */
    static void disassemble(int[] words, Consumer consumer) {
        try {
            Path file = Files.createTempFile("swivel-oracle", ".bin");
            try {
                ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asIntBuffer().put(words);
                Files.write(file, bytes.array());
                run(file, words, consumer);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(TOOL + " failed; is binutils-arm-linux-gnueabi installed?", e);
        }
    }

    private static void run(Path file, int[] words, Consumer consumer) throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                TOOL, "-D", "-z", "--no-show-raw-insn", "-b", "binary", "-marm", "-EL", file.toString());
        Process process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        int index = 0;
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int tab = line.indexOf(":\t");
                if (tab >= 0) {
                    consumer.accept(index, words[index], withoutComment(line, tab + 2));
                    index++;
                }
            }
        }
        if (index != words.length) {
            throw new IOException(TOOL + " wrote " + index + " instructions of " + words.length);
        }
    }

    private static String withoutComment(String line, int from) {
        int to = line.indexOf('@', from);
        if (to < 0) {
            to = line.length();
        }
        while (to > from && line.charAt(to - 1) <= ' ') {
            to--;
        }
        return line.substring(from, to).replace('\t', ' ');
    }
}
