package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.arm.A32;
import swivel.arm.Fields;
import swivel.arm.Fpscr;
import swivel.arm.Vfp;
import swivel.arm.VfpOperation;

/**
 * Every integer instruction, run by {@code qemu-arm} and by every engine with the same inputs, leaves the same state.
 */
class QemuOracleTest {
    private static final int CASES_PER_ROW = 400;
    private static final int[] EDGES = {
        0, 1, -1, 0x7fffffff, 0x80000000, 0x8000, 0xffff8000, 0x7fff, 31, 32, 33, 255, 256
    };

    private final SplittableRandom random = new SplittableRandom(20261122);

    @TempDir
    Path directory;

    @Test
    void everyRowComputesWhatQemuComputes() throws Exception {
        List<QemuOracle.Case> cases = new ArrayList<>();
        for (A32 row : A32.values()) {
            for (int i = 0; i < CASES_PER_ROW; i++) {
                int word = fill(row);
                if (A32.decode(word) == row && isPredictable(row, word)) {
                    cases.add(testCase(row, new int[] {bounded(row, word)}));
                }
            }
        }
        assertTrue(cases.size() > 50_000, () -> "only " + cases.size() + " cases");
        QemuOracle.compare(cases, directory);
    }

    /** Runs of instructions under conditions: flags that one leaves decide about the next. */
    @Test
    void conditionalSequencesComputeWhatQemuComputes() throws Exception {
        List<A32> rows = java.util.Arrays.stream(A32.values())
                .filter(row -> !isMemory(row) && isCompared(row))
                .toList();
        List<QemuOracle.Case> cases = new ArrayList<>();
        while (cases.size() < 20_000) {
            int[] words = new int[QemuOracle.WORDS];
            int condition = random.nextInt(15);
            for (int i = 0; i < words.length; ) {
                A32 row = rows.get(random.nextInt(rows.size()));
                int word = fill(row);
                if (A32.decode(word) == row && isPredictable(row, word)) {
                    if (random.nextInt(3) == 0) {
                        condition = random.nextInt(15);
                    }
                    words[i++] = word >>> 28 == 15 ? word : word & 0x0fffffff | condition << 28;
                }
            }
            cases.add(testCase(A32.NOP, words));
        }
        QemuOracle.compare(cases, directory);
    }

    /** Each between loads and stores of all floating-point registers. */
    @Test
    void everyRowOfVfpDoesWhatQemuDoes() throws Exception {
        List<QemuOracle.Case> cases = new ArrayList<>();
        for (Vfp row : Vfp.values()) {
            for (int i = 0; i < CASES_PER_ROW; i++) {
                int word = row.canonical(random.nextInt()) & 0x0fffffff | (i % 4 == 0 ? random.nextInt(15) : 14) << 28;
                if (Vfp.decode(word) == row
                        && row.arguments(word) instanceof VfpOperation operation
                        && operation.isPredictable()
                        && staysInWindow(operation)) {
                    cases.add(floatingCase(operation, word));
                }
            }
        }
        assertTrue(cases.size() > 10_000, () -> "only " + cases.size() + " cases");
        QemuOracle.compare(cases, directory);
    }

    /**
     * Whether what is accessed, by it and behind it, is in the data window: r9 holds FPSCR, r11 is where registers are
     * stored to.
     */
    private static boolean staysInWindow(VfpOperation operation) {
        return switch (operation) {
            case VfpOperation.FloatTransfer transfer ->
                transfer.address().rn() != 9 && transfer.address().rn() != UserState.PC;
            case VfpOperation.FloatBlockTransfer block -> block.rn() != 9 && block.rn() != UserState.PC;
            case VfpOperation.SingleMove move -> move.rt() != 11;
            case VfpOperation.PairMove move -> move.rt() != 11 && move.rt2() != 11;
            case VfpOperation.LaneMove move -> move.rt() != 11;
            case VfpOperation.VfpStatusMove move -> move.rt() != 11;
            default -> true;
        };
    }

