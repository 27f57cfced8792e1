package swivel.arm;

import static swivel.arm.Arguments.NONE;

import java.util.Locale;
import java.util.Map;
import swivel.arm.VfpOperation.*;

/**
 * An instruction as an assembler has it, from its record alone: what is missing or wrong in a record is so in the
 * text.
 */
final class VfpText {
    private VfpText() {}

    private static final Map<Integer, String> SYSTEM_REGISTERS =
            Map.of(0, "fpsid", 1, "fpscr", 6, "mvfr1", 7, "mvfr0", 8, "fpexc", 9, "fpinst", 10, "fpinst2");

    /** The text of an instruction with a condition as a suffix. */
    static String of(VfpOperation operation, String c) {
        return switch (operation) {
            case FloatArithmetic of ->
                name(of.op()) + c + type(of.type()) + registers(of.type(), of.d(), of.n(), of.m());
            case FloatUnary of -> name(of.op()) + c + type(of.type()) + registers(of.type(), of.d(), of.m());
            case FloatImmediate of ->
                "vmov" + c + type(of.type()) + registers(of.type(), of.d()) + ", #" + imm8(of.type(), of.value());
            case FloatCompare of ->
                (of.signalling() ? "vcmpe" : "vcmp")
                        + c
                        + type(of.type())
                        + (of.m() == NONE
                                ? registers(of.type(), of.d()) + ", #0.0"
                                : registers(of.type(), of.d(), of.m()));
            case FloatConversion of ->
                "vcvt" + c + type(of.to()) + type(of.from()) + registers(of.to(), of.d()) + ", "
                        + register(of.from(), of.m());
            case HalfConversion of ->
                (of.top() ? "vcvtt" : "vcvtb")
                        + c
                        + (of.toHalf() ? ".f16.f32" : ".f32.f16")
                        + registers(FloatType.SINGLE, of.d(), of.m());
            case FromInteger of ->
                "vcvt" + c + type(of.to()) + integer(of.signed(), 32) + registers(of.to(), of.d()) + ", s" + of.m();
            case ToInteger of ->
                (of.rounding() == Rounding.ZERO ? "vcvt" : "vcvtr") + c + integer(of.signed(), 32) + type(of.from())
                        + " s" + of.d() + ", " + register(of.from(), of.m());
            case FixedConversion of -> {
                String fixed = integer(of.signed(), of.bits());
                String types = of.toFixed() ? fixed + type(of.type()) : type(of.type()) + fixed;
                yield "vcvt" + c + types + registers(of.type(), of.d(), of.d()) + ", #" + of.fraction();
            }
            case FloatTransfer of ->
                (of.load() ? "vldr" : "vstr") + c + registers(of.type(), of.d()) + ", " + address(of.address());
            case FloatBlockTransfer of -> block(of, c);
            case SingleMove of ->
                "vmov" + c + " " + (of.toCore() ? core(of.rt()) + ", s" + of.n() : "s" + of.n() + ", " + core(of.rt()));
            case PairMove of -> {
                String core = core(of.rt()) + ", " + core(of.rt2());
                String vfp = of.type() == FloatType.DOUBLE ? "d" + of.m() : "s" + of.m() + ", s" + (of.m() + 1);
                yield "vmov" + c + " " + (of.toCore() ? core + ", " + vfp : vfp + ", " + core);
            }
            case LaneMove of -> {
                boolean extended = of.toCore() && of.bits() < 32;
                String lane = "d" + of.d() + "[" + of.lane() + "]";
                yield "vmov" + c + (extended ? integer(of.signed(), of.bits()) : "." + of.bits()) + " "
                        + (of.toCore() ? core(of.rt()) + ", " + lane : lane + ", " + core(of.rt()));
            }
            case CoreDuplicate of ->
                "vdup" + c + "." + of.bits() + " " + (of.quad() ? "q" + of.d() / 2 : "d" + of.d()) + ", "
                        + core(of.rt());
            case VfpStatusMove of -> {
                boolean flags = of.read() && of.register() == VfpStatusMove.FPSCR && of.rt() == 15;
                String system = SYSTEM_REGISTERS.get(of.register());
                String core = flags ? "APSR_nzcv" : core(of.rt());
                yield of.read() ? "vmrs" + c + " " + core + ", " + system : "vmsr" + c + " " + system + ", " + core;
            }
        };
    }

    private static String name(Enum<?> op) {
        return "v" + op.name().toLowerCase(Locale.ROOT);
    }

    private static String type(FloatType type) {
        return ".f" + type.bits();
    }

    private static String integer(boolean signed, int bits) {
        return (signed ? ".s" : ".u") + bits;
    }

    private static String register(FloatType type, int number) {
        return (type == FloatType.DOUBLE ? "d" : "s") + number;
    }

    private static String registers(FloatType type, int... numbers) {
        StringBuilder text = new StringBuilder();
        for (int number : numbers) {
            text.append(text.isEmpty() ? " " : ", ").append(register(type, number));
        }
        return text.toString();
    }

    static String core(int register) {
        StringBuilder text = new StringBuilder();
        Syntax.register(text, register);
        return text.toString();
    }

    private static String address(Address address) {
        return "[" + core(address.rn()) + (address.displacement() == 0 ? "" : ", #" + address.displacement()) + "]";
    }

    private static String block(FloatBlockTransfer of, String c) {
        int last = of.d() + of.count() - 1;
        String list =
                "{" + register(of.type(), of.d()) + (of.count() == 1 ? "" : "-" + register(of.type(), last)) + "}";
        boolean down = of.mode() == BlockMode.DB;
        if (of.rn() == 13 && of.writesBack() && of.load() != down && !of.extraWord()) {
            return (of.load() ? "vpop" : "vpush") + c + " " + list;
        }
        String name = (of.extraWord() ? "f" : "v") + (of.load() ? "ldm" : "stm") + (down ? "db" : "ia");
        return name + (of.extraWord() ? "x" : "") + c + " " + core(of.rn()) + (of.writesBack() ? "!" : "") + ", "
                + list;
    }

    /**
     * The eight bits that an assembler takes for a number: a sign, an exponent, four bits behind the point (A7.5.1).
     */
    private static int imm8(FloatType type, long bits) {
        for (int imm8 = 0; imm8 < 256; imm8++) {
            double number = Math.scalb((16 + (imm8 & 15)) / 16.0, (imm8 >> 4 & 7 ^ 4) - 3);
            double signed = imm8 < 128 ? number : -number;
            long same = type == FloatType.DOUBLE
                    ? Double.doubleToRawLongBits(signed)
                    : Integer.toUnsignedLong(Float.floatToRawIntBits((float) signed));
            if (same == bits) {
                return imm8;
            }
        }
        return NONE;
    }
}
