package swivel.arm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;
import java.util.regex.Pattern;

/** GNU objdump as the oracle: all words of an array, the written form of each without comments. */
final class Objdump {
    private Objdump() {}

    private static final String TOOL = "arm-linux-gnueabi-objdump";

    interface Consumer {
        void accept(int index, int word, String text);
    }

    /** A32; word {@code i} is taken to lie at address {@code 4 * i}. */
    static void disassemble(int[] words, Consumer consumer) {
        disassemble(words, 4, List.of(), consumer, (bytes, word) -> bytes.putInt(word));
    }

    /** Bytes from one T32 instruction to the next; NOPs between them keep an IT from the next. */
    static final int T32_STRIDE = 16;

    /** T32; word {@code i} is taken to lie at address {@code T32_STRIDE * i}. */
    static void disassembleT32(int[] words, Consumer consumer) {
        disassembleT32(words, T32_STRIDE, consumer);
    }

    /** The same with another stride. */
    static void disassembleT32(int[] words, int stride, Consumer consumer) {
        disassemble(words, stride, List.of("-M", "force-thumb"), consumer, (bytes, word) -> {
            if (T32.lengthOf(word) == 4) {
                bytes.putShort((short) (word >>> 16));
            }
            bytes.putShort((short) word);
            while (bytes.position() % stride != 0) {
                bytes.putShort((short) 0xbf00);
            }
        });
    }

    private static void disassemble(
            int[] words, int stride, List<String> options, Consumer consumer, ObjIntConsumer<ByteBuffer> put) {
        try {
            Path file = Files.createTempFile("swivel-oracle", ".bin");
            try {
                ByteBuffer bytes = ByteBuffer.allocate(stride * words.length).order(ByteOrder.LITTLE_ENDIAN);
                for (int word : words) {
                    put.accept(bytes, word);
                }
                Files.write(file, bytes.array());
                run(file, words, stride, options, consumer);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(TOOL + " failed; is binutils-arm-linux-gnueabi installed?", e);
        }
    }

    private static void run(Path file, int[] words, int stride, List<String> options, Consumer consumer)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(TOOL, "-D", "-z", "--no-show-raw-insn", "-b", "binary"));
        command.addAll(List.of("-marm", "-EL"));
        command.addAll(options);
        command.add(file.toString());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int index = 0;
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int tab = line.indexOf(":\t");
                if (tab >= 0 && Integer.parseInt(line.substring(0, tab).strip(), 16) == stride * index) {
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
        return COMMA.matcher(line.substring(from, to).replace('\t', ' ')).replaceAll(", ");
    }

    /** Binutils 2.40 writes {@code cpsid i,#19} as the one form without a space, 2.44 with one. */
    private static final Pattern COMMA = Pattern.compile(",(?! )");
}
