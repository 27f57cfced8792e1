package swivel.cpu.fp;

import static swivel.cpu.fp.Format.DOUBLE;
import static swivel.cpu.fp.Format.HALF;
import static swivel.cpu.fp.Format.SINGLE;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.arm.Fpscr;
import swivel.cpu.fp.FpOracle.Inputs;
import swivel.cpu.fp.FpOracle.Operation;

/**
 * Scalar arithmetic as {@code qemu-arm} has it, results and flags. All pairs of values in all modes:
 * {@code -Dswivel.fp.full=true}; else some of them.
 */
class FpOracleTest {
    private static final boolean FULL = Boolean.getBoolean("swivel.fp.full");
    private static final int SOME = 4000;

    private static final long[] SINGLES = FpValues.of(SINGLE);
    private static final long[] DOUBLES = FpValues.of(DOUBLE);
    private static final long[] INTEGERS = {
        0,
        1,
        -1,
        2,
        -2,
        0x7fff,
        0x8000,
        0x8001,
        0xffff,
        0x10001,
        0x7fffffff,
        0x80000000L,
        0x80000001L,
        0xfffffffeL,
        0xffffff,
        0x1000000,
        0x1000001,
        0x1000003,
        0x7fffff80,
        0x7fffffbf,
        0x7fffffc0,
        0x7fffffc1,
        0xffffff7fL,
        0xffffff80L,
        0x12345678
    };

    private final SplittableRandom random = new SplittableRandom(20261129);

    @TempDir
    Path directory;

    private interface Two {
        long apply(long a, long b, FpContext c);
    }

    private static Operation single(String name, Two two) {
        return new Operation(name + " s0, s4, s8", false, (d, c) -> low(d, two.apply(word(d[2]), word(d[4]), c)));
    }

    private static Operation twice(String name, Two two) {
        return new Operation(name + " d0, d2, d4", false, (d, c) -> {
            d[0] = two.apply(d[2], d[4], c);
            return 0;
        });
    }

    private static int low(long[] d, long value) {
        d[0] = d[0] & -1L << 32 | word(value);
        return 0;
    }

    private static long word(long value) {
        return value & 0xffff_ffffL;
    }

    @Test
    void singlesWithTwoOperands() throws Exception {
        pairs(
                SINGLES,
                List.of(
                        single("vadd.f32", (a, b, c) -> Float32.add((int) a, (int) b, c)),
                        single("vsub.f32", (a, b, c) -> Float32.subtract((int) a, (int) b, c)),
                        single("vmul.f32", (a, b, c) -> Float32.multiply((int) a, (int) b, c)),
                        single("vnmul.f32", (a, b, c) -> Float32.multiply((int) a, (int) b, c) ^ Integer.MIN_VALUE),
                        single("vdiv.f32", (a, b, c) -> Float32.divide((int) a, (int) b, c)),
                        single("vadd.f32", (a, b, c) -> SoftFloat.add(SINGLE, a, b, c)),
                        single("vsub.f32", (a, b, c) -> SoftFloat.subtract(SINGLE, a, b, c)),
                        single("vmul.f32", (a, b, c) -> SoftFloat.multiply(SINGLE, a, b, c)),
                        single("vdiv.f32", (a, b, c) -> SoftFloat.divide(SINGLE, a, b, c)),
                        new Operation(
                                "vcmp.f32 s4, s8", false, (d, c) -> Float32.compare((int) d[2], (int) d[4], false, c)),
                        new Operation(
                                "vcmpe.f32 s4, s8",
                                false,
                                (d, c) -> Float32.compare((int) d[2], (int) d[4], true, c))));
    }

    @Test
    void doublesWithTwoOperands() throws Exception {
        pairs(
                DOUBLES,
                List.of(
                        twice("vadd.f64", Float64::add),
                        twice("vsub.f64", Float64::subtract),
                        twice("vmul.f64", Float64::multiply),
                        twice("vdiv.f64", Float64::divide),
                        twice("vadd.f64", (a, b, c) -> SoftFloat.add(DOUBLE, a, b, c)),
                        twice("vsub.f64", (a, b, c) -> SoftFloat.subtract(DOUBLE, a, b, c)),
                        twice("vmul.f64", (a, b, c) -> SoftFloat.multiply(DOUBLE, a, b, c)),
                        twice("vdiv.f64", (a, b, c) -> SoftFloat.divide(DOUBLE, a, b, c)),
                        new Operation("vcmp.f64 d2, d4", false, (d, c) -> Float64.compare(d[2], d[4], false, c)),
                        new Operation("vcmpe.f64 d2, d4", false, (d, c) -> Float64.compare(d[2], d[4], true, c))));
    }

