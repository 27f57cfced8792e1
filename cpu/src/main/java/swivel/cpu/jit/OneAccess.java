package swivel.cpu.jit;

import swivel.cpu.UserState;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.pages.CodeBlock;

/** Accesses that an instruction makes one after another and that must be one for other cores. */
final class OneAccess {
    private OneAccess() {}

    /**
     * Whether an instruction makes two accesses that are one for other cores: SWP, and LDRD and STRD of an address that
     * is a multiple of 8 (ARM DDI 0406C, A3.5.3).
     */
    static boolean isMadeBy(CodeBlock single, UserState state) {
        int loads = 0;
        int stores = 0;
        int address = 0;
        for (int i = 0; i < single.instruction.length; i++) {
            int w = single.code[2 * i];
            boolean load = isOf(w, MicroOp.LD32A, MicroOp.LD8U);
            boolean store = isOf(w, MicroOp.ST32A, MicroOp.ST8);
            if ((load || store) && loads + stores == 0) {
                int base = w >>> 16 & UserState.SLOTS - 1;
                // What the instruction computes itself is not known yet
                address = UserState.isTemporary(base) ? 0 : state.r[base] + single.code[2 * i + 1];
            }
            loads += load ? 1 : 0;
            stores += store ? 1 : 0;
        }
        return loads + stores == 2 && (loads == stores || (address & 7) == 0);
    }

    private static boolean isOf(int w, int one, int other) {
        int op = w & 0xff;
        return op == one || op == other;
    }
}
