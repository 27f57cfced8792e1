package swivel.lpv.source;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Spellings that people use, each kind in small: both routes lead to the same words, and leave data alone. */
class RewrittenKindsTest {
    private static final String HEAD = "\t.syntax unified\n\t.arch armv7ve\n\t.text\n";

    @TempDir
    Path directory;

    private static Arguments assembler(String kind, int encoded, String text) {
        return Arguments.of(kind, "a.S", encoded, HEAD + text, "");
    }

    private static Arguments c(String kind, int encoded, String text) {
        return Arguments.of(kind, "a.c", encoded, text, "");
    }

    static Stream<Arguments> kinds() {
        return Stream.of(
                assembler("no number sign", 5, "msr cpsr_c, 0xd3\ncps 0x13\nsmc 3\nsubs pc, lr, 4\ncpsid i, 31\n"),
                assembler("dollar sign", 4, "msr cpsr_c, $0xd3\ncps $19\nsrsdb sp!, $19\nldrt r0, [r1], $4\n"),
                assembler(
                        "logic in a number",
                        4,
                        ".equ N, 0\nmsr cpsr_c, #(0x13 | (!N << 7))\ncps #(19 & (N != 1))\nsrsdb sp!, #(19|!7)\n"
                                + "msr cpsr_c, #((N == 0) & 0xd3)\n"),
                assembler(
                        "blanks",
                        4,
                        "ldmia sp , { r0 - r3 , pc } ^\nrfeia sp !\nldrt r0 , [ r1 ] , # 4\nsrsdb sp ! , # 19\n"),
                assembler(
                        ".altmacro",
                        3,
                        ".altmacro\n.macro get op, r\nop r, cpsr\n.endm\nget mrs, r3\nrfeia sp!\ncpsid i, #19\n"),
                assembler(
                        ".req in other cases and of other names",
                        5,
                        "Tbl .req r8\nptr .req Tbl\nRet .req pc\nmrs tbl, cpsr\nmsr cpsr_c, TBL\nldrt r0, [ptr], #4\n"
                                + "mrs PTR, spsr\nsubs RET, lr, #4\n"),
                assembler(
                        "parameters behind what is nested, and defaults",
                        4,
                        ".macro out op, r=r4, last=cpsid\n.macro in\nnop\n.endm\nin\n.purgem in\n\\op \\r, cpsr\n\\last i\n.endm\n"
                                + "out mrs\n.irp o, mrs\n.rept 1\nnop\n.endr\n\\o r1, cpsr\n.endr\n.rept 1; wfi; .endr\n"),
                assembler(
                        "what the preprocessor makes",
                        5,
                        "#define P cpsr\n#define L {r0-r14}^\n#define GO(op, x...) op x\nmrs r0, P\nstm sp, L\n"
                                + "GO(mrs, r1, P)\nGO(cpsid, i)\n#define RET pc\nsubs RET, lr, #4\n"),
                assembler(
                        "literals and separators",
                        4,
                        "mov r0, #'\"'; cpsid i\n1:cpsie i;;wfi\n\"a b\": mrs r0, cpsr\n"),
                assembler(
                        "comments in a statement",
                        3,
                        "mrs /* a\n b */ r0, cpsr // c\ncps \\\n #19\nstm sp, /* x */ {r0}^ @ y\n"),
                assembler(
                        "words behind a NOP",
                        8,
                        "nop\n.long 0xe10f0000, 3775856640, (0xf1080080)\nadd r1, r1, #1\n.byte 0x00, 0x00, 0x0f, 0xe1\n"
                                + "nop\n.2byte 0x0080, 0xf108\nnop\n.inst 0xe1600070 + 1\n.inst 0xe10f0000, 0xe121f000\n"),
                assembler(
                        "words behind what leaves, and what may",
                        3,
                        "popne {pc}\nnop\n.long 0xe10f0000\nbx lr\nnop\n.long 0xe10f0000\nldr pc, [r0]\nl: nop\n.long 0xe10f0000\n"
                                + "movs pc, lr\nnop\nnop\n.word 0xe10f0000\n"),
                assembler(
                        "data that reads like code",
                        1,
                        "cpsid i\nb .\n.long 0xe10f0000\n.ascii \"a;cpsid i\\n mrs r0, cpsr; .inst 0xe10f0000\"\n.macro m op\n"
                                + ".ifeqs \"\\op\", \"wfi\"\n.byte 1\n.endif\n.asciz \"\\op\"\n.endm\nm wfi\n.data\n.long 0xe10f0000\n"),
                assembler("a macro named like an instruction", 1, ".macro smccc op\n\\op #0\n.endm\nsmccc hvc\n"),
                assembler(
                        "flags only, and other registers",
                        0,
                        "msr cpsr_f, r0\nmovs r0, r1\nldm r0, {r1}\nsubs r1, r2, #4\n"),
                assembler(
                        "T32 halfwords",
                        4,
                        ".thumb\nnop\n.short 0xb672, 0xb662\n.short 0xf3ef, 0x8000\nnop\n.long 0xb662b672\n"),
                assembler("lines that end as under Windows", 3, "wfi\r\nmrs r0, cpsr\r\nldm sp!, {r0, pc}^\r\n"),
                Arguments.of(
                        "raw assembler",
                        "a.s",
                        3,
                        "# a\n" + HEAD + "f: wfi\n.include \"b.inc\"\n",
                        "\tcpsid if\n\tmrs r0, cpsr\n"),
                Arguments.of("raw, as under Windows", "a.s", 2, "@ a\r\n.arch armv7ve\r\nwfi\r\ncps #19\r\n", ""),
                Arguments.of(
                        "header without a directive",
                        "a.S",
                        2,
                        HEAD + "#include \"b.inc\"\n",
                        "\tcpsid if\n\tmrs r0, cpsr\n"),
                c(
                        "macros for asm",
                        3,
                        "#define __ASM __asm\n#define V volatile\nvoid f(void) { __ASM volatile (\"cpsid i\"); }\n"
                                + "void g(void) { __asm__ V (\"cpsie i\"); }\n#define ASM __asm__ __volatile__\nvoid h(void) { ASM(\"wfi\"); }\n"),
                c(
                        "lines in C that end as under Windows",
                        3,
                        "#define ON 1\r\nvoid f(void) {\r\n asm(\"cpsid i\\n\\\r\n wfi\\n\"\r\n \"wfe\"); }\r\n"),
                c(
                        "comments in a template",
                        3,
                        "void f(void) { asm(\"wfi // a\\n\\t/* ; */ cpsid i @ x\\n\" \"sev /* b */\"); }\n"),
                c("raw string", 3, "void f(void) { asm(R\"x(\n cpsid i\n wfi\n)x\"); asm(R\"(cpsie i)\"); }\n"),
                c("escapes", 2, "void f(void) { asm(\"\\x63psid i\"); asm(\"cp\\163ie i\"); }\n"),
                c(
                        "lists by macros",
                        2,
                        "#define C \"^\"\n#define S_(x) #x\n#define S(x) S_(x)\nvoid f(int *p) { asm(\"stm %0, {r0-r14}\" C :: \"r\"(p));\n"
                                + "asm(\"stm %0, \" S({r0}^) :: \"r\"(p)); }\n"),
                c("quotes between digits", 1, "#define X 1'000\nvoid f(void) { asm(\"cpsid i\"); }\n"),
                c("byte order mark", 1, "\u00ef\u00bb\u00bfvoid f(void) { asm(\"cpsid i\"); }\n"),
                Arguments.of(
                        "templates elsewhere",
                        "a.c",
                        1,
                        "#include \"b.inc\"\nvoid f(void) { asm(OFF); }\n",
                        "#define OFF \"cpsid i\"\n"),
                Arguments.of(
                        "assembler and C in one header",
                        "a.c",
                        1,
                        "#include \"b.inc\"\nvoid g(void) { f(); }\n",
                        "#ifdef __ASSEMBLER__\n.macro OFF; cpsid i; .endm\n#else\nstatic inline void f(void)\n{\n asm(\"cpsid i\");\n}\n#endif\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void bothRoutesAreTheSame(String kind, String name, int encoded, String text, String included) throws Exception {
        Routes routes = new Routes(directory);
        routes.write("arm/" + name, text);
        routes.write("arm/b.inc", included);
        routes.rewrite();
        routes.assertSame("arm/" + name, encoded);
    }
}
