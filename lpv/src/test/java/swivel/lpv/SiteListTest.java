package swivel.lpv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.formats.ImageException;
import swivel.formats.Tools;
import swivel.formats.elf.ElfFile;
import swivel.formats.elf.ElfSections;
import swivel.formats.unpack.Budget;
import swivel.lpv.source.SourceTree;

/**
 * Rewritten code carries where its trap words are, through the tools that objects go through: what is left of the
 * sensitive is completed, and calls that read as encoded stay calls.
 */
class SiteListTest {
    private static final FileRewriter REWRITER = new FileRewriter(true, true, true, () -> {});

    private static final String HEAD = "\t.syntax unified\n\t.arch armv7ve\n";

    /** Nine instructions that are sensitive, one of which is thrown away when all is linked, and one in unused code. */
    private static final String REWRITTEN = HEAD + """
            	.globl _start
            _start:
            	mrs	r0, cpsr
            	ldm	sp, {r0-lr}^
            	nop
            	.long	0xe10f0000
            	b	left
            	.thumb
            	.type	t, %function
            t:
            	wfine
            	mrseq	r0, cpsr
            	cpsid	i
            	ldrtne	r0, [r1]
            	b	left
            	.arm
            	.section .exit.text, "ax"
            	wfi
            	.section .text.unused, "ax"
            	wfe
            """;

    /** So much that it pays to pack its list. */
    private static final String MANY = HEAD + """
            	.rept	100
            	mrs	r2, cpsr
            	.endr
            """;

    /** What was not rewritten: one sensitive instruction, and calls that read like MRS. */
    private static final String LEFT = HEAD + """
            	.globl left
            left:
            	mrs	r1, cpsr
            	.rept	20
            	svc	#0xf20000
            	.endr
            	b	_start
            """;

