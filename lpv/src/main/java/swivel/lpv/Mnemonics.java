package swivel.lpv;

import swivel.arm.A32;
import swivel.arm.Instruction;
import swivel.arm.InstructionSet;
import swivel.arm.T32;

/** Names of sensitive instructions for reports, coarser than a disassembler's. */
final class Mnemonics {

    /** Data-processing opcodes, bits 24:21 (ARM DDI 0406C, A5.2.1). */
    private static final String[] OPCODES = {
        "AND", "EOR", "SUB", "RSB", "ADD", "ADC", "SBC", "RSC", "TST", "TEQ", "CMP", "CMN", "ORR", "MOV", "BIC", "MVN"
    };

    /** By imod (A8.8.37, B9.3.2). */
    private static final String[] CPS = {"CPS", "CPS", "CPSIE", "CPSID"};

    private Mnemonics() {}

    static String of(InstructionSet set, int word) {
        return set == InstructionSet.A32 ? of(A32.decode(word), word) : of(T32.decode(word), word);
    }

    private static String of(T32 row, int word) {
        return switch (row) {
            case CPS_T1 -> (word & 1 << 4) == 0 ? "CPSIE" : "CPSID";
            case CPS_T2 -> CPS[word >>> 9 & 3];
            case SUBS_PC_LR_T1 -> "SUBS PC";
            default -> first(row);
        };
    }

    private static String of(A32 row, int word) {
        return switch (row) {
            case CPS -> CPS[word >>> 18 & 3];
            case DP_RETURN_REG, DP_RETURN_IMM -> OPCODES[word >>> 21 & 15] + "S PC";
            case LDM_USER, LDM_RETURN -> "LDM^";
            case STM_USER -> "STM^";
            default -> first(row);
        };
    }

    /** What stands in front of the first underscore of a row's name. */
    private static String first(Instruction row) {
        int underscore = row.name().indexOf('_');
        return underscore < 0 ? row.name() : row.name().substring(0, underscore);
    }
}
