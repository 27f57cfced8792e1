package swivel.lpv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.formats.Tools;
import swivel.lpv.report.FileReport;
import swivel.lpv.report.Place;
import swivel.lpv.report.Site;

/** Relocatable objects and modules: sections in place of segments, and relocations that are not yet applied. */
class ObjectRewritingTest {
    private static final String SOURCE = """
            .arch armv7ve
            .arch_extension sec
            .arch_extension virt
            .text
            .globl _start
            _start:
                mrs r0, cpsr
                bl  elsewhere
                ldr r1, =0xe10f0000
                ldr r2, =elsewhere
                cpsid i
                bx lr
                .ltorg
            9998:
                wfene
                .section .alt.smp.init, "a"
                .long 9998b - .
                nop
                wfi
                .section .init.text, "ax"
            start_up:
                mov r0, #0
                .word 0xe1400070          @ hvc #0, as Linux writes it for old assemblers
                msr cpsr_c, #0xd3
                b elsewhere
                .section .fixup, "ax"
                mrs r0, spsr
                b start_up
                .section .text.unlikely, "ax"
                ldmia sp, {r0-lr}^
                b .
            table:
                .word 0xe10f0000
                .data
                .word 0xe10f0000, _start
                .section .debug_line, ""
                .word 0xe10f0000
            """;

    @TempDir
    Path folder;

    private byte[] object(String source, String... options) throws Exception {
        Files.writeString(folder.resolve("object.S"), source);
        List<String> command =
                new ArrayList<>(List.of("arm-linux-gnueabi-gcc", "-marm", "-c", "-o", "object.o", "object.S"));
        command.addAll(List.of(options));
        Tools.run(folder, command.toArray(String[]::new));
        return Files.readAllBytes(folder.resolve("object.o"));
    }

    private byte[] link(byte[] object) throws Exception {
        Files.write(folder.resolve("link.o"), object);
        Tools.run(
                folder,
                "arm-linux-gnueabi-ld",
                "-Ttext=0x8000",
                "--defsym=elsewhere=_start",
                "--build-id=none",
                "-o",
                "linked",
                "link.o");
        return Files.readAllBytes(folder.resolve("linked"));
    }

    private String tables(byte[] object) throws Exception {
        return new String(
                Tools.filter(folder, object, "arm-linux-gnueabi-readelf", "-SrsW", "/dev/stdin"),
                StandardCharsets.UTF_8);
    }

    @Test
    void rewrittenAndLinkedIsTheSameAsLinkedAndRewritten() throws Exception {
        byte[] object = object(SOURCE);
        GuestImage linked = GuestImage.read(link(object), "linked");
        linked.rewrite();
        GuestImage image = GuestImage.read(object.clone(), "object");
        assertEquals(GuestImage.Kind.OBJECT, image.kind());
        RewriteReport report = image.rewrite();
        assertEquals(8, report.encoded(), report.text());
        assertEquals(List.of(), report.doubtful());
        assertArrayEquals(linked.bytes(), link(image.bytes()));
        assertEquals(tables(object), tables(image.bytes()), "sections, symbols and relocations");
        byte[] once = image.bytes().clone();
        assertEquals(0, GuestImage.read(once, "again").rewrite().encoded());
        assertArrayEquals(image.bytes(), once);
    }

    @Test
    void thumbObjectToo() throws Exception {
        byte[] object = object("""
                .syntax unified
                .arch armv7-a
                .thumb
                .globl _start
                .type _start, %function
                _start:
                    mrs r0, cpsr
                    bl _start
                    ldr r1, =_start
                    cpsid i
                    it ne
                    wfene
                    ldrt r2, [r1, #4]
                    subs pc, lr, #4
                    .ltorg
                .section .init.text, "ax"
                    nop
                    cpsie i
                    b.w _start
                """);
        GuestImage linked = GuestImage.read(link(object), "linked");
        linked.rewrite();
        GuestImage image = GuestImage.read(object.clone(), "object");
        RewriteReport report = image.rewrite();
        assertEquals(6, report.encoded(), report.text());
        assertArrayEquals(linked.bytes(), link(image.bytes()));
        assertEquals(tables(object), tables(image.bytes()));
    }

    @Test
    void placesAreInSections() throws Exception {
        GuestImage image = GuestImage.read(object(SOURCE), "object");
        FileReport report = image.preview().fileReport("object", image.format(), true);
        Site first = report.sites().getFirst();
        assertEquals(new Place.InSection(".text", 0), first.place());
        assertEquals("_start", first.function());
        assertEquals(
                List.of(".text", ".alt.smp.init", ".init.text", ".fixup", ".text.unlikely"),
                report.sites().stream()
                        .map(site -> ((Place.InSection) site.place()).section())
                        .distinct()
                        .toList());
    }

    @Test
    void wordThatARelocationChangesIsLeftAlone() throws Exception {
        RewriteReport report = GuestImage.read(object("""
                        mrs r0, cpsr
                        .reloc ., R_ARM_ABS12, elsewhere
                        mrs r1, cpsr
                        """), "object").rewrite();
        assertEquals(1, report.encoded());
        assertEquals(1, report.doubtful().size());
        assertTrue(report.doubtful().getFirst().reason().contains("relocation"), report.text());
    }

    @Test
    void bigEndianObjectIsRefused() throws Exception {
        byte[] object = object(SOURCE, "-mbig-endian");
        assertEquals(
                "k is big-endian; build the kernel little-endian (no CONFIG_CPU_BIG_ENDIAN)",
                assertThrows(ImageException.class, () -> GuestImage.read(object, "k"))
                        .getMessage());
    }

    @Test
    void stockModulesAreRewrittenInTheirCodeOnly() throws Exception {
        byte[] module = Tools.guest("stock/modules/kernel/fs/jbd2/jbd2.ko");
        GuestImage image = GuestImage.read(module.clone(), "jbd2.ko");
        RewriteReport report = image.rewrite();
        assertTrue(report.encoded() > 100, report.text());
        assertEquals(List.of(), report.doubtful());
        assertEquals(List.of(), image.scan());
        assertEquals(tables(module), tables(image.bytes()));
        int changed = 0;
        for (int at = 0; at + 4 <= module.length; at += 4) {
            changed += Bytes.word(module, at) == Bytes.word(image.bytes(), at) ? 0 : 1;
        }
        assertEquals(report.encoded(), changed);
    }

    /** More sections than 16 bits can count: the numbers are in section header 0 and in a table beside the symbols. */
    @Test
    void objectOfSeventyThousandSections() throws Exception {
        int count = 70_000;
        StringBuilder source = new StringBuilder(".arch armv7-a\n");
        for (int i = 0; i < count; i++) {
            source.append(".section .text.f").append(i).append(",\"ax\"\nmrs r0, cpsr\n");
        }
        byte[] object = object(source.toString());
        GuestImage image = GuestImage.read(object, "object");
        RewriteReport report = image.rewrite();
        assertEquals(count, report.encoded());
        assertEquals(
                ".text.f69999",
                ((Place.InSection) report.fileReport("object", "", true)
                                .sites()
                                .getLast()
                                .place())
                        .section());
        assertEquals(List.of(), GuestImage.read(object, "object").scan());
    }
}
