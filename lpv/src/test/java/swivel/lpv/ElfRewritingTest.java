package swivel.lpv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.Sensitivity;
import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.formats.Tools;

/** ELF files with data among their code: what is rewritten, and what must not be. */
class ElfRewritingTest {

    /** The word 0xe10f0000 is {@code mrs r0, cpsr} wherever it is code, and must stay wherever it is data. */
    private static final int MRS = 0xe10f0000;

    private static final String SOURCE = """
            .text
            .arch_extension sec
            .arch_extension virt
            .globl _start
            _start:
                mrs r0, cpsr
                ldr r1, =0xe10f0000
                ldr r2, literal
                adr r3, pair
                ldrd r4, [r3]
                cmp r0, #3
                ldrls pc, [pc, r0, lsl #2]
                b after
                .word case0, case1, case2, case3
            literal:
                .word 0xe10f0000
            case0:
                cpsid i
                b after
            case1:
                ldmia sp, {r0-lr}^
                b after
            case2:
                mov r0, #0
                .word 0xe1400070  @ hvc #0, as Linux writes it for old assemblers
                b after
            case3:
                wfine
            after:
                bl never_returns
                .ltorg
                .p2align 3
            pair:
                .word 0xe10f0000, 0xe10f0000
            never_returns:
                ldrt r0, [r1], #4
                msr cpsr_f, r0        @ flags only: not sensitive
                svc #0                @ a real one
                b .
            table:
                .word 0xf10c0080, 0xe10f0000
            text:
                .ascii "cpsid i and more"
            .section .rodata
                .word 0xe10f0000
            .data
                .word 0xe10f0000
            """;

    @TempDir
    static Path folder;

    private static byte[] original;

    @BeforeAll
    static void assemble() throws IOException, InterruptedException {
        original = Tools.assemble(folder, SOURCE);
    }

    private static GuestImage read(byte[] file) throws ImageException {
        return GuestImage.read(file.clone(), "guest");
    }

    @Test
    void onlyInstructionsAreRewritten() throws ImageException {
        GuestImage image = read(original);
        RewriteReport report = image.rewrite();
        assertEquals(6, report.encoded(), report.text());
        assertEquals(1, report.totals().of(Sensitivity.MULTIPLE));
        assertEquals(2, report.totals().of(Sensitivity.STATUS));
        assertEquals(1, report.totals().of(Sensitivity.UNPRIVILEGED));
        assertEquals(
                1,
                report.fileReport("guest", "ELF", true).sites().stream()
                        .filter(site -> site.function().startsWith("never_returns"))
                        .count(),
                report.text());
        assertEquals(List.of(), report.doubtful());
        assertEquals(List.of(), report.notEncodable());
        assertEquals(count(original, MRS) - 1, count(image.bytes(), MRS), "one MRS is code");
        assertEquals(List.of(), image.scan());
    }

    /** GNU ld 2.44 lets the first segment begin with the ELF headers. */
    @Test
    void theElfHeadersAreNotWhereAKernelIsLinked() throws ImageException {
        byte[] bytes = original.clone();
        int segment = Bytes.word(bytes, 28);
        int before = Bytes.word(bytes, segment + 4); // p_offset
        assertTrue(before > 0);
        for (int field : new int[] {4, 8, 12}) { // offset, virtual and physical address
            Bytes.putWord(bytes, segment + field, Bytes.word(bytes, segment + field) - before);
        }
        for (int field : new int[] {16, 20}) { // sizes in the file and in memory
            Bytes.putWord(bytes, segment + field, Bytes.word(bytes, segment + field) + before);
        }
        assertEquals(OptionalInt.of(0x8000), read(bytes).linkAddress());
    }

    @Test
    void whatTheHeaderSaysIsKept() throws ImageException {
        GuestImage image = read(original);
        assertEquals(GuestImage.Kind.ELF, image.kind());
        assertEquals(OptionalInt.of(0x8000), image.linkAddress());
        assertEquals("ELF", image.format());
        assertEquals(
                "never_returns+0x4",
                image.symbols()
                        .describe(image.symbols().address("never_returns").getAsInt() + 4));
    }

