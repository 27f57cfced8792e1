package swivel.arm;

import static swivel.arm.Fields.bit;
import static swivel.arm.Fields.bits;
import static swivel.arm.Fields.rm;
import static swivel.arm.Fields.rn;

import java.util.Map;
import swivel.arm.Syntax.Operand;

/** What {@link Operands} is for A32: operands of T32 whose written form is more than a field's register or number. */
final class T32Operands {
    private T32Operands() {}

    private static final String[] SHIFTS = {"lsl", "lsr", "asr", "ror"};

    /** Parallel addition and subtraction, by bits 6:4 (A6.3.13, A6.3.14). */
    private static final String[] PARALLEL = {"s", "q", "sh", "", "u", "uq", "uh", ""};

    static final Map<String, Operand> BY_NAME = Map.ofEntries(
            Map.entry("c", (out, word, address) -> {}),
            Map.entry("s", (out, word, address) -> out.append('s')),
            Map.entry("word", (out, word, address) -> Operands.hex(out, word, 2 * T32.lengthOf(word))),
            Map.entry("imm8", (out, word, address) -> Operands.hex(out, word & 0xff, 4)),
            Map.entry("imm", T32Operands::modifiedImmediate),
            Map.entry("imm16", (out, word, address) -> out.append(T32Fields.imm16(word))),
            Map.entry("target", T32Operands::target),
            Map.entry(
                    "branch condition",
                    (out, word, address) -> out.append(Condition.suffix(T32Fields.branchCondition(word)))),
            Map.entry("it", T32Operands::thenElse),
            Map.entry("it condition", T32Operands::itCondition),
            Map.entry("shift", T32Operands::shift),
            Map.entry("saturation shift", T32Operands::saturationShift),
            Map.entry("rotation", T32Operands::rotation),
            Map.entry("bitfield", T32Operands::bitfield),
            Map.entry("parallel", (out, word, address) -> out.append(PARALLEL[bits(word, 6, 4)])),
            Map.entry(
                    "registers",
                    (out, word, address) -> Operands.registers(out, T32Fields.registerList(T32.decode(word), word))),
            Map.entry("writeback", T32Operands::writeback),
            Map.entry("address imm12", T32Operands::address12),
            Map.entry("address imm8", T32Operands::address8),
            Map.entry("address register", T32Operands::addressRegister),
            Map.entry("address literal", T32Operands::addressLiteral),
            Map.entry("address exclusive", T32Operands::addressExclusive),
            Map.entry("address dual", Operands::wordAddress),
            Map.entry("coprocessor", Operands::coprocessorAddress),
            Map.entry("Rt or flags", Operands::registerOrFlags),
            Map.entry("fields", (out, word, address) -> Operands.psrFields(out, bits(word, 11, 8))),
            Map.entry("banked mrs", (out, word, address) -> banked(out, word, rn(word))),
            Map.entry("banked msr", (out, word, address) -> banked(out, word, bits(word, 11, 8))),
            Map.entry("barrier", Operands.BY_NAME.get("barrier")),
            Map.entry("vfp", T32Operands::vfp),
            Map.entry("neon", T32Operands::neon));

    /** The words of VFP are those of A32, but one that is no instruction has another directive. */
    private static void vfp(StringBuilder out, int word, int address) {
        if (Vfp.decode(word) == Vfp.UNDEFINED) {
            undefined(out, word);
        } else {
            Disassembler.vfp(out, word, address);
        }
    }

    private static void neon(StringBuilder out, int word, int address) {
        if (Neon.decode(word).isUndefined()) {
            undefined(out, word);
        } else {
            Disassembler.neon(out, word, address);
        }
    }

    private static void undefined(StringBuilder out, int word) {
        Operands.hex(out.append(".inst.w "), word, 8);
    }

    private static void target(StringBuilder out, int word, int address) {
        T32 row = T32.decode(word);
        int pc = address + 4;
        if (row == T32.BLX_IMM_T2) {
            pc &= ~3;
        }
        out.append("0x").append(Integer.toHexString(pc + T32Fields.branchOffset(row, word)));
    }

