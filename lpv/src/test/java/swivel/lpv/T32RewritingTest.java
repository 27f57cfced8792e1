package swivel.lpv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.InstructionSet;
import swivel.encoding.TrapEncoding;
import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.formats.Tools;

/** ELF files with T32 code, alone and mixed with A32 code and data. */
class T32RewritingTest {

    @TempDir
    Path folder;

    private byte[] assemble(String... lines) throws IOException, InterruptedException {
        return Tools.assemble(
                folder,
                ".syntax unified\n.arch_extension sec\n.arch_extension virt\n.thumb\n.globl _start\n.thumb_func\n_start:\n"
                        + String.join("\n", lines) + "\n1: b 1b\n");
    }

    private static GuestImage read(byte[] file) throws ImageException {
        return GuestImage.read(file.clone(), "guest");
    }

    @Test
    void instructionsThatLinuxWritesAsShortsAreRewrittenAndDataIsNot() throws Exception {
        GuestImage image = read(assemble(
                "cmp r0, #1",
                "beq 2f",
                ".short 0xf7e0, 0x8000 @ hvc #0",
                "bx lr",
                "2:",
                ".short 0xf7f0, 0x8000 @ smc #0",
                ".short 0xb672         @ cpsid i",
                ".short 0xe7fe         @ b .",
                ".short 0xb672         @ behind it, so data",
                ".thumb_func",
                "next: nop"));
        RewriteReport report = image.rewrite();
        assertEquals(3, report.encoded(), report.text());
        assertEquals(List.of(), report.doubtful());
        assertEquals(List.of(), image.scan());
    }

    @Test
    void flowInAnItBlockGoesOnBehindAJump() throws Exception {
        GuestImage image = read(assemble("it eq", "bxeq lr", ".short 0xb672", "bx lr", ".short 0xb672"));
        assertEquals(1, image.rewrite().encoded());
    }

    @Test
    void findingsNameTheInstructionSet() throws Exception {
        GuestImage image = read(assemble("cpsid i", "mrs r5, cpsr", ".arm", "mrs r5, cpsr", ".thumb"));
        List<Finding> found = image.scan();
        assertEquals("00008000 b672 CPSID (T32) in _start", found.get(0).text());
        assertEquals("00008002 f3ef8500 MRS (T32) in _start+0x2", found.get(1).text());
        assertEquals("00008008 e10f5000 MRS in _start+0x8", found.get(2).text());
        assertEquals(3, found.size());
    }

    @Test
    void unpredictableFormsAreReportedWithTheirAddresses() throws Exception {
        RewriteReport report =
                read(assemble("nop", ".inst.n 0xb67a", ".inst.w 0xf3e08000")).rewrite();
        assertEquals(0, report.encoded());
        assertEquals(
                List.of("00008002 b67a CPSID (T32) in _start+0x2", "00008004 f3e08000 MRS (T32) in _start+0x4"),
                report.notEncodable().stream().map(Finding::text).toList());
    }

    @Test
    void realSvcOfThePrivilegedCodeInTheEncodingsRangeIsReported() throws Exception {
        RewriteReport report = read(assemble("cpsid i", "svc #0", "svc #0xab", "svc #0xf0", "svc #0xea"))
                .rewrite();
        assertEquals(1, report.encoded());
        assertEquals(1, report.doubtful().size(), report.text());
        assertEquals(
                "reads as an encoded CPSID in an image that was not rewritten before",
                report.doubtful().getFirst().reason());
        assertEquals(1, report.genuineOffsets().length);
    }

    @Test
    void instructionBesideARelocatedOneOfAnObjectIsRewritten() throws Exception {
        Files.writeString(
                folder.resolve("o.s"), ".syntax unified\n.thumb\ncpsid i\nbl elsewhere\ncpsie i\nbl elsewhere\n");
        Tools.run(folder, "arm-linux-gnueabi-as", "-march=armv7-a", "-o", "o.o", "o.s");
        assertEquals(
                2, read(Files.readAllBytes(folder.resolve("o.o"))).rewrite().encoded());
    }

