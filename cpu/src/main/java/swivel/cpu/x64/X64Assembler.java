package swivel.cpu.x64;

import java.util.Arrays;

/**
 * An encoder of x86-64 instructions into a growing array (Intel SDM vol. 2, chapter 2 for the formats, chapters 3 to 5
 * for the opcodes). It knows nothing of what the code is for.
 *
 * <p>An instruction with a ModRM byte is named by an int constant: its opcode, the escape byte 0F before it if it has
 * one, and what prefixes it wants. Operands choose the form: {@link #rr} register and register, {@link #rm} register
 * and memory at base + displacement, {@link #rx} register and memory at base + index * scale + displacement. Operands
 * are 32 bits wide unless the constant says otherwise or is combined with {@link #WIDE}.
 *
 * <pre>
 *  31  28     23 22 21 20 19 18  17  16 15      8 7       0
 * +----+---+--+--+--+---+--+--+---+---+---------+--------+ /n: second half of the opcode, in the reg field
 * | /n | 0 |3A|38|F2| R |F3|66| M | W | 0 or 0F | opcode | R, M: the operand in reg, in r/m, is a byte: SPL to DIL want
 * REX +----+---+--+--+--+---+--+--+---+---+---------+--------+ F2, F3, 66: prefixes; W: 64-bit operands; 38, 3A: bytes
 * behind 0F
 * </pre>
 */
final class X64Assembler {
    static final int RAX = 0;
    static final int RCX = 1;
    static final int RDX = 2;
    static final int RBX = 3;
    static final int RSP = 4;
    static final int RBP = 5;
    static final int RSI = 6;
    static final int RDI = 7;
    static final int R8 = 8;
    static final int R9 = 9;
    static final int R10 = 10;
    static final int R11 = 11;
    static final int R12 = 12;
    static final int R13 = 13;
    static final int R14 = 14;
    static final int R15 = 15;

    /** 64-bit operands (REX.W). */
    static final int WIDE = 1 << 16;

    private static final int BYTE_RM = 1 << 17;
    static final int P66 = 1 << 18;
    static final int PF3 = 1 << 19;
    static final int PF2 = 1 << 21;
    private static final int BYTE_REG = 1 << 20;
    /** The opcode is behind 0F 38. */
    static final int ESCAPE_38 = 1 << 22;
    /** The opcode is behind 0F 3A. */
    static final int ESCAPE_3A = 1 << 23;

    private static final int BYTES = BYTE_REG | BYTE_RM;

    // reg = reg op r/m. STORE turns the moves and the arithmetic around: r/m = r/m op reg.
    static final int ADD = 0x03;
    static final int OR = 0x0b;
    static final int ADC = 0x13;
    static final int SBB = 0x1b;
    static final int AND = 0x23;
    static final int SUB = 0x2b;
    static final int XOR = 0x33;
    static final int CMP = 0x3b;
    static final int MOV = 0x8b;
    static final int MOV8 = 0x8a | BYTES;
    static final int MOV16 = 0x8b | P66;
    /** In the opcodes above: the direction bit, set for reg = reg op r/m. */
    static final int STORE = 2;

    static final int TEST = 0x85;
    static final int LEA = 0x8d;
    static final int XCHG = 0x87;
    // r/m = reg if r/m is RAX, AX, AL; else RAX, AX, AL = r/m.
    static final int CMPXCHG8 = 0x0fb0 | BYTES;
    static final int CMPXCHG16 = 0x0fb1 | P66;
    static final int CMPXCHG = 0x0fb1;
    static final int MOVZX8 = 0x0fb6 | BYTE_RM;
    static final int MOVZX16 = 0x0fb7;
    static final int MOVSX8 = 0x0fbe | BYTE_RM;
    static final int MOVSX16 = 0x0fbf;
    static final int MOVSXD = 0x63 | WIDE;
    static final int IMUL = 0x0faf;
    static final int BT = 0x0fa3;
    static final int BSR = 0x0fbd;
    static final int LZCNT = 0x0fbd | PF3;
    /** Plus a condition. */
    static final int CMOV = 0x0f40;

