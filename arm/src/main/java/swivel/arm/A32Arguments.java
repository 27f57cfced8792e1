package swivel.arm;

import static swivel.arm.Arguments.NONE;
import static swivel.arm.Fields.*;

import swivel.arm.Arguments.*;
import swivel.arm.Operand2.Immediate;
import swivel.arm.Operand2.Shifted;

/** Fills the records of {@link Arguments} from A32 words: the one place that knows where their fields are. */
final class A32Arguments {
    private A32Arguments() {}

    /** By the classes of A5.1, in several methods, so that what is needed early is compiled early. */
    static Arguments of(A32 row, int word) {
        Arguments found = null;
        if (cond(word) != UNCONDITIONAL) {
            int kind = bits(word, 27, 25);
            if (kind < 2) {
                found = dataProcessing(row, word);
            } else if (kind == 5) {
                found = branch(row, word);
            }
            if (found == null && kind <= 4) {
                found = memory(row, word);
            }
        }
        return found == null ? rare(row, word) : found;
    }

    private static final int UNCONDITIONAL = 15;

    private static Arguments rare(A32 row, int word) {
        Arguments found = media(row, word);
        if (found == null) {
            found = branch(row, word);
        }
        if (found == null) {
            found = memory(row, word);
        }
        if (found == null) {
            found = multiply(row, word);
        }
        if (found == null) {
            found = system(row, word);
        }
        if (found == null) {
            found = coprocessor(row, word);
        }
        return found == null ? Plain.of(row, word) : found;
    }

    /** A5.2.1 to A5.2.4. */
    private static Arguments dataProcessing(A32 row, int word) {
        return switch (row) {
            case AND_IMM, AND_REG, AND_RSR -> alu(AluOp.AND, word);
            case EOR_IMM, EOR_REG, EOR_RSR -> alu(AluOp.EOR, word);
            case SUB_IMM, SUB_REG, SUB_RSR -> alu(AluOp.SUB, word);
            case RSB_IMM, RSB_REG, RSB_RSR -> alu(AluOp.RSB, word);
            case ADD_IMM, ADD_REG, ADD_RSR -> alu(AluOp.ADD, word);
            case ADC_IMM, ADC_REG, ADC_RSR -> alu(AluOp.ADC, word);
            case SBC_IMM, SBC_REG, SBC_RSR -> alu(AluOp.SBC, word);
            case RSC_IMM, RSC_REG, RSC_RSR -> alu(AluOp.RSC, word);
            case TST_IMM, TST_REG, TST_RSR -> alu(AluOp.TST, word);
            case TEQ_IMM, TEQ_REG, TEQ_RSR -> alu(AluOp.TEQ, word);
            case CMP_IMM, CMP_REG, CMP_RSR -> alu(AluOp.CMP, word);
            case CMN_IMM, CMN_REG, CMN_RSR -> alu(AluOp.CMN, word);
            case ORR_IMM, ORR_REG, ORR_RSR -> alu(AluOp.ORR, word);
            case MOV_IMM, MOV_REG, MOV_RSR -> alu(AluOp.MOV, word);
            case BIC_IMM, BIC_REG, BIC_RSR -> alu(AluOp.BIC, word);
            case MVN_IMM, MVN_REG, MVN_RSR -> alu(AluOp.MVN, word);
            case DP_RETURN_IMM, DP_RETURN_REG -> alu(AluOp.of(bits(word, 24, 21)), word);
            case MOVW -> new Alu(AluOp.MOV, rd(word), NONE, Operand2.immediate(imm16(word)), false);
            case MOVT -> new MoveTop(rd(word), imm16(word));
            default -> null;
        };
    }

