package swivel.lpv.source;

import static swivel.lpv.source.RandomInstructions.CONDITIONS;

import java.util.Locale;
import java.util.Random;
import swivel.lpv.source.RandomInstructions.Instruction;

/**
 * Makes assembler source of random sensitive instructions, written in all the ways that sources of operating systems
 * write them: in macros of the assembler and of the preprocessor, pasted together, with names for registers, with
 * conditions, several on a line, as numbers, between comments, literals and data that reads like them.
 */
final class RandomAssembler {
    private static final String[] A32_WORDS = {"e10f0000", "e8fd8003", "e4b10004", "e1a00000", "e121f003", "f1080080"};
    private static final String[] T32_HALVES = {"b672", "b662", "bf30", "bf00", "4611"};
    private static final String[] T32_WORDS = {"f3ef8000", "f3808100", "f8501e04", "f3af8003"};

    private final Random random;
    private final boolean thumb;
    private final boolean unified;
    private final RandomInstructions instructions;

    /** Whether the source is for the preprocessor. */
    private final boolean preprocessed;

    private int names;

    RandomAssembler(long seed, boolean thumb, boolean unified, boolean preprocessed) {
        this.random = new Random(seed);
        this.thumb = thumb;
        this.unified = unified;
        this.preprocessed = preprocessed;
        this.instructions = new RandomInstructions(random, thumb, unified);
    }

    /** Source with so many cases. */
    String source(int cases) {
        StringBuilder text = new StringBuilder(preprocessed ? """
                /* Random instructions. */
                #define IF(x...) x
                #define IFNOT(x...)
                #define T(op) op ## t
                #define BOTH(a, b) a; b
                """ : "@ Random instructions.\n");
        text.append("""
                	.syntax %s
                	.arch	armv7ve
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
                	.macro	hvccc, op
                	\\op	#0
                	.endm
                """.formatted(unified ? "unified" : "divided", thumb ? "thumb" : "arm"));
        for (int i = 0; i < cases; i++) {
            text.append(aCase());
        }
        return lines(text.toString());
    }

    /** Ends lines as one of the systems does. */
    private String lines(String text) {
        return random.nextInt(3) == 0 ? text.replace("\n", "\r\n") : text;
    }

    private String aCase() {
        Instruction one = instructions.instruction();
        String text = one.text(unified);
        boolean implicitIt = thumb && !one.condition().isEmpty();
        return switch (random.nextInt(implicitIt ? 4 : preprocessed ? 32 : 26)) {
            case 0 -> "\t" + text + "\n";
            case 1 -> "1:\t" + text + "\t@ msr cpsr_c, r0; wfi\n";
            case 2 -> "\tcmp r0, #1; " + text + " /* cpsid i */\n";
            case 3 -> "\t" + text + ";;nop\n\f\n";
            case 4 -> macro(one);
            case 5 -> "\t.irp\tr, r3, r4\n\tmrs\t\\r, cpsr\n\t.endr\n";
            case 6 -> "\t.irp\to, cpsid, cpsie\n\t.irpc\tx, if\n\t\\o\t\\x\n\t.endr\n\t.endr\n";
            case 7 -> "\tmrs\tval, spsr\n\tldrt\tVAL, [ptr]\n";
            case 8 ->
                "\t" + pick("access", "twice") + "\t" + pick("ldr", "str") + ", " + instructions.low() + ", "
                        + instructions.low() + "\n";
            case 9 -> "\tjust " + pick("wfi", "wfe", "sev") + "\n\thvccc\thvc\n";
            case 10 -> "\"a name " + ++names + "\":" + text + "\n";
            case 11 -> "\t.rept\t2\n\t" + text + "\n\t.endr\n";
            case 12 -> alias();
            case 13 -> nested();
            case 14 -> "\tmov\tr0, #" + pick("'\"'", "';'", "'@'", "'/'") + "; " + text + "\n";
            case 15 -> "\t" + text.replaceFirst(" ", pick(" /* a; wfi\n cpsid i */ ", " /**/ ", "\t \t")) + "\n";
            case 16, 17 -> numbers();
            case 18, 19 -> data();
            case 20 -> strings();
            case 21, 22 -> alternate(text);
            case 23 ->
                "\t.equ\tn" + ++names + ", " + instructions.mode() + "\n\tcps\t" + pick("#", "$", "", "#0 + ") + "n"
                        + names + "\n";
            case 24 ->
                "\t.macro\tn" + ++names + " m, n=#0\n\tcps\t\\m\n\tcpsid\ti, \\m\n\tsubs\tpc, lr, \\n\n\t.endm\n\tn"
                        + names + "\t" + instructions.number(instructions.mode()) + "\n\tn" + names + "\tn="
                        + instructions.number(4) + ", m=19\n";
            case 25 -> "\t.if\t1\n\t" + text + "\n\t.else\n\t" + instructions.text() + "\n\t.endif\n";
            case 26 -> "\tIF(\t" + text + "\t) IFNOT( wfi )\n";
            case 27 -> "\tT(" + pick("ldr", "str", "ldrb", "strb") + ")\t" + instructions.reg() + ", [r1]\n";
            case 28 -> "\tBOTH(sev, wfe)\n\tIF(BOTH(nop, cpsid " + pick("i", "f") + "))\n";
            case 29 ->
                "#define CASE" + ++names + "(r) mrs r, cpsr; msr cpsr_c, r\n\tCASE" + names + "(" + instructions.low()
                        + ")\n";
            case 30 -> defined();
            default -> "#if 1\n\t" + text + " // wfi\n#else\n\t" + instructions.text() + "\n#endif\n";
        };
    }

