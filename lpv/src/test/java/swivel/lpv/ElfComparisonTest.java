package swivel.lpv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.formats.ImageException;
import swivel.formats.Tools;

/** What makes two programs different, and how the difference is told. */
class ElfComparisonTest {
    private static final String SOURCE = """
            .globl _start, other, value
            _start:
                mrs r0, cpsr
                bl other
            other:
                ldr r1, =value
                bx lr
            .data
            value:
                .word 0x12345678
            """;

    @TempDir
    static Path folder;

    private static byte[] original;

    @BeforeAll
    static void assemble() throws IOException, InterruptedException {
        original = Tools.assemble(folder, SOURCE);
    }

    private static List<String> differences(byte[] left, byte[] right) throws ImageException {
        return ElfComparison.of(left, "left", right, "right", Set.of()).differences();
    }

    @Test
    void programIsTheSameAsItself() throws ImageException {
        ElfComparison comparison = ElfComparison.of(original, "left", original.clone(), "right", Set.of());
        assertEquals(List.of(), comparison.differences());
        assertEquals(5, comparison.codeWords());
    }

    @Test
    void rewrittenInstructionIsNamedWithItsPlaceAndOriginal() throws ImageException {
        GuestImage image = GuestImage.read(original.clone(), "guest");
        image.rewrite();
        assertEquals(
                List.of(".text 00008000 _start: e10f0000 mrs r0, CPSR | eff20000 svc 0x00f20000 (mrs r0, CPSR)"),
                differences(original, image.bytes()));
    }

    @Test
    void changedDataIsADifference() throws IOException, InterruptedException, ImageException {
        List<String> found = differences(original, Tools.assemble(folder, SOURCE.replace("0x12345678", "0x12345679")));
        assertEquals(1, found.size(), found.toString());
        assertTrue(found.getFirst().matches("\\.data [0-9a-f]{8}: 78563412 \\| 79563412"), found.getFirst());
    }

    @Test
    void longerCodeIsToldByTheFirstSymbolThatMoved() throws IOException, InterruptedException, ImageException {
        List<String> found = differences(original, Tools.assemble(folder, SOURCE.replace("bl other", "bl other\nnop")));
        assertTrue(found.getFirst().endsWith("the first symbol that moved is other, behind _start"), found.getFirst());
    }

    @Test
    void relocationToAnotherSymbolIsADifference() throws IOException, InterruptedException, ImageException {
        List<String> found = differences(object("bl there\n"), object("bl elsewhere\n"));
        assertEquals(1, found.size(), found.toString());
        assertTrue(found.getFirst().contains("there"), found.getFirst());
        assertTrue(found.getFirst().contains("elsewhere"), found.getFirst());
    }

    private static byte[] object(String source) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("object.s"), source);
        Tools.run(folder, "arm-linux-gnueabi-as", "-o", "object.o", "object.s");
        return Files.readAllBytes(folder.resolve("object.o"));
    }

    @Test
    void additionalSectionIsADifference() throws IOException, InterruptedException, ImageException {
        String more = SOURCE + ".section .more, \"ax\"\nnop\n";
        List<String> found = differences(original, Tools.assemble(folder, more));
        assertTrue(found.getFirst().contains(".more"), found.getFirst());
    }

    private static final String BUGS = """
            _start:
                nop
            .section .rodata.str, "aMS", %progbits, 1
            message:
                .asciz "unexpected"
            file:
                .asciz "kernel/fork.c"
            .section __bug_table, "aw"
                .word _start, message
                .hword 7, 1
                .word _start, file
                .hword 8, 1
            """;

    /** How many differences there are, and how many are explained, when the line of "unexpected" may be another. */
    private static List<Integer> bugs(String changed) throws IOException, InterruptedException, ImageException {
        byte[] left = Tools.assemble(folder, ".globl _start\n" + BUGS);
        byte[] right = Tools.assemble(folder, ".globl _start\n" + changed);
        ElfComparison comparison = ElfComparison.of(left, "left", right, "right", Set.of("unexpected"));
        return List.of(comparison.differences().size(), comparison.explained());
    }

    @Test
    void onlyTheLineOfTheBugThatIsNamedMayDiffer() throws IOException, InterruptedException, ImageException {
        assertEquals(List.of(1, 1), bugs(BUGS.replace(".hword 7, 1", ".hword 0x1234, 1")));
        assertEquals(List.of(1, 0), bugs(BUGS.replace(".hword 7, 1", ".hword 9, 2")), "flags");
        assertEquals(List.of(1, 0), bugs(BUGS.replace(".hword 8, 1", ".hword 9, 1")), "another BUG");
        assertEquals(List.of(1, 0), bugs(BUGS.replace("_start, message", "_start + 4, message")), "address");
        assertEquals(List.of(2, 1), bugs(BUGS.replace(".hword 7", ".hword 9").replace(".hword 8", ".hword 9")));
        String elsewhere = BUGS.replace("__bug_table", "__ex_table");
        byte[] left = Tools.assemble(folder, elsewhere);
        byte[] right = Tools.assemble(folder, elsewhere.replace(".hword 7", ".hword 9"));
        assertEquals(
                0,
                ElfComparison.of(left, "left", right, "right", Set.of("unexpected"))
                        .explained(),
                "section");
    }

    @Test
    void damagedFileIsRefusedInOneLine() throws ImageException {
        byte[] file = original.clone();
        for (int i = 0; i < file.length; i += 3) {
            byte[] truncated = Arrays.copyOf(file, i);
            ImageException e = assertThrows(
                    ImageException.class, () -> ElfComparison.of(truncated, "short", original, "right", Set.of()));
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        }
    }
}
