package swivel.cpu.fp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.arm.Fpscr;
import swivel.arm.Neon;
import swivel.arm.NeonOperation;
import swivel.arm.NeonOperation.ElementAccess;
import swivel.arm.NeonOperation.VectorUnary;
import swivel.arm.NeonOperation.VectorUnaryOp;
import swivel.cpu.RandomWords;

/**
 * Every instruction of Advanced SIMD but its loads and stores, of A32 and T32, run by {@code qemu-arm} and by every
 * engine with the same registers, leaves the same registers. With {@code -Dswivel.fp.full=true} there are more cases,
 * and a report of rows by cases.
 */
class NeonOracleTest {
    private static final boolean FULL = Boolean.getBoolean("swivel.fp.full");
    private static final int ROUNDS = FULL ? 30 : 1;
    private static final int TRIES_OF_ROW = 2000;
    private static final int WORDS_OF_FORM = 8;
    private static final int STATES_OF_WORD = 5;
    private static final long[] SINGLES = FpValues.of(Format.SINGLE);
    private static final long[] HALVES = FpValues.of(Format.HALF);

    private final SplittableRandom random = new SplittableRandom(20261129);
    private final Map<Neon, TreeMap<String, Integer>> counts = new EnumMap<>(Neon.class);

    @TempDir
    Path directory;

    @Test
    void everyRowDoesWhatQemuDoes() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<NeonOracle.Case> cases = new ArrayList<>();
            for (Neon row : Neon.values()) {
                addCases(row, cases);
            }
            NeonOracle.compare(cases, directory);
        }
        List<Neon> without = new ArrayList<>();
        for (Neon row : Neon.values()) {
            if (!row.name().startsWith("UNDEFINED") && !row.name().matches("V(LD|ST)\\d_.*|V(LD|ST)\\d")) {
                if (counts.get(row) == null) {
                    without.add(row);
                } else if (FULL) {
                    System.out.println(row + " " + counts.get(row));
                }
            }
        }
        assertEquals(List.of(), without, "rows without a case");
    }

    private void addCases(Neon row, List<NeonOracle.Case> cases) {
        Map<String, Integer> words = new TreeMap<>();
        for (int i = 0; i < TRIES_OF_ROW; i++) {
            int word = row.canonical(random.nextInt());
            if (random.nextBoolean()) {
                word = withNearRegisters(row, word);
            }
            if (Neon.decode(word) != row
                    || !(row.arguments(word) instanceof NeonOperation operation)
                    || operation instanceof ElementAccess
                    || !operation.isPredictable()
                    || isUnknown(operation)) {
                continue;
            }
            String form = form(operation);
            if (words.merge(form, 1, Integer::sum) > WORDS_OF_FORM) {
                continue;
            }
            boolean thumb = random.nextBoolean();
            List<long[]> states = new ArrayList<>();
            for (int k = 0; k < STATES_OF_WORD; k++) {
                states.add(state());
            }
            cases.add(new NeonOracle.Case(row, thumb ? RandomWords.t32(word) : word, thumb, states));
            counts.computeIfAbsent(row, _ -> new TreeMap<>()).merge(form, STATES_OF_WORD, Integer::sum);
        }
    }

    /** Where a register's four lower bits are, and the upper one: of m, d and n. */
    private static final int[][] REGISTERS = {{0, 5}, {12, 22}, {16, 7}};

    /** Few registers, so that operands overlap. */
    private int withNearRegisters(Neon row, int word) {
        for (int[] register : REGISTERS) {
            int other = word & ~(15 << register[0] | 1 << register[1]) | random.nextInt(4) << register[0];
            if (Neon.decode(other) == row) {
                word = other;
            }
        }
        return word;
    }

    /** VTRN, VUZP and VZIP of a register and itself (A8.8.420, A8.8.422, A8.8.424). */
    private static boolean isUnknown(NeonOperation operation) {
        return operation instanceof VectorUnary unary
                && unary.d() == unary.m()
                && (unary.op() == VectorUnaryOp.TRN
                        || unary.op() == VectorUnaryOp.UZP
                        || unary.op() == VectorUnaryOp.ZIP);
    }

    /** Bits of elements, shape and length of one. */
    private static String form(NeonOperation operation) {
        String text = operation.toString();
        StringBuilder form = new StringBuilder();
        for (String field : new String[] {"shape", "kind", "bits", "quad"}) {
            int at = text.indexOf(field + "=");
            if (at >= 0) {
                String value = text.substring(at + field.length() + 1).split("[,\\]]", 2)[0];
                String shown = value.equals("true") ? "Q" : value.equals("false") ? "D" : value;
                form.append(form.isEmpty() ? "" : "/").append(shown);
            }
        }
        return form.toString();
    }

    private long[] state() {
        long[] state = new long[NeonOracle.STATE];
        state[0] = random.nextInt() & Fpscr.WRITABLE & ~(Fpscr.LEN | Fpscr.STRIDE) & 0xffff_ffffL;
        if (random.nextBoolean()) {
            state[0] &= ~Fpscr.CUMULATIVE;
        }
        int style = random.nextInt(8);
        for (int i = 1; i < state.length; i++) {
            state[i] = value(style < 6 ? style : random.nextInt(6));
        }
        return state;
    }

    private long value(int style) {
        return switch (style) {
            case 0 -> random.nextLong();
            case 1 -> elements(32, SINGLES);
            case 2 -> elements(16, HALVES);
            case 3 -> {
                // numbers near one, of which sums and products are so
                long value = 0;
                for (int at = 0; at < 64; at += 32) {
                    value |= (random.nextInt() & 0x80ff_ffffL | 0x3f00_0000L) << at;
                }
                yield value;
            }
            default -> {
                int bits = 8 << random.nextInt(4);
                long sign = 1L << bits - 1;
                long[] edges = {
                    0, 1, -1, -2, 2, sign, sign - 1, sign + 1, sign >>> 1, bits, -bits, bits - 1, 1 - bits, -bits - 1
                };
                yield elements(bits, edges);
            }
        };
    }

    private long elements(int bits, long[] values) {
        long result = 0;
        for (int at = 0; at < 64; at += bits) {
            result |= (values[random.nextInt(values.length)] & -1L >>> 64 - bits) << at;
        }
        return result;
    }
}