    // Of XMM registers, with PF3 for single or PF2 for double precision, which is the source's of a conversion.
    static final int MOVF = 0x0f10;
    static final int MOVF_STORE = 0x0f11;
    static final int ADDF = 0x0f58;
    static final int MULF = 0x0f59;
    static final int SUBF = 0x0f5c;
    static final int DIVF = 0x0f5e;
    static final int SQRTF = 0x0f51;
    /** To the other precision. */
    static final int CVTF2F = 0x0f5a;

    static final int CVTI2F = 0x0f2a;
    /** To an integer, towards zero. */
    static final int CVTTF2I = 0x0f2c;
    /** To an integer, as MXCSR says. */
    static final int CVTF2I = 0x0f2d;

    // Of singles; with P66 of doubles. A quiet NaN is invalid to the second.
    static final int UCOMIF = 0x0f2e;
    static final int COMIF = 0x0f2f;

    // Of all bits of XMM registers. Operands in memory are aligned.
    static final int MOVAPS_STORE = 0x0f29;
    static final int ANDPS = 0x0f54;
    static final int XORPS = 0x0f57;
    static final int MOVQ = 0x0f7e | PF3;
    static final int MOVQ_STORE = 0x0fd6 | P66;
    /** r/m, an integer register, = reg, an XMM register. */
    static final int MOVD_FROM = 0x0f7e | P66;
    /** reg, an XMM register, = r/m, an integer register; the rest is zero. */
    static final int MOVD_TO = 0x0f6e | P66;

    // Of XMM registers whole, or their upper halves in memory.
    static final int MOVAPS = 0x0f28;
    static final int MOVHPS = 0x0f16;
    static final int MOVHPS_STORE = 0x0f17;
    /** Lower half of reg = upper half of r/m, a register. */
    static final int MOVHLPS = 0x0f12;
    /** Of the lower halves, bytes; and behind it halfwords, words. */
    static final int PUNPCKLBW = 0x0f60 | P66;

    static final int PUNPCKLQDQ = 0x0f6c | P66;
    /** Of the upper halves. */
    static final int PUNPCKHBW = 0x0f68 | P66;

    static final int PUNPCKHQDQ = 0x0f6d | P66;
    static final int POR = 0x0feb | P66;
    /** Of SSSE3. */
    static final int PSHUFB = P66 | ESCAPE_38;

    /** The second 32 bits of an XMM register = r/m; its number is an immediate ({@link #int8}). */
    static final int PINSRD = 0x22 | P66 | ESCAPE_3A;

    // A byte, whose number is an immediate ({@link #int8}): r/m, an integer register, = that of reg; that of reg = r/m.
    static final int PEXTRB = 0x14 | P66 | ESCAPE_3A;
    static final int PINSRB = 0x20 | P66 | ESCAPE_3A;

    /** By an immediate ({@link #int8}). */
    static final int PSLLQI = 0x0f73 | P66 | 6 << 28;

    static final int UNPCKLPS = 0x0f14;
    /** reg = NOT reg AND r/m. */
    static final int PANDN = 0x0fdf | P66;
    /** Words, in the order that an immediate says ({@link #int8}). */
    static final int PSHUFD = 0x0f70 | P66;
    /** The same of the halfwords of the lower half. */
    static final int PSHUFLW = 0x0f70 | PF2;

    // FMA3, by vex(): the product of vvvv and r/m, or what is left of 0 without it, plus or minus reg. WIDE: of
    // doubles.
    static final int VFMADD231 = 0xb9 | P66 | ESCAPE_38;
    static final int VFMSUB231 = 0xbb | P66 | ESCAPE_38;
    static final int VFNMADD231 = 0xbd | P66 | ESCAPE_38;
    static final int VFNMSUB231 = 0xbf | P66 | ESCAPE_38;

    // F16C, by vex(): four halves in the lower half of a register and four singles; the halves are in r/m.
    static final int VCVTPH2PS = 0x13 | P66 | ESCAPE_38;
    /** How to round is an immediate ({@link #int8}). */
    static final int VCVTPS2PH = 0x1d | P66 | ESCAPE_3A;

    static final int LDMXCSR = 0x0fae | 2 << 28;
    static final int STMXCSR = 0x0fae | 3 << 28;

