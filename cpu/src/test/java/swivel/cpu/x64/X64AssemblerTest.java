package swivel.cpu.x64;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static swivel.cpu.x64.X64Assembler.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the assembler encodes, GNU objdump reads back: every form, with all registers and displacement sizes. */
class X64AssemblerTest {
    private static final String[] R64 = "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15".split(" ", -1);
    private static final String[] R32 =
            "eax ecx edx ebx esp ebp esi edi r8d r9d r10d r11d r12d r13d r14d r15d".split(" ", -1);
    private static final String[] R16 = "ax cx dx bx sp bp si di r8w r9w r10w r11w r12w r13w r14w r15w".split(" ", -1);
    private static final String[] R8 =
            "al cl dl bl spl bpl sil dil r8b r9b r10b r11b r12b r13b r14b r15b".split(" ", -1);
    private static final String[] CONDITIONS = "o no b ae e ne be a s ns p np l ge le g".split(" ", -1);
    private static final int[] DISPLACEMENTS = {0, 1, -1, 127, -128, 128, -129, 0x12345678, 0x80000000};
    private static final int[] IMMEDIATES = {0, 1, -1, 127, -128, 128, -129, 0x12345678};

    /** An instruction of two operands: opcode, name, and how the operands are written. */
    private record Two(int op, String name, String[] reg, String[] rm, String size) {}

    private static final List<Two> LOADS = List.of(
            new Two(ADD, "add", R32, R32, "DWORD"),
            new Two(OR, "or", R32, R32, "DWORD"),
            new Two(ADC, "adc", R32, R32, "DWORD"),
            new Two(SBB, "sbb", R32, R32, "DWORD"),
            new Two(AND, "and", R32, R32, "DWORD"),
            new Two(SUB, "sub", R32, R32, "DWORD"),
            new Two(XOR, "xor", R32, R32, "DWORD"),
            new Two(CMP, "cmp", R32, R32, "DWORD"),
            new Two(ADD | WIDE, "add", R64, R64, "QWORD"),
            new Two(MOV, "mov", R32, R32, "DWORD"),
            new Two(MOV | WIDE, "mov", R64, R64, "QWORD"),
            new Two(MOV8, "mov", R8, R8, "BYTE"),
            new Two(MOV16, "mov", R16, R16, "WORD"),
            new Two(MOVZX8, "movzx", R32, R8, "BYTE"),
            new Two(MOVSX8, "movsx", R32, R8, "BYTE"),
            new Two(MOVZX16, "movzx", R32, R16, "WORD"),
            new Two(MOVSX16, "movsx", R32, R16, "WORD"),
            new Two(MOVSXD, "movsxd", R64, R32, "DWORD"),
            new Two(IMUL, "imul", R32, R32, "DWORD"),
            new Two(IMUL | WIDE, "imul", R64, R64, "QWORD"),
            new Two(BSR, "bsr", R32, R32, "DWORD"),
            new Two(LZCNT, "lzcnt", R32, R32, "DWORD"),
            new Two(CMOV + NE, "cmovne", R32, R32, "DWORD"),
            new Two(CMOV + G, "cmovg", R32, R32, "DWORD"));

    private static final List<Two> STORES = List.of(
            new Two(ADD ^ STORE, "add", R32, R32, "DWORD"),
            new Two(CMP ^ STORE, "cmp", R32, R32, "DWORD"),
            new Two(MOV ^ STORE, "mov", R32, R32, "DWORD"),
            new Two(MOV ^ STORE | WIDE, "mov", R64, R64, "QWORD"),
            new Two(MOV8 ^ STORE, "mov", R8, R8, "BYTE"),
            new Two(MOV16 ^ STORE, "mov", R16, R16, "WORD"),
            new Two(TEST, "test", R32, R32, "DWORD"),
            new Two(CMPXCHG8, "cmpxchg", R8, R8, "BYTE"),
            new Two(CMPXCHG16, "cmpxchg", R16, R16, "WORD"),
            new Two(CMPXCHG, "cmpxchg", R32, R32, "DWORD"),
            new Two(CMPXCHG | WIDE, "cmpxchg", R64, R64, "QWORD"),
            new Two(BT, "bt", R32, R32, "DWORD"));

    private record One(int op, String name) {}

    private static final List<One> ONES = List.of(
            new One(NOT, "not"),
            new One(NEG, "neg"),
            new One(MUL, "mul"),
            new One(IMUL1, "imul"),
            new One(DIV, "div"),
            new One(IDIV, "idiv"),
            new One(DEC, "dec"));

