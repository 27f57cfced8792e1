package swivel.arm;

import static swivel.arm.Fields.bit;
import static swivel.arm.Fields.bits;
import static swivel.arm.Fields.rm;
import static swivel.arm.Fields.rn;

import java.util.Map;
import swivel.arm.Syntax.Operand;

/**
 * The operands whose written form is more than a field's register or number, by the names that the syntax column uses.
 */
final class Operands {
    private Operands() {}

    private static final String[] SHIFTS = {"lsl", "lsr", "asr", "ror"};

    /** LDM, STM, SRS, RFE by P and U; increment after is what no suffix means. */
    private static final String[] MULTIPLE = {"da", "", "db", "ib"};

    /** The limitation of DSB and DMB (A8.8.43, A8.8.44); others are reserved and act as SY. */
    private static final String[] BARRIERS = {
        "#0", "#1", "oshst", "osh", "#4", "#5", "nshst", "nsh", "#8", "#9", "ishst", "ish", "#12", "#13", "st", "sy"
    };

    /** The data-processing opcodes (A5.2.1). */
    private static final String[] OPCODES = {
        "and", "eor", "sub", "rsb", "add", "adc", "sbc", "rsc", "tst", "teq", "cmp", "cmn", "orr", "mov", "bic", "mvn"
    };

    static final Map<String, Operand> BY_NAME = Map.ofEntries(
            Map.entry("c", (out, word, address) -> out.append(Condition.suffix(word >>> 28))),
            Map.entry("Rt or flags", Operands::registerOrFlags),
            Map.entry("word", (out, word, address) -> hex(out, word, 8)),
            Map.entry("target", Operands::target),
            Map.entry("imm", Operands::modifiedImmediate),
            Map.entry("imm16", (out, word, address) -> hex(out, bits(word, 19, 8) << 4 | rm(word), 4)),
            Map.entry("imm24", (out, word, address) -> hex(out, word & 0xffffff, 8)),
            Map.entry("shift", (out, word, address) -> shift(out, word)),
            Map.entry("shifttype", (out, word, address) -> out.append(SHIFTS[bits(word, 6, 5)])),
            Map.entry("shiftamount", (out, word, address) -> out.append(shiftAmount(word))),
            Map.entry("rotation", Operands::rotation),
            Map.entry("bitfield", Operands::bitfield),
            Map.entry("multiple", (out, word, address) -> out.append(MULTIPLE[bits(word, 24, 23)])),
            Map.entry("registers", (out, word, address) -> registers(out, word & 0xffff)),
            Map.entry("address imm12", (out, word, address) -> address(out, word, Operands::offset12)),
            Map.entry("address imm8", (out, word, address) -> address(out, word, Operands::offset8)),
            Map.entry("address register", (out, word, address) -> address(out, word, Operands::offsetRegister)),
            Map.entry("address shifted", (out, word, address) -> address(out, word, Operands::offsetShifted)),
            Map.entry("offset12", Operands::preloadOffset),
            Map.entry("shifted", (out, word, address) -> offsetShifted(out, word)),
            Map.entry("coprocessor", Operands::coprocessorAddress),
            Map.entry("fields", (out, word, address) -> psrFields(out, rn(word))),
            Map.entry("banked", (out, word, address) -> out.append(BankedRegister.name(word))),
            Map.entry("barrier", (out, word, address) -> out.append(BARRIERS[rm(word)])),
            Map.entry("opcode", (out, word, address) -> out.append(OPCODES[bits(word, 24, 21)])),
            Map.entry("vfp", Disassembler::vfp),
            Map.entry("neon", Disassembler::neon));

    /** MRC to r15 sets NZCV (A8.8.108). */
    static void registerOrFlags(StringBuilder out, int word, int address) {
        if (Fields.rd(word) == 15) {
            out.append("APSR_nzcv");
        } else {
            Syntax.register(out, Fields.rd(word));
        }
    }

    static void hex(StringBuilder out, int number, int digits) {
        out.append("0x");
        for (int shift = 4 * digits - 4; shift >= 0; shift -= 4) {
            out.append(Character.forDigit(number >>> shift & 15, 16));
        }
    }

    private static void target(StringBuilder out, int word, int address) {
        int halfword = word >>> 28 == 15 ? word >>> 23 & 2 : 0;
        out.append("0x").append(Integer.toHexString(address + 8 + Fields.branchOffset(word) + halfword));
    }

