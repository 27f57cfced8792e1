package swivel.lpv.source;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes programs of random sensitive instructions, and of others that look like them, written in all the ways that
 * sources of operating systems write them: in macros of the assembler and of the preprocessor, pasted together, with
 * names for registers, with conditions, several on a line, in inline assembly over several string literals.
 */
final class RandomPrograms {
    private static final List<String> CONDITIONS =
            List.of("eq", "ne", "cs", "hs", "cc", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le");

    private static final List<String> REGISTERS = List.of(
            "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r12", "ip", "sl", "R3", "a1", "v5",
            "lr");

    private final Random random;
    private final boolean thumb;
    private final boolean unified;
    private int names;

    RandomPrograms(long seed, boolean thumb, boolean unified) {
        this.random = new Random(seed);
        this.thumb = thumb;
        this.unified = unified;
    }

    /**
     * An instruction in pieces: what stands before the condition, the condition, what follows in the mnemonic, the
     * operands.
     */
    private record Instruction(String stem, String condition, String suffix, String operands, boolean conditional) {
        String text(boolean unified) {
            return (unified ? stem + suffix + condition : stem + condition + suffix) + " " + operands;
        }
    }

    /** Assembler source, for the preprocessor, with so many cases. */
    String assembler(int cases) {
        StringBuilder text = new StringBuilder("""
                /* Random instructions. */
                #define IF(x...) x
                #define IFNOT(x...)
                #define T(op) op ## t
                #define BOTH(a, b) a; b
                	.syntax %s
                	.%s
                	.text
                ptr	.req r1
                val	.req	r2	@ a name
                	.macro	access, op, reg, addr, c=
                	\\op\\()bt\\c	\\reg, [\\addr]
                	.endm
                	.macro	twice, op, reg, addr
                	access	\\op, \\reg, \\addr
                	access	op=\\op, reg=\\reg, addr=\\addr
                	.endm
                	.macro	just, op
                	\\op
                	.endm
                """.formatted(unified ? "unified" : "divided", thumb ? "thumb" : "arm"));
        for (int i = 0; i < cases; i++) {
            text.append(aCase());
        }
        return text.toString();
    }

    private String aCase() {
        Instruction one = instruction();
        String text = one.text(unified);
        boolean implicitIt = thumb && !one.condition().isEmpty();
        return switch (random.nextInt(implicitIt ? 4 : 15)) {
            case 0 -> "\t" + text + "\n";
            case 1 -> "1:\t" + text + "\t@ msr cpsr_c, r0; wfi\n";
            case 2 -> "\tcmp r0, #1; " + text + " /* cpsid i */\n";
            case 3 -> "\tIF(\t" + text + "\t) IFNOT( wfi )\n";
            case 4 -> macro(one);
            case 5 -> "\t.irp\tr, r3, r4\n\tmrs\t\\r, cpsr\n\t.endr\n";
            case 6 -> "\tT(" + pick("ldr", "str", "ldrb", "strb") + ")\t" + reg() + ", [r1]\n";
            case 7 -> "\tmrs\tval, spsr\n\tldrt\tval, [ptr]\n";
            case 8 -> "\t" + pick("access", "twice") + "\t" + pick("ldr", "str") + ", " + low() + ", " + low() + "\n";
            case 9 -> "\tjust " + pick("wfi", "wfe", "sev") + "\n";
            case 10 ->
                "\tIF(BOTH(mrs r4, cpsr, msr cpsr_c, r4))\n".replace("BOTH(mrs r4, cpsr, msr cpsr_c, r4)", "wfe")
                        + "\tnop\n";
            case 11 -> "\t.rept\t2\n\t" + text + "\n\t.endr\n";
            case 12 ->
                "#define CASE" + ++names + "(r) mrs r, cpsr; msr cpsr_c, r\n\tCASE" + names + "(" + low() + ")\n";
            case 13 ->
                thumb ? "\tnop\n" : "\t.inst\t" + pick("0xe10f0000", "0xe8fd8003", "0xe4b10004", "0xe1a00000") + "\n";
            default -> "#if 1\n\t" + text + "\n#else\n\t" + instruction().text(unified) + "\n#endif\n";
        };
    }

    /** The instruction as the body of a macro: the condition, or a register, is an argument. */
    private String macro(Instruction one) {
        String name = "m" + ++names;
        if (one.conditional() && !thumb && random.nextBoolean()) {
            String mnemonic = unified ? one.stem() + one.suffix() + "\\cond" : one.stem() + "\\cond\\()" + one.suffix();
            return "\t.macro\t%s cond\n\t%s\t%s\n\t.endm\n\t%s\t%s\n"
                    .formatted(name, mnemonic, one.operands(), name, pick(CONDITIONS));
        }
        return "\t.macro\t%s a, b=cpsr_c\n\tmrs\t\\a, cpsr\n\tmsr\t\\b, \\a\n\t.endm\n\t%s %s\n"
                .formatted(name, name, low());
    }

    private Instruction instruction() {
        return switch (random.nextInt(thumb ? 13 : 17)) {
            case 0 -> conditional("mrs", "", reg() + ", " + pick("cpsr", "spsr", "CPSR", "apsr", "SPSR"));
            case 1 -> conditional("msr", "", psr() + ", " + reg());
            case 2 -> always(pick("cpsid", "cpsie"), pick("i", "f", "if", "aif", "a"));
            case 3 -> thumb ? always("cps", "#" + mode()) : always("cpsid", pick("i", "fi") + ", #" + mode());
            case 4 -> conditional(pick("wfi", "wfe", "sev", "yield"), "", "");
            case 5 -> conditional(pick("ldr", "str"), pick("t", "bt", "ht"), reg() + ", " + address());
            case 6 -> conditional("ldr", pick("sbt", "sht"), reg() + ", " + address());
            case 7 ->
                thumb && !unified
                        ? always("nop", "")
                        : new Instruction(
                                pick("rfe", "rfe"), "", pick("ia", "db"), pick("r0", "sp") + pick("", "!"), false);
            case 8 -> new Instruction("srs", "", pick("ia", "db"), "sp" + pick("", "!") + ", #" + mode(), false);
            case 9 -> conditional("smc", "", "#" + random.nextInt(16));
            case 10 ->
                thumb
                        ? always("hvc", "#" + random.nextInt(0x10000))
                        : always("hvc", "#0x" + Integer.toHexString(random.nextInt(0x10000)));
            case 11 ->
                thumb
                        ? conditional("sub", "s", "pc, lr, #" + 4 * random.nextInt(3))
                        : conditional(
                                "msr", "", psr() + ", #" + pick("0xd3", "(0x80 | 0x13)", "0x40 | 0x10", "0x3fc", "0"));
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
            default -> conditional("sub", "s", "pc, lr, #" + 4 * random.nextInt(20));
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

    private int mode() {
        return List.of(16, 17, 18, 19, 23, 27, 31).get(random.nextInt(7));
    }

    private String reg() {
        return pick(REGISTERS);
    }

    private String low() {
        return "r" + random.nextInt(8);
    }

    /** C source with so many cases of inline assembly. */
    String c(int cases) {
        StringBuilder text = new StringBuilder("""
                // Random inline assembly.
                #define T(instr) #instr "t"
                #define USER "t"
                #define LOAD(x, addr, instr) __asm__ __volatile__("1:	" instr " %0, [%1]\\n" : "=r" (x) : "r" (addr))
                #define LOADB(x, addr, t) LOAD(x, addr, "ldrb" t)
                #define INSN(text) __asm__ volatile (text)
                """);
        for (int i = 0; i < cases; i++) {
            text.append("unsigned f").append(i).append("(unsigned a, unsigned b)\n{\n\tunsigned x = a;\n\t");
            text.append(inline()).append("\n\treturn x;\n}\n");
        }
        return text.toString();
    }

    private String inline() {
        String operand = pick("%0", "%[x]");
        return switch (random.nextInt(thumb ? 10 : 12)) {
            case 0 -> "asm volatile(\"mrs\t" + operand + ", cpsr\\n\" : [x] \"=r\" (x));";
            case 1 ->
                "__asm__ __volatile__ (\"mrs %0, spsr\\n\\t\"\n\t\t\"cpsid " + pick("i", "if")
                        + "\\n\\tmsr \"\n\t\t\"cpsr_c, %1\" : \"=r\" (x) : \"r\" (b) : \"memory\", \"cc\");";
            case 2 -> "asm volatile(\"" + pick("wfi", "wfe; sev", "nop\\n\\twfe") + "\" ::: \"memory\");";
            case 3 -> "asm volatile(T(" + pick("ldr", "ldrb", "ldrh") + ") \"\t%0, [%1]\" : \"=r\" (x) : \"r\" (b));";
            case 4 -> "LOAD(x, b, \"" + pick("ldrt", "ldr", "ldrbt") + "\");";
            case 5 -> "LOADB(x, b, " + pick("USER", "\"t\"", "\"\"") + ");";
            case 6 -> "INSN(\"" + pick("cpsie i", "smc #0", "hvc #1", "yield") + "\");";
            case 7 ->
                "asm goto(\"strt %0, [%1]\\n\\tb %l2\" :: \"r\" (a), \"r\" (b) : \"memory\" : out);\nout:\n\tx++;";
            case 8 -> "asm(\"ld\" \"rt %0, [%1]\" : \"=r\" (x) : \"r\" (b));";
            case 9 -> "const char *name = \"wfi\"; asm volatile(\"@ mrs r0, cpsr\" :: \"r\" (name));";
            case 10 -> "asm volatile(\"msr cpsr_c, %0\" :: \"I\" (" + pick("0xd3", "0x13", "0xf0") + "));";
            default -> "asm volatile(\"ldrt %0, [%1], #4\\n\\tldmia %1, {r8, r9}^\" : \"=r\" (x), \"+r\" (b));";
        };
    }

    private String pick(String... of) {
        return pick(List.of(of));
    }

    private String pick(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
