package swivel.cpu.fp;

import static swivel.cpu.fp.LaneOperation.*;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.cpu.fp.FpOracle.Inputs;
import swivel.cpu.fp.FpOracle.Operation;

/** Advanced SIMD as {@code qemu-arm} has it, results and cumulative flags: every lane operation with each width. */
class LaneOracleTest {
    private static final int SOME = Boolean.getBoolean("swivel.fp.full") ? 200_000 : 400;
    private static final long[] EDGES = {0, -1, 0x7f, 0x80, 0x8000, 0x7fff, 1, 0x7fffffff, 0x80000000L};
    private static final Element[] SMALL = {Element.S8, Element.U8, Element.S16, Element.U16, Element.S32, Element.U32};

    private final SplittableRandom random = new SplittableRandom(3);
    private final List<Operation> operations = new ArrayList<>();

    @TempDir
    Path directory;

    /** The type's name in assembly, as it is or without its sign. */
    private static String type(Element e) {
        return "." + e.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String anySign(Element e) {
        return ".i" + e.bits;
    }

    private static String size(Element e) {
        return "." + e.bits;
    }

    private static Element twice(Element e) {
        return Element.values()[e.ordinal() + 2];
    }

    /** Dd, Dn, Dm. */
    private void three(String name, LaneOperation operation, Element e) {
        operations.add(new Operation(
                name + " d0, d2, d4", true, (d, c) -> set(d, Lanes.apply(operation, e, e, e, d[0], d[2], d[4], c))));
    }

    /** Dd, Dm and perhaps a number. */
    private void two(String name, LaneOperation operation, Element e, Element f, long number, String suffix) {
        operations.add(new Operation(
                name + " d0, d2" + suffix,
                true,
                (d, c) -> set(d, Lanes.apply(operation, e, f, null, d[0], d[2], number, c))));
    }

    private void two(String name, LaneOperation operation, Element e) {
        two(name, operation, e, e, 0, "");
    }

    /** Qd, Dn, Dm. */
    private void wide(String name, LaneOperation operation, Element f) {
        Element e = twice(f);
        operations.add(new Operation(name + " q0, d2, d4", true, (d, c) -> {
            d[0] = Lanes.apply(operation, e, f, f, d[0], d[2], d[4], c);
            d[1] = Lanes.apply(operation, e, f, f, d[1], d[2] >>> 32, d[4] >>> 32, c);
            return 0;
        }));
    }

    /** Qd, Qn, Dm. */
    private void wider(String name, LaneOperation operation, Element g) {
        Element e = twice(g);
        operations.add(new Operation(name + " q0, q1, d4", true, (d, c) -> {
            d[0] = Lanes.apply(operation, e, e, g, d[0], d[2], d[4], c);
            d[1] = Lanes.apply(operation, e, e, g, d[1], d[3], d[4] >>> 32, c);
            return 0;
        }));
    }

    /** Dd, Qm and perhaps a number. */
    private void narrow(String name, LaneOperation operation, Element e, Element f, long number, String suffix) {
        operations.add(new Operation(
                name + " d0, q1" + suffix,
                true,
                (d, c) -> set(
                        d,
                        Lanes.apply(operation, e, f, null, 0, d[2], number, c)
                                | Lanes.apply(operation, e, f, null, 0, d[3], number, c) << 32)));
    }

    /** Dd, Qn, Qm. */
    private void high(String name, LaneOperation operation, Element e) {
        Element f = twice(e);
        operations.add(new Operation(
                name + anySign(f) + " d0, q1, q2",
                true,
                (d, c) -> set(
                        d,
                        Lanes.apply(operation, e, f, f, 0, d[2], d[4], c)
                                | Lanes.apply(operation, e, f, f, 0, d[3], d[5], c) << 32)));
    }

    private static int set(long[] d, long value) {
        d[0] = value;
        return 0;
    }

    @Test
    void integersWithTwoOperands() throws Exception {
        for (Element e : Element.values()) {
            three("vqadd" + type(e), ADD_SATURATING, e);
            three("vqsub" + type(e), SUB_SATURATING, e);
            if (e.unsigned) {
                three("vadd" + anySign(e), ADD, e);
                three("vsub" + anySign(e), SUB, e);
            }
        }
        for (Element e : SMALL) {
            three("vhadd" + type(e), ADD_HALVING, e);
            three("vrhadd" + type(e), ADD_HALVING_ROUNDING, e);
            three("vhsub" + type(e), SUB_HALVING, e);
            three("vabd" + type(e), DIFFERENCE, e);
            three("vaba" + type(e), DIFFERENCE_ACCUMULATE, e);
            three("vmax" + type(e), MAX, e);
            three("vmin" + type(e), MIN, e);
            three("vcge" + type(e), GREATER_EQUAL, e);
            three("vcgt" + type(e), GREATER, e);
            wide("vaddl" + type(e), ADD, e);
            wide("vsubl" + type(e), SUB, e);
            wide("vabdl" + type(e), DIFFERENCE, e);
            wide("vabal" + type(e), DIFFERENCE_ACCUMULATE, e);
            wide("vmull" + type(e), MUL, e);
            wide("vmlal" + type(e), MLA, e);
            wide("vmlsl" + type(e), MLS, e);
            wider("vaddw" + type(e), ADD, e);
            wider("vsubw" + type(e), SUB, e);
            for (LaneOperation operation : new LaneOperation[] {MAX, MIN}) {
                String name = operation == MAX ? "vpmax" : "vpmin";
                pairs(name + type(e), operation, e);
            }
            if (e.unsigned) {
                three("vmul" + anySign(e), MUL, e);
                three("vmla" + anySign(e), MLA, e);
                three("vmls" + anySign(e), MLS, e);
                three("vceq" + anySign(e), EQUAL, e);
                three("vtst" + size(e), TEST, e);
                pairs("vpadd" + anySign(e), ADD, e);
                high("vaddhn", ADD_HIGH, e);
                high("vraddhn", ADD_HIGH_ROUNDING, e);
                high("vsubhn", SUB_HIGH, e);
                high("vrsubhn", SUB_HIGH_ROUNDING, e);
            } else if (e != Element.S8) {
                three("vqdmulh" + type(e), MUL_HIGH, e);
                three("vqrdmulh" + type(e), MUL_HIGH_ROUNDING, e);
                wide("vqdmull" + type(e), MUL_DOUBLING, e);
                wide("vqdmlal" + type(e), MLA_DOUBLING, e);
                wide("vqdmlsl" + type(e), MLS_DOUBLING, e);
            }
        }
        three("vmul.p8", MUL_POLYNOMIAL, Element.U8);
        wide("vmull.p8", MUL_POLYNOMIAL, Element.U8);
        three("vand", AND, Element.U64);
        three("vbic", BIC, Element.U64);
        three("vorr", ORR, Element.U64);
        three("vorn", ORN, Element.U64);
        three("veor", EOR, Element.U64);
        three("vbsl", SELECT, Element.U64);
        three("vbit", INSERT_IF_TRUE, Element.U64);
        three("vbif", INSERT_IF_FALSE, Element.U64);
        compare();
    }

    private void pairs(String name, LaneOperation operation, Element e) {
        operations.add(new Operation(
                name + " d0, d2, d4", true, (d, c) -> set(d, Lanes.applyToPairs(operation, e, d[2], d[4], c))));
    }

    @Test
    void integersWithOneOperand() throws Exception {
        for (Element e : SMALL) {
            two("vclz" + anySign(e), COUNT_ZEROS, e.unsigned ? e : Element.of(e.ordinal() / 2, true));
            if (!e.unsigned) {
                two("vcls" + type(e), COUNT_SIGN, e);
                two("vneg" + type(e), NEGATE, e);
                two("vqneg" + type(e), NEGATE_SATURATING, e);
                two("vabs" + type(e), ABSOLUTE, e);
                two("vqabs" + type(e), ABSOLUTE_SATURATING, e);
                two("vceq.i" + e.bits, EQUAL, e, e, 0, ", #0");
                two("vcge" + type(e), GREATER_EQUAL, e, e, 0, ", #0");
                two("vcgt" + type(e), GREATER, e, e, 0, ", #0");
                two("vcle" + type(e), LESS_EQUAL, e, e, 0, ", #0");
                two("vclt" + type(e), LESS, e, e, 0, ", #0");
                narrow("vmovn" + anySign(twice(e)), MOVE, e, twice(e), 0, "");
                narrow("vqmovun" + type(twice(e)), MOVE_SATURATING, Element.of(e.ordinal() / 2, true), twice(e), 0, "");
            }
            narrow("vqmovn" + type(twice(e)), MOVE_SATURATING, e, twice(e), 0, "");
            operations.add(new Operation("vmovl" + type(e) + " q0, d2", true, (d, c) -> {
                d[0] = Lanes.apply(MOVE, twice(e), e, null, 0, d[2], 0, c);
                d[1] = Lanes.apply(MOVE, twice(e), e, null, 0, d[2] >>> 32, 0, c);
                return 0;
            }));
            for (boolean accumulates : new boolean[] {false, true}) {
                operations.add(new Operation(
                        (accumulates ? "vpadal" : "vpaddl") + type(e) + " d0, d2",
                        true,
                        (d, c) -> set(d, Lanes.addPairs(twice(e), e, accumulates, d[0], d[2], c))));
            }
        }
        two("vcnt.8", COUNT_BITS, Element.U8);
        two("vmvn", NOT, Element.U64);
        two("vrecpe.u32", RECIPROCAL_ESTIMATE, Element.U32);
        two("vrsqrte.u32", RECIPROCAL_ROOT_ESTIMATE, Element.U32);
        compare();
    }

    @Test
    void shifts() throws Exception {
        for (Element e : Element.values()) {
            operations.add(shiftByRegister("vshl", SHIFT, e));
            operations.add(shiftByRegister("vrshl", SHIFT_ROUNDING, e));
            operations.add(shiftByRegister("vqshl", SHIFT_SATURATING, e));
            operations.add(shiftByRegister("vqrshl", SHIFT_SATURATING_ROUNDING, e));
            for (int n : new int[] {1, 3, e.bits - 1, e.bits}) {
                two("vshr" + type(e), SHIFT, e, e, -n, ", #" + n);
                two("vrshr" + type(e), SHIFT_ROUNDING, e, e, -n, ", #" + n);
                two("vsra" + type(e), SHIFT_ACCUMULATE, e, e, -n, ", #" + n);
                two("vrsra" + type(e), SHIFT_ACCUMULATE_ROUNDING, e, e, -n, ", #" + n);
                two("vsri" + size(e), SHIFT_INSERT, e, e, -n, ", #" + n);
            }
            for (int n : new int[] {0, 1, 5, e.bits - 1}) {
                two("vqshl" + type(e), SHIFT_SATURATING, e, e, n, ", #" + n);
                two("vshl" + anySign(e), SHIFT, e, e, n, ", #" + n);
                two("vsli" + size(e), SHIFT_INSERT, e, e, n, ", #" + n);
                if (!e.unsigned) {
                    two("vqshlu" + type(e), SHIFT_SATURATING, Element.of(e.ordinal() / 2, true), e, n, ", #" + n);
                }
            }
        }
        for (Element e : SMALL) {
            Element f = twice(e);
            for (int n : new int[] {1, 4, e.bits}) {
                String suffix = ", #" + n;
                narrow("vshrn" + anySign(f), SHIFT, e, f, -n, suffix);
                narrow("vrshrn" + anySign(f), SHIFT_ROUNDING, e, f, -n, suffix);
                narrow("vqshrn" + type(f), SHIFT_SATURATING, e, f, -n, suffix);
                narrow("vqrshrn" + type(f), SHIFT_SATURATING_ROUNDING, e, f, -n, suffix);
                if (!e.unsigned) {
                    Element u = Element.of(e.ordinal() / 2, true);
                    narrow("vqshrun" + type(f), SHIFT_SATURATING, u, f, -n, suffix);
                    narrow("vqrshrun" + type(f), SHIFT_SATURATING_ROUNDING, u, f, -n, suffix);
                }
                operations.add(new Operation("vshll" + type(e) + " q0, d2" + suffix, true, (d, c) -> {
                    d[0] = Lanes.apply(SHIFT, f, e, null, 0, d[2], n, c);
                    d[1] = Lanes.apply(SHIFT, f, e, null, 0, d[2] >>> 32, n, c);
                    return 0;
                }));
            }
        }
        compare();
    }

    private static Operation shiftByRegister(String name, LaneOperation operation, Element e) {
        return new Operation(
                name + type(e) + " d0, d2, d4",
                true,
                (d, c) -> set(d, Lanes.apply(operation, e, e, e, d[0], d[2], d[4], c)));
    }

    @Test
    void moves() throws Exception {
        for (Element e : new Element[] {Element.U8, Element.U16, Element.U32}) {
            for (int group = 16; group <= 64; group *= 2) {
                if (group > e.bits) {
                    int bits = group;
                    operations.add(new Operation(
                            "vrev" + group + size(e) + " d0, d2",
                            true,
                            (d, c) -> set(d, Lanes.reverse(e, bits, d[2]))));
                }
            }
            operations.add(new Operation("vtrn" + size(e) + " d0, d2", true, (d, c) -> {
                long a = d[0];
                d[0] = Lanes.transpose(e, a, d[2], 0);
                d[2] = Lanes.transpose(e, a, d[2], 1);
                return 0;
            }));
            operations.add(new Operation("vuzp" + size(e) + " d0, d2", true, (d, c) -> {
                long a = d[0];
                d[0] = Lanes.unzip(e, a, d[2], 0);
                d[2] = Lanes.unzip(e, a, d[2], 1);
                return 0;
            }));
            operations.add(new Operation("vzip" + size(e) + " d0, d2", true, (d, c) -> {
                long a = d[0];
                d[0] = Lanes.zip(e, a, d[2], 0);
                d[2] = Lanes.zip(e, a, d[2], 1);
                return 0;
            }));
            operations.add(new Operation(
                    "vdup" + size(e) + " d0, d2[1]", true, (d, c) -> set(d, Lanes.duplicate(e, e.get(d[2], 1)))));
        }
        for (int n = 0; n < 8; n++) {
            int first = n;
            operations.add(new Operation(
                    "vext.8 d0, d2, d4, #" + n, true, (d, c) -> set(d, Lanes.extract(d[2], d[4], first))));
        }
        String[] lists = {"{d2}", "{d2, d3}", "{d1-d3}", "{d1-d4}"};
        for (int n = 1; n <= 4; n++) {
            int length = n;
            int first = n < 3 ? 2 : 1;
            for (boolean keeps : new boolean[] {false, true}) {
                operations.add(new Operation(
                        (keeps ? "vtbx" : "vtbl") + ".8 d0, " + lists[n - 1] + ", d5", true, (d, c) -> {
                            long result = keeps ? d[0] : 0;
                            for (int i = 0; i < length; i++) {
                                result = Lanes.lookUp(result, d[first + i], 8 * i, d[5]);
                            }
                            return set(d, result);
                        }));
            }
        }
        compare();
    }

    @Test
    void singles() throws Exception {
        Element e = Element.U32;
        three("vadd.f32", F_ADD, e);
        three("vsub.f32", F_SUB, e);
        three("vmul.f32", F_MUL, e);
        three("vmla.f32", F_MLA, e);
        three("vmls.f32", F_MLS, e);
        three("vfma.f32", F_FMA, e);
        three("vfms.f32", F_FMS, e);
        three("vabd.f32", F_DIFFERENCE, e);
        three("vmax.f32", F_MAX, e);
        three("vmin.f32", F_MIN, e);
        three("vceq.f32", F_EQUAL, e);
        three("vcge.f32", F_GREATER_EQUAL, e);
        three("vcgt.f32", F_GREATER, e);
        three("vacge.f32", F_MAGNITUDE_GREATER_EQUAL, e);
        three("vacgt.f32", F_MAGNITUDE_GREATER, e);
        three("vrecps.f32", F_RECIPROCAL_STEP, e);
        three("vrsqrts.f32", F_RECIPROCAL_ROOT_STEP, e);
        pairs("vpadd.f32", F_ADD, e);
        pairs("vpmax.f32", F_MAX, e);
        pairs("vpmin.f32", F_MIN, e);
        two("vabs.f32", F_ABSOLUTE, e);
        two("vneg.f32", F_NEGATE, e);
        two("vrecpe.f32", F_RECIPROCAL_ESTIMATE, e);
        two("vrsqrte.f32", F_RECIPROCAL_ROOT_ESTIMATE, e);
        two("vceq.f32", F_EQUAL, e, e, 0, ", #0");
        two("vcge.f32", F_GREATER_EQUAL, e, e, 0, ", #0");
        two("vcgt.f32", F_GREATER, e, e, 0, ", #0");
        two("vcle.f32", F_LESS_EQUAL, e, e, 0, ", #0");
        two("vclt.f32", F_LESS, e, e, 0, ", #0");
        for (Element integer : new Element[] {Element.S32, Element.U32}) {
            two("vcvt" + type(integer) + ".f32", F_TO_FIXED, integer, e, 0, "");
            two("vcvt.f32" + type(integer), FIXED_TO_F, e, integer, 0, "");
            for (int bits : new int[] {1, 16, 32}) {
                two("vcvt" + type(integer) + ".f32", F_TO_FIXED, integer, e, bits, ", #" + bits);
                two("vcvt.f32" + type(integer), FIXED_TO_F, e, integer, bits, ", #" + bits);
            }
        }
        narrow("vcvt.f16.f32", F_TO_HALF, Element.U16, e, 0, "");
        operations.add(new Operation("vcvt.f32.f16 q0, d2", true, (d, c) -> {
            d[0] = Lanes.apply(HALF_TO_F, e, Element.U16, null, 0, d[2], 0, c);
            d[1] = Lanes.apply(HALF_TO_F, e, Element.U16, null, 0, d[2] >>> 32, 0, c);
            return 0;
        }));
        long[] values = FpValues.of(Format.SINGLE);
        List<Inputs> all = new ArrayList<>();
        for (Operation operation : operations) {
            Inputs inputs = new Inputs(operation);
            for (int i = 0; i < 4 * SOME; i++) {
                long[] d = new long[6];
                for (int k = 0; k < 6; k++) {
                    d[k] = values[random.nextInt(values.length)] | values[random.nextInt(values.length)] << 32;
                }
                inputs.add(random.nextInt(32) << 22, d);
            }
            all.add(inputs);
        }
        FpOracle.compare(all, directory);
    }

    private void compare() throws Exception {
        List<Inputs> all = new ArrayList<>();
        for (Operation operation : operations) {
            Inputs inputs = new Inputs(operation);
            for (int i = 0; i < SOME; i++) {
                inputs.add(0, vector(), vector(), vector(), vector(), vector(), vector());
            }
            all.add(inputs);
        }
        FpOracle.compare(all, directory);
    }

    /** Small numbers, edges, anything. */
    private long vector() {
        int bits = 8 << random.nextInt(4);
        long result = 0;
        for (int at = 0; at < 64; at += bits) {
            long value = switch (random.nextInt(4)) {
                case 0 -> EDGES[random.nextInt(EDGES.length)] << random.nextInt(3) * 8;
                case 1 -> random.nextInt(-70, 70);
                case 2 -> 1L << bits - 1;
                default -> random.nextLong();
            };
            result |= (value & -1L >>> 64 - bits) << at;
        }
        return result;
    }
}