    private QemuOracle.Case floatingCase(VfpOperation operation, int word) {
        int[] r = new int[15];
        for (int i = 0; i < 15; i++) {
            int address = QemuOracle.MIDDLE + random.nextInt(-64, 64);
            boolean isBase = operation instanceof VfpOperation.FloatTransfer
                    || operation instanceof VfpOperation.FloatBlockTransfer;
            r[i] = isBase ? random.nextInt(16) == 0 ? address : address & -4 : random.nextInt();
        }
        r[9] = random.nextInt() & Fpscr.WRITABLE;
        if (random.nextInt(16) != 0) {
            r[9] &= ~(Fpscr.LEN | Fpscr.STRIDE);
        }
        r[10] = QemuOracle.WINDOW_START;
        r[11] = QemuOracle.WINDOW_START + 256;
        r[12] = QemuOracle.WINDOW_START + 128;
        int[] words = {
            0xeee19a10, // vmsr fpscr, r9
            0xec9a0b20, // vldm r10, {d0-d15}
            0xecdc0b20, // vldm r12, {d16-d31}
            word,
            0xecab0b20, // vstm r11!, {d0-d15}
            0xeccb0b20, // vstm r11, {d16-d31}
            0xeef19a10, // vmrs r9, fpscr
        };
        return new QemuOracle.Case(words, r, random.nextInt() & 0xf80f0000 | 0x10);
    }

    /** The architecture says nothing of it; a stale value would differ between engines. */
    @Test
    void multipliesAndMediaInstructionsReadR15AsOnQemu() throws Exception {
        List<QemuOracle.Case> cases = new ArrayList<>();
        for (int word : new int[] {
            0xe125f3c0, // smlawt r5, r0, r3, pc
            0xe020f291, // mla r0, r1, r2, pc
            0xe001029f, // mul r1, pc, r2
            0xe0010f92, // mul r1, r2, pc
            0xe081029f, // umull r0, r1, pc, r2
            0xe0a1029f, // umlal r0, r1, pc, r2
            0xe161028f, // smulbb r1, pc, r2
            0xe711f21f, // sdiv r1, pc, r2
            0xe16f1f1f, // clz r1, pc
            0xe6bf1f3f, // rev r1, pc
            0xe6ff1f3f, // rbit r1, pc
            0xe6af107f, // sxtb r1, pc
            0xe7e7105f, // ubfx r1, pc, #0, #8
            0xe7c7101f, // bfi r1, pc, #0, #8
            0xe102105f, // qadd r1, pc, r2
            0xe61f1f92, // sadd8 r1, pc, r2
            0xe6cf1fb2, // sel r1, pc, r2 as far as it is one
            0xe681201f, // pkhbt r2, r1, pc
            0xe6a7101f, // ssat r1, #8, pc
        }) {
            cases.add(testCase(A32.decode(word), new int[] {word}));
        }
        QemuOracle.compare(cases, directory);
    }

    private int fill(A32 row) {
        int word = row.canonical(random.nextInt());
        if (row.pattern().startsWith("cccc")) {
            word = word & 0x0fffffff | (random.nextInt(4) == 0 ? random.nextInt(15) : 14) << 28;
        }
        return word;
    }

    private static boolean isMemory(A32 row) {
        String name = row.name();
        return name.startsWith("LD") || name.startsWith("ST") || name.startsWith("SWP");
    }

    /** Rows whose effect is not only on registers, flags and the data window, or which user mode does not define. */
    private static boolean isCompared(A32 row) {
        return switch (row) {
            case B, BL, BLX_IMM, BX, BXJ, BLX_REG, SVC, BKPT, SETEND -> false; // see BranchTest
            case STC, LDC, STC2, LDC2, CDP, CDP2, MCR, MRC, MCR2, MRC2, MCRR, MRRC, MCRR2, MRRC2 -> false;
            case NEON_DATA, NEON_LOAD_STORE, VMOV_64, VFP_LOAD_STORE, VFP_MOVE, VFP_DATA, VMRS, VMSR -> false;
            case WFE, WFI, YIELD, MRS, HVC, SMC -> false; // host scheduling; mode bits; qemu-arm's own calls
            default ->
                !row.name().startsWith("UNDEFINED") && row != A32.UDF && row.isSensitive() == isUnprivileged(row);
        };
    }

    private static boolean isUnprivileged(A32 row) {
        return row.sensitivity() == swivel.arm.Sensitivity.UNPRIVILEGED;
    }