    private static final List<One> SHIFTS = List.of(
            new One(ROR, "ror"), new One(RCR, "rcr"), new One(SHL, "shl"), new One(SHR, "shr"), new One(SAR, "sar"));

    private final X64Assembler asm = new X64Assembler();
    private final List<String> expected = new ArrayList<>();
    private final List<Integer> offsets = new ArrayList<>();

    private void expect(String text) {
        expected.add(text);
        offsets.add(asm.size());
    }

    private static String disp(int displacement) {
        return displacement == 0x80000000
                ? "-0x80000000"
                : (displacement < 0 ? "-0x" : "+0x") + Integer.toHexString(Math.abs(displacement));
    }

    private static String memory(int base, int displacement) {
        boolean shown = displacement != 0 || (base & 7) == RBP;
        return "[" + R64[base] + (shown ? disp(displacement) : "") + "]";
    }

    private static String memory(int base, int index, int scale, int displacement) {
        boolean shown = displacement != 0 || (base & 7) == RBP;
        return "[" + R64[base] + "+" + R64[index] + "*" + (1 << scale) + (shown ? disp(displacement) : "") + "]";
    }

    /** An immediate as objdump shows it: sign-extended to the operand's size. */
    private static String imm(int value, boolean wide) {
        return "0x" + (wide ? Long.toHexString(value) : Integer.toHexString(value));
    }

    /** Instructions of SSE, as AVX has them: of every prefix and map of opcodes, with low and high registers. */
    private void threeOperands() {
        int[] ops = {ADDF, ADDF | PF3, MULF | PF2, SUBF | P66, PANDN, POR, PUNPCKLQDQ, PSHUFB};
        String[] names = "addps addss mulsd subpd pandn por punpcklqdq pshufb".split(" ", -1);
        for (int i = 0; i < ops.length; i++) {
            expect("v%s xmm2,xmm9,xmm5".formatted(names[i]));
            asm.vex(ops[i], 2, 9, 5);
            expect("v%s xmm10,xmm3,xmm15".formatted(names[i]));
            asm.vex(ops[i], 10, 3, 15);
        }
        expect("vcmpltps xmm2,xmm9,xmm12");
        asm.vex(0x0fc2, 2, 9, 12);
        asm.int8(1);
        expect("vpalignr xmm12,xmm9,xmm2,0x5");
        asm.vex(0x0f | ESCAPE_3A | P66, 12, 9, 2);
        asm.int8(5);
    }

    @Test
    void objdumpReadsBackWhatWasEncoded() {
        registers();
        memory();
        oneOperand();
        immediates();
        rest();
        compare();
    }

    private void registers() {
        for (Two two : LOADS) {
            for (int reg = 0; reg < 16; reg++) {
                for (int rm = 0; rm < 16; rm++) {
                    expect("%s %s,%s".formatted(two.name, two.reg[reg], two.rm[rm]));
                    asm.rr(two.op, reg, rm);
                }
            }
        }
        for (Two two : STORES) {
            for (int reg = 0; reg < 16; reg++) {
                for (int rm = 0; rm < 16; rm++) {
                    expect("%s %s,%s".formatted(two.name, two.rm[rm], two.reg[reg]));
                    asm.rr(two.op, reg, rm);
                }
            }
        }
    }

    private void memory() {
        List<Two> all = new ArrayList<>(LOADS);
        all.addAll(STORES);
        all.add(new Two(LEA, "lea", R32, R32, null));
        all.add(new Two(LEA | WIDE, "lea", R64, R64, null));
        int reg = 0;
        for (Two two : all) {
            String form = (STORES.contains(two) ? two.name + " %2$s,%1$s" : two.name + " %1$s,%2$s");
            String size = two.size == null ? "" : two.size + " PTR ";
            for (int base = 0; base < 16; base++) {
                for (int displacement : DISPLACEMENTS) {
                    reg = reg + 1 & 15;
                    expect(form.formatted(two.reg[reg], size + memory(base, displacement)));
                    asm.rm(two.op, reg, base, displacement);
                    int index = reg * 5 + base & 15;
                    if (index != RSP) {
                        expect(form.formatted(two.reg[reg], size + memory(base, index, reg & 3, displacement)));
                        asm.rx(two.op, reg, base, index, reg & 3, displacement);
                    }
                }
            }
        }
    }