    /** A5.2.8 to A5.2.10, A5.3, A5.5. */
    private static Arguments memory(A32 row, int word) {
        return switch (row) {
            case LDR_IMM -> load(4, false, false, word, offset12(word));
            case LDR_REG -> load(4, false, false, word, offsetShifted(word));
            case LDRT_IMM -> load(4, false, true, word, offset12(word));
            case LDRT_REG -> load(4, false, true, word, offsetShifted(word));
            case LDRB_IMM -> load(1, false, false, word, offset12(word));
            case LDRB_REG -> load(1, false, false, word, offsetShifted(word));
            case LDRBT_IMM -> load(1, false, true, word, offset12(word));
            case LDRBT_REG -> load(1, false, true, word, offsetShifted(word));
            case LDRH_IMM -> load(2, false, false, word, offset8(word));
            case LDRH_REG -> load(2, false, false, word, offsetRegister(word));
            case LDRHT_IMM -> load(2, false, true, word, offset8(word));
            case LDRHT_REG -> load(2, false, true, word, offsetRegister(word));
            case LDRSB_IMM -> load(1, true, false, word, offset8(word));
            case LDRSB_REG -> load(1, true, false, word, offsetRegister(word));
            case LDRSBT_IMM -> load(1, true, true, word, offset8(word));
            case LDRSBT_REG -> load(1, true, true, word, offsetRegister(word));
            case LDRSH_IMM -> load(2, true, false, word, offset8(word));
            case LDRSH_REG -> load(2, true, false, word, offsetRegister(word));
            case LDRSHT_IMM -> load(2, true, true, word, offset8(word));
            case LDRSHT_REG -> load(2, true, true, word, offsetRegister(word));
            case LDRD_IMM -> load(8, false, false, word, offset8(word));
            case LDRD_REG -> load(8, false, false, word, offsetRegister(word));
            case STR_IMM -> store(4, false, word, offset12(word));
            case STR_REG -> store(4, false, word, offsetShifted(word));
            case STRT_IMM -> store(4, true, word, offset12(word));
            case STRT_REG -> store(4, true, word, offsetShifted(word));
            case STRB_IMM -> store(1, false, word, offset12(word));
            case STRB_REG -> store(1, false, word, offsetShifted(word));
            case STRBT_IMM -> store(1, true, word, offset12(word));
            case STRBT_REG -> store(1, true, word, offsetShifted(word));
            case STRH_IMM -> store(2, false, word, offset8(word));
            case STRH_REG -> store(2, false, word, offsetRegister(word));
            case STRHT_IMM -> store(2, true, word, offset8(word));
            case STRHT_REG -> store(2, true, word, offsetRegister(word));
            case STRD_IMM -> store(8, false, word, offset8(word));
            case STRD_REG -> store(8, false, word, offsetRegister(word));
            case PLD_IMM -> new Preload(false, !bit(word, 22), preloadImmediate(word));
            case PLD_REG -> new Preload(false, !bit(word, 22), preloadRegister(word));
            case PLI_IMM -> new Preload(true, false, preloadImmediate(word));
            case PLI_REG -> new Preload(true, false, preloadRegister(word));
            case LDREX -> new Exclusive(true, 4, NONE, rd(word), NONE, rn(word), 0);
            case LDREXB -> new Exclusive(true, 1, NONE, rd(word), NONE, rn(word), 0);
            case LDREXH -> new Exclusive(true, 2, NONE, rd(word), NONE, rn(word), 0);
            case LDREXD -> new Exclusive(true, 8, NONE, rd(word), behind(rd(word)), rn(word), 0);
            case STREX -> new Exclusive(false, 4, rd(word), rm(word), NONE, rn(word), 0);
            case STREXB -> new Exclusive(false, 1, rd(word), rm(word), NONE, rn(word), 0);
            case STREXH -> new Exclusive(false, 2, rd(word), rm(word), NONE, rn(word), 0);
            case STREXD -> new Exclusive(false, 8, rd(word), rm(word), behind(rm(word)), rn(word), 0);
            case CLREX -> new ClearExclusive();
            case SWP -> new Swap(bit(word, 22) ? 1 : 4, rd(word), rm(word), rn(word));
            case LDM -> block(true, false, word);
            case STM -> block(false, false, word);
            case LDM_USER, LDM_RETURN -> block(true, true, word);
            case STM_USER -> block(false, true, word);
            default -> null;
        };
    }

    /** A5.2.12, A5.5. */
    private static Arguments branch(A32 row, int word) {
        return switch (row) {
            case B -> new Branch(branchOffset(word), false, false);
            case BL -> new Branch(branchOffset(word), true, false);
            case BLX_IMM -> new Branch(branchOffset(word) + (bit(word, 24) ? 2 : 0), true, true);
            case BX, BXJ -> new BranchRegister(rm(word), false);
            case BLX_REG -> new BranchRegister(rm(word), true);
            default -> null;
        };
    }

