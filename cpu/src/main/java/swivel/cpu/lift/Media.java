package swivel.cpu.lift;

import static swivel.arm.Fields.*;

import swivel.arm.A32;
import swivel.cpu.ir.Helpers;
import swivel.cpu.ir.MicroCode;
import swivel.cpu.ir.MicroOp;

/** Lifts multiplies, divides, media and bit-field instructions (ARM DDI 0406C, A5.2.5 to A5.2.7, A5.4). */
final class Media {
    private final MicroCode out;

    Media(MicroCode out) {
        this.out = out;
    }

    // Register fields of multiplies; the manual names bits 19:16 Rd there (A5.2.5).
    private static int md(int word) {
        return rn(word);
    }

    private static int ma(int word) {
        return rd(word);
    }

    private static int mm(int word) {
        return rs(word);
    }

    private static int mn(int word) {
        return rm(word);
    }

    /** Lifts an instruction of this class; false if it is of another. */
    boolean lift(A32 row, int word, int pc) {
        switch (row) {
            case MUL -> {
                out.emit(MicroOp.MUL, md(word), mn(word), mm(word));
                flags(word, md(word));
            }
            case MLA -> {
                int t = product(word);
                out.emit(MicroOp.ADD, md(word), t, ma(word));
                flags(word, md(word));
            }
            case MLS -> {
                int t = product(word);
                out.emit(MicroOp.SUB, md(word), ma(word), t);
            }
            case UMULL -> multiplyLong(MicroOp.UMULL, word);
            case SMULL -> multiplyLong(MicroOp.SMULL, word);
            case UMLAL -> multiplyLong(MicroOp.UMLAL, word);
            case SMLAL -> multiplyLong(MicroOp.SMLAL, word);
            case UMAAL -> multiplyLong(MicroOp.UMAAL, word);
            case SDIV -> out.emit(MicroOp.SDIV, md(word), mn(word), mm(word));
            case UDIV -> out.emit(MicroOp.UDIV, md(word), mn(word), mm(word));

            case SMUL_XY -> out.emit(MicroOp.MUL, md(word), half(mn(word), bit(word, 5)), half(mm(word), bit(word, 6)));
            case SMLA_XY -> {
                int t = out.temporary();
                out.emit(MicroOp.MUL, t, half(mn(word), bit(word, 5)), half(mm(word), bit(word, 6)));
                out.emit(MicroOp.ADDQ, md(word), t, ma(word));
            }
            case SMULW_Y -> out.emit(MicroOp.MULW, md(word), mn(word), half(mm(word), bit(word, 6)));
            case SMLAW_Y -> {
                int t = out.temporary();
                out.emit(MicroOp.MULW, t, mn(word), half(mm(word), bit(word, 6)));
                out.emit(MicroOp.ADDQ, md(word), t, ma(word));
            }
            case SMLAL_XY -> {
                int x = half(mn(word), bit(word, 5));
                out.emit(MicroOp.SMLAL, ma(word), x, half(mm(word), bit(word, 6)), md(word));
            }
            case SMLAD -> helper(Helpers.SMLAD, ma(word), md(word), mn(word), exchanged(word));
            case SMLSD -> helper(Helpers.SMLSD, ma(word), md(word), mn(word), exchanged(word));
            case SMLALD -> helper64(Helpers.SMLALD, word, exchanged(word));
            case SMLSLD -> helper64(Helpers.SMLSLD, word, exchanged(word));
            case SMMLA -> helper(Helpers.SMMLA, rounding(word), md(word), mn(word), mm(word));
            case SMMLS -> helper(Helpers.SMMLS, rounding(word), md(word), mn(word), mm(word));
            case USADA8 -> {
                if (ma(word) == Helpers.NO_REGISTER) {
                    helper(Helpers.USAD8, 0, md(word), mn(word), mm(word));
                } else {
                    int t = out.temporary();
                    helper(Helpers.USAD8, 0, t, mn(word), mm(word));
                    out.emit(MicroOp.ADD, md(word), t, ma(word));
                }
            }

            case QADD -> helper(Helpers.QADD, 0, rd(word), rm(word), rn(word));
            case QSUB -> helper(Helpers.QADD, 1, rd(word), rm(word), rn(word));
            case QDADD -> helper(Helpers.QADD, 2, rd(word), rm(word), rn(word));
            case QDSUB -> helper(Helpers.QADD, 3, rd(word), rm(word), rn(word));
            case SSAT -> helper(Helpers.SSAT, bits(word, 20, 16) + 1, rd(word), shifted(word, pc), 0);
            case USAT -> helper(Helpers.USAT, bits(word, 20, 16), rd(word), shifted(word, pc), 0);
            case SSAT16 -> helper(Helpers.SSAT16, rn(word) + 1, rd(word), rm(word), 0);
            case USAT16 -> helper(Helpers.USAT16, rn(word), rd(word), rm(word), 0);
            case SEL -> helper(Helpers.SEL, 0, rd(word), rn(word), rm(word));

            case SADD16, SASX, SSAX, SSUB16, SADD8, SSUB8, QADD16, QASX, QSAX, QSUB16, QADD8, QSUB8 -> parallel(word);
            case SHADD16, SHASX, SHSAX, SHSUB16, SHADD8, SHSUB8, UADD16, UASX, USAX, USUB16, UADD8, USUB8 ->
                parallel(word);
            case UQADD16, UQASX, UQSAX, UQSUB16, UQADD8, UQSUB8 -> parallel(word);
            case UHADD16, UHASX, UHSAX, UHSUB16, UHADD8, UHSUB8 -> parallel(word);

            case PKHBT, PKHTB -> pack(row == A32.PKHBT, word, pc);
            case SXTAB -> extend(MicroOp.SBFX, 8, word);
            case SXTAH -> extend(MicroOp.SBFX, 16, word);
            case UXTAB -> extend(MicroOp.UBFX, 8, word);
            case UXTAH -> extend(MicroOp.UBFX, 16, word);
            case SXTAB16 -> extend16(Helpers.SXTAB16, word);
            case UXTAB16 -> extend16(Helpers.UXTAB16, word);

            case CLZ -> out.emit(MicroOp.CLZ, rd(word), rm(word), 0);
            case RBIT -> out.emit(MicroOp.RBIT, rd(word), rm(word), 0);
            case REV -> out.emit(MicroOp.REV, rd(word), rm(word), 0);
            case REV16 -> {
                out.emit(MicroOp.REV, rd(word), rm(word), 0);
                out.emit(MicroOp.RORI, rd(word), rd(word), 0, 16);
            }
            case REVSH -> {
                out.emit(MicroOp.REV, rd(word), rm(word), 0);
                out.emit(MicroOp.ASRI, rd(word), rd(word), 0, 16);
            }

            case UBFX, SBFX -> {
                int lsb = bits(word, 11, 7);
                int width = bits(word, 20, 16) + 1;
                if (lsb + width > 32) {
                    return false;
                }
                out.emit(row == A32.UBFX ? MicroOp.UBFX : MicroOp.SBFX, rd(word), rm(word), 0, lsb | width << 8);
            }
            case BFI, BFC -> {
                int lsb = bits(word, 11, 7);
                int width = bits(word, 20, 16) + 1 - lsb;
                if (width <= 0) {
                    return false;
                }
                if (row == A32.BFI) {
                    out.emit(MicroOp.BFI, rd(word), rm(word), 0, lsb | width << 8);
                } else {
                    out.emit(MicroOp.ANDI, rd(word), rd(word), 0, ~(-1 >>> (32 - width) << lsb));
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void helper(int id, int parameter, int d, int a, int b) {
        out.emit(MicroOp.HELPER, d, a, b, id | parameter << 8);
    }

    private void helper64(int id, int word, int b) {
        out.emit(MicroOp.HELPER64, ma(word), mn(word), b, id | md(word) << 8);
    }

    private void flags(int word, int d) {
        if (s(word)) {
            out.emit(MicroOp.NZ, 0, d, 0);
        }
    }

    private int product(int word) {
        int t = out.temporary();
        out.emit(MicroOp.MUL, t, mn(word), mm(word));
        return t;
    }

    private void multiplyLong(int op, int word) {
        out.emit(op, ma(word), mn(word), mm(word), md(word));
        if (s(word)) {
            out.emit(MicroOp.NZ64, 0, ma(word), md(word));
        }
    }

    private int half(int register, boolean top) {
        int t = out.temporary();
        out.emit(MicroOp.SBFX, t, register, 0, (top ? 16 : 0) | 16 << 8);
        return t;
    }

    /** Rm with its halfwords exchanged if the instruction's X bit asks for it. */
    private int exchanged(int word) {
        if (!bit(word, 5)) {
            return mm(word);
        }
        int t = out.temporary();
        out.emit(MicroOp.RORI, t, mm(word), 0, 16);
        return t;
    }

    private int rounding(int word) {
        return ma(word) | (bit(word, 5) ? 0x100 : 0);
    }

    private void parallel(int word) {
        helper(Helpers.PARALLEL, bits(word, 22, 20) << 3 | bits(word, 7, 5), rd(word), rn(word), rm(word));
    }

    /** The operand of SSAT and USAT: bit 6 chooses ASR (0 means 32) or LSL. */
    private int shifted(int word, int pc) {
        return DataProcessing.shiftByImmediate(out, word & ~0x20, pc);
    }

    private void pack(boolean bottomTop, int word, int pc) {
        int shifted = DataProcessing.shiftByImmediate(out, word & ~0x20, pc);
        int t = out.temporary();
        out.emit(MicroOp.MOV, t, bottomTop ? shifted : rn(word), 0);
        out.emit(MicroOp.BFI, t, bottomTop ? rn(word) : shifted, 0, 16 << 8);
        out.emit(MicroOp.MOV, rd(word), t, 0);
    }

    private int rotated(int word) {
        int rotation = bits(word, 11, 10) * 8;
        if (rotation == 0) {
            return rm(word);
        }
        int t = out.temporary();
        out.emit(MicroOp.RORI, t, rm(word), 0, rotation);
        return t;
    }

    private void extend(int op, int width, int word) {
        int from = rotated(word);
        if (rn(word) == Helpers.NO_REGISTER) {
            out.emit(op, rd(word), from, 0, width << 8);
        } else {
            int t = out.temporary();
            out.emit(op, t, from, 0, width << 8);
            out.emit(MicroOp.ADD, rd(word), rn(word), t);
        }
    }

    private void extend16(int id, int word) {
        int from = rotated(word);
        int n = rn(word);
        if (n == Helpers.NO_REGISTER) {
            n = out.temporary();
            out.emit(MicroOp.MOVI, n, 0, 0, 0);
        }
        helper(id, 0, rd(word), n, from);
    }
}