    /** The instruction as the body of a macro: the condition, or a register, is an argument. */
    private String macro(Instruction one) {
        String name = "m" + ++names;
        if (one.conditional() && !thumb && random.nextBoolean()) {
            String mnemonic = unified ? one.stem() + one.suffix() + "\\cond" : one.stem() + "\\cond\\()" + one.suffix();
            return "\t.macro\t%s cond\n\t%s\t%s\n\t.endm\n\t%s\t%s\n"
                    .formatted(name, mnemonic, one.operands(), name, instructions.pick(CONDITIONS));
        }
        return "\t.macro\t%s a, b=cpsr_c\n\tmrs\t\\a, cpsr\n\tmsr\t\\b, \\a\n\t.endm\n\t%s %s\n"
                .formatted(name, name, instructions.low());
    }

    /** A macro that defines another, with defaults, and mnemonics that are put together. */
    private String nested() {
        String name = "n" + ++names;
        return """
                	.macro	%1$s op, r=r4, last=cpsid, end=s
                	.macro	%1$s_in x
                	nop
                	\\op\\()\\end	\\x, cpsr
                	.endm
                	%1$s_in	\\r
                	.purgem	%1$s_in
                	\\last	%2$s
                	.endm
                	%1$s	mr
                	%1$s	end=mrs, r=%3$s, last=cpsie
                """.formatted(name, pick("i", "if"), instructions.low());
    }

    /** Names for registers, in the cases that the assembler takes. */
    private String alias() {
        String name = pick("Tb", "xY") + ++names;
        return "%s .req %s\n\tmrs\t%s, cpsr\n\tmsr\tcpsr_c, %s\n\tldrt\t%s, [%s]\n"
                .formatted(
                        name,
                        pick("r3", "R8", "v1", "ip"),
                        name.toLowerCase(Locale.ROOT),
                        name.toUpperCase(Locale.ROOT),
                        name,
                        pick("r1", "PTR"));
    }