    /** A5.2.6, A5.4.1 to A5.4.4. */
    private static Arguments media(A32 row, int word) {
        return switch (row) {
            case SADD16, SASX, SSAX, SSUB16, SADD8, SSUB8, QADD16, QASX, QSAX, QSUB16, QADD8, QSUB8 -> parallel(word);
            case SHADD16, SHASX, SHSAX, SHSUB16, SHADD8, SHSUB8, UADD16, UASX, USAX, USUB16, UADD8, USUB8 ->
                parallel(word);
            case UQADD16, UQASX, UQSAX, UQSUB16, UQADD8, UQSUB8, UHADD16, UHASX, UHSAX, UHSUB16, UHADD8, UHSUB8 ->
                parallel(word);
            case SSAT -> new Saturate(true, false, rd(word), bits(word, 20, 16) + 1, upOrDown(word));
            case USAT -> new Saturate(false, false, rd(word), bits(word, 20, 16), upOrDown(word));
            case SSAT16 -> new Saturate(true, true, rd(word), rn(word) + 1, Operand2.plain(rm(word)));
            case USAT16 -> new Saturate(false, true, rd(word), rn(word), Operand2.plain(rm(word)));
            case PKHBT -> new Pack(false, rd(word), rn(word), upOrDown(word));
            case PKHTB -> new Pack(true, rd(word), rn(word), upOrDown(word));
            case SXTAB -> extend(true, 8, false, word);
            case SXTAH -> extend(true, 16, false, word);
            case SXTAB16 -> extend(true, 8, true, word);
            case UXTAB -> extend(false, 8, false, word);
            case UXTAH -> extend(false, 16, false, word);
            case UXTAB16 -> extend(false, 8, true, word);
            case SBFX -> new Extract(true, rd(word), rm(word), bits(word, 11, 7), bits(word, 20, 16) + 1);
            case UBFX -> new Extract(false, rd(word), rm(word), bits(word, 11, 7), bits(word, 20, 16) + 1);
            case BFI -> insert(word, rm(word));
            case BFC -> insert(word, NONE);
            default -> null;
        };
    }

    /** A5.2.5, A5.2.7, A5.4.4. */
    private static Arguments multiply(A32 row, int word) {
        return switch (row) {
            case MUL -> multiply(MultiplyOp.MLA, word, NONE, s(word), false, false);
            case MLA -> multiply(MultiplyOp.MLA, word, rd(word), s(word), false, false);
            case SMUL_XY -> multiply(MultiplyOp.SMLA_XY, word, NONE, false, bit(word, 5), bit(word, 6));
            case SMLA_XY -> multiply(MultiplyOp.SMLA_XY, word, rd(word), false, bit(word, 5), bit(word, 6));
            case SMULW_Y -> multiply(MultiplyOp.SMLAW_Y, word, NONE, false, false, bit(word, 6));
            case SMLAW_Y -> multiply(MultiplyOp.SMLAW_Y, word, rd(word), false, false, bit(word, 6));
            case SMLAD -> multiply(MultiplyOp.SMLAD, word, unlessPc(rd(word)), false, bit(word, 5), false);
            case SMLSD -> multiply(MultiplyOp.SMLSD, word, unlessPc(rd(word)), false, bit(word, 5), false);
            case SMMLA -> multiply(MultiplyOp.SMMLA, word, unlessPc(rd(word)), false, bit(word, 5), false);
            case SMMLS -> multiply(MultiplyOp.SMMLS, word, rd(word), false, bit(word, 5), false);
            case USADA8 -> multiply(MultiplyOp.USADA8, word, unlessPc(rd(word)), false, false, false);
            case UMULL -> multiplyLong(MultiplyLongOp.UMULL, word, s(word), false, false);
            case UMLAL -> multiplyLong(MultiplyLongOp.UMLAL, word, s(word), false, false);
            case SMULL -> multiplyLong(MultiplyLongOp.SMULL, word, s(word), false, false);
            case SMLAL -> multiplyLong(MultiplyLongOp.SMLAL, word, s(word), false, false);
            case UMAAL -> multiplyLong(MultiplyLongOp.UMAAL, word, false, false, false);
            case SMLAL_XY -> multiplyLong(MultiplyLongOp.SMLAL_XY, word, false, bit(word, 5), bit(word, 6));
            case SMLALD -> multiplyLong(MultiplyLongOp.SMLALD, word, false, bit(word, 5), false);
            case SMLSLD -> multiplyLong(MultiplyLongOp.SMLSLD, word, false, bit(word, 5), false);
            default -> null;
        };
    }

