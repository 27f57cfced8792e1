package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.arm.Arguments;
import swivel.arm.Arguments.BlockTransfer;
import swivel.arm.Arguments.Exclusive;
import swivel.arm.Arguments.StatusWrite;
import swivel.arm.Arguments.Transfer;
import swivel.arm.Operand2;
import swivel.arm.Psr;
import swivel.arm.T32;

/** Every T32 instruction, run by {@code qemu-arm} and by every engine with the same inputs, leaves the same state. */
class T32OracleTest {
    private static final int CASES_PER_ROW = 300;
    private static final int IT_SEQUENCES = 20_000;
    private static final int HALVES = 2 * QemuOracle.WORDS;
    private static final int[] EDGES = {
        0, 1, -1, 0x7fffffff, 0x80000000, 0x8000, 0xffff8000, 0x7fff, 31, 32, 33, 255, 256
    };

    private static final Set<T32> NOT_COMPARED = EnumSet.noneOf(T32.class);

    static {
        for (T32 row : T32.values()) {
            switch (row) {
                // Floating point, which is undefined here; coprocessors, of which user mode sees the thread-id
                // registers only
                case NEON_DATA, NEON_LOAD_STORE, VMOV_64, VFP_LOAD_STORE, VMRS, VMSR, VFP_MOVE, VFP_DATA -> add(row);
                case MCRR, MRRC, STC, LDC, CDP, MCR, MRC -> add(row);
                // qemu-arm's own calls, host scheduling, masks that only a kernel sees, another byte order:
                // ProcessorTest has them
                case SVC_T1, HVC_T1, SMC_T1, WFE_T1, WFI_T1, YIELD_T1, WFE_T2, WFI_T2, YIELD_T2 -> add(row);
                case MRS_T1, SETEND_T1 -> add(row);
                // Of ARMv7VE's banked registers this qemu-arm traps as it traps for what is undefined: the same, but
                // UNPREDICTABLE
                case MRS_BANKED_T1, MSR_BANKED_T1 -> add(row);
                // No instruction of two halfwords is of this row: they are two instructions
                case UNDEFINED -> add(row);
                default -> {}
            }
        }
    }

    private static void add(T32 row) {
        NOT_COMPARED.add(row);
    }

    private final SplittableRandom random = new SplittableRandom(20261129);
    private final List<QemuOracle.Case> cases = new ArrayList<>();
    private final Map<T32, Integer> casesOf = new EnumMap<>(T32.class);

    @TempDir
    Path directory;

    @Test
    void everyRowDoesWhatQemuDoes() throws Exception {
        for (T32 row : T32.values()) {
            for (int i = 0; i < CASES_PER_ROW && !NOT_COMPARED.contains(row); i++) {
                int word = T32Words.random(random, row);
                if (T32Words.isPredictable(row, word) && !isBranch(row) && !changesByteOrder(row, word)) {
                    add(row, bounded(row, word));
                }
            }
        }
        for (int i = 0; i < CASES_PER_ROW; i++) {
            branches();
        }
        QemuOracle.compare(cases, directory);
        List<T32> without = new ArrayList<>(List.of(T32.values()));
        without.removeAll(casesOf.keySet());
        without.removeAll(NOT_COMPARED);
        assertEquals(List.of(), without, "rows without a case");
    }

    /** CPSR.E, with which the runner could not go on. */
    private static boolean changesByteOrder(T32 row, int word) {
        return row.arguments(word) instanceof StatusWrite write && (write.fields() & Psr.FIELD_X) != 0;
    }

    private void add(T32 row, int word) {
        add(row, word, T32Words.pack(word), registers(row, word));
    }

    private void add(T32 row, int word, int[] words, int[] r) {
        if (words.length <= QemuOracle.WORDS && T32.decode(word) == row) {
            cases.add(new QemuOracle.Case(words, r, random.nextInt() & 0xf80f0000 | Psr.T | 0x10));
            casesOf.merge(row, 1, Integer::sum);
        }
    }