    // One operand, in r/m.
    static final int NOT = 0xf7 | 2 << 28;
    static final int NEG = 0xf7 | 3 << 28;
    static final int MUL = 0xf7 | 4 << 28;
    static final int IMUL1 = 0xf7 | 5 << 28;
    static final int DIV = 0xf7 | 6 << 28;
    static final int IDIV = 0xf7 | 7 << 28;
    static final int DEC = 0xff | 1 << 28;
    static final int CALL = 0xff | 2 << 28;
    static final int JMP = 0xff | 4 << 28;
    // Shifts by CL; with an immediate through shift().
    static final int ROR = 0xd3 | 1 << 28;
    static final int RCR = 0xd3 | 3 << 28;
    static final int SHL = 0xd3 | 4 << 28;
    static final int SHR = 0xd3 | 5 << 28;
    static final int SAR = 0xd3 | 7 << 28;
    // Bit tests by an immediate.
    static final int BTI = 0x0fba | 4 << 28;
    static final int BTI16 = BTI | P66;

    /** Plus a condition. */
    static final int SETCC = 0x0f90 | BYTE_RM;

    // Conditions, as in the low bits of Jcc (SDM vol. 1, appendix B).
    static final int O = 0;
    static final int NO = 1;
    static final int B = 2;
    static final int AE = 3;
    static final int E = 4;
    static final int NE = 5;
    static final int BE = 6;
    static final int A = 7;
    static final int S = 8;
    static final int NS = 9;
    /** Parity; of a floating-point comparison: unordered. */
    static final int P = 10;

    static final int NP = 11;
    static final int L = 12;
    static final int GE = 13;
    static final int LE = 14;
    static final int G = 15;

    /** Before an instruction that changes memory: at once for all cores. */
    static final int LOCK = 0xf0;

    // Instructions without operands.
    static final int CMC = 0xf5;
    static final int LAHF = 0x9f;
    static final int SAHF = 0x9e;
    static final int CDQ = 0x99;
    static final int RET = 0xc3;
    static final int NOP = 0x90;

    private byte[] code = new byte[4096];
    private int at;

    // Labels: the offset each is bound to, or -1; uses of labels that were not bound yet: offset behind the
    // displacement shifted left once, bit 0 set if it is a byte.
    private int[] labels = new int[64];
    private int labelCount;
    private int[] uses = new int[64];
    private int[] usedLabels = new int[64];
    private int useCount;

    /** Starts again at offset 0, without labels. */
    void reset() {
        at = 0;
        labelCount = 0;
        useCount = 0;
    }

    /** Instructions that do nothing, until something that comes so many bytes from here begins at a multiple of 4. */
    void align4(int bytesBefore) {
        while ((at + bytesBefore & 3) != 0) {
            int8(NOP);
        }
    }

    /** Bytes of an operand of {@link #rm} in memory, from RAX on, with what names it: a byte, and the displacement. */
    static int operandBytes(int displacement) {
        return displacement == 0 ? 1 : displacement == (byte) displacement ? 2 : 5;
    }

    /** Bytes written so far: the offset of the next instruction. */
    int size() {
        return at;
    }

    /** The code; valid up to {@link #size} until the next instruction is written. */
    byte[] bytes() {
        return code;
    }

    void int8(int value) {
        if (at == code.length) {
            code = Arrays.copyOf(code, 2 * at);
        }
        code[at++] = (byte) value;
    }

    void int32(int value) {
        if (at + 4 > code.length) {
            code = Arrays.copyOf(code, 2 * code.length);
        }
        put32(at, value);
        at += 4;
    }

    /** Overwrites four bytes at an offset. */
    void put32(int offset, int value) {
        code[offset] = (byte) value;
        code[offset + 1] = (byte) (value >> 8);
        code[offset + 2] = (byte) (value >> 16);
        code[offset + 3] = (byte) (value >> 24);
    }

    // Encoding: prefixes, REX, opcode, ModRM, SIB, displacement.

    private static final int REX = 0x40;
    private static final int REX_W = 8;
    private static final int REX_R = 4;
    private static final int REX_X = 2;
    private static final int REX_B = 1;
    private static final int MOD_DISP8 = 0x40;
    private static final int MOD_DISP32 = 0x80;
    private static final int MOD_REGISTER = 0xc0;
    /** In r/m: a SIB byte follows. */
    private static final int RM_SIB = 4;
    /** A SIB byte of base RSP or R12 without an index. */
    private static final int SIB_NO_INDEX = 0x24;

