package swivel.lpv.source;

import java.util.Random;

/** Makes C source with random inline assembly, in all the ways that sources of operating systems write it. */
final class RandomC {
    private final Random random;
    private final boolean thumb;
    private final RandomInstructions instructions;

    RandomC(long seed, boolean thumb) {
        this.random = new Random(seed);
        this.thumb = thumb;
        this.instructions = new RandomInstructions(random, thumb, false);
    }

    /** Source with so many functions. */
    String source(int cases) {
        StringBuilder text = new StringBuilder("""
                // Random inline assembly.
                #define T(instr) #instr "t"
                #define USER "t"
                #define LOAD(x, addr, instr) __asm__ __volatile__("1:	" instr " %0, [%1]\\n" : "=r" (x) : "r" (addr))
                #define LOADB(x, addr, t) LOAD(x, addr, "ldrb" t)
                #define INSN(text) __asm__ volatile (text)
                #define __ASM __asm
                #define VOLATILE volatile
                #define OFF "cpsid if"
                #define S_(x...) #x
                #define S(x...) S_(x)
                #define LIST {r0-r3}^
                #define QUOTED 1'000
                """);
        for (int i = 0; i < cases; i++) {
            text.append("unsigned f").append(i).append("(unsigned a, unsigned b)\n{\n\tunsigned x = a;\n\t");
            text.append(inline()).append("\n\treturn x;\n}\n");
        }
        String lines = random.nextInt(3) == 0 ? text.toString().replace("\n", "\r\n") : text.toString();
        return random.nextInt(3) == 0 ? SourceFile.BYTE_ORDER_MARK + lines : lines;
    }

    private String inline() {
        String operand = pick("%0", "%[x]");
        return switch (random.nextInt(thumb ? 22 : 27)) {
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
            case 10 -> "asm volatile(\"" + pick("\\x63psid i", "cp\\163ie i", "\\167fi", "cps\\151d\\x20i") + "\");";
            case 11 -> "__ASM VOLATILE (\"" + pick("cpsid i", "cpsie f", "wfe") + "\");";
            case 12 ->
                "asm volatile(" + pick("OFF", "OFF \"\\n\" OFF", "S(cpsid i)", "S(mrs r0, cpsr) ::: \"r0\"") + ");";
            case 13 -> "asm volatile(\"wfi // a\\n\\t/* ; */ cpsid i @ x\\n\" /* \"wfe\" */ \"sev /* b */\");";
            case 14 -> "asm volatile(R\"x(\n\tcpsid i\n\t" + pick("wfi", "nop") + "\n)x\");";
            case 15 -> "asm volatile(\"cpsid i\\n\\\n\twfi\\n\\t\"\n#ifdef QUOTED\n\t\t\"wfe\"\n#endif\n\t\t);";
            case 16 -> "static const char text[] = \"cpsid i; mrs r0, cpsr\"; x += text[a];";
            case 17 -> "register unsigned r asm(\"r4\") = b; asm volatile(\"mrs %0, cpsr\" : \"+r\" (r)); x = r;";
            case 18 ->
                "asm volatile(\".pushsection .data\\n\\t.long 0xe10f0000\\n\\t.popsection\\n\\t" + pick("nop", "wfi")
                        + "\");";
            case 19 -> "/* asm(\"wfi\"); */ asm // \"wfe\"\n\t\tvolatile /* ( */ (\"cpsie i\"); // asm(\"wfi\");";
            case 20 -> "asm volatile(\"nop\\n\\t" + (thumb ? ".short 0xb672" : ".long 0xe10f0000") + "\" ::: \"r0\");";
            case 21 ->
                "x += '\"'; asm volatile(\"cps " + pick("#", "$", "") + "%c0\" :: \"i\" (" + instructions.mode()
                        + "));";
            case 22 -> "asm volatile(\"msr cpsr_c, %0\" :: \"I\" (" + pick("0xd3", "0x13", "0xf0") + "));";
            case 23 -> "asm volatile(\"msr cpsr_c, " + pick("", "$", "#") + "%c0\" :: \"i\" (0xd3));";
            case 24 -> "asm volatile(\"stm %0, \" S(LIST) :: \"r\" (b));";
            case 25 -> "asm volatile(\"subs pc, lr, " + instructions.number(4) + "\");";
            default -> "asm volatile(\"ldrt %0, [%1], #4\\n\\tldmia %1, {r8, r9}^\" : \"=r\" (x), \"+r\" (b));";
        };
    }

    private String pick(String... of) {
        return instructions.pick(of);
    }
}