    /**
     * Only what objdump calls sensitive changes, and it becomes its trap word; scan finds nothing, a second run does
     * nothing.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void onlyTheSensitiveInstructionsOfARandomProgramChange(long seed) throws Exception {
        byte[] original = assemble(program(new Random(seed), 250));
        Files.write(folder.resolve("original.elf"), original);
        byte[] expected = original.clone();
        NavigableMap<Integer, String> sensitive = sensitive(folder.resolve("original.elf"));
        int distance =
                Bytes.word(original, Bytes.word(original, 28) + 8) - Bytes.word(original, Bytes.word(original, 28) + 4);
        sensitive.forEach((address, line) -> encode(expected, address - distance, line));

        GuestImage image = read(original);
        RewriteReport report = image.rewrite();
        assertArrayEquals(expected, image.bytes(), () -> firstDifference(expected, image.bytes(), distance, sensitive));
        assertEquals(sensitive.size(), report.encoded());
        assertTrue(report.encoded() > 100, report.text());
        assertEquals(List.of(), report.notEncodable());
        assertEquals(List.of(), image.scan());

        byte[] once = image.bytes().clone();
        RewriteReport again = read(once).rewrite();
        assertEquals(0, again.encoded());
        assertEquals(sensitive.size() + report.doubtful().size(), again.alreadyEncoded());
    }

    private static String firstDifference(
            byte[] expected, byte[] actual, int distance, NavigableMap<Integer, String> lines) {
        int at = 0;
        while (expected[at] == actual[at]) {
            at++;
        }
        return "first difference at %x, after %s".formatted(at + distance, lines.floorEntry(at + distance));
    }

    /** What a line of objdump says stands at an offset, encoded. */
    private static void encode(byte[] bytes, int offset, String line) {
        String[] units = line.split("\t", -1)[1].strip().split(" ", -1);
        if (units.length == 1 && units[0].length() == 8) {
            Bytes.putWord(bytes, offset, TrapEncoding.encode(Integer.parseUnsignedInt(units[0], 16)));
        } else {
            int word = Integer.parseUnsignedInt(String.join("", units), 16);
            int trap = TrapEncoding.encode(InstructionSet.T32, word);
            Bytes.putHalf(bytes, offset, units.length == 2 ? trap >>> 16 : trap);
            if (units.length == 2) {
                Bytes.putHalf(bytes, offset + 2, trap);
            }
        }
    }

    private static final Pattern INSTRUCTION = Pattern.compile(" *([0-9a-f]+):\t[0-9a-f ]+\t.*");

    private static final Pattern SENSITIVE =
            Pattern.compile(".*\t((cps|mrs|rfe|srs|yield|wfe|wfi|sev|smc|hvc|(ldr|str)(b|h|sb|sh)?t|(ldm|stm).*\\^).*"
                    + "|(mov|sub)s\\w*\tpc, lr.*|msr\\w*\t(SPSR.*|CPSR_f?s?(x|c|xc), .*|\\w+_(irq|svc|usr|hyp), .*))");

    /** The sensitive instructions of a file by address, as objdump writes them. */
    private NavigableMap<Integer, String> sensitive(Path elf) throws IOException {
        Process process = new ProcessBuilder("arm-linux-gnueabi-objdump", "-d", "-z", elf.toString()).start();
        NavigableMap<Integer, String> lines = new TreeMap<>();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        for (String line : output.lines().toList()) {
            Matcher matcher = INSTRUCTION.matcher(line);
            if (matcher.matches() && SENSITIVE.matcher(line).matches()) {
                lines.put(Integer.parseInt(matcher.group(1), 16), line);
            }
        }
        return lines;
    }

