package swivel.cpu.x64;

import static swivel.cpu.ir.MicroInfo.*;
import static swivel.cpu.ir.MicroOp.*;
import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.X64Assembler.MOV;

import swivel.cpu.ir.MicroOp;
import swivel.cpu.jit.BlockCode;
import swivel.cpu.jit.Frame;

/** Emits shifts by a register, carries of shifts, bit fields and bit counts. */
final class Shifts {
    private final X64Assembler asm;
    private final Slots slots;
    private final Flags flags;
    private final HostFeatures host;

    private BlockCode code;

    Shifts(X64Assembler asm, Slots slots, Flags flags, HostFeatures host) {
        this.asm = asm;
        this.slots = slots;
        this.flags = flags;
        this.host = host;
    }

    void begin(BlockCode newCode) {
        code = newCode;
    }

    /** Emits operation {@code i}; false if it is of another class. */
    boolean emit(int i) {
        int d = code.d[i];
        int a = code.a[i];
        int b = code.b[i];
        int imm = code.imm[i];
        switch (code.op[i]) {
            case LSL -> shift(SHL, d, a, b);
            case LSR -> shift(SHR, d, a, b);
            case ASR -> arithmeticShift(d, a, b);
            case MicroOp.ROR -> rotate(d, a, b);
            case RRX -> rotateThroughCarry(d, a);
            case CLSL, CLSR, CASR, CROR -> carryOut(code.op[i], a, b);
            case CBIT -> carryBit(i, a, imm);
            case CSET -> carry(imm);
            case UBFX -> extract(d, a, imm & 0xff, imm >>> 8);
            case SBFX -> extractSigned(d, a, imm & 0xff, imm >>> 8);
            case BFI -> insert(d, a, imm & 0xff, imm >>> 8);
            case CLZ -> leadingZeros(d, a);
            case RBIT -> reverseBits(d, a);
            case REV -> reverseBytes(d, a);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The amount's low byte in RCX, the value in another register. */
    private int valueAndAmount(int a, int b) {
        slots.lock(a);
        slots.take(RCX);
        slots.load(MOVZX8, RCX, b);
        int value = slots.scratch();
        slots.get(value, a);
        return value;
    }

    /** The host takes the amount modulo 32; from 32 on the result is 0. */
    private void shift(int op, int d, int a, int b) {
        int value = valueAndAmount(a, b);
        asm.r(op, value);
        asm.ri(CMP, RCX, 32);
        asm.rr(SBB, RCX, RCX);
        asm.rr(X64Assembler.AND, value, RCX);
        slots.put(d, value);
    }

    private void arithmeticShift(int d, int a, int b) {
        int value = valueAndAmount(a, b);
        int inRange = asm.label();
        asm.ri(CMP, RCX, 31);
        asm.jccShort(BE, inRange);
        asm.movi(RCX, 31);
        asm.bind(inRange);
        asm.r(SAR, value);
        slots.put(d, value);
    }

    private void rotate(int d, int a, int b) {
        int value = valueAndAmount(a, b);
        asm.r(X64Assembler.ROR, value);
        slots.put(d, value);
    }

    private void rotateThroughCarry(int d, int a) {
        flags.carry(Flags.CARRY);
        slots.lock(a);
        int reg = slots.write(d);
        slots.get(reg, a);
        asm.shift(RCR, reg, 1);
        slots.put(d, reg);
        flags.lost();
    }

    /** C of a shift by an amount that may be 0: then it stays. */
    private void carryOut(int op, int a, int b) {
        flags.save(C);
        int value = valueAndAmount(a, b);
        int done = asm.label();
        asm.rr(TEST, RCX, RCX);
        asm.jccShort(E, done);
        if (op == CROR) {
            asm.r(DEC, RCX);
            asm.r(SHR, value);
        } else {
            carryOutOfLongShift(op, value);
        }
        notCarry(value);
        asm.bind(done);
        flags.writtenInFrame(C);
    }

    /** Bit 0 becomes the last bit that is shifted out, by shifting in 64 bits: 33 as far as any larger amount. */
    private void carryOutOfLongShift(int op, int value) {
        int inRange = asm.label();
        asm.ri(CMP, RCX, 33);
        asm.jccShort(BE, inRange);
        asm.movi(RCX, 33);
        asm.bind(inRange);
        if (op == CLSL) {
            asm.r(SHL | WIDE, value);
            asm.shift(SHR | WIDE, value, 32);
            return;
        }
        if (op == CASR) {
            asm.rr(MOVSXD, value, value);
        }
        asm.rr(X64Assembler.ADD | WIDE, value, value);
        asm.r((op == CASR ? SAR : SHR) | WIDE, value);
    }

    /** Makes C in the frame bit 0 of a register. */
    private void notCarry(int reg) {
        asm.r(NOT, reg);
        asm.ri(X64Assembler.AND, reg, NOT_C);
        frameByte(AND_DIGIT, ~NOT_C);
        asm.rm(OR8 & ~STORE, reg, RBP, HIGH);
    }

    private static final int HIGH = Frame.FLAGS + 1;
    private static final int NOT_C = Flags.FLAG_NOT_C >> 8;
    private static final int GROUP1_BYTE = 0x80;
    private static final int OR_DIGIT = 1;
    private static final int AND_DIGIT = 4;
    private static final int OR8 = 0x0a;
    private static final int STORE8 = 0x88;

    private void frameByte(int digit, int immediate) {
        asm.rm(GROUP1_BYTE, digit, RBP, HIGH);
        asm.int8(immediate);
    }

    private void carryBit(int i, int a, int bit) {
        int reg = slots.scratch();
        slots.get(reg, a);
        if (bit != 0) {
            asm.shift(SHR, reg, bit);
        }
        if ((code.flagsBefore[i + 1] & NZ_FLAGS) == 0) {
            asm.r(NOT, reg);
            asm.ri(X64Assembler.AND, reg, NOT_C);
            asm.rm(STORE8, reg, RBP, HIGH);
        } else {
            notCarry(reg);
        }
        flags.writtenInFrame(C);
    }

    private void carry(int value) {
        if (value != 0) {
            frameByte(AND_DIGIT, ~NOT_C);
        } else {
            frameByte(OR_DIGIT, NOT_C);
        }
        flags.writtenInFrame(C);
    }

    private void extract(int d, int a, int lsb, int width) {
        slots.lock(a);
        int reg = slots.write(d);
        if (lsb == 0 && (width == 8 || width == 16)) {
            slots.load(width == 8 ? MOVZX8 : MOVZX16, reg, a);
        } else {
            slots.get(reg, a);
            if (lsb != 0) {
                asm.shift(SHR, reg, lsb);
            }
            if (lsb + width < 32) {
                asm.ri(X64Assembler.AND, reg, (1 << width) - 1);
            }
        }
        slots.put(d, reg);
    }

    private void extractSigned(int d, int a, int lsb, int width) {
        slots.lock(a);
        int reg = slots.write(d);
        if (lsb == 0 && (width == 8 || width == 16)) {
            slots.load(width == 8 ? MOVSX8 : MOVSX16, reg, a);
        } else {
            slots.get(reg, a);
            if (lsb + width < 32) {
                asm.shift(SHL, reg, 32 - lsb - width);
            }
            if (width < 32) {
                asm.shift(SAR, reg, 32 - width);
            }
        }
        slots.put(d, reg);
    }

    private void insert(int d, int a, int lsb, int width) {
        int mask = -1 >>> 32 - width << lsb;
        slots.lock(a);
        slots.lock(d);
        int reg = slots.scratch();
        slots.get(reg, a);
        if (lsb != 0) {
            asm.shift(SHL, reg, lsb);
        }
        if (lsb + width < 32) {
            asm.ri(X64Assembler.AND, reg, mask);
        }
        slots.immediate(X64Assembler.AND, d, ~mask);
        slots.store(OR, d, reg);
    }

    private void leadingZeros(int d, int a) {
        slots.lock(a);
        if (host.lzcnt()) {
            int reg = slots.write(d);
            slots.load(LZCNT, reg, a);
            slots.put(d, reg);
            return;
        }
        int reg = slots.scratch();
        int none = slots.scratch();
        asm.movi(none, 63);
        slots.load(BSR, reg, a);
        asm.rr(CMOV + E, reg, none);
        asm.ri(XOR, reg, 31);
        slots.put(d, reg);
    }

    private void reverseBytes(int d, int a) {
        slots.lock(a);
        int reg = slots.write(d);
        slots.get(reg, a);
        asm.bswap(reg);
        slots.put(d, reg);
    }

    /** Bytes, then nibbles, pairs and bits of each byte change places. */
    private void reverseBits(int d, int a) {
        slots.lock(a);
        int reg = slots.scratch();
        int other = slots.scratch();
        slots.get(reg, a);
        asm.bswap(reg);
        for (int width = 4, mask = 0x0f0f0f0f; width > 0; width >>= 1, mask ^= mask << width) {
            asm.rr(MOV, other, reg);
            asm.shift(SHR, other, width);
            asm.ri(X64Assembler.AND, other, mask);
            asm.ri(X64Assembler.AND, reg, mask);
            asm.shift(SHL, reg, width);
            asm.rr(OR, reg, other);
        }
        slots.put(d, reg);
    }
}
