package swivel.arm;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import swivel.arm.NeonOperation.*;

/** An instruction of NEON as an assembler has it, from its record alone, as {@link VfpText} is for VFP. */
final class NeonText {
    private NeonText() {}

    /** Operations whose elements do not matter, and that are written without. */
    private static final Set<VectorOp> BITWISE = EnumSet.of(
            VectorOp.AND,
            VectorOp.BIC,
            VectorOp.ORR,
            VectorOp.ORN,
            VectorOp.EOR,
            VectorOp.BSL,
            VectorOp.BIT,
            VectorOp.BIF);

    private static final Set<VectorOp> SHIFTS = EnumSet.range(VectorOp.SHL, VectorOp.QRSHL);

    /**
     * The text of an instruction.
     *
     * @param theirs what objdump writes: an immediate can be written in several ways, and is compared with that
     */
    static String of(NeonOperation operation, String theirs) {
        return switch (operation) {
            case VectorBinary of -> {
                boolean wideD = of.shape() == Shape.LONG || of.shape() == Shape.WIDE || of.quad();
                boolean wideN = of.shape() == Shape.WIDE || of.shape() == Shape.NARROW || of.quad();
                boolean wideM = of.shape() == Shape.NARROW || of.quad();
                String n = register(wideN, of.n());
                String m = register(wideM, of.m());
                String type = BITWISE.contains(of.op()) ? "" : type(of.kind(), of.bits());
                String operands = SHIFTS.contains(of.op()) ? m + ", " + n : n + ", " + m;
                yield name(of.op(), of.shape()) + type + " " + register(wideD, of.d()) + ", " + operands;
            }
            case VectorByLane of -> {
                boolean wide = of.quad() || of.shape() == Shape.LONG;
                String lane = "d" + of.m() + "[" + of.lane() + "]";
                yield name(of.op(), of.shape()) + type(of.kind(), of.bits()) + " " + register(wide, of.d()) + ", "
                        + register(of.quad(), of.n()) + ", " + lane;
            }
            case VectorShift of -> {
                boolean moves = of.shape() == Shape.LONG && of.amount() == 0;
                String name = moves ? "vmovl" : name(of.op(), of.shape());
                boolean left = of.op() == VectorShiftOp.SHL && of.shape() == Shape.SAME; // objdump says signed
                yield name
                        + type(left ? ElementKind.SIGNED : of.kind(), of.bits())
                        + two(of.shape(), of.quad(), of.d(), of.m())
                        + (moves ? "" : ", #" + of.amount());
            }
            case VectorUnary of -> {
                boolean bitwise = of.op() == VectorUnaryOp.MVN || of.op() == VectorUnaryOp.SWP;
                String type = bitwise ? "" : type(of.kind(), of.bits());
                yield name(of.op(), of.shape()) + type + two(of.shape(), of.quad(), of.d(), of.m());
            }
            case VectorCompareZero of ->
                name(of.op(), Shape.SAME) + type(of.kind(), of.bits()) + two(Shape.SAME, of.quad(), of.d(), of.m())
                        + ", #0";
            case VectorConversion of -> {
                String integer = of.signed() ? ".s32" : ".u32";
                yield "vcvt" + (of.toFixed() ? integer + ".f32" : ".f32" + integer)
                        + two(Shape.SAME, of.quad(), of.d(), of.m())
                        + (of.fraction() == 0 ? "" : ", #" + of.fraction());
            }
            case VectorHalfConversion of ->
                "vcvt" + (of.toHalf() ? ".f16.f32" : ".f32.f16")
                        + two(of.toHalf() ? Shape.NARROW : Shape.LONG, false, of.d(), of.m());
            case VectorExtract of ->
                "vext.8 " + register(of.quad(), of.d()) + ", " + register(of.quad(), of.n()) + ", "
                        + register(of.quad(), of.m()) + ", #" + of.first();
            case TableLookup of -> {
                String last = of.count() == 1 ? "" : "-d" + (of.n() + of.count() - 1);
                yield (of.keeps() ? "vtbx.8 d" : "vtbl.8 d") + of.d() + ", {d" + of.n() + last + "}, d" + of.m();
            }
            case LaneDuplicate of ->
                "vdup." + of.bits() + " " + register(of.quad(), of.d()) + ", d" + of.m() + "[" + of.lane() + "]";
            case ElementAccess of -> name(of) + " " + registers(of) + ", " + address(of);
            case VectorImmediate of -> immediate(theirs).equals(of) ? theirs : of.toString();
        };
    }