    /** Sensitive forms; R is a register, N a number up to 255, M a mode, C a condition that the IT before it names. */
    private static final List<String> SENSITIVE_FORMS = List.of(
            "cpsid i",
            "cpsie aif",
            "cpsid.w if",
            "cpsie i, #M",
            "cps #M",
            "yield",
            "wfe",
            "wfi.w",
            "sev.w",
            "mrs R, cpsr",
            "mrs R, spsr",
            "msr cpsr_c, R",
            "msr cpsr_fsxc, R",
            "msr spsr_cxsf, R",
            "mrs R, sp_irq",
            "msr lr_svc, R",
            "mrs R, spsr_svc",
            "msr elr_hyp, R",
            "srsdb sp!, #M",
            "srsia sp, #M",
            "rfeia sp!",
            "rfedb R",
            "subs pc, lr, #N",
            "movs pc, lr",
            "smc #5",
            "hvc #N",
            "ldrt R, [R, #N]",
            "ldrbt R, [R, #N]",
            "ldrht R, [R]",
            "ldrsbt R, [R, #N]",
            "ldrsht R, [R, #N]",
            "strt R, [R, #N]",
            "strbt R, [R]",
            "strht R, [R, #N]",
            "it C\nmsrC cpsr_c, R",
            "itt C\nmrsC R, cpsr\nwfeC",
            "itt C\nldrtC R, [R, #N]\nstrbtC R, [R, #N]",
            "it C\nsubsC pc, lr, #4",
            ".arm\nmrs R, cpsr\nldmia sp, {r0-r14}^\nmovs pc, lr\nldrt R, [R], #4\n.thumb",
            ".inst.w 0xf3ef8000\n.inst.n 0xb672");

    private static final List<String> OTHERS = List.of(
            "movs r3, #N",
            "add.w R, R, R, lsl #3",
            "ldr.w lr, [R, #-N]!",
            "ldr R, =0xf3ef8100",
            "ldr R, [pc, #8]",
            "push {r4-r7, lr}",
            "stmdb sp!, {r4-r11}",
            "msr cpsr_f, R",
            "mcr p15, 0, R, c7, c10, 4",
            "dmb",
            "nop",
            "nop.w",
            "setend le",
            "svc #0",
            "svc #0xe9",
            "ite C\nmovC R, R\naddC R, R, R",
            "it C\nbxC lr",
            "b 8f\n.short 0xb672, 0xf3ef, 0x8000\n8:",
            "b 8f\n.balign 4\n.ltorg\n8:",
            "b 8f\n.byte 1, 2, 3\n.balign 2\n8:",
            "tbb [pc, r3]\n9: .byte (8f-9b)/2, (8f-9b)/2\n8:",
            "bl _start",
            "cbz r3, 8f\nnop\n8:");

    private static String[] program(Random random, int size) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            List<String> forms = random.nextInt(5) < 3 ? SENSITIVE_FORMS : OTHERS;
            String line = forms.get(random.nextInt(forms.size()));
            String condition = List.of("eq", "ne", "hs", "lt", "mi").get(random.nextInt(5));
            StringBuilder text = new StringBuilder(line.startsWith(".arm") ? ".balign 4\n" : "");
            line = line.startsWith("ite") ? line.replaceFirst("add[C]", "add" + inverse(condition)) : line;
            for (int k = 0; k < line.length(); k++) {
                char c = line.charAt(k);
                text.append(
                        switch (c) {
                            case 'R' -> "r" + random.nextInt(13);
                            case 'N' -> String.valueOf(random.nextInt(256));
                            case 'M' ->
                                List.of("16", "17", "18", "19", "23", "27", "31")
                                        .get(random.nextInt(7));
                            case 'C' -> condition;
                            default -> String.valueOf(c);
                        });
            }
            lines.add(text.toString());
        }
        return lines.toArray(String[]::new);
    }

    private static String inverse(String condition) {
        return switch (condition) {
            case "eq" -> "ne";
            case "ne" -> "eq";
            case "hs" -> "lo";
            case "lt" -> "ge";
            default -> "pl";
        };
    }
}
