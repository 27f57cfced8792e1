package swivel.lpv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.formats.ImageException;
import swivel.formats.Tools;
import swivel.formats.unpack.Budget;
import swivel.formats.unpack.Compression;

/** What files of a run may cost together: the bounds that docs/rewriting.md states. */
class BudgetTest {
    private static final String RATIO = "it unpacks to more than 64 times its size";

    @TempDir
    Path folder;

    /** A deflate stream of so many MiB of zeros. */
    private static byte[] zeros(int mebibytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Deflater deflater = new Deflater(9, true)) {
            byte[] piece = new byte[1 << 20];
            byte[] packed = new byte[1 << 16];
            for (int i = 0; i < mebibytes; i++) {
                deflater.setInput(piece);
                if (i == mebibytes - 1) {
                    deflater.finish();
                }
                int length;
                while ((length = deflater.deflate(packed)) > 0) {
                    out.write(packed, 0, length);
                }
            }
        }
        return out.toByteArray();
    }

    /** 2000 gzip headers, each with an extra field that reaches to one stream: every attempt unpacks the same bomb. */
    private static byte[] manyHeaders() {
        int count = 2000;
        byte[] stream = zeros(120);
        byte[] headers = new byte[12 * count];
        for (int i = 0; i < count; i++) {
            int skipped = headers.length - 12 * i - 12;
            byte[] header = {0x1f, (byte) 0x8b, 8, 4, 0, 0, 0, 0, 0, 3, (byte) skipped, (byte) (skipped >> 8)};
            System.arraycopy(header, 0, headers, 12 * i, header.length);
        }
        byte[] payload = Arrays.copyOf(headers, headers.length + stream.length + 8);
        System.arraycopy(stream, 0, payload, headers.length, stream.length);
        return TestImages.zImage(payload);
    }

    @Test
    void manyAttemptsAtOneBombShareOneAccount() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] file = manyHeaders();
        long before = threads.getCurrentThreadAllocatedBytes();
        String message = assertThrows(ImageException.class, () -> GuestImage.read(file, "k"))
                .getMessage();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(message.endsWith("the file takes more than 1024 MiB to unpack in all"), message);
        assertTrue(allocated < 3L << 30, allocated + " bytes allocated");
    }

    @Test
    void bombsOfEveryFormatAreRefusedByTheirRatio() throws Exception {
        for (String tool : List.of("gzip -9", "zstd -q", "lz4 -l - -")) {
            Tools.run(folder, "sh", "-c", "head -c 300000000 /dev/zero | " + tool + " >bomb");
            byte[] bomb = Files.readAllBytes(folder.resolve("bomb"));
            FileRewriter rewriter = new FileRewriter(true, false, true, () -> {});
            List<String> notes = IntStream.range(0, 3)
                    .parallel()
                    .mapToObj(i -> rewriter.found(bomb, "initrd.img-" + i)
                            .reports()
                            .getFirst()
                            .note())
                    .toList();
            for (String note : notes) {
                boolean byRatio = note.endsWith(RATIO);
                // LZ4 and LZO pack zeros only 250 times.
                assertTrue(byRatio || note.contains("more than"), tool + ": " + note);
            }
        }
    }

    @Test
    void dictionaryThatIsOnlyClaimedIsPaidFor() throws Exception {
        // 64 headers of LZMA streams with dictionaries of 128 MiB, and nothing that could be unpacked.
        byte[] payload = new byte[64 * 32];
        for (int i = 0; i < 64; i++) {
            byte[] header = {0x5d, 0, 0, 0, 8, -1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5};
            System.arraycopy(header, 0, payload, 32 * i, header.length);
        }
        String message = assertThrows(ImageException.class, () -> GuestImage.read(TestImages.zImage(payload), "k"))
                .getMessage();
        assertTrue(message.contains("cannot be unpacked"), message);
    }

    @Test
    void zstdWithSkippableFramesInFrontIsRead() throws Exception {
        byte[] content = "what is in it ".repeat(100).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] packed = Compression.ZSTD.pack(content);
        byte[] file = new byte[20 + packed.length];
        byte[] skipped = {0x5a, 0x2a, 0x4d, 0x18, 12, 0, 0, 0};
        System.arraycopy(skipped, 0, file, 0, skipped.length);
        System.arraycopy(packed, 0, file, 20, packed.length);
        assertEquals(Compression.ZSTD, Compression.of(file, 0).orElseThrow());
        assertArrayEquals(content, Compression.ZSTD.unpack(file, 0, file.length, new Budget().file(0)));
    }

    @Test
    void checksumOfAGzipHeaderIsChecked() throws Exception {
        byte[] packed = Compression.GZIP.pack(new byte[1000]);
        byte[] file = new byte[packed.length + 2];
        System.arraycopy(packed, 0, file, 0, 10);
        System.arraycopy(packed, 10, file, 12, packed.length - 10);
        file[3] = 2;
        java.util.zip.CRC32 sum = new java.util.zip.CRC32();
        sum.update(file, 0, 10);
        file[10] = (byte) sum.getValue();
        file[11] = (byte) (sum.getValue() >> 8);
        assertArrayEquals(new byte[1000], Compression.GZIP.unpack(file, 0, file.length, new Budget().file(0)));
        file[10] ^= 1;
        assertThrows(
                java.io.IOException.class, () -> Compression.GZIP.unpack(file, 0, file.length, new Budget().file(0)));
    }
}