    @Test
    void threeOperands() throws Exception {
        int sign = Integer.MIN_VALUE;
        triples(
                SINGLES,
                List.of(
                        accumulating("vfma.f32", (z, a, b, c) -> Float32.multiplyAdd(z, a, b, c)),
                        accumulating("vfms.f32", (z, a, b, c) -> Float32.multiplyAdd(z, a ^ sign, b, c)),
                        accumulating("vfnma.f32", (z, a, b, c) -> Float32.multiplyAdd(z ^ sign, a ^ sign, b, c)),
                        accumulating("vfnms.f32", (z, a, b, c) -> Float32.multiplyAdd(z ^ sign, a, b, c)),
                        accumulating("vfma.f32", (z, a, b, c) ->
                                (int) SoftFloat.multiplyAdd(SINGLE, word(z), word(a), word(b), c)),
                        accumulating("vmla.f32", (z, a, b, c) -> Float32.add(z, Float32.multiply(a, b, c), c)),
                        accumulating("vmls.f32", (z, a, b, c) -> Float32.add(z, Float32.multiply(a, b, c) ^ sign, c)),
                        accumulating(
                                "vnmla.f32",
                                (z, a, b, c) -> Float32.add(z ^ sign, Float32.multiply(a, b, c) ^ sign, c)),
                        accumulating(
                                "vnmls.f32", (z, a, b, c) -> Float32.add(z ^ sign, Float32.multiply(a, b, c), c))));
        triples(
                DOUBLES,
                List.of(
                        new Operation(
                                "vfma.f64 d0, d2, d4",
                                false,
                                (d, c) -> set(d, Float64.multiplyAdd(d[0], d[2], d[4], c))),
                        new Operation(
                                "vfma.f64 d0, d2, d4",
                                false,
                                (d, c) -> set(d, SoftFloat.multiplyAdd(DOUBLE, d[0], d[2], d[4], c))),
                        new Operation(
                                "vmla.f64 d0, d2, d4",
                                false,
                                (d, c) -> set(d, Float64.add(d[0], Float64.multiply(d[2], d[4], c), c)))));
    }

    private interface Three {
        int apply(int addend, int a, int b, FpContext c);
    }

    private static Operation accumulating(String name, Three three) {
        return new Operation(
                name + " s0, s4, s8", false, (d, c) -> low(d, three.apply((int) d[0], (int) d[2], (int) d[4], c)));
    }

    private static int set(long[] d, long value) {
        d[0] = value;
        return 0;
    }

    @Test
    void oneOperand() throws Exception {
        List<Operation> singles = new ArrayList<>(List.of(
                new Operation("vsqrt.f32 s0, s4", false, (d, c) -> low(d, Float32.squareRoot((int) d[2], c))),
                new Operation("vsqrt.f32 s0, s4", false, (d, c) -> low(d, SoftFloat.squareRoot(SINGLE, word(d[2]), c))),
                new Operation("vcmp.f32 s4, #0", false, (d, c) -> Float32.compare((int) d[2], 0, false, c)),
                new Operation(
                        "vcvt.f64.f32 d0, s4",
                        false,
                        (d, c) -> set(d, Conversions.convert(SINGLE, DOUBLE, word(d[2]), c))),
                new Operation(
                        "vcvtb.f16.f32 s0, s4",
                        false,
                        (d, c) -> set(d, d[0] & -0x10000 | Conversions.convert(SINGLE, HALF, word(d[2]), c)))));
        List<Operation> doubles = new ArrayList<>(List.of(
                new Operation("vsqrt.f64 d0, d2", false, (d, c) -> set(d, Float64.squareRoot(d[2], c))),
                new Operation("vsqrt.f64 d0, d2", false, (d, c) -> set(d, SoftFloat.squareRoot(DOUBLE, d[2], c))),
                new Operation(
                        "vcvt.f32.f64 s0, d2", false, (d, c) -> low(d, Conversions.convert(DOUBLE, SINGLE, d[2], c)))));
        for (boolean unsigned : new boolean[] {false, true}) {
            String type = unsigned ? "u" : "s";
            for (Format f : new Format[] {SINGLE, DOUBLE}) {
                List<Operation> list = f == SINGLE ? singles : doubles;
                String from = f == SINGLE ? ".f32 s0, s4" : ".f64 s0, d2";
                list.add(new Operation(
                        "vcvt." + type + "32" + from,
                        false,
                        (d, c) -> low(
                                d, Conversions.toFixed(f, operand(f, d[2]), 0, 32, unsigned, Fpscr.ROUND_ZERO, c))));
                list.add(new Operation(
                        "vcvtr." + type + "32" + from,
                        false,
                        (d, c) -> low(d, Conversions.toFixed(f, operand(f, d[2]), 0, 32, unsigned, c.rounding(), c))));
                for (int size : new int[] {16, 32}) {
                    for (int bits : new int[] {1, 7, size}) {
                        String same = f == SINGLE ? " s0, s0, #" : " d0, d0, #";
                        list.add(new Operation(
                                "vcvt." + type + size + (f == SINGLE ? ".f32" : ".f64") + same + bits,
                                false,
                                (d, c) -> {
                                    long value = Conversions.toFixed(
                                            f, operand(f, d[0]), bits, size, unsigned, Fpscr.ROUND_ZERO, c);
                                    return f == SINGLE ? low(d, value) : set(d, value);
                                }));
                    }
                }
            }
        }
        ones(SINGLES, singles);
        ones(DOUBLES, doubles);
    }

