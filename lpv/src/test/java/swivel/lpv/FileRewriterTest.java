package swivel.lpv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.formats.ImageException;
import swivel.formats.Tools;
import swivel.formats.cpio.CpioWriter;
import swivel.formats.elf.ElfFile;
import swivel.formats.elf.SectionNames;
import swivel.formats.unpack.Budget;
import swivel.formats.unpack.Compression;
import swivel.lpv.report.FileReport;
import swivel.lpv.report.FileReport.Outcome;

/** Modules, archives and everything else among them: what is rewritten, what is left, and that the form stays. */
class FileRewriterTest {
    private static final FileRewriter REWRITER = new FileRewriter(true, true, true, () -> {});

    @TempDir
    static Path folder;

    private static byte[] module;
    private static byte[] rewritten;
    private static byte[] program;

    @BeforeAll
    static void build() throws Exception {
        Files.writeString(folder.resolve("module.S"), """
                .arch armv7-a
                mrs r0, cpsr
                cpsid i
                bx lr
                .section .modinfo, "a"
                .asciz "license=GPL"
                """);
        Tools.run(folder, "arm-linux-gnueabi-gcc", "-marm", "-c", "-o", "module.ko", "module.S");
        module = Files.readAllBytes(folder.resolve("module.ko"));
        GuestImage image = GuestImage.read(module.clone(), "module");
        int[] sites = image.rewrite().sites();
        rewritten = SiteList.put(image.bytes(), "module", sites);
        program = Tools.assemble(folder, ".globl _start\n_start: mrs r0, cpsr\nswi 0\n");
    }

    private static byte[] signed(byte[] module) {
        byte[] description = new byte[12];
        description[11] = 100;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(module);
        out.writeBytes(new byte[100]);
        out.writeBytes(description);
        out.writeBytes("~Module signature appended~\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static byte[] cpio(Map<String, byte[]> files) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CpioWriter cpio = new CpioWriter(out)) {
            cpio.directory("lib").symbolicLink("lib/link.ko", "module.ko");
            for (Map.Entry<String, byte[]> file : new TreeMap<>(files).entrySet()) {
                cpio.file(file.getKey(), 0644, file.getValue());
            }
        }
        return out.toByteArray();
    }