    /** IT blocks of every condition and shape: flags that one instruction leaves decide about the next. */
    @Test
    void itBlocksDoWhatQemuDoes() throws Exception {
        List<T32> rows = Arrays.stream(T32.values())
                .filter(row -> !NOT_COMPARED.contains(row) && isForItBlock(row))
                .toList();
        boolean[] seen = new boolean[256];
        while (cases.size() < IT_SEQUENCES) {
            int[] instructions = new int[HALVES];
            int count = 0;
            int halves = 0;
            while (halves < HALVES - 9) {
                int it = it(seen);
                instructions[count++] = 0xbf00 | it;
                halves++;
                for (int n = 4 - Integer.numberOfTrailingZeros(it & 15); n > 0; n--) {
                    T32 row = rows.get(random.nextInt(rows.size()));
                    int word = T32Words.random(random, row);
                    while (!T32Words.isPredictable(row, word)) {
                        word = T32Words.random(random, row);
                    }
                    instructions[count++] = word;
                    halves += T32.lengthOf(word) / 2;
                }
            }
            int[] words = T32Words.pack(Arrays.copyOf(instructions, count));
            add(T32.IT_T1, 0xbf08, words, registers());
        }
        QemuOracle.compare(cases, directory);
        int shapes = 0;
        for (boolean one : seen) {
            shapes += one ? 1 : 0;
        }
        assertEquals(14 * 15 + 1, shapes, "conditions and shapes of IT blocks");
    }

    /** Loads and stores that abort, and undefined instructions, in an IT block: ITSTATE is that of the instruction. */
    @Test
    void trapsInItBlocksLeaveItsState() throws Exception {
        while (cases.size() < 4000) {
            int it = random.nextInt(14) << 4 | random.nextInt(1, 16);
            int[] instructions = {0xbf00 | it, trapping(), trapping(), trapping(), trapping()};
            int[] r = new int[15];
            for (int i = 0; i < r.length; i++) {
                r[i] = 4 + random.nextInt(2048); // nothing is mapped there
            }
            add(T32.IT_T1, 0xbf08, T32Words.pack(instructions), r);
        }
        QemuOracle.compare(cases, directory);
    }

    private int trapping() {
        return switch (random.nextInt(7)) {
            case 6 -> 0xbe00; // bkpt, whatever the condition
            case 0 -> 0xde00; // udf
            case 1 -> 0x6800 | random.nextInt(0x40); // ldr r, [r]
            case 2 -> 0xf8400c04 | random.nextInt(13) << 12 | random.nextInt(8) << 16; // str r, [r, #-4]
            case 3 -> 0x2800 | random.nextInt(0x800); // cmp
            case 4 -> 0x1c00 | random.nextInt(0x200); // adds
            default -> 0xf1100000 | random.nextInt(8) << 16 | random.nextInt(8) << 8; // adds.w
        };
    }

    private int it(boolean[] seen) {
        int it;
        do {
            it = random.nextInt(15) << 4 | random.nextInt(1, 16);
        } while (it >>> 4 == 14 && it != 0xe8); // of AL only IT and ITT… are predictable
        seen[it] = true;
        return it;
    }

    private static boolean isForItBlock(T32 row) {
        String name = row.name();
        return !isMemory(row)
                && !isBranch(row)
                && !row.isSensitive()
                && !name.startsWith("UNDEFINED")
                && !name.startsWith("UDF")
                && !name.startsWith("HINT")
                && row != T32.IT_T1
                && row != T32.BKPT_T1
                && row != T32.MOV_REG_T2;
    }

    private static boolean isBranch(T32 row) {
        return switch (row) {
            case BX_T1, BLX_REG_T1, CBZ_T1, B_T1, B_T2, B_T3, B_T4, BL_T1, BLX_IMM_T2, BXJ_T1, TBB_T1, TBH_T1 -> true;
            default -> false;
        };
    }

    private static boolean isMemory(T32 row) {
        return row.name().matches("(LD|ST|PUSH|POP).*") && row != T32.STC && row != T32.LDC;
    }