    /** Prefixes and opcode; {@code rex} holds R, X and B, or REX itself if it is needed without them. */
    private void opcode(int op, int rex) {
        if ((op & P66) != 0) {
            int8(0x66);
        }
        if ((op & PF3) != 0) {
            int8(0xf3);
        }
        if ((op & PF2) != 0) {
            int8(0xf2);
        }
        int bits = rex | ((op & WIDE) != 0 ? REX_W : 0);
        if (bits != 0) {
            int8(REX | bits);
        }
        if ((op & (ESCAPE_38 | ESCAPE_3A)) != 0) {
            int8(0x0f);
            int8((op & ESCAPE_38) != 0 ? 0x38 : 0x3a);
        } else if ((op & 0xff00) != 0) {
            int8(op >> 8);
        }
        int8(op);
    }

    private static int rex(int reg, int index, int base) {
        return (reg > 7 ? REX_R : 0) | (index > 7 ? REX_X : 0) | (base > 7 ? REX_B : 0);
    }

    private static int byteRex(int isByte, int register) {
        return isByte != 0 && register >= RSP && register <= RDI ? REX : 0;
    }

    /** {@code reg} and register {@code rm}. */
    void rr(int op, int reg, int rm) {
        opcode(op, rex(reg, 0, rm) | byteRex(op & BYTE_REG, reg) | byteRex(op & BYTE_RM, rm));
        int8(MOD_REGISTER | (reg & 7) << 3 | rm & 7);
    }

    /** {@code reg} and memory at base + displacement. */
    void rm(int op, int reg, int base, int displacement) {
        opcode(op, rex(reg, 0, base) | byteRex(op & BYTE_REG, reg));
        int mod = mod(base, displacement);
        int8(mod | (reg & 7) << 3 | base & 7);
        if ((base & 7) == RSP) {
            int8(SIB_NO_INDEX);
        }
        displacement(mod, displacement);
    }

    /**
     * {@code reg} and memory at a displacement from the end of the instruction, of which it is the last part; the
     * displacement's offset.
     */
    int rip(int op, int reg) {
        opcode(op & ~DIGIT, rex(reg, 0, 0));
        int8((op >>> 28 | reg & 7) << 3 | RBP);
        int32(0);
        return at - 4;
    }

    /**
     * {@code reg}, {@code vvvv} and register {@code rm}, of 128 bits (SDM vol. 2, 2.3.5): R, B and vvvv are inverted, X
     * is 1.
     */
    void vex(int op, int reg, int vvvv, int rm) {
        int8(0xc4);
        int map = (op & ESCAPE_38) != 0 ? 2 : (op & ESCAPE_3A) != 0 ? 3 : 1;
        int8((reg > 7 ? 0 : 0x80) | 0x40 | (rm > 7 ? 0 : 0x20) | map);
        int prefix = (op & P66) != 0 ? 1 : (op & PF3) != 0 ? 2 : (op & PF2) != 0 ? 3 : 0;
        int8(((op & WIDE) != 0 ? 0x80 : 0) | (~vvvv & 15) << 3 | prefix);
        int8(op);
        int8(MOD_REGISTER | (reg & 7) << 3 | rm & 7);
    }

    /** {@code reg} and memory at base + (index SHL scale) + displacement; index is not RSP, scale is 0 to 3. */
    void rx(int op, int reg, int base, int index, int scale, int displacement) {
        opcode(op, rex(reg, index, base) | byteRex(op & BYTE_REG, reg));
        int mod = mod(base, displacement);
        int8(mod | (reg & 7) << 3 | RM_SIB);
        int8(scale << 6 | (index & 7) << 3 | base & 7);
        displacement(mod, displacement);
    }

    private static int mod(int base, int displacement) {
        if (displacement == 0 && (base & 7) != RBP) {
            return 0;
        }
        return displacement == (byte) displacement ? MOD_DISP8 : MOD_DISP32;
    }

    private void displacement(int mod, int displacement) {
        if (mod == MOD_DISP8) {
            int8(displacement);
        } else if (mod == MOD_DISP32) {
            int32(displacement);
        }
    }

    private static final int DIGIT = 15 << 28;

    /** An instruction of one operand, a register. */
    void r(int op, int register) {
        rr(op & ~DIGIT, op >>> 28, register);
    }