    private void oneOperand() {
        List<One> all = new ArrayList<>(ONES);
        all.addAll(SHIFTS);
        for (One one : all) {
            String operand = SHIFTS.contains(one) ? ",cl" : "";
            for (int register = 0; register < 16; register++) {
                expect("%s %s%s".formatted(one.name, R32[register], operand));
                asm.r(one.op, register);
                expect("%s %s%s".formatted(one.name, R64[register], operand));
                asm.r(one.op | WIDE, register);
                for (int displacement : DISPLACEMENTS) {
                    expect("%s DWORD PTR %s%s".formatted(one.name, memory(register, displacement), operand));
                    asm.m(one.op, register, displacement);
                }
            }
        }
        for (int register = 0; register < 16; register++) {
            expect("jmp %s".formatted(R64[register]));
            asm.r(JMP, register);
            expect("call QWORD PTR %s".formatted(memory(register, 8)));
            asm.m(CALL, register, 8);
            expect("jmp QWORD PTR %s".formatted(memory(RBP, 1, 3, 64 * register)));
            asm.x(JMP, RBP, RCX, 3, 64 * register);
            expect("push %s".formatted(R64[register]));
            asm.push(register);
            expect("pop %s".formatted(R64[register]));
            asm.pop(register);
            expect("bswap %s".formatted(R32[register]));
            asm.bswap(register);
            for (int condition = 0; condition < 16; condition++) {
                expect("set%s %s".formatted(CONDITIONS[condition], R8[register]));
                asm.set(condition, register);
                expect("set%s BYTE PTR %s".formatted(CONDITIONS[condition], memory(register, 4)));
                asm.set(condition, register, 4);
                expect("cmov%s %s,%s".formatted(CONDITIONS[condition], R32[register], R32[15 - register]));
                asm.rr(CMOV + condition, register, 15 - register);
            }
        }
    }

    private void immediates() {
        for (Two two : LOADS.subList(0, 9)) {
            boolean wide = (two.op & WIDE) != 0;
            for (int register = 0; register < 16; register++) {
                for (int immediate : IMMEDIATES) {
                    expect("%s %s,%s".formatted(two.name, two.reg[register], imm(immediate, wide)));
                    asm.ri(two.op, register, immediate);
                    expect("%s %s PTR %s,%s".formatted(two.name, two.size, memory(register, 8), imm(immediate, wide)));
                    asm.mi(two.op, register, 8, immediate);
                }
            }
        }
        for (int register = 0; register < 16; register++) {
            for (int immediate : IMMEDIATES) {
                String hex = imm(immediate, false);
                expect("mov %s,%s".formatted(R32[register], hex));
                asm.movi(register, immediate);
                expect("mov DWORD PTR %s,%s".formatted(memory(register, -4), hex));
                asm.movi(register, -4, immediate);
                expect("test %s,%s".formatted(R32[register], hex));
                asm.testi(register, immediate);
                expect("test DWORD PTR %s,%s".formatted(memory(register, 4), hex));
                asm.testi(register, 4, immediate);
            }
            expect("test BYTE PTR %s,0x40".formatted(memory(register, 4)));
            asm.testi8(register, 4, 0x40);
            for (int amount = 2; amount < 32; amount++) {
                expect("rorx %s,%s,%s".formatted(R32[register], R32[15 - register], imm(amount, false)));
                asm.rorx(register, 15 - register, amount);
                expect("rorx %s,DWORD PTR %s,%s"
                        .formatted(R32[register], memory(15 - register, 8), imm(amount, false)));
                asm.rorx(register, 15 - register, 8, amount);
                for (One shift : SHIFTS) {
                    expect("%s %s,%s".formatted(shift.name, R32[register], imm(amount, false)));
                    asm.shift(shift.op, register, amount);
                }
                expect("shl DWORD PTR %s,%s".formatted(memory(register, 8), imm(amount, false)));
                asm.shift(SHL, register, 8, amount);
                expect("bt WORD PTR %s,%s".formatted(memory(register, 8), imm(amount, false)));
                asm.bit(BTI16, register, 8, amount);
            }
            for (One shift : SHIFTS) {
                expect("%s %s,1".formatted(shift.name, R32[register]));
                asm.shift(shift.op, register, 1);
                expect("%s DWORD PTR %s,1".formatted(shift.name, memory(register, 8)));
                asm.shift(shift.op, register, 8, 1);
            }
        }
    }