    /** Keeps accesses near their base: in the data window or, of literals, in the case's own code. */
    private int bounded(T32 row, int word) {
        Arguments arguments = row.arguments(word);
        if (arguments instanceof Transfer transfer && transfer.address().isLiteral()) {
            int offset = transfer.size() == 8 || row == T32.LDR_LIT_T1 ? 0xf8 : 0xfe8;
            return row == T32.LDR_LIT_T1 ? word & ~offset : word & ~offset | UP;
        }
        boolean imm12 = row.pattern().contains("iiiiiiiiiiii") && isMemory(row);
        return imm12 ? word & ~0xf00 : word;
    }

    /** The U bit of loads of literals. */
    private static final int UP = 1 << 23;

    private int[] registers() {
        int[] r = new int[15];
        for (int i = 0; i < 15; i++) {
            r[i] = random.nextInt(3) == 0
                    ? EDGES[random.nextInt(EDGES.length)]
                    : random.nextInt() >>> random.nextInt(32);
        }
        return r;
    }

    private int[] registers(T32 row, int word) {
        int[] r = registers();
        if (!isMemory(row)) {
            return r;
        }
        for (int i = 0; i < 15; i++) {
            r[i] = random.nextInt(64);
        }
        int address = QemuOracle.MIDDLE + random.nextInt(-64, 64);
        // STREX checks alignment before the monitor (A3.4.5); QEMU does so only if the address is tagged.
        boolean unaligned = random.nextInt(3) == 0 && !row.name().startsWith("STREX");
        int base = switch (row.arguments(word)) {
            case Transfer transfer -> transfer.address().rn();
            case BlockTransfer block -> block.rn();
            case Exclusive exclusive -> exclusive.rn();
            default -> 0;
        };
        if (base < 15) {
            r[base] = unaligned ? address : address & -8;
        }
        if (row.arguments(word) instanceof Transfer transfer
                && transfer.address().offset() instanceof Operand2.Shifted offset
                && offset.rm() == base) {
            r[base] = random.nextInt(64); // it aborts
        }
        return r;
    }

    // Branches: what is at their target and what they jump over adds to different registers.

    private static final int ADD_R0 = 0x3001;
    private static final int ADD_R1 = 0x3101;
    private static final int ADD_R2 = 0x3201;

    private void branches() {
        int[] r = registers();
        int over = random.nextInt(0, 6);
        jump(T32.B_T1, 0xd000 | random.nextInt(14) << 8 | over, r);
        jump(T32.B_T2, 0xe000 | over, r);
        jump(T32.B_T3, 0xf0008000 | random.nextInt(14) << 22 | over, r);
        jump(T32.B_T4, 0xf000b800 | over, r);
        jump(T32.BL_T1, 0xf000f800 | over, r);
        jump(
                T32.CBZ_T1,
                0xb100 | random.nextInt(2) << 11 | over << 3 | random.nextInt(8),
                random.nextBoolean() ? new int[15] : r);
        int m = random.nextInt(15);
        for (T32 row : new T32[] {T32.BX_T1, T32.BLX_REG_T1, T32.BXJ_T1, T32.MOV_REG_T1, T32.ADD_REG_T2}) {
            int[] to = r.clone();
            // The first word is the branch, and some of what follows; the third is where it leads to.
            to[m] = QemuOracle.address(cases.size()) + 8 + 1;
            int word = switch (row) {
                case BX_T1 -> 0x4700 | m << 3;
                case BLX_REG_T1 -> 0x4780 | m << 3;
                case BXJ_T1 -> 0xf3c08f00 | m << 16;
                case MOV_REG_T1 -> 0x4687 | m << 3;
                default -> {
                    to[m] = 4 + (random.nextInt() & 1);
                    yield 0x4487 | m << 3;
                }
            };
            jump(row, word, to);
            if (row == T32.BX_T1 || row == T32.BLX_REG_T1) {
                interworking(row, word, m, r);
            }
        }
        // blx to A32 code behind: add r1, r1, #1; bx lr
        int blx = 0xf000e804;
        add(T32.BLX_IMM_T2, blx, T32Words.pack(blx, ADD_R0, ADD_R0, 0xe005, ADD_R2, 0x1001, 0xe281, 0xff1e, 0xe12f), r);
        for (T32 row : new T32[] {T32.TBB_T1, T32.TBH_T1}) {
            int at = QemuOracle.address(cases.size());
            int n = random.nextInt(8);
            int index = (n + 1) % 8;
            int[] table = r.clone();
            table[n] = at + 8;
            table[index] = random.nextInt(4);
            int word = (row == T32.TBB_T1 ? 0xe8d0f000 : 0xe8d0f010) | n << 16 | index;
            int elements = row == T32.TBB_T1 ? 0x08080606 : 0x00080007;
            add(
                    row,
                    word,
                    new int[] {
                        word >>> 16 | word << 16,
                        0x3001bf00,
                        elements,
                        row == T32.TBB_T1 ? 0x00070009 : 0x00080007,
                        0x31013201,
                        0x32013101,
                        0x31013001,
                        0x32013201
                    },
                    table);
            int[] literal = r.clone();
            literal[index] = random.nextInt(2);
            int ofPc = word | 15 << 16;
            add(
                    row,
                    ofPc,
                    new int[] {
                        ofPc >>> 16 | ofPc << 16,
                        row == T32.TBB_T1 ? 0x00000402 : 0x00040003,
                        0x30013001,
                        0x31013101,
                        0x32013201,
                    },
                    literal);
        }
        loadsOfPc(r);
    }

