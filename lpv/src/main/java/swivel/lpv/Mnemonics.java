package swivel.lpv;

import swivel.arm.A32;

/** Names of sensitive instructions for reports, coarser than a disassembler's. */
final class Mnemonics {

    /** Data-processing opcodes, bits 24:21 (ARM DDI 0406C, A5.2.1). */
    private static final String[] OPCODES = {
        "AND", "EOR", "SUB", "RSB", "ADD", "ADC", "SBC", "RSC", "TST", "TEQ", "CMP", "CMN", "ORR", "MOV", "BIC", "MVN"
    };

    private Mnemonics() {}

    static String of(int word) {
        A32 row = A32.decode(word);
        return switch (row) {
            case CPS ->
                switch (word >>> 18 & 3) {
                    case 2 -> "CPSIE";
                    case 3 -> "CPSID";
                    default -> "CPS";
                };
            case DP_RETURN_REG, DP_RETURN_IMM -> OPCODES[word >>> 21 & 15] + "S PC";
            case LDM_USER, LDM_RETURN -> "LDM^";
            case STM_USER -> "STM^";
            default -> {
                int underscore = row.name().indexOf('_');
                yield underscore < 0 ? row.name() : row.name().substring(0, underscore);
            }
        };
    }
}