    @Test
    void rewritingAgainChangesNothing() throws ImageException {
        GuestImage image = read(original);
        int encoded = image.rewrite().encoded();
        byte[] once = image.bytes().clone();
        RewriteReport again = read(once).rewrite();
        assertEquals(0, again.encoded());
        assertEquals(encoded, again.alreadyEncoded());
        assertEquals(List.of(), again.doubtful());
        assertArrayEquals(once, image.bytes());
    }

    @Test
    void whatWasRewrittenInPartIsCompleted() throws ImageException {
        GuestImage image = read(original);
        RewriteReport all = image.rewrite();
        byte[] part = image.bytes().clone();
        int left = all.encodedOffsets()[0];
        System.arraycopy(original, left, part, left, 4);
        GuestImage completed = read(part);
        RewriteReport report = completed.rewrite();
        assertEquals(1, report.encoded());
        assertEquals(all.encoded() - 1, report.alreadyEncoded());
        assertEquals(0, report.genuineOffsets().length);
        assertEquals(List.of(), report.doubtful());
        assertTrue(report.remark().contains("in part"), report.remark());
        assertArrayEquals(image.bytes(), completed.bytes());
    }

    @Test
    void strippedFileIsRewrittenTheSame() throws IOException, InterruptedException, ImageException {
        Files.write(folder.resolve("full.elf"), original);
        Tools.run(folder, "arm-linux-gnueabi-strip", "-o", "stripped.elf", "full.elf");
        GuestImage stripped = read(Files.readAllBytes(folder.resolve("stripped.elf")));
        GuestImage full = read(original);
        full.rewrite();
        RewriteReport report = stripped.rewrite();
        assertEquals(6, report.encoded(), report.text());
        assertArrayEquals(Tools.flatten(folder, full.bytes()), Tools.flatten(folder, stripped.bytes()));
    }

    @Test
    void realSvcInTheEncodingsRangeIsReported() throws IOException, InterruptedException, ImageException {
        GuestImage image = read(Tools.assemble(folder, """
                .globl _start
                _start:
                    mrs r0, cpsr
                    svc #0x900004    @ OABI write
                    svc #0xfe0000    @ no encoding has this form
                    b .
                """));
        RewriteReport report = image.rewrite();
        assertEquals(1, report.encoded());
        assertEquals(2, report.doubtful().size(), report.text());
        assertTrue(report.text().contains("svc") || report.text().contains("SVC"), report.text());
    }

    @Test
    void unpredictableFormIsReportedWithItsAddress() throws IOException, InterruptedException, ImageException {
        RewriteReport report = read(Tools.assemble(folder, """
                        .globl _start
                        _start:
                            .inst 0xe1000000   @ MRS with bits 19:16 zero
                            b .
                        """)).rewrite();
        assertEquals(0, report.encoded());
        assertEquals(1, report.notEncodable().size());
        assertEquals(0xe1000000, report.notEncodable().getFirst().word());
        assertEquals("_start", report.notEncodable().getFirst().function());
    }

    private static int count(byte[] bytes, int word) {
        int count = 0;
        for (int i = 0; i + 4 <= bytes.length; i += 4) {
            count += Bytes.word(bytes, i) == word ? 1 : 0;
        }
        return count;
    }

    /**
     * A stripped program: neither its headers, nor what is not in a section of code, nor literals of its functions are
     * code.
     */
    @Test
    void dataOfAStrippedProgramIsLeftAlone() throws Exception {
        for (String sections : new String[] {"", ".section .text\n"}) {
            Tools.assemble(folder, sections + """
                    .globl _start
                    _start: mrs r0, cpsr
                    b .
                    ldr r3, 1f          @ loads stand in front of the push, and the call does not return
                    push {r4, lr}
                    mrs r1, cpsr
                    bl stop
                    1: .word 0xe10f5000
                    stop: b .
                    .section .rodata, "a"
                    .word 0xe92d4010, 0xe10f6000, 0xe8bd8010
                    """);
            Tools.run(folder, "arm-linux-gnueabi-strip", "guest.elf");
            byte[] before = Files.readAllBytes(folder.resolve("guest.elf"));
            GuestImage image = GuestImage.read(before.clone(), "guest");
            assertEquals(2, image.rewrite().encoded());
            byte[] headers = Arrays.copyOf(before, 52 + 32 * Bytes.half(before, 44));
            assertArrayEquals(headers, Arrays.copyOf(image.bytes(), headers.length));
            for (int literal : new int[] {0xe10f5000, 0xe10f6000}) {
                assertTrue(holds(image.bytes(), literal), Integer.toHexString(literal));
            }
        }
    }