    /** An instruction of one operand in memory. */
    void m(int op, int base, int displacement) {
        rm(op & ~DIGIT, op >>> 28, base, displacement);
    }

    /** An instruction of one operand in memory. */
    void x(int op, int base, int index, int scale, int displacement) {
        rx(op & ~DIGIT, op >>> 28, base, index, scale, displacement);
    }

    /** SETcc of a byte register; the rest of it stays. */
    void set(int condition, int register) {
        opcode(SETCC + condition, rex(0, 0, register) | byteRex(BYTE_RM, register));
        int8(MOD_REGISTER | register & 7);
    }

    /** SETcc of a byte in memory. */
    void set(int condition, int base, int displacement) {
        rm(SETCC + condition, 0, base, displacement);
    }

    // Immediates. The arithmetic is one of ADD to CMP; its number among them is the reg field of group 1.

    private static int group1(int op) {
        return op >> 3 & 7;
    }

    /** register = register op immediate. */
    void ri(int op, int register, int immediate) {
        boolean small = immediate == (byte) immediate;
        rr((small ? 0x83 : 0x81) | op & WIDE, group1(op), register);
        immediate(small, immediate);
    }

    /** register = source times immediate. */
    void imul(int register, int source, int immediate) {
        rr(0x69, register, source);
        int32(immediate);
    }

    /** memory = memory op immediate. */
    void mi(int op, int base, int displacement, int immediate) {
        boolean small = immediate == (byte) immediate;
        rm((small ? 0x83 : 0x81) | op & WIDE, group1(op), base, displacement);
        immediate(small, immediate);
    }

    private void immediate(boolean small, int value) {
        if (small) {
            int8(value);
        } else {
            int32(value);
        }
    }

    /** register = immediate; no flags. */
    void movi(int register, int immediate) {
        opcode(0xb8 | register & 7, rex(0, 0, register));
        int32(immediate);
    }

    /** register = immediate of 64 bits; no flags. */
    void movi64(int register, long immediate) {
        opcode(0xb8 | register & 7 | WIDE, rex(0, 0, register));
        int32((int) immediate);
        int32((int) (immediate >>> 32));
    }

    /** 32 bits of memory = immediate. */
    void movi(int base, int displacement, int immediate) {
        rm(0xc7, 0, base, displacement);
        int32(immediate);
    }

    /** Flags of register AND immediate. */
    void testi(int register, int immediate) {
        if (register == RAX) {
            int8(0xa9);
        } else {
            rr(0xf7, 0, register);
        }
        int32(immediate);
    }

    /** Flags of 32 bits of memory AND immediate. */
    void testi(int base, int displacement, int immediate) {
        rm(0xf7, 0, base, displacement);
        int32(immediate);
    }

    /** Flags of a byte of memory AND immediate. */
    void testi8(int base, int displacement, int immediate) {
        rm(0xf6, 0, base, displacement);
        int8(immediate);
    }

    /** Shifts or rotates a register by 1 to 31 (63). */
    void shift(int op, int register, int amount) {
        r(amount == 1 ? op - 2 : op - 0x12, register);
        if (amount != 1) {
            int8(amount);
        }
    }

    /** Shifts or rotates 32 bits of memory by 1 to 31. */
    void shift(int op, int base, int displacement, int amount) {
        m(amount == 1 ? op - 2 : op - 0x12, base, displacement);
        if (amount != 1) {
            int8(amount);
        }
    }

    /** BT, BTS or BTR of 32 bits of memory, or of 16, by an immediate. */
    void bit(int op, int base, int displacement, int bit) {
        m(op, base, displacement);
        int8(bit);
    }

    /** RORX of a register (BMI2): no flags. */
    void rorx(int reg, int rm, int amount) {
        vex3(reg, rm);
        int8(0xf0);
        int8(MOD_REGISTER | (reg & 7) << 3 | rm & 7);
        int8(amount);
    }

    /** RORX of 32 bits of memory (BMI2). */
    void rorx(int reg, int base, int displacement, int amount) {
        vex3(reg, base);
        int8(0xf0);
        int mod = mod(base, displacement);
        int8(mod | (reg & 7) << 3 | base & 7);
        if ((base & 7) == RSP) {
            int8(SIB_NO_INDEX);
        }
        displacement(mod, displacement);
        int8(amount);
    }