    /** Instructions as numbers that code runs on into. */
    private String numbers() {
        StringBuilder text = new StringBuilder(
                pick("\tadd\tr1, r1, #1\n", "\tmov\tr2, r1\n\tnop\n", "w%d: nop\n".formatted(++names)));
        if (thumb) {
            int half = Integer.parseInt(pick(T32_HALVES), 16);
            int word = Integer.parseUnsignedInt(pick(T32_WORDS), 16);
            text.append(
                    switch (random.nextInt(5)) {
                        case 0 -> "\t.inst\t" + spelled(half);
                        case 1 -> "\t.inst.w\t" + spelled(word) + ", " + spelled(word);
                        case 2 ->
                            "\t" + pick(".short", ".hword", ".2byte") + "\t" + spelled(half) + ", " + spelled(half);
                        case 3 ->
                            "\t" + pick(".short", ".2byte") + "\t" + spelled(word >>> 16) + ", "
                                    + spelled(word & 0xffff);
                        default -> "\t" + pick(".long", ".word") + "\t" + spelled(half << 16 | half);
                    });
        } else {
            int word = Integer.parseUnsignedInt(pick(A32_WORDS), 16);
            text.append(
                    switch (random.nextInt(5)) {
                        case 0 -> "\t.inst\t" + spelled(word) + ", " + spelled(word);
                        case 1 ->
                            "\t" + pick(".short", ".hword", ".2byte") + "\t" + spelled(word & 0xffff) + ", "
                                    + spelled(word >>> 16);
                        case 2 ->
                            "\t.byte\t%d, 0x%x, %d, (%d)"
                                    .formatted(word & 255, word >>> 8 & 255, word >>> 16 & 255, word >>> 24);
                        default ->
                            "\t" + pick(".long", ".word", ".int", ".4byte") + "\t" + spelled(0xe1a00000) + ", "
                                    + spelled(word);
                    });
        }
        return text.append('\n').toString();
    }

    private String spelled(int word) {
        long value = Integer.toUnsignedLong(word);
        return pick("0x%x", "%d", "(0x%x)", "0x%x + 0", "0X%X", "(%d)").formatted(value);
    }

    /** What reads like instructions, and is not reached. */
    private String data() {
        int label = ++names;
        String word = spelled(Integer.parseUnsignedInt(thumb ? pick(T32_WORDS) : pick(A32_WORDS), 16));
        return switch (random.nextInt(3)) {
            case 0 -> "\tb\t.Ld%1$d\n\t.long\t%2$s\n.Ld%1$d:\n\tnop\n".formatted(label, word);
            case 1 -> "\t.data\n\t.long\t" + word + "\n\t.text\n";
            default -> "\t.pushsection .rodata\n\t.word\t" + word + "\n\t.popsection\n";
        };
    }

    private String strings() {
        String name = "s" + ++names;
        return """
                	.macro	%1$s op
                	.ifeqs	"\\op", "wfi"
                	cpsid	i
                	.endif
                	.data
                	.asciz	"\\op"
                	.ascii	"a;cpsid i\\n mrs r0, cpsr; .inst 0xe10f0000 @ \\" /* wfi"
                	.balign	4
                	.text
                	.endm
                	%1$s	%2$s
                """.formatted(name, pick("wfi", "wfe"));
    }

    /** In the other mode of macros parameters need no backslash, and expressions are arguments. */
    private String alternate(String text) {
        String name = "z" + ++names;
        return "\t.altmacro\n"
                + switch (random.nextInt(3)) {
                    case 0 -> "\t" + text + "\n";
                    case 1 ->
                        "\t.macro\t%1$s op, r\n\top\tr, cpsr\n\t.endm\n\t%1$s\tmrs, %2$s\n"
                                .formatted(name, instructions.low());
                    default ->
                        "\t.macro\t%1$s m\n\tlocal\there\nhere:\tcps\t#m\n\tcpsid\ti\n\t.endm\n\t%1$s\t%%16+3\n"
                                .formatted(name);
                }
                + "\t.noaltmacro\n";
    }

    /** Operands, and whole instructions, by the preprocessor. */
    private String defined() {
        int name = ++names;
        return switch (random.nextInt(thumb ? 2 : 3)) {
            case 0 -> "#define P%1$d cpsr\n#define R%1$d r3 /* wfi */\n\tmrs\tR%1$d, P%1$d\n".formatted(name);
            case 1 ->
                "#define GO%1$d(op, x...) \\\n\top \\\n\tx\n\tGO%1$d(mrs, r1, cpsr)\n\tGO%1$d(cpsid, i)\n"
                        .formatted(name);
            default ->
                "#define L%1$d {r0-r14}^\n#define RET%1$d pc\n\tstm\tsp, L%1$d\n\tsubs\tRET%1$d, lr, #4\n"
                        .formatted(name);
        };
    }

    private String pick(String... of) {
        return instructions.pick(of);
    }
}