    /**
     * Tables of distances among the constants, as GCC 14 compiles a switch: bytes, and halfwords whose index is
     * doubled.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ldr r3, =table\n cmp r0, #2\n bhi 9f\n ldrb r1, [r3, r0]",
                "ldr r3, =table\n cmp r0, #2\n bhi 9f\n ldrsb r1, [r3, r0]",
                "cmp r0, #2\n bhi 9f\n ldr r3, =table\n mov r2, #0\n ldrb r1, [r3, r0]",
                "movw r3, #:lower16:table\n movt r3, #:upper16:table\n sub r4, r0, #1\n cmp r4, #2\n bhi 9f\n ldrb r1, [r3, r4]",
                "ldr r3, =halves\n cmp r0, #2\n bhi 9f\n add r0, r0, r0\n ldrh r1, [r3, r0]",
                "ldr r3, =halves\n cmp r0, #2\n bhi 9f\n add r3, r3, r0\n ldrsh r1, [r3, r0]"
            })
    void casesOfASwitchAreCode(String head) throws Exception {
        Tools.assemble(folder, """
                .arch armv7-a
                .globl _start
                _start:
                    push {r4, lr}
                    %s
                    add pc, pc, r1, lsl #2
                    nop
                7:  cpsid i
                    b 9f
                8:  cpsid f
                    b 9f
                6:  cpsie i
                9:  pop {r4, pc}
                    .ltorg
                    .section .rodata, "a"
                    .byte 0
                table: .byte (7b - 7b) / 4, (8b - 7b) / 4, (6b - 7b) / 4
                    .p2align 1
                halves: .hword (7b - 7b) / 4, (8b - 7b) / 4, (6b - 7b) / 4
                """.formatted(head));
        Tools.run(folder, "arm-linux-gnueabi-strip", "guest.elf");
        GuestImage image = read(Files.readAllBytes(folder.resolve("guest.elf")));
        RewriteReport report = image.rewrite();
        assertEquals(3, report.encoded(), report.text());
        assertEquals(List.of(), report.doubtful(), report.text());
    }

    private static boolean holds(byte[] bytes, int word) {
        for (int at = 0; at + 4 <= bytes.length; at += 4) {
            if (Bytes.word(bytes, at) == word) {
                return true;
            }
        }
        return false;
    }

    /** As U-Boot is: vectors and start in A32, the rest in T32, without mapping symbols. */
    @Test
    void elfThatIsPartlyThumbIsLeftAloneWithoutMappingSymbols() throws Exception {
        String refusal =
                "guest holds T32 (Thumb) code and has no mapping symbols ($a, $t), so A32 and T32 cannot be told apart;"
                        + " give it unstripped";
        String source = """
                .globl _start
                .type _start, %function
                _start: mrs r0, cpsr
                .rept 8
                mov r0, r0
                .endr
                blx main
                b .
                .thumb
                .type main, %function
                .thumb_func
                main: push {r4, lr}
                movs r0, #1
                pop {r4, pc}
                """;
        Tools.assemble(folder, source);
        Tools.run(folder, "arm-linux-gnueabi-strip", "-o", "stripped", "guest.elf");
        Tools.run(folder, "arm-linux-gnueabi-objcopy", "-w", "-N", "$*", "guest.elf", "unmapped");
        Tools.assemble(
                folder,
                source.replace("blx main", "ldr r1, =main\nbx r1")
                        + "push {r4, lr}\nmovs r0, #1\npop {r4, pc}\n".repeat(8));
        Tools.run(folder, "arm-linux-gnueabi-strip", "-o", "pointers", "guest.elf");
        Tools.run(folder, "arm-linux-gnueabi-objcopy", "-O", "binary", "guest.elf", "raw");
        for (String file : new String[] {"stripped", "unmapped", "pointers", "raw"}) {
            byte[] bytes = Files.readAllBytes(folder.resolve(file));
            assertEquals(
                    refusal,
                    assertThrows(ImageException.class, () -> GuestImage.read(bytes, "guest"), file)
                            .getMessage());
        }
    }
}