    private static String name(ElementAccess of) {
        return (of.load() ? "vld" : "vst") + of.structure() + "." + of.bits();
    }

    private static String registers(ElementAccess of) {
        return switch (of) {
            case ElementsTransfer all -> {
                int count = all.structure() * all.groups();
                boolean inRow = all.spacing() == 1 || all.structure() == all.spacing() && all.groups() == all.spacing();
                String last = count == 1 ? "" : "-d" + (all.d() + count - 1);
                yield inRow ? "{d" + all.d() + last + "}" : each(all.d(), count, all.spacing(), "");
            }
            case LaneTransfer one -> each(one.d(), one.structure(), one.spacing(), "[" + one.lane() + "]");
            case AllLanesTransfer all
            when all.spacing() == 1 && all.count() > 1 -> "{d" + all.d() + "[]-d" + (all.d() + all.count() - 1) + "[]}";
            case AllLanesTransfer all -> each(all.d(), all.count(), all.spacing(), "[]");
        };
    }

    private static String each(int first, int count, int spacing, String lane) {
        return IntStream.range(0, count)
                .mapToObj(i -> "d" + (first + i * spacing) + lane)
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String address(ElementAccess of) {
        String alignment = of.alignment() == 1 ? "" : " :" + 8 * of.alignment();
        String offset = of.rm() != Arguments.NONE ? ", " + VfpText.core(of.rm()) : of.writesBack() ? "!" : "";
        return "[" + VfpText.core(of.rn()) + alignment + "]" + offset;
    }

    private static String name(Enum<?> op, Shape shape) {
        String suffix = switch (shape) {
            case SAME -> "";
            case LONG -> "l";
            case WIDE -> "w";
            case NARROW -> "n";
        };
        return "v" + op.name().toLowerCase(Locale.ROOT) + suffix;
    }

    private static String type(ElementKind kind, int bits) {
        return switch (kind) {
            case ANY -> "." + bits;
            case INTEGER -> ".i" + bits;
            case SIGNED -> ".s" + bits;
            case UNSIGNED -> ".u" + bits;
            case POLYNOMIAL -> ".p" + bits;
            case FLOAT -> ".f" + bits;
        };
    }

    private static String register(boolean quad, int number) {
        return quad ? "q" + number / 2 + (number % 2 == 0 ? "" : "?") : "d" + number;
    }

    private static String two(Shape shape, boolean quad, int d, int m) {
        return " " + register(quad || shape == Shape.LONG, d) + ", " + register(quad || shape == Shape.NARROW, m);
    }

    private static final Pattern IMMEDIATE = Pattern.compile("v(mov|mvn|orr|bic)\\.([if])(\\d+) ([dq])(\\d+), #(\\S+)");

    /** The record of a text. */
    private static VectorImmediate immediate(String text) {
        Matcher matcher = IMMEDIATE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        String number = matcher.group(6);
        long value = number.startsWith("0x") ? Long.parseUnsignedLong(number.substring(2), 16) : 0;
        if (matcher.group(2).equals("f")) {
            value = Float.floatToRawIntBits(Float.parseFloat(number)) & 0xffff_ffffL;
        } else if (!number.startsWith("0x")) {
            value = Long.parseLong(number) & 0xffff_ffffL;
        }
        for (int bits = Integer.parseInt(matcher.group(3)); bits < 64; bits *= 2) {
            value |= value << bits;
        }
        boolean quad = matcher.group(4).equals("q");
        int register = Integer.parseInt(matcher.group(5));
        ImmediateOp op = switch (matcher.group(1)) {
            case "orr" -> ImmediateOp.ORR;
            case "bic" -> ImmediateOp.BIC;
            default -> ImmediateOp.MOV;
        };
        boolean inverted = matcher.group(1).equals("mvn");
        return new VectorImmediate(op, quad, quad ? 2 * register : register, inverted ? ~value : value);
    }
}