    private void jump(T32 row, int word, int[] r) {
        int[] code = new int[12];
        Arrays.fill(code, ADD_R0);
        code[0] = word;
        for (int i = 5; i < code.length; i++) {
            code[i] = i < 8 ? ADD_R1 : ADD_R2;
        }
        add(row, word, T32Words.pack(code), r);
    }

    /** To A32: add r1, r1, #1, and back by BX to where the T32 code goes on. */
    private void interworking(T32 row, int word, int m, int[] r) {
        int[] to = r.clone();
        int at = QemuOracle.address(cases.size());
        to[m] = at + 8;
        if (m != 14) {
            to[14] = row == T32.BX_T1 ? at + 16 + 1 : 0;
        } else {
            return;
        }
        add(row, word, new int[] {word | 0x3001_0000, 0xbf00_e006, 0xe2811001, 0xe12fff1e, 0x32013201, 0x32013201}, to);
    }

    /** LDR, LDM and POP to r15 from the case's own code. */
    private void loadsOfPc(int[] r) {
        for (T32 row : new T32[] {
            T32.LDR_LIT_T2, T32.LDR_IMM_T3, T32.LDR_IMM_T4, T32.LDR_REG_T2, T32.POP_T1, T32.LDM_T2, T32.LDMDB_T1
        }) {
            int at = QemuOracle.address(cases.size());
            int n = row == T32.POP_T1 ? 13 : random.nextInt(2, 13);
            int[] from = r.clone();
            from[n] = at + 8;
            int m = (n + 1) % 13;
            int word = switch (row) {
                case LDR_LIT_T2 -> 0xf8dff004;
                case LDR_IMM_T3 -> 0xf8d0f000 | n << 16;
                case LDR_IMM_T4 -> 0xf850fb04 | n << 16;
                case LDR_REG_T2 -> {
                    from[m] = 0;
                    yield 0xf850f000 | n << 16 | m;
                }
                case POP_T1 -> 0xbd00;
                case LDM_T2 -> 0xe8908001 | n << 16; // r0 and pc
                default -> {
                    from[n] += 8;
                    yield 0xe9108001 | n << 16;
                }
            };
            boolean two = row == T32.LDM_T2 || row == T32.LDMDB_T1;
            int target = at + 16 + 1;
            int[] code = new int[] {
                row == T32.POP_T1 ? word | ADD_R0 << 16 : word >>> 16 | word << 16,
                0x30013001,
                two ? 5 : target,
                two ? target : 0x30013001,
                0x31013101,
                0x32013201
            };
            add(row, word, code, from);
        }
    }
}
