package swivel.lpv;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.formats.Tools;
import swivel.formats.cpio.CpioWriter;
import swivel.formats.unpack.Compression;
import swivel.lpv.report.FileReport;
import swivel.lpv.report.Report;
import swivel.lpv.report.ReportFormat;

/**
 * Damaged files of every kind that we read. Whatever they hold: one line or a result, soon, and within memory. A few
 * seconds with a fixed seed here; {@code -Dswivel.fuzz.rounds=N} for N damaged files of each kind,
 * {@code -Dswivel.fuzz.seed=N} for others.
 */
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("swivel.fuzz.rounds", 30);
    private static final long SEED = Long.getLong("swivel.fuzz.seed", 20);

    /** No case takes longer, not even the bomb of 512 MiB on a machine that is busy with something else. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private Map<String, byte[]> seeds() throws Exception {
        byte[] kernel = TestImages.linux(TestImages.Layout.V6_4);
        Files.writeString(folder.resolve("module.S"), """
                .arch armv7-a
                .globl probe
                probe: mrs r0, cpsr
                bl elsewhere
                ldr r1, =elsewhere
                bx lr
                .ltorg
                .section .init.text, "ax"
                cpsid i
                .section .modinfo, "a"
                .asciz "license=GPL"
                """);
        Tools.run(folder, "arm-linux-gnueabi-gcc", "-marm", "-c", "-o", "module.ko", "module.S");
        byte[] module = Files.readAllBytes(folder.resolve("module.ko"));
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (CpioWriter cpio = new CpioWriter(archive)) {
            cpio.directory("lib")
                    .file("lib/module.ko", 0644, module)
                    .file("lib/module.ko.xz", 0644, Compression.XZ.pack(module))
                    .file("vmlinuz", 0644, TestImages.zImage(Compression.GZIP.pack(kernel)))
                    .symbolicLink("init", "lib");
        }
        byte[] cpio = archive.toByteArray();
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put(
                "vmlinux",
                Tools.assemble(folder, ".globl _start\n_start: mrs r0, cpsr\nldr r1, =0x12345678\nbx lr\n.ltorg\n"));
        seeds.put("module.ko", module);
        for (TestImages.Layout layout : TestImages.Layout.values()) {
            seeds.put("Image " + layout, TestImages.linux(layout));
        }
        seeds.put("initrd", cpio);
        for (Compression compression : Compression.values()) {
            seeds.put("module.ko." + compression.title(), compression.pack(module));
            seeds.put("initrd " + compression.title(), compression.pack(cpio));
        }
        // What the usual tools write uses more of each format than our own writers.
        seeds.put("uImage", TestImages.uImage(TestImages.zImage(Tools.filter(folder, kernel, "gzip"))));
        seeds.put(
                "zImage xz",
                TestImages.zImage(Tools.filter(folder, kernel, "xz", "--check=crc32", "--arm", "--lzma2=,dict=1MiB")));
        seeds.put("zImage lzma", TestImages.zImage(Tools.filter(folder, kernel, "lzma", "-1")));
        seeds.put("zImage lz4", TestImages.zImage(Tools.filter(folder, kernel, "lz4", "-l", "-", "-")));
        seeds.put("zImage lzo", TestImages.zImage(Tools.filter(folder, kernel, "lzop")));
        seeds.put("zImage zstd", TestImages.zImage(Tools.filter(folder, kernel, "zstd", "-q", "-19")));
        return seeds;
    }

    @Test
    void damagedFilesAreRefusedInOneLineOrRead() throws Exception {
        Random random = new Random(SEED);
        FileRewriter rewriter = new FileRewriter(true, true, false, () -> {});
        int refused = 0;
        int all = 0;
        for (Map.Entry<String, byte[]> seed : seeds().entrySet()) {
            for (int round = 0; round < ROUNDS; round++) {
                byte[] file = mutate(seed.getValue(), random);
                String what = "%s, round %d with -Dswivel.fuzz.seed=%d".formatted(seed.getKey(), round, SEED);
                all++;
                long start = System.nanoTime();
                try {
                    FileRewriter.Result result = rewriter.named(file.clone(), "k");
                    result.reports().forEach(report -> checkLine(report.note()));
                    ReportFormat.JSON.write(new Report("fuzz", what, result.reports()), new StringBuilder());
                } catch (ImageException e) {
                    checkLine(e.getMessage());
                    refused++;
                } catch (RuntimeException | Error e) {
                    Files.write(Path.of("target", "fuzz-failure"), file);
                    throw new AssertionError(what + "; the file is target/fuzz-failure", e);
                }
                try {
                    for (FileReport report :
                            rewriter.found(file.clone(), seed.getKey()).reports()) {
                        checkLine(report.note());
                    }
                } catch (RuntimeException | Error e) {
                    Files.write(Path.of("target", "fuzz-failure"), file);
                    throw new AssertionError(what + " found; the file is target/fuzz-failure", e);
                }
                assertTrue(System.nanoTime() - start < LIMIT.toNanos(), what + " took too long");
            }
        }
        assertTrue(refused > all / 20 && refused < all * 19 / 20, "mutations are too mild or too harsh: " + refused);
    }

    private static void checkLine(String line) {
        assertFalse(line.contains("\n"), line);
        assertFalse(line.contains("null"), line);
    }

    private static byte[] mutate(byte[] seed, Random random) {
        byte[] file = random.nextInt(8) == 0 ? Arrays.copyOf(seed, random.nextInt(seed.length)) : seed.clone();
        int changes = 1 + random.nextInt(8);
        // Headers are small and files are large, so half of the changes go to the first bytes, and some to the last.
        for (int i = 0; i < changes && file.length > 0; i++) {
            int near = Math.min(256, file.length);
            int at = switch (random.nextInt(5)) {
                case 0, 1 -> random.nextInt(near);
                case 2 -> file.length - 1 - random.nextInt(near);
                default -> random.nextInt(file.length);
            };
            switch (random.nextInt(5)) {
                case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> file[at] = (byte) random.nextInt();
                case 2 -> file[at] = -1;
                case 3 -> {
                    int length = Math.min(random.nextInt(64), file.length - at);
                    System.arraycopy(seed, random.nextInt(seed.length - length), file, at, length);
                }
                default -> {
                    if (at + 4 <= file.length) {
                        Bytes.putWord(file, at, random.nextBoolean() ? random.nextInt() : random.nextInt(1 << 24));
                    }
                }
            }
        }
        return file;
    }

    /** 600 MiB of zeros in 600 KiB. */
    @Test
    void bombIsRefused() throws Exception {
        byte[] piece = Compression.GZIP.pack(new byte[1 << 20]);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        for (int i = 0; i < 600; i++) {
            bomb.writeBytes(piece);
        }
        FileRewriter rewriter = new FileRewriter(true, false, true, () -> {});
        for (String name : new String[] {"module.ko.gz", "initrd.gz", "vmlinuz"}) {
            FileReport report =
                    rewriter.found(bomb.toByteArray(), name).reports().getFirst();
            assertTrue(report.note().endsWith("it unpacks to more than 64 times its size"), report.note());
        }
    }
}