    /** A5.2.11, A5.2.12, A5.7. */
    private static Arguments system(A32 row, int word) {
        return switch (row) {
            case MRS -> new StatusRead(bit(word, 22), rd(word));
            case MSR_IMM, MSR_IMM_FLAGS ->
                new StatusWrite(bit(word, 22), rn(word), Operand2.immediate(modifiedImmediate(word)));
            case MSR_REG, MSR_REG_FLAGS -> new StatusWrite(bit(word, 22), rn(word), Operand2.plain(rm(word)));
            case MRS_BANKED -> new BankedMove(true, rd(word), BankedRegister.of(word));
            case MSR_BANKED -> new BankedMove(false, rm(word), BankedRegister.of(word));
            case CPS -> changeState(word);
            case SETEND -> new SetEndian(bit(word, 9));
            case SRS -> new StoreReturnState(word & Psr.M, BlockMode.of(word), w(word));
            case RFE -> new ReturnFromException(rn(word), BlockMode.of(word), w(word));
            case ERET -> new ExceptionReturn();
            case SVC -> new Call(CallOp.SVC, word & 0xff_ffff);
            case BKPT -> new Call(CallOp.BKPT, bits(word, 19, 8) << 4 | rm(word));
            case HVC -> new Call(CallOp.HVC, bits(word, 19, 8) << 4 | rm(word));
            case SMC -> new Call(CallOp.SMC, rm(word));
            case UDF -> new Call(CallOp.UDF, bits(word, 19, 8) << 4 | rm(word));
            case NOP, HINT_IMM, HINT_REG -> new Hint(HintOp.NOP);
            case YIELD -> new Hint(HintOp.YIELD);
            case WFE -> new Hint(HintOp.WFE);
            case WFI -> new Hint(HintOp.WFI);
            case SEV -> new Hint(HintOp.SEV);
            case DBG -> new Hint(HintOp.DBG);
            case DSB -> new Barrier(BarrierOp.DSB, rm(word));
            case DMB -> new Barrier(BarrierOp.DMB, rm(word));
            case ISB -> new Barrier(BarrierOp.ISB, rm(word));
            default -> null;
        };
    }

    /** A5.6, A7. */
    private static Arguments coprocessor(A32 row, int word) {
        return switch (row) {
            case MRC -> coprocessorMove(true, false, word);
            case MCR -> coprocessorMove(false, false, word);
            case MRC2 -> coprocessorMove(true, true, word);
            case MCR2 -> coprocessorMove(false, true, word);
            case MRRC -> coprocessorMove2(true, false, word);
            case MCRR -> coprocessorMove2(false, false, word);
            case MRRC2 -> coprocessorMove2(true, true, word);
            case MCRR2 -> coprocessorMove2(false, true, word);
            case LDC -> coprocessorTransfer(true, false, word);
            case STC -> coprocessorTransfer(false, false, word);
            case LDC2 -> coprocessorTransfer(true, true, word);
            case STC2 -> coprocessorTransfer(false, true, word);
            case CDP -> coprocessorData(false, word);
            case CDP2 -> coprocessorData(true, word);
            case VMOV_64, VFP_LOAD_STORE, VMRS, VMSR, VFP_MOVE, VFP_DATA ->
                Vfp.decode(word).arguments(word);
            case NEON_DATA, NEON_LOAD_STORE -> Neon.decode(word).arguments(word);
            default -> null;
        };
    }

    private static Alu alu(AluOp op, int word) {
        int rd = op.isCompare() ? NONE : rd(word);
        int rn = op.isMove() ? NONE : rn(word);
        return new Alu(op, rd, rn, operand2(word), s(word));
    }

    /** Bits 25 and 4 tell its three forms (A5.2). */
    private static Operand2 operand2(int word) {
        if (bit(word, 25)) {
            return number(word);
        }
        if (bit(word, 4)) {
            return new Operand2.RegisterShifted(rm(word), Operand2.Shift.of(bits(word, 6, 5)), rs(word));
        }
        return shifted(word);
    }

    private static Immediate number(int word) {
        return new Immediate(modifiedImmediate(word), rs(word) != 0);
    }

    private static Shifted shifted(int word) {
        return Operand2.shifted(rm(word), bits(word, 6, 5), bits(word, 11, 7));
    }

    /** Shifted by LSL, or by ASR if bit 6 is set: bit 5 is no part of it. */
    private static Shifted upOrDown(int word) {
        return Operand2.shifted(rm(word), bits(word, 6, 5) & 2, bits(word, 11, 7));
    }

    private static int unlessPc(int register) {
        return register == 15 ? NONE : register;
    }

    /** The second register of a pair: the first is even. */
    private static int behind(int register) {
        return (register & 1) == 0 ? register + 1 : NONE;
    }