    private void rest() {
        int[] ops = {CMC, LAHF, SAHF, CDQ, RET};
        String[] names = {"cmc", "lahf", "sahf", "cdq", "ret"};
        for (int i = 0; i < ops.length; i++) {
            expect(names[i]);
            asm.op(ops[i]);
        }
        floating();
        String[] ofElements = {"bw", "wd", "dq"};
        for (int i = 0; i < ofElements.length; i++) {
            expect("punpckl%s xmm1,xmm2".formatted(ofElements[i]));
            asm.rr(PUNPCKLBW + i, 1, 2);
            expect("punpckh%s xmm1,xmm2".formatted(ofElements[i]));
            asm.rr(PUNPCKHBW + i, 1, 2);
        }
        expect("punpcklqdq xmm0,xmm3");
        asm.rr(PUNPCKLQDQ, 0, 3);
        expect("punpckhqdq xmm0,xmm3");
        asm.rr(PUNPCKHQDQ, 0, 3);
        expect("pshufb xmm1,xmm4");
        asm.rr(PSHUFB, 1, 4);
        expect("por xmm1,xmm4");
        asm.rr(POR, 1, 4);
        expect("movaps xmm1,xmm4");
        asm.rr(MOVAPS, 1, 4);
        expect("movhlps xmm1,xmm4");
        asm.rr(MOVHLPS, 1, 4);
        expect("movups xmm1,XMMWORD PTR [rbp+0x10]");
        asm.rm(MOVF, 1, RBP, 16);
        expect("movups XMMWORD PTR [rbp+rdx*1+0x1000],xmm1");
        asm.rx(MOVF_STORE, 1, RBP, RDX, 0, 0x1000);
        expect("movhps xmm1,QWORD PTR [rbp+0x10]");
        asm.rm(MOVHPS, 1, RBP, 16);
        expect("movhps QWORD PTR [rbp+0x10],xmm1");
        asm.rm(MOVHPS_STORE, 1, RBP, 16);
        expect("movq xmm4,r9");
        asm.rr(MOVD_TO | WIDE, 4, R9);
        expect("movabs r9,0x8007060504030201");
        asm.movi64(R9, 0x8007060504030201L);
        expect("xchg DWORD PTR [rbp+rax*1+0x1000],ecx");
        asm.rx(XCHG, RCX, RBP, RAX, 0, 0x1000);
        expect("lock cmpxchg DWORD PTR [rbp+rdx*1+0x1000],ecx");
        asm.op(LOCK);
        asm.rx(CMPXCHG, RCX, RBP, RDX, 0, 0x1000);
    }

    private void floating() {
        int[] scalars = {ADDF, SUBF, MULF, DIVF, SQRTF};
        String[] names = {"add", "sub", "mul", "div", "sqrt"};
        for (int i = 0; i < scalars.length; i++) {
            for (int register = 0; register < 16; register++) {
                String operands = "xmm%d,xmm%d".formatted(register, 15 - register);
                expect("%sss %s".formatted(names[i], operands));
                asm.rr(scalars[i] | PF3, register, 15 - register);
                expect("%ssd %s".formatted(names[i], operands));
                asm.rr(scalars[i] | PF2, register, 15 - register);
            }
        }
        int[] packed = {MOVAPS, ANDPS, XORPS, UNPCKLPS, PUNPCKLQDQ, UCOMIF, UCOMIF | P66, COMIF, COMIF | P66, MOVQ};
        String[] packedNames =
                "movaps andps xorps unpcklps punpcklqdq ucomiss ucomisd comiss comisd movq".split(" ", -1);
        for (int i = 0; i < packed.length; i++) {
            expect("%s xmm9,xmm3".formatted(packedNames[i]));
            asm.rr(packed[i], 9, 3);
        }
        expect("movaps XMMWORD PTR [rbp+0x80],xmm10");
        asm.rm(MOVAPS_STORE, 10, RBP, 128);
        expect("movq QWORD PTR [rbp+0x80],xmm10");
        asm.rm(MOVQ_STORE, 10, RBP, 128);
        expect("movd xmm10,r9d");
        asm.rr(MOVD_TO, 10, R9);
        expect("movd r9d,xmm10");
        asm.rr(MOVD_FROM, 10, R9);
        expect("cvtsd2si rax,xmm10");
        asm.rr(CVTF2I | PF2 | WIDE, RAX, 10);
        expect("cvtsi2ss xmm10,r9d");
        asm.rr(CVTI2F | PF3, 10, R9);
        expect("pinsrd xmm10,r9d,0x1");
        asm.rr(PINSRD, 10, R9);
        asm.int8(1);
        expect("pinsrb xmm10,r9d,0xc");
        asm.rr(PINSRB, 10, R9);
        asm.int8(12);
        expect("pextrb r9d,xmm10,0xc");
        asm.rr(PEXTRB, 10, R9);
        asm.int8(12);
        int[] fused = {VFMADD231, VFMSUB231, VFNMADD231, VFNMSUB231};
        String[] fusedNames = {"vfmadd", "vfmsub", "vfnmadd", "vfnmsub"};
        for (int i = 0; i < fused.length; i++) {
            expect("%s231ss xmm9,xmm2,xmm12".formatted(fusedNames[i]));
            asm.vex(fused[i], 9, 2, 12);
            expect("%s231sd xmm2,xmm12,xmm5".formatted(fusedNames[i]));
            asm.vex(fused[i] | WIDE, 2, 12, 5);
        }
        expect("vcvtph2ps xmm9,xmm12");
        asm.vex(VCVTPH2PS, 9, 0, 12);
        expect("vcvtps2ph xmm12,xmm9,0x4");
        asm.vex(VCVTPS2PH, 9, 0, 12);
        asm.int8(4);
        threeOperands();
        expect("psllq xmm10,0x20");
        asm.r(PSLLQI, 10);
        asm.int8(32);
        expect("ldmxcsr DWORD PTR [rbp+0x80]");
        asm.m(LDMXCSR, RBP, 128);
        expect("stmxcsr DWORD PTR [rbp+0x80]");
        asm.m(STMXCSR, RBP, 128);
        int start = asm.size();
        expect("mulsd xmm10,QWORD PTR [rip+0x10] # 0x" + Integer.toHexString(start + 9 + 16));
        asm.put32(asm.rip(MULF | PF2, 10), 16);
    }