    private static long operand(Format f, long value) {
        return f == SINGLE ? word(value) : value;
    }

    @Test
    void halves() throws Exception {
        long[] values = new long[0x10000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        Operation operation = new Operation(
                "vcvtb.f32.f16 s0, s4", false, (d, c) -> low(d, Conversions.convert(HALF, SINGLE, d[2] & 0xffff, c)));
        if (FULL) {
            ones(values, List.of(operation));
        } else {
            ones(FpValues.of(HALF), List.of(operation));
        }
    }

    @Test
    void integers() throws Exception {
        List<Operation> list = new ArrayList<>();
        for (boolean unsigned : new boolean[] {false, true}) {
            String type = unsigned ? "u" : "s";
            list.add(new Operation(
                    "vcvt.f32." + type + "32 s0, s4",
                    false,
                    (d, c) -> low(
                            d,
                            Conversions.fromFixed(
                                    SINGLE, Element.of(2, unsigned).extend(d[2]), 0, c.rounding(), c))));
            list.add(new Operation(
                    "vcvt.f64." + type + "32 d0, s4",
                    false,
                    (d, c) -> set(
                            d,
                            Conversions.fromFixed(
                                    DOUBLE, Element.of(2, unsigned).extend(d[2]), 0, c.rounding(), c))));
            for (int size : new int[] {16, 32}) {
                for (int bits : new int[] {1, 9, size}) {
                    Element element = Element.of(size / 16, unsigned);
                    list.add(new Operation(
                            "vcvt.f32." + type + size + " s0, s0, #" + bits,
                            false,
                            (d, c) -> low(
                                    d,
                                    Conversions.fromFixed(
                                            SINGLE, element.extend(d[0]), bits, Fpscr.ROUND_NEAREST, c))));
                    list.add(new Operation(
                            "vcvt.f64." + type + size + " d0, d0, #" + bits,
                            false,
                            (d, c) -> set(
                                    d,
                                    Conversions.fromFixed(
                                            DOUBLE, element.extend(d[0]), bits, Fpscr.ROUND_NEAREST, c))));
                }
            }
        }
        ones(INTEGERS, list);
    }

    private void ones(long[] values, List<Operation> operations) throws Exception {
        List<Inputs> all = new ArrayList<>();
        for (Operation operation : operations) {
            Inputs inputs = new Inputs(operation);
            for (long value : values) {
                for (int modes = 0; modes < 32; modes++) {
                    if (FULL || random.nextInt(4) == 0) {
                        inputs.add(
                                fpscr(modes),
                                operation.text().contains("0, s0")
                                                || operation.text().contains("0, d0")
                                        ? value
                                        : 0xaaaa_aaaa_aaaa_aaaaL,
                                0,
                                value);
                    }
                }
            }
            all.add(inputs);
        }
        FpOracle.compare(all, directory);
    }

    private void pairs(long[] values, List<Operation> operations) throws Exception {
        List<Inputs> all = new ArrayList<>();
        for (Operation operation : operations) {
            Inputs inputs = new Inputs(operation);
            all.add(inputs);
            if (!FULL) {
                for (int i = 0; i < SOME; i++) {
                    inputs.add(fpscr(random.nextInt(16)), 7, 0, any(values), 0, any(values));
                }
                continue;
            }
            for (int modes = 0; modes < 16; modes++) {
                for (long a : values) {
                    for (long b : values) {
                        inputs.add(fpscr(modes), 7, 0, a, 0, b);
                    }
                }
            }
            FpOracle.compare(all, directory);
            all.clear();
        }
        FpOracle.compare(all, directory);
    }

    private void triples(long[] values, List<Operation> operations) throws Exception {
        List<Inputs> all = new ArrayList<>();
        for (Operation operation : operations) {
            Inputs inputs = new Inputs(operation);
            for (int i = 0; i < (FULL ? 1_000_000 : SOME); i++) {
                inputs.add(fpscr(random.nextInt(16)), any(values), 0, any(values), 0, any(values));
            }
            all.add(inputs);
            if (FULL) {
                FpOracle.compare(all, directory);
                all.clear();
            }
        }
        FpOracle.compare(all, directory);
    }

    /** FPSCR with rounding mode, FZ, DN and AHP from the number's bits, and now and then a flag. */
    private int fpscr(int modes) {
        return modes << 22 | (random.nextBoolean() ? Fpscr.INEXACT : 0);
    }

    private long any(long[] values) {
        return values[random.nextInt(values.length)];
    }
}