    private static List<Outcome> outcomes(FileRewriter.Result result) {
        return result.reports().stream().map(FileReport::outcome).toList();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void packedModuleIsPackedAgain(Compression compression) throws Exception {
        byte[] packed = compression.pack(module);
        FileRewriter.Result result = REWRITER.found(packed, "lib/module.ko.x");
        assertEquals(List.of(Outcome.SENSITIVE), outcomes(result));
        assertTrue(compression.beginsAt(result.content(), 0));
        assertArrayEquals(
                rewritten, compression.unpack(result.content(), 0, result.content().length, new Budget().file(0)));
        assertEquals(
                compression.onlyStores(),
                result.remarks().stream().anyMatch(remark -> remark.contains(compression.title())));
        assertArrayEquals(
                result.content(), REWRITER.named(packed, "module").content(), "the same when a person names it");
    }

    @Test
    void signatureOfAChangedModuleIsRemoved() throws Exception {
        FileRewriter.Result result = REWRITER.found(signed(module), "module.ko");
        assertArrayEquals(rewritten, result.content());
        assertEquals(1, result.remarks().size());
        assertNull(REWRITER.found(signed(rewritten), "module.ko").content(), "an unchanged module keeps its own");
    }

    @Test
    void signatureOfASignedModuleIsRemovedToo() throws Exception {
        assertArrayEquals(
                rewritten, REWRITER.found(signed(signed(module)), "module.ko").content());
    }

    /** What a signature claims to be part of it may be the module's own. */
    @Test
    void signatureThatClaimsMoreThanThereIsIsDamaged() throws Exception {
        byte[] file = signed(module);
        int lengthAt = file.length - "~Module signature appended~\n".length() - 4;
        for (int more : new int[] {1, 40, module.length - 52, module.length, module.length + 1, -200}) {
            ByteBuffer.wrap(file).putInt(lengthAt, 100 + more);
            FileRewriter.Result result = REWRITER.found(file.clone(), "module.ko");
            assertEquals(List.of(Outcome.FAILED), outcomes(result), "" + more);
            assertNull(result.content());
        }
    }

    /** Who looks at names alone must not take a kernel for a program, whatever the headers say. */
    @Test
    void programIsToldByTheNamesOfItsSections() throws Exception {
        byte[] kernel = Tools.assemble(folder, """
                .globl _start
                _start: mrs r0, cpsr
                .section .init.text, "ax"
                cpsid i
                """);
        List<String> kernels = List.of(".head.text", ".init.text");
        byte[] both = new byte[program.length + kernel.length];
        System.arraycopy(program, 0, both, 0, program.length);
        System.arraycopy(kernel, 0, both, program.length, kernel.length);
        assertTrue(SectionNames.isProgramWithout(kernels, both, 0, program.length));
        assertFalse(SectionNames.isProgramWithout(kernels, both, program.length, kernel.length));
        assertFalse(SectionNames.isProgramWithout(kernels, program, 0, program.length - 1), "its headers are cut");
        Random random = new Random(7);
        int told = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = kernel.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextBoolean() ? random.nextInt(52) : random.nextInt(damaged.length);
                damaged[at] ^= (byte) (1 << random.nextInt(8));
            }
            if (SectionNames.isProgramWithout(kernels, damaged, 0, damaged.length)) {
                told++;
                assertFalse(hasOneOf(kernels, damaged), () -> HexFormat.of().formatHex(damaged));
            }
        }
        assertTrue(told > 0, "a name is damaged now and then");
    }

    private static boolean hasOneOf(List<String> names, byte[] file) {
        try {
            return names.stream().anyMatch(ElfFile.read(file, "damaged")::hasSection);
        } catch (ImageException e) {
            return false;
        }
    }

    @Test
    void programsObjectsAndTextAreLeftAlone() throws Exception {
        assertEquals("a program, which runs in user mode anyway", note(program, "bin/sh"));
        Tools.run(folder, "arm-linux-gnueabi-objcopy", "-R", ".modinfo", "module.ko", "plain.o");
        assertEquals("an object that is no kernel module", note(Files.readAllBytes(folder.resolve("plain.o")), "a.o"));
        assertEquals("an ELF file for another machine", note(Files.readAllBytes(Path.of("/proc/self/exe")), "java"));
        assertEquals("no kernel code", note("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8), "init"));
        assertEquals("no kernel code", note("text, text, text".getBytes(StandardCharsets.UTF_8), "Image of text"));
        assertEquals("no kernel code", note(new byte[0], "empty.ko"));
        assertEquals("no kernel code", note(Compression.GZIP.pack(program), "doc.gz"));
    }

    private static String note(byte[] file, String name) {
        FileRewriter.Result result = REWRITER.found(file, name);
        assertEquals(List.of(Outcome.SKIPPED), outcomes(result));
        assertNull(result.content());
        return result.reports().getFirst().note();
    }

    @Test
    void damagedModuleIsReportedInOneLineAndTheOthersAreRewritten() throws Exception {
        byte[] damaged = Arrays.copyOf(module, module.length / 2);
        FileRewriter.Result result = REWRITER.named(cpio(Map.of("a.ko", damaged, "b.ko", module)), "initrd");
        assertEquals(List.of(Outcome.FAILED, Outcome.SENSITIVE), outcomes(result));
        assertTrue(result.reports().getFirst().note().startsWith("is truncated: "), result.toString());
        assertArrayEquals(cpio(Map.of("a.ko", damaged, "b.ko", rewritten)), result.content());
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "GZIP", "XZ", "LZMA", "LZ4", "LZO", "ZSTD"})
    void archiveKeepsItsForm(String packing) throws Exception {
        byte[] before = pack(packing, cpio(Map.of("lib/module.ko", signed(module), "bin/sh", program)));
        byte[] after = pack(packing, cpio(Map.of("lib/module.ko", rewritten, "bin/sh", program)));
        FileRewriter.Result result = REWRITER.named(before.clone(), "initrd");
        assertArrayEquals(after, result.content());
        assertEquals("initrd!lib/module.ko", result.reports().get(1).file());
        FileRewriter.Result again = REWRITER.named(result.content().clone(), "initrd");
        assertNull(again.content());
        assertEquals(2, again.reports().get(1).before());
    }

    private static byte[] pack(String packing, byte[] content) throws Exception {
        return packing.equals("plain") ? content : Compression.valueOf(packing).pack(content);
    }

    /** As Debian's initramfs-tools writes: microcode in a plain archive, then the packed rest. */
    @Test
    void archivesOneAfterTheOther() throws Exception {
        ByteArrayOutputStream before = new ByteArrayOutputStream();
        ByteArrayOutputStream after = new ByteArrayOutputStream();
        for (boolean isAfter : new boolean[] {false, true}) {
            ByteArrayOutputStream out = isAfter ? after : before;
            byte[] ours = isAfter ? rewritten : module;
            out.writeBytes(cpio(Map.of("one.ko", ours)));
            out.writeBytes(new byte[512]);
            out.writeBytes(Compression.XZ.pack(cpio(Map.of("two.ko", ours))));
            out.writeBytes(new byte[-out.size() & 3]);
            out.writeBytes(cpio(Map.of("nothing", program)));
            out.writeBytes(Compression.GZIP.pack(cpio(Map.of("three.ko", Compression.XZ.pack(ours)))));
            out.writeBytes(new byte[7]);
        }
        FileRewriter.Result result = REWRITER.named(before.toByteArray(), "initrd");
        assertEquals(4, result.reports().size());
        assertArrayEquals(after.toByteArray(), result.content());
    }

    @Test
    void kernelCanUnpackWhatIsLeftUnpacked() throws Exception {
        FileRewriter unpacking = new FileRewriter(true, false, false, () -> {});
        byte[] packed = Compression.GZIP.pack(cpio(Map.of("module.ko", module)));
        assertArrayEquals(
                cpio(Map.of("module.ko", rewritten)),
                unpacking.initramfs(packed, "initrd").content());
        assertNull(unpacking.initramfs(program, "initrd").content(), "no archive: left to the guest");
    }

    @Test
    void previewChangesNothing() throws Exception {
        FileRewriter preview = new FileRewriter(false, true, true, () -> {});
        byte[] archive = cpio(Map.of("module.ko", module));
        byte[] copy = archive.clone();
        FileRewriter.Result result = preview.named(archive, "initrd");
        assertNull(result.content());
        assertEquals(2, result.reports().getFirst().totals().all());
        assertArrayEquals(copy, archive);
        assertFalse(result.reports().getFirst().sites().isEmpty());
    }
}