    private static final String SCRIPT = """
            SECTIONS
            {
              . = 0x8000;
              .text : { *(.text) *(.text.*) *(.glue_7*) *(.vfp11_veneer) *(.v4_bx) }
              .data : { *(.data) *(.bss) *(.iplt) *(.rel.iplt) *(.igot.plt) }
              .debug_weaknames 0 : { *(.debug_weaknames) }
              .other 0 : { *(.comment) *(.symtab) *(.strtab) *(.shstrtab) *(.ARM.attributes) }
              /DISCARD/ : { *(.exit.text) }
            }
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void compile() throws Exception {
        Path tree = Files.createDirectories(folder.resolve("tree/arm"));
        Files.writeString(tree.resolve("rewritten.S"), REWRITTEN);
        Files.writeString(tree.resolve("many.S"), MANY);
        for (Map.Entry<Path, byte[]> file :
                SourceTree.rewrite(tree.getParent()).files().entrySet()) {
            Files.write(tree.getParent().resolve(file.getKey()), file.getValue());
        }
        Files.writeString(folder.resolve("plain.S"), REWRITTEN);
        Files.writeString(folder.resolve("left.S"), LEFT);
        Files.writeString(folder.resolve("script.ld"), SCRIPT);
        for (String source : new String[] {"tree/arm/rewritten", "tree/arm/many", "plain", "left"}) {
            shell("gcc -c -Wa,-mimplicit-it=always -o " + Path.of(source).getFileName() + ".o " + source + ".S");
        }
    }

    /** Runs a tool for ARM. */
    private void shell(String command) throws Exception {
        Tools.run(folder, "sh", "-c", "arm-linux-gnueabi-" + command);
    }

    private byte[] read(String name) throws Exception {
        return Files.readAllBytes(folder.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ld -Ttext=0x8000 -o linked rewritten.o left.o",
                "ld -T script.ld -o linked rewritten.o left.o",
                "ld -T script.ld --orphan-handling=error -o linked rewritten.o left.o",
                "ld -Ttext=0x8000 --gc-sections -o linked rewritten.o left.o",
                "ld -r -o both.o rewritten.o left.o && arm-linux-gnueabi-ld -T script.ld -o linked both.o",
                "ld -Ttext=0x8000 -o first rewritten.o left.o && arm-linux-gnueabi-objcopy first linked",
                "ld -Ttext=0x8000 --compress-debug-sections=zlib -o linked rewritten.o left.o many.o",
                "ld -Ttext=0x8000 --compress-debug-sections=zstd -o linked rewritten.o left.o many.o",
                "ld -Ttext=0x8000 --compress-debug-sections=zlib-gnu -o linked rewritten.o left.o many.o",
                "objcopy rewritten.o copy.o && arm-linux-gnueabi-ld -Ttext=0x8000 -o linked copy.o left.o"
            })
    void whatIsLinkedIsCompletedWithCertainty(String command) throws Exception {
        shell(command);
        GuestImage image = GuestImage.read(read("linked"), "linked");
        RewriteReport report = image.preview();
        assertEquals(1, report.encoded(), report.text());
        assertEquals(20, report.genuineOffsets().length);
        assertTrue(report.alreadyEncoded() >= 7, () -> report.alreadyEncoded() + " are known");
        assertTrue(report.remark().contains("listed"), report.remark());
        byte[] completed = REWRITER.named(read("linked"), "linked").content();
        RewriteReport again = GuestImage.read(completed, "completed").preview();
        assertEquals(0, again.encoded());
        assertEquals(report.alreadyEncoded() + 1, again.alreadyEncoded());
        assertArrayEquals(report.genuineOffsets(), again.genuineOffsets());
        assertEquals(20, again.doubtful().size());
        assertNull(REWRITER.named(completed, "completed").content(), "rewritten twice");
    }

    /** One that is there and cannot be read is not taken for none. */
    @ParameterizedTest
    @ValueSource(strings = {"zlib", "zstd"})
    void damagedListIsSaid(String packing) throws Exception {
        shell("ld -Ttext=0x8000 --compress-debug-sections=" + packing + " -o linked rewritten.o left.o many.o");
        byte[] linked = read("linked");
        ElfFile file = ElfFile.read(linked, "linked");
        ElfFile.Section list = file.sections().get(ElfSections.indexOf(file, SiteList.NAME));
        assertTrue((list.flags() & ElfFile.SHF_COMPRESSED) != 0, "it is packed");
        int at = list.offset();
        linked[at + 20] ^= 0x55;
        linked[at + 30] ^= 0x55;
        assertUnreadable(linked, "it ends too early");
        linked[at] = 9;
        assertUnreadable(linked, "packed in way 9");
    }

    private static void assertUnreadable(byte[] linked, String why) {
        String said = assertThrows(ImageException.class, () -> GuestImage.read(linked.clone(), "linked"))
                .getMessage();
        assertTrue(said.startsWith("the list of trap words in linked cannot be read: "), said);
        assertTrue(said.contains(why) && said.contains("objcopy -R .debug_weaknames"), said);
    }

    /** The macros and the ELF route list the same words of an object, whatever the order. */
    @Test
    void routesListTheSame() throws Exception {
        byte[] elf = REWRITER.named(read("plain.o"), "plain.o").content();
        assertEquals(9, listed(elf).length);
        assertEquals(9, listed(read("rewritten.o")).length);
        Files.write(folder.resolve("elf.o"), elf);
        for (String object : new String[] {"elf", "rewritten"}) {
            shell("ld -T script.ld -o %1$s.linked %1$s.o left.o".formatted(object));
        }
        assertArrayEquals(listed(read("rewritten.linked")), listed(read("elf.linked")));
        shell("objdump -h -r elf.o"); // other tools can read it
    }

    private static int[] listed(byte[] file) throws Exception {
        try (Budget.Account account = new Budget().file(file.length)) {
            return SiteList.read(new Elf(file, "file"), account);
        }
    }

    /** Without the list, the majority decides, and takes calls for encoded words. */
    @ParameterizedTest
    @ValueSource(strings = {"strip -o stripped linked", "objcopy --strip-debug linked stripped"})
    void whatTakesDebugInformationAwayTakesTheList(String command) throws Exception {
        shell("ld -T script.ld -o linked rewritten.o left.o");
        shell(command);
        RewriteReport report = GuestImage.read(read("stripped"), "stripped").preview();
        assertEquals(0, report.genuineOffsets().length);
    }

    @Test
    void damagedListsAreNone() throws Exception {
        byte[] object = read("rewritten.o");
        Elf elf = new Elf(object, "object");
        elf.file().sections().stream()
                .filter(section -> section.name().equals(SiteList.NAME))
                .forEach(section ->
                        Arrays.fill(object, section.offset(), section.offset() + section.size(), (byte) 0x7f));
        RewriteReport report = GuestImage.read(object, "object").preview();
        assertEquals(0, report.alreadyEncoded());
        assertEquals(9, report.genuineOffsets().length);
    }
}