    /** VEX.LZ.F2.0F3A.W0 (SDM vol. 2, 2.3.5): R and B are inverted, X is 1, vvvv unused. */
    private void vex3(int reg, int rm) {
        int8(0xc4);
        int8((reg > 7 ? 0 : 0x80) | 0x40 | (rm > 7 ? 0 : 0x20) | 3);
        int8(0x7b);
    }

    void bswap(int register) {
        opcode(0x0fc8 | register & 7, rex(0, 0, register));
    }

    void push(int register) {
        opcode(0x50 | register & 7, rex(0, 0, register));
    }

    void pop(int register) {
        opcode(0x58 | register & 7, rex(0, 0, register));
    }

    /** An instruction without operands. */
    void op(int op) {
        int8(op);
    }

    // Jumps. A label is a number; it may be used before it is bound.

    int label() {
        if (labelCount == labels.length) {
            labels = Arrays.copyOf(labels, 2 * labelCount);
        }
        labels[labelCount] = -1;
        return labelCount++;
    }

    /** Puts a label here and resolves its earlier uses. */
    void bind(int label) {
        labels[label] = at;
        int kept = 0;
        for (int i = 0; i < useCount; i++) {
            if (usedLabels[i] == label) {
                resolve(uses[i], at);
            } else {
                uses[kept] = uses[i];
                usedLabels[kept++] = usedLabels[i];
            }
        }
        useCount = kept;
    }

    /** The offset that a label was bound to. */
    int offset(int label) {
        return labels[label];
    }

    private void resolve(int use, int target) {
        int end = use >> 1;
        int distance = target - end;
        if ((use & 1) == 0) {
            put32(end - 4, distance);
        } else if (distance == (byte) distance) {
            code[end - 1] = (byte) distance;
        } else {
            throw new IllegalStateException("a short jump is " + distance + " bytes long");
        }
    }

    private void use(int label, boolean isShort) {
        if (useCount == uses.length) {
            uses = Arrays.copyOf(uses, 2 * useCount);
            usedLabels = Arrays.copyOf(usedLabels, 2 * useCount);
        }
        uses[useCount] = at << 1 | (isShort ? 1 : 0);
        usedLabels[useCount++] = label;
    }

    /** Jumps; in one byte of displacement where the label is bound and near, else in four. */
    void jmp(int label) {
        int target = labels[label];
        if (target >= 0 && isNear(target)) {
            int8(0xeb);
            int8(target - at - 1);
        } else {
            int8(0xe9);
            displacementTo(label, target);
        }
    }

    /** Jumps if a condition holds; in one byte of displacement where the label is bound and near, else in four. */
    void jcc(int condition, int label) {
        int target = labels[label];
        if (target >= 0 && isNear(target)) {
            int8(0x70 | condition);
            int8(target - at - 1);
        } else {
            int8(0x0f);
            int8(0x80 | condition);
            displacementTo(label, target);
        }
    }

    void call(int label) {
        int8(0xe8);
        displacementTo(label, labels[label]);
    }

    private boolean isNear(int target) {
        return target - at - 2 >= Byte.MIN_VALUE;
    }

    private void displacementTo(int label, int target) {
        int32(target >= 0 ? target - at - 4 : 0);
        if (target < 0) {
            use(label, false);
        }
    }

    /** Jumps forward to a label that will be bound within 127 bytes; {@link #bind} throws if it is not. */
    void jmpShort(int label) {
        int8(0xeb);
        int8(0);
        use(label, true);
    }

    /**
     * Jumps forward, if a condition holds, to a label that will be bound within 127 bytes; {@link #bind} throws if it
     * is not.
     */
    void jccShort(int condition, int label) {
        int8(0x70 | condition);
        int8(0);
        use(label, true);
    }

    /**
     * Jumps by a displacement from the end of the instruction that is patched or known; returns the offset of its four
     * bytes.
     */
    int jmp32(int displacement) {
        int8(0xe9);
        int32(displacement);
        return at - 4;
    }

    /** As {@link #jmp32}, if a condition holds. */
    int jcc32(int condition, int displacement) {
        int8(0x0f);
        int8(0x80 | condition);
        int32(displacement);
        return at - 4;
    }

    /** As {@link #jmp32}, a call. */
    int call32(int displacement) {
        int8(0xe8);
        int32(displacement);
        return at - 4;
    }
}
