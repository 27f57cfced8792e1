package swivel.formats.unpack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import swivel.formats.Bytes;
import swivel.formats.Tools;

/** Every format against what the usual tools write. */
class CompressionTest {

    @TempDir
    static Path folder;

    /** The tools as the kernel's build calls them ({@code scripts/Makefile.lib}), and at their extremes. */
    static Stream<Arguments> tools() {
        return Stream.of(
                tool(Compression.GZIP, "gzip -n -9"),
                tool(Compression.GZIP, "gzip -1"),
                tool(Compression.XZ, "xz --check=crc32 --arm --lzma2=,dict=32MiB"),
                tool(Compression.XZ, "xz -0"),
                tool(Compression.LZMA, "lzma -9"),
                tool(Compression.LZMA, "lzma -0"),
                tool(Compression.LZ4, "lz4 -l -9 - -"),
                tool(Compression.LZ4, "lz4 -l -1 - -"),
                tool(Compression.LZO, "lzop -9"),
                tool(Compression.LZO, "lzop -1"),
                tool(Compression.LZO, "lzop -3 --crc32"),
                tool(Compression.ZSTD, "zstd -q -22 --ultra"),
                tool(Compression.ZSTD, "zstd -q -19 --no-check"),
                tool(Compression.ZSTD, "zstd -q -1"),
                tool(Compression.ZSTD, "zstd -q --fast=10"));
    }

    private static Arguments tool(Compression compression, String command) {
        return Arguments.of(compression, command);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("tools")
    void unpacksWhatTheToolPacked(Compression compression, String command) throws Exception {
        for (byte[] content : contents(compression == Compression.LZ4 ? 9_000_000 : 700_000)) {
            byte[] packed = Tools.filter(folder, content, command.split(" "));
            byte[] file = new byte[packed.length + 100];
            Arrays.fill(file, (byte) 0x5a);
            System.arraycopy(packed, 0, file, 37, packed.length);
            // As in a zImage: the unpacked size behind the stream.
            Bytes.putWord(file, 37 + packed.length, content.length);
            assertArrayEquals(content, compression.unpack(file, 37, 37 + packed.length + 4, account()));
            if (content.length > 0) {
                byte[] cut = Arrays.copyOf(packed, packed.length / 2);
                assertThrows(IOException.class, () -> checked(compression, cut, content.length));
            }
        }
    }

    /** LZ4's legacy frame has no end mark, so a cut between blocks goes unnoticed but for the size. */
    private static void checked(Compression compression, byte[] cut, int expected) throws IOException {
        if (compression.unpack(cut, 0, cut.length, account()).length != expected) {
            throw new IOException("too short");
        }
    }

    /** Noise, zeros, one byte, and a mixture of a size: LZ4 needs more than 8 MiB for a second block. */
    private static byte[][] contents(int size) {
        Random random = new Random(7);
        byte[] noise = new byte[100_000];
        random.nextBytes(noise);
        byte[] zeros = new byte[1_000_000];
        ByteArrayOutputStream mixed = new ByteArrayOutputStream();
        byte[] words =
                "the quick brown fox jumps over the lazy dog and back again ".getBytes(StandardCharsets.US_ASCII);
        while (mixed.size() < size) {
            int start = random.nextInt(words.length);
            mixed.write(words, start, random.nextInt(words.length - start));
            if (random.nextInt(50) == 0) {
                mixed.write(noise, 0, random.nextInt(3000));
                mixed.write(zeros, 0, random.nextInt(70_000));
            }
        }
        return new byte[][] {noise, zeros, {1}, mixed.toByteArray()};
    }

    @ParameterizedTest
    @MethodSource("readers")
    void usualToolUnpacksWhatWePacked(Compression compression, String command) throws Exception {
        for (byte[] content : contents(compression == Compression.LZ4 ? 9_000_000 : 700_000)) {
            byte[] packed = compression.pack(content);
            assertArrayEquals(content, Tools.filter(folder, packed, command.split(" ")));
            byte[] file = Arrays.copyOf(packed, packed.length + 64);
            Unpacked own = compression.unpackAt(file, 0, file.length, account());
            assertArrayEquals(content, own.bytes());
            assertEquals(packed.length, own.end(), "what follows is left alone");
        }
    }

    static Stream<Arguments> readers() {
        return Stream.of(
                tool(Compression.GZIP, "gzip -dc"),
                tool(Compression.XZ, "xz -dc"),
                tool(Compression.LZMA, "xz -dc --format=lzma"),
                tool(Compression.LZ4, "lz4 -dc - -"),
                tool(Compression.LZO, "lzop -dc"),
                tool(Compression.ZSTD, "zstd -dc"));
    }

    @Test
    void bombIsRefusedAtItsLimit() throws Exception {
        // 600 MiB of zeros in a few KiB.
        Tools.run(folder, "sh", "-c", "head -c 629145600 /dev/zero | zstd -q > bomb.zst");
        byte[] bomb = Files.readAllBytes(folder.resolve("bomb.zst"));
        IOException problem =
                assertThrows(IOException.class, () -> Compression.ZSTD.unpack(bomb, 0, bomb.length, account()));
        assertArrayEquals(
                "it unpacks to more than 64 times its size".toCharArray(),
                problem.getMessage().toCharArray());
    }

    private static Budget.Account account() {
        return new Budget().file(0);
    }
}