    /**
     * The "t" and "e" behind IT: a bit of the mask says "then" if it is the low bit of the condition; the last one ends
     * it.
     */
    private static void thenElse(StringBuilder out, int word, int address) {
        int then = bits(word, 4, 4);
        for (int i = 3; i > Integer.numberOfTrailingZeros(word); i--) {
            out.append(bits(word, i, i) == then ? 't' : 'e');
        }
    }

    private static void itCondition(StringBuilder out, int word, int address) {
        int condition = bits(word, 7, 4);
        out.append(condition == Fields.AL ? "al" : Condition.suffix(condition));
    }

    private static void modifiedImmediate(StringBuilder out, int word, int address) {
        out.append('#').append(Integer.toUnsignedLong(T32Fields.modifiedImmediate(word)));
    }

    /** LSR and ASR by 0 mean by 32, ROR by 0 is RRX (A8.4.1). */
    private static void shift(StringBuilder out, int word, int address) {
        int type = bits(word, 5, 4);
        int amount = T32Fields.imm5(word);
        if (amount == 0 && type == 3) {
            out.append(", rrx");
        } else if (amount != 0 || type != 0) {
            out.append(", ").append(SHIFTS[type]).append(" #").append(amount == 0 ? 32 : amount);
        }
    }

    private static void saturationShift(StringBuilder out, int word, int address) {
        int amount = T32Fields.imm5(word);
        if (amount != 0) {
            out.append(bit(word, 21) ? ", asr #" : ", lsl #").append(amount);
        }
    }

    private static void rotation(StringBuilder out, int word, int address) {
        int rotation = bits(word, 5, 4);
        if (rotation != 0) {
            out.append(", ror #").append(8 * rotation);
        }
    }

    /** BFI and BFC, as in A32. */
    private static void bitfield(StringBuilder out, int word, int address) {
        int low = T32Fields.imm5(word);
        out.append('#').append(low).append(", #").append(bits(word, 4, 0) - low + 1);
    }

    /** LDM of 16 bits writes back unless it loads the base (A8.8.58). */
    private static void writeback(StringBuilder out, int word, int address) {
        if (!bit(word, bits(word, 10, 8))) {
            out.append('!');
        }
    }

    private static StringBuilder base(StringBuilder out, int word) {
        out.append('[');
        Syntax.register(out, rn(word));
        return out;
    }

    private static void address12(StringBuilder out, int word, int address) {
        base(out, word);
        if (bits(word, 11, 0) != 0) {
            out.append(", #").append(bits(word, 11, 0));
        }
        out.append(']');
    }

    /** With P, U and W in bits 10:8; an offset of zero is left out, or has no sign. */
    private static void address8(StringBuilder out, int word, int address) {
        int offset = bits(word, 7, 0);
        boolean before = bit(word, 10);
        base(out, word);
        if (!before) {
            out.append(']');
        }
        if (!before || offset != 0) {
            out.append(bit(word, 9) || offset == 0 ? ", #" : ", #-").append(offset);
        }
        if (before) {
            out.append(bit(word, 8) ? "]!" : "]");
        }
    }

    private static void addressRegister(StringBuilder out, int word, int address) {
        base(out, word).append(", ");
        Syntax.register(out, rm(word));
        if (bits(word, 5, 4) != 0) {
            out.append(", lsl #").append(bits(word, 5, 4));
        }
        out.append(']');
    }

    private static void addressLiteral(StringBuilder out, int word, int address) {
        int offset = bits(word, 11, 0);
        out.append("[pc");
        if (offset != 0) {
            out.append(bit(word, 23) ? ", #" : ", #-").append(offset);
        }
        out.append(']');
    }

    private static void addressExclusive(StringBuilder out, int word, int address) {
        base(out, word);
        if (bits(word, 7, 0) != 0) {
            out.append(", #").append(4 * bits(word, 7, 0));
        }
        out.append(']');
    }

    private static void banked(StringBuilder out, int word, int low) {
        out.append(BankedRegister.name(word & 0x10 | low, bit(word, 20)));
    }
}
