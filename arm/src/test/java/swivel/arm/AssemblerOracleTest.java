package swivel.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What GNU as makes of an instruction's written form is of that instruction's row. */
class AssemblerOracleTest {
    private static final int WORDS_PER_ROW = 300;

    /** Rows that have no written form of their own. */
    private static final EnumSet<A32> UNWRITTEN = EnumSet.of(
            A32.NEON_DATA,
            A32.NEON_LOAD_STORE,
            A32.HINT_IMM,
            A32.HINT_REG,
            A32.VMOV_64,
            A32.VFP_LOAD_STORE,
            A32.VFP_MOVE,
            A32.VFP_DATA);

    /** Words whose written form the assembler turns into another word. */
    private static final List<IntPredicate> ANOTHER_ENCODING = List.of(
            // LDRD, STRD post-indexed with W: UNPREDICTABLE
            ObjdumpDifference.words("....0000..10............11.1"),
            // BKPT with a condition: UNPREDICTABLE
            word -> A32.decode(word) == A32.BKPT && word >>> 28 != Fields.AL,
            // MOVS PC, MVNS PC with Rn: should be zero
            ObjdumpDifference.words("....00.11.11....1111"),
            // LDC, STC of coprocessor 9: the assembler scales by 2, as ARMv8.2 does
            ObjdumpDifference.words("....110.............1001"),
            // ADD and SUB of an immediate to PC: the assembler may write one as the other
            ObjdumpDifference.words("....0010100.1111"),
            ObjdumpDifference.words("....0010010.1111"),
            // CPS without M that has a mode, or with masks that it does not change: UNPREDICTABLE
            ObjdumpDifference.words("1111000100000..0"),
            ObjdumpDifference.words("1111000100001.00"));

    @TempDir
    Path directory;

    @Test
    void whatWeWriteAssemblesToTheSameWord() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        List<Integer> words = new ArrayList<>();
        for (A32 row : A32.values()) {
            if (UNWRITTEN.contains(row) || row.name().startsWith("UNDEFINED")) {
                continue;
            }
            for (int i = 0; i < WORDS_PER_ROW; i++) {
                int word = row.canonical(random.nextInt());
                if (A32.decode(word) == row && ANOTHER_ENCODING.stream().noneMatch(except -> except.test(word))) {
                    words.add(word);
                }
            }
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            lines.add(assemblerSpelling(Disassembler.disassemble(words.get(i), 4 * i), 4 * i));
        }
        int[] assembled = GnuAssembler.assemble(directory, lines);
        Map<A32, Integer> accepted = new EnumMap<>(A32.class);
        StringBuilder differences = new StringBuilder();
        for (int i = 0; i < assembled.length; i++) {
            if (assembled[i] == GnuAssembler.REFUSED) {
                continue;
            }
            A32 row = A32.decode(words.get(i));
            accepted.merge(row, 1, Integer::sum);
            if (assembled[i] != words.get(i)) {
                differences.append(
                        "%08x %s: %s, assembled %08x%n".formatted(words.get(i), row, lines.get(i), assembled[i]));
            }
        }
        assertEquals("", differences.toString());
        EnumSet<A32> missing = EnumSet.allOf(A32.class);
        missing.removeAll(accepted.keySet());
        missing.removeAll(UNWRITTEN);
        missing.removeIf(row -> row.name().startsWith("UNDEFINED"));
        assertTrue(missing.isEmpty(), () -> "no written form that the assembler accepts: " + missing);
    }

    @Test
    void vfpAndNeonAreDecodedAsTheirClass() throws Exception {
        Map<String, A32> rows = new LinkedHashMap<>();
        rows.put("vadd.f32 s0, s1, s2", A32.VFP_DATA);
        rows.put("vmla.f64 d31, d1, d2", A32.VFP_DATA);
        rows.put("vcmpe.f32 s4, #0.0", A32.VFP_DATA);
        rows.put("vcvt.s32.f64 s1, d2", A32.VFP_DATA);
        rows.put("vmov.f64 d1, #1.0", A32.VFP_DATA);
        rows.put("vmov r0, s1", A32.VFP_MOVE);
        rows.put("vmov s31, r9", A32.VFP_MOVE);
        rows.put("vmov.u8 r1, d3[2]", A32.VFP_MOVE);
        rows.put("vdup.16 q1, r2", A32.VFP_MOVE);
        rows.put("vmov r0, r1, d31", A32.VMOV_64);
        rows.put("vmov s2, s3, r4, r5", A32.VMOV_64);
        rows.put("vldr s1, [r2, #-8]", A32.VFP_LOAD_STORE);
        rows.put("vstmdb r0!, {d8-d15}", A32.VFP_LOAD_STORE);
        rows.put("vpop {s16-s17}", A32.VFP_LOAD_STORE);
        rows.put("vmrs r7, fpexc", A32.VMRS);
        rows.put("vmrs APSR_nzcv, fpscr", A32.VMRS);
        rows.put("vmsr fpexc, r3", A32.VMSR);
        rows.put("vadd.i32 q0, q1, q2", A32.NEON_DATA);
        rows.put("vmull.s16 q0, d1, d2[3]", A32.NEON_DATA);
        rows.put("vtbl.8 d0, {d1, d2}, d3", A32.NEON_DATA);
        rows.put("vmov.i64 q15, #0xff", A32.NEON_DATA);
        rows.put("vld1.8 {d0-d3}, [r1]!", A32.NEON_LOAD_STORE);
        rows.put("vst4.32 {d0[1], d2[1], d4[1], d6[1]}, [r1], r2", A32.NEON_LOAD_STORE);
        int[] words = GnuAssembler.assemble(directory, List.copyOf(rows.keySet()));
        assertEquals(
                List.copyOf(rows.values()),
                Arrays.stream(words).mapToObj(A32::decode).toList());
    }

    private static final Pattern TARGET = Pattern.compile("(bl?x?(?:[a-z][a-z])?) 0x([0-9a-f]+)");

    private static final Pattern BRACED_NUMBER = Pattern.compile("(cr\\d+, cr\\d+), \\{(\\d)}$");

    /** Branches relative to here, and no braces around the last operand of coprocessor instructions. */
    private static String assemblerSpelling(String text, int address) {
        Matcher branch = TARGET.matcher(text);
        if (!branch.matches()) {
            return BRACED_NUMBER.matcher(text).replaceFirst("$1, $2");
        }
        int offset = Integer.parseUnsignedInt(branch.group(2), 16) - address;
        return "%s . %s %d".formatted(branch.group(1), offset < 0 ? "-" : "+", Math.abs((long) offset));
    }
}