    /**
     * Leaves out what the manual calls UNPREDICTABLE: mostly r15 as an operand, and writeback into a register of the
     * access.
     */
    private static boolean isPredictable(A32 row, int word) {
        if (!isCompared(row)) {
            return false;
        }
        String pattern = row.pattern();
        boolean writesBack = isMemory(row) && (!Fields.p(word) || Fields.w(word)) || isUnprivileged(row);
        for (int at = 0; at < 32; at++) {
            char field = pattern.charAt(at);
            if ("ndmsta".indexOf(field) >= 0
                    && pattern.startsWith(String.valueOf(field).repeat(4), at)
                    && (at == 0 || pattern.charAt(at - 1) != field)
                    && Fields.bits(word, 31 - at, 28 - at) == 15
                    && !(isDataProcessing(row)
                            && field != 'd'
                            && field != 's'
                            && !row.name().endsWith("_RSR"))) {
                return false;
            }
        }
        int n = Fields.rn(word);
        int t = Fields.rd(word);
        int m = Fields.rm(word);
        return switch (row) {
            case UMULL, UMLAL, SMULL, SMLAL, UMAAL, SMLAL_XY, SMLALD, SMLSLD -> n != t;
            case LDRD_IMM, LDRD_REG, STRD_IMM, STRD_REG ->
                (t & 1) == 0
                        && t != 14
                        && !(writesBack && (n == t || n == t + 1))
                        && !(!Fields.p(word) && Fields.w(word))
                        && !(row == A32.LDRD_REG && (m == t || m == t + 1))
                        && !(row.name().endsWith("_REG") && m == n);
            case LDM -> (word & 0x8000) == 0 && (word & 0xffff) != 0 && !(Fields.w(word) && (word >>> n & 1) != 0);
            case STM -> (word & 0x8000) == 0 && (word & 0xffff) != 0 && !(Fields.w(word) && (word >>> n & 1) != 0);
            case STREX, STREXB, STREXH -> t != n && t != m;
            case STREXD -> t != n && t != m && t != m + 1 && (m & 1) == 0 && m != 14;
            case LDREXD -> (t & 1) == 0 && t != 14;
            case SWP -> n != t && n != m;
            case BFI, BFC -> Fields.bits(word, 20, 16) >= Fields.bits(word, 11, 7);
            case UBFX, SBFX -> Fields.bits(word, 20, 16) + Fields.bits(word, 11, 7) <= 31;
            default -> {
                boolean twiceBase = row.name().endsWith("_REG") && m == n; // leaves the data window
                yield !isMemory(row) || !twiceBase && !(writesBack && n == t);
            }
        };
    }

    private static boolean isDataProcessing(A32 row) {
        return row.name().matches("(AND|EOR|SUB|RSB|ADD|ADC|SBC|RSC|TST|TEQ|CMP|CMN|ORR|MOV|BIC|MVN)_(IMM|REG)");
    }

    /** Keeps an access in the data window. */
    private static int bounded(A32 row, int word) {
        if (!isMemory(row) || row == A32.LDM || row == A32.STM) {
            return word;
        }
        boolean wide = Fields.bits(word, 27, 26) == 1;
        return wide && !Fields.bit(word, 25) ? word & ~0xf00 : wide ? word & ~0xf80 | word & 0x80 : word;
    }

    private QemuOracle.Case testCase(A32 row, int[] words) {
        int[] r = new int[15];
        for (int i = 0; i < 15; i++) {
            r[i] = random.nextInt(3) == 0
                    ? EDGES[random.nextInt(EDGES.length)]
                    : random.nextInt() >>> random.nextInt(32);
        }
        if (isMemory(row)) {
            int word = words[0];
            for (int i = 0; i < 15; i++) {
                r[i] = random.nextInt(64);
            }
            int address = QemuOracle.MIDDLE + random.nextInt(-64, 64);
            // STREX checks alignment before the monitor (A3.4.5); QEMU does so only if the address is tagged.
            boolean unaligned = random.nextInt(3) == 0 && !row.name().startsWith("STREX");
            r[Fields.rn(word) % 15] = unaligned ? address : address & -8;
        }
        return new QemuOracle.Case(words, r, random.nextInt() & 0xf80f0000 | 0x10);
    }
}
