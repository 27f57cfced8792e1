package swivel.lpv.source;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random instructions that are sensitive, and others that look like them. */
final class RandomInstructions {
    static final List<String> CONDITIONS =
            List.of("eq", "ne", "cs", "hs", "cc", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le");

    private static final List<String> REGISTERS = List.of(
            "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r12", "ip", "sl", "R3", "a1", "v5",
            "lr");

    private final Random random;
    private final boolean thumb;
    private final boolean unified;

    RandomInstructions(Random random, boolean thumb, boolean unified) {
        this.random = random;
        this.thumb = thumb;
        this.unified = unified;
    }

    /**
     * An instruction in pieces: what stands before the condition, the condition, what follows in the mnemonic, the
     * operands.
     */
    record Instruction(String stem, String condition, String suffix, String operands, boolean conditional) {
        String text(boolean unified) {
            return (unified ? stem + suffix + condition : stem + condition + suffix) + " " + operands;
        }
    }

    String text() {
        return instruction().text(unified);
    }

    Instruction instruction() {
        return switch (random.nextInt(thumb ? 13 : 17)) {
            case 0 -> conditional("mrs", "", reg() + ", " + pick("cpsr", "spsr", "CPSR", "apsr", "SPSR"));
            case 1 -> conditional("msr", "", psr() + ", " + reg());
            case 2 -> always(pick("cpsid", "cpsie"), pick("i", "f", "if", "aif", "a"));
            case 3 -> thumb ? always("cps", number(mode())) : always("cpsid", pick("i", "fi") + ", " + number(mode()));
            case 4 -> conditional(pick("wfi", "wfe", "sev", "yield"), "", "");
            case 5 -> conditional(pick("ldr", "str"), pick("t", "bt", "ht"), reg() + ", " + address());
            case 6 -> conditional("ldr", pick("sbt", "sht"), reg() + ", " + address());
            case 7 ->
                thumb && !unified
                        ? always("nop", "")
                        : new Instruction(
                                pick("rfe", "rfe"), "", pick("ia", "db"), pick("r0", "sp") + pick("", "!"), false);
            case 8 -> new Instruction("srs", "", pick("ia", "db"), "sp" + pick("", "!") + ", " + marked(mode()), false);
            case 9 -> conditional("smc", "", number(random.nextInt(16)));
            case 10 -> always("hvc", number(random.nextInt(0x10000)));
            case 11 ->
                thumb
                        ? conditional("sub", "s", "pc, lr, " + number(4 * random.nextInt(3)))
                        : conditional(
                                "msr",
                                "",
                                psr() + ", "
                                        + pick("#", "$")
                                        + pick(
                                                "0xd3",
                                                "(0x80 | 0x13)",
                                                "0x40 | 0x10",
                                                "0x3fc",
                                                "0",
                                                "(0x13|!0<<7&0x80)"));
            case 12 ->
                thumb
                        ? pick("eret", "movs").equals("eret")
                                ? conditional("eret", "", "")
                                : conditional("mov", "s", "pc, lr")
                        : conditional(
                                pick("ldm", "stm"),
                                pick("ia", "ib", "da", "db", "fd", "ea"),
                                pick("r0", "sp", "r13") + ", " + list() + pick("^", "^", ""));
            case 13 -> conditional(pick("ldm"), pick("ia", "fd", "db"), "sp!, {r0-r3, pc}^");
            case 14 ->
                conditional(
                        pick("add", "sub", "and", "bic", "adc"),
                        "s",
                        pick("pc", "PC", "r3") + ", lr, " + pick(operand2(), "#-4"));
            case 15 ->
                random.nextBoolean()
                        ? conditional(pick("mov", "mvn"), "s", pick("pc", "pc", "r4") + ", " + operand2())
                        : conditional(pick("rsb", "orr", "eor", "rsc"), "s", pick("pc", "r5") + ", r6, " + operand2());
            default -> conditional("sub", "s", "pc, lr, " + number(4 * random.nextInt(20)));
        };
    }

    private Instruction conditional(String stem, String suffix, String operands) {
        return new Instruction(stem, random.nextInt(3) == 0 ? pick(CONDITIONS) : "", suffix, operands, true);
    }

    private static Instruction always(String stem, String operands) {
        return new Instruction(stem, "", "", operands, false);
    }

    private String psr() {
        return pick("cpsr", "spsr", "CPSR") + pick("_c", "_cxsf", "_fsxc", "_xc", "_f", "_cf", "");
    }

    private String address() {
        if (thumb) {
            return pick("[r1]", "[r6, #" + random.nextInt(256) + "]", "[r8, #0x10]");
        }
        return pick(
                "[r11]", "[fp], #" + random.nextInt(256), "[r11], #-" + random.nextInt(256), "[r11], -r5", "[r11], r5");
    }

    private String operand2() {
        return pick("#4", "#0xff0", "r5", "r6, lsl #3", "r6, lsr #32", "ip, ror #7", "r1, rrx", "r0, asr #1");
    }

    private String list() {
        return "{"
                + IntStream.range(0, 13)
                        .filter(_ -> random.nextInt(4) == 0)
                        .mapToObj(i -> "r" + i)
                        .collect(Collectors.collectingAndThen(
                                Collectors.joining(", "),
                                some -> some.isEmpty() ? pick("r0 - r14", "r8-lr", "r0, sp") : some))
                + "}";
    }

    int mode() {
        return List.of(16, 17, 18, 19, 23, 27, 31).get(random.nextInt(7));
    }

    String reg() {
        return pick(REGISTERS);
    }

    String low() {
        return "r" + random.nextInt(8);
    }

    /** A number in any notation, with the sign that says so, or none, which divided syntax does not take everywhere. */
    String number(int value) {
        return pick("#", "$", unified ? "" : "#", "# ")
                + pick("%d", "0x%x", "(%d)", "0%o", "(%d + 0)").formatted(value);
    }

    /** The same where the assembler wants a sign. */
    String marked(int value) {
        return pick("#", "$") + pick("%d", "0x%x", "(%d)").formatted(value);
    }

    String pick(String... of) {
        return pick(List.of(of));
    }

    String pick(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