    @Test
    void jumpsReachTheirLabels() {
        int back = asm.label();
        int near = asm.label();
        int far = asm.label();
        asm.bind(back);
        jump("jmp", near, 0);
        jump("je", near, 0);
        asm.op(CMC);
        expected.add("cmc");
        offsets.add(asm.size() - 1);
        asm.bind(near);
        expected.set(0, "jmp " + hex(asm.size()));
        expected.set(1, "je " + hex(asm.size()));
        int patched = expected.size();
        expect("jmp far");
        asm.jmp(far);
        expect("jg far");
        asm.jcc(G, far);
        expect("call far");
        asm.call(far);
        expect("jmp 0x0");
        asm.jmp(back);
        expect("jb 0x0");
        asm.jcc(B, back);
        for (int i = 0; i < 200; i++) {
            expect("cmc");
            asm.op(CMC);
        }
        expect("jmp 0x0");
        asm.jmp(back);
        expect("jae 0x0");
        asm.jcc(AE, back);
        expect("call 0x0");
        asm.call(back);
        asm.bind(far);
        for (int i = patched; i < patched + 3; i++) {
            expected.set(i, expected.get(i).replace("far", hex(asm.size())));
        }
        expect("jmp %s".formatted(hex(asm.size() + 5 + 0x1234)));
        assertEquals(asm.size() + 1, asm.jmp32(0x1234));
        expect("jle %s".formatted(hex(asm.size() + 6 + 0x1234)));
        assertEquals(asm.size() + 2, asm.jcc32(LE, 0x1234));
        compare();
    }

    private void jump(String name, int label, int placeholder) {
        expect(name + placeholder);
        if (name.equals("jmp")) {
            asm.jmpShort(label);
        } else {
            asm.jccShort(E, label);
        }
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }

    @Test
    void shortJumpThatDoesNotReachIsRefused() {
        int label = asm.label();
        asm.jmpShort(label);
        for (int i = 0; i < 128; i++) {
            asm.op(CMC);
        }
        assertThrows(IllegalStateException.class, () -> asm.bind(label));
    }

    @Test
    void resetStartsAgain() {
        asm.movi(RAX, 1);
        asm.reset();
        asm.op(RET);
        assertEquals(1, asm.size());
        assertArrayEquals(new byte[] {(byte) 0xc3}, Arrays.copyOf(asm.bytes(), 1));
    }

    /** Lines of objdump look like {@code   1f:\tadd    eax,DWORD PTR [rbp+0x4]}. */
    private void compare() {
        String text = EmittedCode.disassemble(Arrays.copyOf(asm.bytes(), asm.size()));
        List<String> differences = new ArrayList<>();
        int i = 0;
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(":\t");
            if (colon < 0) {
                continue;
            }
            String read = line.substring(0, colon).strip() + ": "
                    + line.substring(colon + 2).strip().replaceAll("\\s+", " ");
            String wanted = i < expected.size() ? Integer.toHexString(offsets.get(i)) + ": " + expected.get(i) : "none";
            i++;
            if (!read.equals(wanted)) {
                differences.add("expected " + wanted + ", objdump reads " + read);
            }
        }
        assertTrue(
                differences.isEmpty(),
                () -> differences.size() + " differ:\n"
                        + String.join("\n", differences.subList(0, Math.min(20, differences.size()))));
        assertEquals(expected.size(), i);
    }
}
