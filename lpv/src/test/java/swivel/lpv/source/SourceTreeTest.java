package swivel.lpv.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.arm.Sensitivity;
import swivel.lpv.report.FileReport;
import swivel.lpv.report.Place;
import swivel.lpv.report.Site;

/** What of a tree is rewritten, and how it then reads. */
class SourceTreeTest {
    @TempDir
    Path tree;

    private SourceTree.Rewriting rewriting;

    private void write(String file, String text) throws IOException {
        Path path = tree.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text, StandardCharsets.ISO_8859_1);
    }

    /** What a file becomes; itself if it is left alone. */
    private String rewritten(String file) throws IOException {
        rewriting = SourceTree.rewrite(tree);
        byte[] content = rewriting.files().get(Path.of(file));
        return content == null
                ? Files.readString(tree.resolve(file), StandardCharsets.ISO_8859_1)
                : new String(content, StandardCharsets.ISO_8859_1);
    }

    private String rewritten(String file, String text) throws IOException {
        write(file, text);
        return rewritten(file);
    }

    @Test
    void instructionsStayAsTheyAreAndNothingMoves() throws IOException {
        assertEquals("""
                #include "../../swivel-lpv.h" /* A file. */
                	.text
                1:	mrs	r0, cpsr		@ mrs r1, cpsr
                	msrne	CPSR_c, r0; nop ; cpsid i
                	msr	cpsr_f, r0
                	movs	r0, r1
                	movs	pc, lr
                	ldmia	sp!, {r0, pc}
                	ldmia	sp, {r0 - pc}^
                """, rewritten("arch/arm/entry.S", """
                /* A file. */
                	.text
                1:	mrs	r0, cpsr		@ mrs r1, cpsr
                	msrne	CPSR_c, r0; nop ; cpsid i
                	msr	cpsr_f, r0
                	movs	r0, r1
                	movs	pc, lr
                	ldmia	sp!, {r0, pc}
                	ldmia	sp, {r0 - pc}^
                """));
    }

    @Test
    void inlineAssemblyStaysAsItIs() throws IOException {
        String text = rewritten("arm/irq.c", """

                static inline void f(void)
                {
                	printk("cpsid i, msr cpsr_c, r0");
                	asm volatile("mrs	%0, cpsr\\n\\tcpsid i\\n"
                	    "	msr cpsr" "_c, %[x]" : "=r" (x) : [x] "r" (y));
                	int msr = cpsid; /* mrs r0, cpsr */
                }
                """);
        assertEquals("""
                #include "../swivel-lpv.h"
                static inline void f(void)
                {
                	printk("cpsid i, msr cpsr_c, r0");
                	asm volatile("mrs	%0, cpsr\\n\\tcpsid i\\n"
                	    "	msr cpsr" "_c, %[x]" : "=r" (x) : [x] "r" (y));
                	int msr = cpsid; /* mrs r0, cpsr */
                }
                """, text);
    }

    @Test
    void namesMadeByReqAreMadeKnownToTheMacros() throws IOException {
        write("arm/names.h", "\n\ntask\t.req\tr9\nother .req r4\n");
        rewritten("arm/use.S", "\n\tmrs\ttask, cpsr\n");
        assertEquals(
                "\n\ntask\t.req\tr9; lpv_req r9,task,TASK\nother .req r4; lpv_req r4,other,OTHER\n",
                new String(rewriting.files().get(Path.of("arm/names.h")), StandardCharsets.ISO_8859_1));
    }

    @Test
    void encodedWordsAreRewrittenWhereCodeRunsIntoThem() throws IOException {
        String text = rewritten("arm/words.S", """

                	mov r0, #1
                	.long	0xe1600070
                	.inst	0xe10f0000
                	b	.
                	.long	0xe10f0000
                """);
        assertTrue(text.contains("lpv_long\t0xe1600070\n\tlpv_inst\t0xe10f0000\n\tb\t.\n\t.long\t0xe10f0000"), text);
        Site doubt = rewriting.report().files().getFirst().sites().getLast();
        assertTrue(doubt.isDoubtful(), doubt.toString());
        assertEquals(new Place.Line(6), doubt.place());
    }

    @Test
    void theMacrosStandUnderTheConditionsOfTheirUses() throws IOException {
        String text = rewritten("arm/both.h", """
                #ifndef BOTH_H
                #define BOTH_H
                #ifndef __ASSEMBLY__

                static inline void f(void) { asm("wfi"); }
                #endif
                #endif
                """);
        assertTrue(text.contains("#ifndef __ASSEMBLY__\n#include \"../swivel-lpv.h\"\nstatic"), text);
    }

    @Test
    void otherArchitecturesAreLeftAlone() throws IOException {
        write("arch/arm/a.S", "\n\twfi\n");
        write("arch/arm64/b.S", "\n\twfi\n\tmrs x0, cntvct_el0\n");
        write("arch/riscv/c.S", "\n\twfi\n");
        write("drivers/d.c", "\nvoid f(void) { asm(\"wfi\"); }\n");
        write("drivers/e.c", "\nvoid f(void) { asm(\"mrs %0, cpsr\" : \"=r\" (x)); }\n");
        write("drivers/f.c", "\n#ifdef CONFIG_ARM64\nvoid f(void) { asm(\"hvc #0\"); }\n#endif\n");
        rewriting = SourceTree.rewrite(tree);
        assertEquals(
                List.of("arch/arm/a.S", "drivers/d.c", "drivers/e.c", SourceTree.HEADER),
                rewriting.files().keySet().stream().map(Path::toString).toList());
        assertEquals(
                List.of("arch/arm/a.S", "drivers/e.c"),
                rewriting.report().files().stream().map(FileReport::file).toList());
    }

    @Test
    void aTreeForOtherProcessorsIsNotChanged() throws IOException {
        write("arch/x86/a.S", "\n\tmov %eax, %ebx\n\twrmsr\n");
        write("kernel/b.c", "\nint msr(int mrs) { asm volatile(\"rdmsr\"); return mrs; }\n");
        assertTrue(SourceTree.rewrite(tree).files().isEmpty());
    }

    @Test
    void rewritingTwiceChangesNothingAndUndoingRestoresEveryByte() throws IOException {
        String text = "int a;\nvoid f(void) { asm(\"cpsid i\\n\\tmsr cpsr_c, %0\" :: \"r\" (\"\u00e9\")); }";
        write("arm/a.c", text);
        rewriting = SourceTree.rewrite(tree);
        assertFalse(rewriting.files().isEmpty());
        for (var file : rewriting.files().entrySet()) {
            Files.write(tree.resolve(file.getKey()), file.getValue());
        }
        assertTrue(SourceTree.rewrite(tree).files().isEmpty());
        assertArrayEquals(
                text.getBytes(StandardCharsets.ISO_8859_1),
                SourceTree.undo(tree).files().get(Path.of("arm/a.c")));
    }

    @Test
    void rawAssemblerCarriesTheMacrosInItsFirstLine() throws IOException {
        String text = rewritten("arm/boot.s", "@ boot\n\tmrs r0, cpsr\n");
        assertEquals(2, text.lines().count());
        assertTrue(text.endsWith(";@ boot\n\tmrs r0, cpsr\n"), text.substring(text.length() - 80));
    }

    @Test
    void theReportTellsClassAndLine() throws IOException {
        rewritten("arm/a.S", "\n\tnop\n\tldrt r0, [r1], #4\n");
        Site site = rewriting.report().files().getFirst().sites().getFirst();
        assertEquals(new Place.Line(3), site.place());
        assertEquals(Sensitivity.UNPRIVILEGED, site.sensitivity());
        assertEquals("ldrt r0, [r1], #4", site.original());
        assertEquals("by the assembler", site.encoding());
    }

    @Test
    void randomBytesInSourceFilesDoNoHarm() throws IOException {
        java.util.Random random = new java.util.Random(1);
        String alphabet = "\"'\\\n#/*(){};:,@ asm mrs .macro .endm #if #define cpsr \\x \u0000\u00ff";
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(400); j > 0; j--) {
                int from = random.nextInt(alphabet.length());
                text.append(alphabet, from, Math.min(alphabet.length(), from + 1 + random.nextInt(6)));
            }
            write("arm/f" + i + List.of(".S", ".c", ".h", ".s", ".inc").get(i % 5), text.toString());
        }
        for (var file : SourceTree.rewrite(tree).files().entrySet()) {
            Path path = tree.resolve(file.getKey());
            if (!file.getKey().toString().equals(SourceTree.HEADER)) {
                assertArrayEquals(Files.readAllBytes(path), Undo.before(file.getValue()), path.toString());
            }
        }
    }
}