    /** As one number if its encoding is the one an assembler chooses, else as its two parts. */
    private static void modifiedImmediate(StringBuilder out, int word, int address) {
        int value = Fields.modifiedImmediate(word);
        int rotation = word >>> 7 & 0x1e;
        int shortest = 0;
        while (Integer.rotateLeft(value, shortest) >>> 8 != 0) {
            shortest += 2;
        }
        out.append('#');
        if (shortest == rotation) {
            out.append(value);
        } else {
            out.append(word & 0xff).append(", ").append(rotation);
        }
    }

    /** LSR and ASR by 0 mean by 32 (A8.4.1). */
    private static int shiftAmount(int word) {
        int amount = bits(word, 11, 7);
        int type = bits(word, 6, 5);
        return amount == 0 && (type == 1 || type == 2) ? 32 : amount;
    }

    private static void shift(StringBuilder out, int word) {
        int type = bits(word, 6, 5);
        if (bits(word, 11, 7) == 0 && type == 3) {
            out.append(", rrx");
        } else if (shiftAmount(word) != 0) {
            out.append(", ").append(SHIFTS[type]).append(" #").append(shiftAmount(word));
        }
    }

    private static void rotation(StringBuilder out, int word, int address) {
        int rotation = bits(word, 11, 10);
        if (rotation != 0) {
            out.append(", ror #").append(8 * rotation);
        }
    }

    /** BFI and BFC: where the field begins and its width, which is UNPREDICTABLE if it ends before it begins. */
    private static void bitfield(StringBuilder out, int word, int address) {
        int low = bits(word, 11, 7);
        out.append('#').append(low).append(", #").append(bits(word, 20, 16) - low + 1);
    }

    static void registers(StringBuilder out, int list) {
        out.append('{');
        String separator = "";
        for (int left = list; left != 0; left &= left - 1) {
            out.append(separator);
            Syntax.register(out, Integer.numberOfTrailingZeros(left));
            separator = ", ";
        }
        out.append('}');
    }

    private interface Offset {
        void write(StringBuilder out, int word);
    }

    /** Base and offset in the three forms of P and W; an offset of +0 is left out where nothing is written back. */
    private static void address(StringBuilder out, int word, Offset offset) {
        out.append('[');
        Syntax.register(out, rn(word));
        if (!Fields.p(word)) {
            out.append("], ");
            offset.write(out, word);
            return;
        }
        int before = out.length();
        out.append(", ");
        offset.write(out, word);
        if (Fields.w(word)) {
            out.append("]!");
            return;
        }
        dropZero(out, before);
        out.append(']');
    }

    private static void dropZero(StringBuilder out, int from) {
        if (out.length() == from + 4 && out.charAt(from + 2) == '#' && out.charAt(from + 3) == '0') {
            out.setLength(from);
        }
    }

    private static void preloadOffset(StringBuilder out, int word, int address) {
        int before = out.length();
        out.append(", ");
        offset12(out, word);
        dropZero(out, before);
    }

    private static void sign(StringBuilder out, int word) {
        if (!Fields.u(word)) {
            out.append('-');
        }
    }

    private static void immediate(StringBuilder out, int word, int magnitude) {
        out.append('#');
        sign(out, word);
        out.append(magnitude);
    }

    private static void offset12(StringBuilder out, int word) {
        immediate(out, word, word & 0xfff);
    }

    private static void offset8(StringBuilder out, int word) {
        immediate(out, word, Fields.imm4imm4(word));
    }

    private static void offsetRegister(StringBuilder out, int word) {
        sign(out, word);
        Syntax.register(out, rm(word));
    }

    private static void offsetShifted(StringBuilder out, int word) {
        offsetRegister(out, word);
        shift(out, word);
    }

    /** LDC and STC have words as offsets, and a form without one whose immediate is the coprocessor's. */
    static void coprocessorAddress(StringBuilder out, int word, int address) {
        if (!Fields.p(word) && !Fields.w(word)) {
            out.append('[');
            Syntax.register(out, rn(word));
            out.append("], {").append(word & 0xff).append('}');
        } else {
            wordAddress(out, word, address);
        }
    }

    /** An immediate of eight bits that counts words. */
    static void wordAddress(StringBuilder out, int word, int address) {
        address(out, word, (text, of) -> immediate(text, of, 4 * (of & 0xff)));
    }

    /** MSR's field mask. */
    static void psrFields(StringBuilder out, int mask) {
        for (int i = 0; i < 4; i++) {
            if (bit(mask, 3 - i)) {
                out.append("fsxc".charAt(i));
            }
        }
    }
}