    /** The manual calls bits 19:16 Rd here, and 15:12 Ra. */
    private static Multiply multiply(MultiplyOp op, int word, int ra, boolean flags, boolean x, boolean y) {
        return new Multiply(op, rn(word), rm(word), rs(word), ra, flags, x, y);
    }

    private static MultiplyLong multiplyLong(MultiplyLongOp op, int word, boolean flags, boolean x, boolean y) {
        return new MultiplyLong(op, rd(word), rn(word), rm(word), rs(word), flags, x, y);
    }

    private static Parallel parallel(int word) {
        ParallelKind kind = ParallelKind.of(bits(word, 22, 20));
        return new Parallel(kind, ParallelOp.of(bits(word, 7, 5)), rd(word), rn(word), rm(word));
    }

    private static Extend extend(boolean signed, int bits, boolean pair, int word) {
        int rotation = 8 * bits(word, 11, 10);
        return new Extend(signed, bits, pair, rd(word), unlessPc(rn(word)), rm(word), rotation);
    }

    private static Insert insert(int word, int rn) {
        int lsb = bits(word, 11, 7);
        return new Insert(rd(word), rn, lsb, bits(word, 20, 16) + 1 - lsb);
    }

    private static Address offset12(int word) {
        return Address.of(rn(word), word & 0xfff, p(word), u(word), w(word));
    }

    private static Address offset8(int word) {
        return Address.of(rn(word), imm4imm4(word), p(word), u(word), w(word));
    }

    private static Address offsetShifted(int word) {
        return Address.of(rn(word), shifted(word), p(word), u(word), w(word));
    }

    private static Address offsetRegister(int word) {
        return Address.of(rn(word), Operand2.plain(rm(word)), p(word), u(word), w(word));
    }

    private static Address preloadImmediate(int word) {
        return Address.of(rn(word), word & 0xfff, true, u(word), false);
    }

    private static Address preloadRegister(int word) {
        return Address.of(rn(word), shifted(word), true, u(word), false);
    }

    private static Transfer load(int size, boolean signed, boolean unprivileged, int word, Address address) {
        return transfer(true, size, signed, unprivileged, word, address);
    }

    private static Transfer store(int size, boolean unprivileged, int word, Address address) {
        return transfer(false, size, false, unprivileged, word, address);
    }

    private static Transfer transfer(
            boolean load, int size, boolean signed, boolean unprivileged, int word, Address address) {
        int rt2 = size == 8 ? behind(rd(word)) : NONE;
        return new Transfer(load, size, signed, unprivileged, rd(word), rt2, address);
    }

    private static BlockTransfer block(boolean load, boolean user, int word) {
        return new BlockTransfer(load, rn(word), word & 0xffff, BlockMode.of(word), w(word), user);
    }

    /** imod 19:18, M 17, A I F 8:6, mode 4:0 (B9.3.2). */
    private static ChangeState changeState(int word) {
        return changeState(bits(word, 19, 18), word & Psr.MASKS, bit(word, 17) ? word & Psr.M : NONE);
    }

    /** imod 2 clears the masks, 3 sets them. */
    static ChangeState changeState(int imod, int masks, int mode) {
        return new ChangeState(imod == 2 ? masks : 0, imod == 3 ? masks : 0, mode);
    }

    // Coprocessor instructions have the same fields in T32, and so these are for both.

    static CoprocessorMove coprocessorMove(boolean read, boolean second, int word) {
        return new CoprocessorMove(
                read, second, rs(word), bits(word, 23, 21), rd(word), rn(word), rm(word), bits(word, 7, 5));
    }

    static CoprocessorMove2 coprocessorMove2(boolean read, boolean second, int word) {
        return new CoprocessorMove2(read, second, rs(word), bits(word, 7, 4), rd(word), rn(word), rm(word));
    }

    static CoprocessorTransfer coprocessorTransfer(boolean load, boolean second, int word) {
        boolean unindexed = !p(word) && !w(word);
        Address address = unindexed
                ? Address.at(rn(word), 0)
                : Address.of(rn(word), 4 * (word & 0xff), p(word), u(word), w(word));
        int option = unindexed ? word & 0xff : NONE;
        return new CoprocessorTransfer(load, second, rs(word), bit(word, 22), rd(word), address, option);
    }

    static CoprocessorData coprocessorData(boolean second, int word) {
        return new CoprocessorData(
                second, rs(word), bits(word, 23, 20), rd(word), rn(word), rm(word), bits(word, 7, 5));
    }
}
