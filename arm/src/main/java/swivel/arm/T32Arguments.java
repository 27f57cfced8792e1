package swivel.arm;

import static swivel.arm.Arguments.NONE;
import static swivel.arm.Fields.bit;
import static swivel.arm.Fields.bits;

import swivel.arm.Arguments.*;
import swivel.arm.Operand2.Immediate;
import swivel.arm.Operand2.Shift;
import swivel.arm.Operand2.Shifted;

/** Fills the records of {@link Arguments} from a T32 word; fields are taken by the letters of the row's pattern. */
final class T32Arguments {
    private static final int SP = 13;
    private static final int LR = 14;
    private static final int PC = 15;

    private final T32 row;
    private final int word;

    /** Whether an instruction that sets flags only outside of an IT block sets them. */
    private final boolean flags;

    T32Arguments(T32 row, int word, boolean inIt) {
        this.row = row;
        this.word = word;
        this.flags = !inIt;
    }

    Arguments get() {
        return switch (row) {
            // 16 bits: shift, add, subtract, move, compare; data processing; special data
            case MOV_REG_T2 -> alu(AluOp.MOV, d(), NONE, plain(), true);
            case LSL_IMM_T1 -> alu(AluOp.MOV, d(), NONE, Operand2.shifted(m(), 0, i()), flags);
            case LSR_IMM_T1 -> alu(AluOp.MOV, d(), NONE, Operand2.shifted(m(), 1, i()), flags);
            case ASR_IMM_T1 -> alu(AluOp.MOV, d(), NONE, Operand2.shifted(m(), 2, i()), flags);
            case ADD_REG_T1 -> alu(AluOp.ADD, d(), n(), plain(), flags);
            case SUB_REG_T1 -> alu(AluOp.SUB, d(), n(), plain(), flags);
            case ADD_IMM_T1 -> alu(AluOp.ADD, d(), n(), number(1), flags);
            case SUB_IMM_T1 -> alu(AluOp.SUB, d(), n(), number(1), flags);
            case MOV_IMM_T1 -> alu(AluOp.MOV, d(), NONE, number(1), flags);
            case CMP_IMM_T1 -> alu(AluOp.CMP, NONE, n(), number(1), true);
            case ADD_IMM_T2 -> alu(AluOp.ADD, d(), d(), number(1), flags);
            case SUB_IMM_T2 -> alu(AluOp.SUB, d(), d(), number(1), flags);
            case AND_REG_T1 -> toItself(AluOp.AND);
            case EOR_REG_T1 -> toItself(AluOp.EOR);
            case LSL_REG_T1 -> shiftsItself(Shift.LSL);
            case LSR_REG_T1 -> shiftsItself(Shift.LSR);
            case ASR_REG_T1 -> shiftsItself(Shift.ASR);
            case ADC_REG_T1 -> toItself(AluOp.ADC);
            case SBC_REG_T1 -> toItself(AluOp.SBC);
            case ROR_REG_T1 -> shiftsItself(Shift.ROR);
            case TST_REG_T1 -> alu(AluOp.TST, NONE, n(), plain(), true);
            case RSB_IMM_T1 -> alu(AluOp.RSB, d(), n(), Operand2.immediate(0), flags);
            case CMP_REG_T1, CMP_REG_T2 -> alu(AluOp.CMP, NONE, n(), plain(), true);
            case CMN_REG_T1 -> alu(AluOp.CMN, NONE, n(), plain(), true);
            case ORR_REG_T1 -> toItself(AluOp.ORR);
            case MUL_T1 -> new Multiply(MultiplyOp.MLA, d(), n(), d(), NONE, flags, false, false);
            case BIC_REG_T1 -> toItself(AluOp.BIC);
            case MVN_REG_T1 -> alu(AluOp.MVN, d(), NONE, plain(), flags);
            case ADD_REG_T2 -> alu(AluOp.ADD, d(), d(), plain(), false);
            case MOV_REG_T1 -> alu(AluOp.MOV, d(), NONE, plain(), false);
            case BX_T1, BXJ_T1 -> new BranchRegister(m(), false);
            case BLX_REG_T1 -> new BranchRegister(m(), true);

            // 16 bits: loads and stores
            case LDR_LIT_T1 -> load(4, false, Address.at(PC, 4 * i()));
            case STR_REG_T1 -> store(4, byRegister(0));
            case STRH_REG_T1 -> store(2, byRegister(0));
            case STRB_REG_T1 -> store(1, byRegister(0));
            case LDRSB_REG_T1 -> load(1, true, byRegister(0));
            case LDR_REG_T1 -> load(4, false, byRegister(0));
            case LDRH_REG_T1 -> load(2, false, byRegister(0));
            case LDRB_REG_T1 -> load(1, false, byRegister(0));
            case LDRSH_REG_T1 -> load(2, true, byRegister(0));
            case STR_IMM_T1 -> store(4, Address.at(n(), 4 * i()));
            case LDR_IMM_T1 -> load(4, false, Address.at(n(), 4 * i()));
            case STRB_IMM_T1 -> store(1, Address.at(n(), i()));
            case LDRB_IMM_T1 -> load(1, false, Address.at(n(), i()));
            case STRH_IMM_T1 -> store(2, Address.at(n(), 2 * i()));
            case LDRH_IMM_T1 -> load(2, false, Address.at(n(), 2 * i()));
            case STR_IMM_T2 -> store(4, Address.at(SP, 4 * i()));
            case LDR_IMM_T2 -> load(4, false, Address.at(SP, 4 * i()));

            // 16 bits: miscellaneous
            case ADR_T1 -> alu(AluOp.ADD, d(), PC, number(4), false);
            case ADD_SP_IMM_T1 -> alu(AluOp.ADD, d(), SP, number(4), false);
            case ADD_SP_IMM_T2 -> alu(AluOp.ADD, SP, SP, number(4), false);
            case SUB_SP_IMM_T1 -> alu(AluOp.SUB, SP, SP, number(4), false);
            case CBZ_T1 -> new CompareBranch(n(), is('o'), T32Fields.branchOffset(row, word));
            case SXTH_T1 -> new Extend(true, 16, false, d(), NONE, m(), 0);
            case SXTB_T1 -> new Extend(true, 8, false, d(), NONE, m(), 0);
            case UXTH_T1 -> new Extend(false, 16, false, d(), NONE, m(), 0);
            case UXTB_T1 -> new Extend(false, 8, false, d(), NONE, m(), 0);
            case PUSH_T1 -> new BlockTransfer(false, SP, list(), BlockMode.DB, true, false);
            case POP_T1 -> new BlockTransfer(true, SP, list(), BlockMode.IA, true, false);
            case SETEND_T1 -> new SetEndian(is('E'));
            case CPS_T1 -> A32Arguments.changeState(2 | i(), bits(word, 2, 0) << 6, NONE);
            case BKPT_T1 -> new Call(CallOp.BKPT, i());
            case IT_T1 -> new IfThen(field('f'), field('m'));
            case STM_T1 -> new BlockTransfer(false, n(), list(), BlockMode.IA, true, false);
            case LDM_T1 -> new BlockTransfer(true, n(), list(), BlockMode.IA, !bit(word, n()), false);
            case UDF_T1, UDF_T2 -> new Call(CallOp.UDF, i());
            case SVC_T1 -> new Call(CallOp.SVC, i());

            // Multiples, exclusives, table branches
            case SRS_T1 -> new StoreReturnState(field('m'), BlockMode.DB, is('W'));
            case SRS_T2 -> new StoreReturnState(field('m'), BlockMode.IA, is('W'));
            case RFE_T1 -> new ReturnFromException(n(), BlockMode.DB, is('W'));
            case RFE_T2 -> new ReturnFromException(n(), BlockMode.IA, is('W'));
            case STM_T2 -> new BlockTransfer(false, n(), list(), BlockMode.IA, is('W'), false);
            case STMDB_T1 -> new BlockTransfer(false, n(), list(), BlockMode.DB, is('W'), false);
            case LDM_T2 -> new BlockTransfer(true, n(), list(), BlockMode.IA, is('W'), false);
            case LDMDB_T1 -> new BlockTransfer(true, n(), list(), BlockMode.DB, is('W'), false);
            case STREX_T1 -> new Exclusive(false, 4, d(), t(), NONE, n(), 4 * i());
            case STREXB_T1 -> new Exclusive(false, 1, d(), t(), NONE, n(), 0);
            case STREXH_T1 -> new Exclusive(false, 2, d(), t(), NONE, n(), 0);
            case STREXD_T1 -> new Exclusive(false, 8, d(), t(), field('u'), n(), 0);
            case LDREX_T1 -> new Exclusive(true, 4, NONE, t(), NONE, n(), 4 * i());
            case LDREXB_T1 -> new Exclusive(true, 1, NONE, t(), NONE, n(), 0);
            case LDREXH_T1 -> new Exclusive(true, 2, NONE, t(), NONE, n(), 0);
            case LDREXD_T1 -> new Exclusive(true, 8, NONE, t(), field('u'), n(), 0);
            case TBB_T1 -> new TableBranch(n(), m(), 1);
            case TBH_T1 -> new TableBranch(n(), m(), 2);
            case STRD_IMM_T1 -> new Transfer(false, 8, false, false, t(), field('u'), indexed(4));
            case LDRD_IMM_T1 -> new Transfer(true, 8, false, false, t(), field('u'), indexed(4));

            // Data processing, shifted register
            case TST_REG_T2 -> alu(AluOp.TST, NONE, n(), shifted(), true);
            case AND_REG_T2 -> alu(AluOp.AND, d(), n(), shifted(), is('S'));
            case BIC_REG_T2 -> alu(AluOp.BIC, d(), n(), shifted(), is('S'));
            case MOV_REG_T3 -> alu(AluOp.MOV, d(), NONE, shifted(), is('S'));
            case ORR_REG_T2 -> alu(AluOp.ORR, d(), n(), shifted(), is('S'));
            case MVN_REG_T2 -> alu(AluOp.MVN, d(), NONE, shifted(), is('S'));
            case ORN_REG_T1 -> alu(AluOp.ORN, d(), n(), shifted(), is('S'));
            case TEQ_REG_T1 -> alu(AluOp.TEQ, NONE, n(), shifted(), true);
            case EOR_REG_T2 -> alu(AluOp.EOR, d(), n(), shifted(), is('S'));
            case PKH_T1 -> new Pack(is('t'), d(), n(), upOrDown(m(), is('t')));
            case CMN_REG_T2 -> alu(AluOp.CMN, NONE, n(), shifted(), true);
            case ADD_REG_T3 -> alu(AluOp.ADD, d(), n(), shifted(), is('S'));
            case ADC_REG_T2 -> alu(AluOp.ADC, d(), n(), shifted(), is('S'));
            case SBC_REG_T2 -> alu(AluOp.SBC, d(), n(), shifted(), is('S'));
            case CMP_REG_T3 -> alu(AluOp.CMP, NONE, n(), shifted(), true);
            case SUB_REG_T2 -> alu(AluOp.SUB, d(), n(), shifted(), is('S'));
            case RSB_REG_T1 -> alu(AluOp.RSB, d(), n(), shifted(), is('S'));

            // Data processing, modified immediate
            case TST_IMM_T1 -> alu(AluOp.TST, NONE, n(), modified(), true);
            case AND_IMM_T1 -> alu(AluOp.AND, d(), n(), modified(), is('S'));
            case BIC_IMM_T1 -> alu(AluOp.BIC, d(), n(), modified(), is('S'));
            case MOV_IMM_T2 -> alu(AluOp.MOV, d(), NONE, modified(), is('S'));
            case ORR_IMM_T1 -> alu(AluOp.ORR, d(), n(), modified(), is('S'));
            case MVN_IMM_T1 -> alu(AluOp.MVN, d(), NONE, modified(), is('S'));
            case ORN_IMM_T1 -> alu(AluOp.ORN, d(), n(), modified(), is('S'));
            case TEQ_IMM_T1 -> alu(AluOp.TEQ, NONE, n(), modified(), true);
            case EOR_IMM_T1 -> alu(AluOp.EOR, d(), n(), modified(), is('S'));
            case CMN_IMM_T1 -> alu(AluOp.CMN, NONE, n(), modified(), true);
            case ADD_IMM_T3 -> alu(AluOp.ADD, d(), n(), modified(), is('S'));
            case ADC_IMM_T1 -> alu(AluOp.ADC, d(), n(), modified(), is('S'));
            case SBC_IMM_T1 -> alu(AluOp.SBC, d(), n(), modified(), is('S'));
            case CMP_IMM_T2 -> alu(AluOp.CMP, NONE, n(), modified(), true);
            case SUB_IMM_T3 -> alu(AluOp.SUB, d(), n(), modified(), is('S'));
            case RSB_IMM_T2 -> alu(AluOp.RSB, d(), n(), modified(), is('S'));

            // Data processing, plain binary immediate
            case ADD_IMM_T4 -> alu(AluOp.ADD, d(), n(), number(1), false);
            case SUB_IMM_T4 -> alu(AluOp.SUB, d(), n(), number(1), false);
            case MOV_IMM_T3 -> alu(AluOp.MOV, d(), NONE, Operand2.immediate(T32Fields.imm16(word)), false);
            case MOVT_T1 -> new MoveTop(d(), T32Fields.imm16(word));
            case SSAT16_T1 -> new Saturate(true, true, d(), field('b') + 1, Operand2.plain(n()));
            case SSAT_T1 -> new Saturate(true, false, d(), field('b') + 1, upOrDown(n(), is('h')));
            case USAT16_T1 -> new Saturate(false, true, d(), field('b'), Operand2.plain(n()));
            case USAT_T1 -> new Saturate(false, false, d(), field('b'), upOrDown(n(), is('h')));
            case SBFX_T1 -> new Extract(true, d(), n(), field('l'), field('w') + 1);
            case UBFX_T1 -> new Extract(false, d(), n(), field('l'), field('w') + 1);
            case BFI_T1 -> new Insert(d(), n(), field('l'), field('w') + 1 - field('l'));
            case BFC_T1 -> new Insert(d(), NONE, field('l'), field('w') + 1 - field('l'));

            // Branches and miscellaneous control
            case MSR_BANKED_T1 -> new BankedMove(false, n(), banked());
            case MSR_REG_FLAGS_T1 -> new StatusWrite(false, bits(word, 11, 8), Operand2.plain(n()));
            case MSR_REG_T1 -> new StatusWrite(is('R'), bits(word, 11, 8), Operand2.plain(n()));
            case NOP_T1, HINT_T1, NOP_T2, HINT_T2, HINT_LIT, HINT_IMM_T1, HINT_IMM_T2, HINT_REG -> new Hint(HintOp.NOP);
            case YIELD_T1, YIELD_T2 -> new Hint(HintOp.YIELD);
            case WFE_T1, WFE_T2 -> new Hint(HintOp.WFE);
            case WFI_T1, WFI_T2 -> new Hint(HintOp.WFI);
            case SEV_T1, SEV_T2 -> new Hint(HintOp.SEV);
            case DBG_T1 -> new Hint(HintOp.DBG);
            case CPS_T2 -> A32Arguments.changeState(field('i'), bits(word, 7, 5) << 6, is('M') ? field('m') : NONE);
            case CLREX_T1 -> new ClearExclusive();
            case DSB_T1 -> new Barrier(BarrierOp.DSB, field('o'));
            case DMB_T1 -> new Barrier(BarrierOp.DMB, field('o'));
            case ISB_T1 -> new Barrier(BarrierOp.ISB, field('o'));
            case SUBS_PC_LR_T1 -> alu(AluOp.SUB, PC, LR, number(1), true);
            case MRS_BANKED_T1 -> new BankedMove(true, d(), banked());
            case MRS_T1 -> new StatusRead(is('R'), d());
            case HVC_T1 -> new Call(CallOp.HVC, i());
            case SMC_T1 -> new Call(CallOp.SMC, i());
            case B_T1, B_T2, B_T3, B_T4 -> new Branch(T32Fields.branchOffset(row, word), false, false);
            case BL_T1 -> new Branch(T32Fields.branchOffset(row, word), true, false);
            case BLX_IMM_T2 -> new Branch(T32Fields.branchOffset(row, word), true, true);

            // Loads and stores of one register, hints of them
            case STRB_IMM_T2 -> store(1, Address.at(n(), i()));
            case STRBT_T1 -> unprivileged(false, 1, false);
            case STRB_IMM_T3 -> store(1, indexed(1));
            case STRB_REG_T2 -> store(1, byRegister(i()));
            case STRH_IMM_T2 -> store(2, Address.at(n(), i()));
            case STRHT_T1 -> unprivileged(false, 2, false);
            case STRH_IMM_T3 -> store(2, indexed(1));
            case STRH_REG_T2 -> store(2, byRegister(i()));
            case STR_IMM_T3 -> store(4, Address.at(n(), i()));
            case STRT_T1 -> unprivileged(false, 4, false);
            case STR_IMM_T4 -> store(4, indexed(1));
            case STR_REG_T2 -> store(4, byRegister(i()));
            case PLD_LIT_T1 -> new Preload(false, false, literal());
            case PLI_LIT_T3 -> new Preload(true, false, literal());
            case LDRB_LIT_T1 -> load(1, false, literal());
            case LDRSB_LIT_T1 -> load(1, true, literal());
            case LDRH_LIT_T1 -> load(2, false, literal());
            case LDRSH_LIT_T1 -> load(2, true, literal());
            case LDR_LIT_T2 -> load(4, false, literal());
            case PLD_IMM_T1 -> new Preload(false, is('W'), Address.at(n(), i()));
            case PLD_IMM_T2 -> new Preload(false, is('W'), Address.at(n(), -i()));
            case PLD_REG_T1 -> new Preload(false, is('W'), byRegister(i()));
            case PLI_IMM_T1 -> new Preload(true, false, Address.at(n(), i()));
            case PLI_IMM_T2 -> new Preload(true, false, Address.at(n(), -i()));
            case PLI_REG_T1 -> new Preload(true, false, byRegister(i()));
            case LDRB_IMM_T2 -> load(1, false, Address.at(n(), i()));
            case LDRBT_T1 -> unprivileged(true, 1, false);
            case LDRB_IMM_T3 -> load(1, false, indexed(1));
            case LDRB_REG_T2 -> load(1, false, byRegister(i()));
            case LDRSB_IMM_T1 -> load(1, true, Address.at(n(), i()));
            case LDRSBT_T1 -> unprivileged(true, 1, true);
            case LDRSB_IMM_T2 -> load(1, true, indexed(1));
            case LDRSB_REG_T2 -> load(1, true, byRegister(i()));
            case LDRH_IMM_T2 -> load(2, false, Address.at(n(), i()));
            case LDRHT_T1 -> unprivileged(true, 2, false);
            case LDRH_IMM_T3 -> load(2, false, indexed(1));
            case LDRH_REG_T2 -> load(2, false, byRegister(i()));
            case LDRSH_IMM_T1 -> load(2, true, Address.at(n(), i()));
            case LDRSHT_T1 -> unprivileged(true, 2, true);
            case LDRSH_IMM_T2 -> load(2, true, indexed(1));
            case LDRSH_REG_T2 -> load(2, true, byRegister(i()));
            case LDR_IMM_T3 -> load(4, false, Address.at(n(), i()));
            case LDRT_T1 -> unprivileged(true, 4, false);
            case LDR_IMM_T4 -> load(4, false, indexed(1));
            case LDR_REG_T2 -> load(4, false, byRegister(i()));

            // Data processing, register
            case LSL_REG_T2 -> shifts(Shift.LSL);
            case LSR_REG_T2 -> shifts(Shift.LSR);
            case ASR_REG_T2 -> shifts(Shift.ASR);
            case ROR_REG_T2 -> shifts(Shift.ROR);
            case SXTAH_T1 -> extend(true, 16, false);
            case UXTAH_T1 -> extend(false, 16, false);
            case SXTAB16_T1 -> extend(true, 8, true);
            case UXTAB16_T1 -> extend(false, 8, true);
            case SXTAB_T1 -> extend(true, 8, false);
            case UXTAB_T1 -> extend(false, 8, false);
            case ADD_8_T1 -> parallel(ParallelOp.ADD8);
            case ADD_16_T1 -> parallel(ParallelOp.ADD16);
            case ASX_T1 -> parallel(ParallelOp.ASX);
            case SUB_8_T1 -> parallel(ParallelOp.SUB8);
            case SUB_16_T1 -> parallel(ParallelOp.SUB16);
            case SAX_T1 -> parallel(ParallelOp.SAX);
            case REV_T2, REV16_T2, RBIT_T1, REVSH_T2, CLZ_T1 ->
                new Plain(Plain.op(row), d(), NONE, n(), NONE); // Rm stands there twice

            // Multiplies
            case MLA_T1 -> multiply(MultiplyOp.MLA, unlessPc(field('a')), false, false);
            case SMLA_XY_T1 -> multiply(MultiplyOp.SMLA_XY, unlessPc(field('a')), is('x'), is('y'));
            case SMLAD_T1 -> multiply(MultiplyOp.SMLAD, unlessPc(field('a')), is('x'), false);
            case SMLAW_Y_T1 -> multiply(MultiplyOp.SMLAW_Y, unlessPc(field('a')), false, is('y'));
            case SMLSD_T1 -> multiply(MultiplyOp.SMLSD, unlessPc(field('a')), is('x'), false);
            case SMMLA_T1 -> multiply(MultiplyOp.SMMLA, unlessPc(field('a')), is('r'), false);
            case SMMLS_T1 -> multiply(MultiplyOp.SMMLS, field('a'), is('r'), false);
            case USADA8_T1 -> multiply(MultiplyOp.USADA8, unlessPc(field('a')), false, false);
            case SMULL_T1 -> multiplyLong(MultiplyLongOp.SMULL, false, false);
            case UMULL_T1 -> multiplyLong(MultiplyLongOp.UMULL, false, false);
            case SMLAL_T1 -> multiplyLong(MultiplyLongOp.SMLAL, false, false);
            case SMLAL_XY_T1 -> multiplyLong(MultiplyLongOp.SMLAL_XY, is('x'), is('y'));
            case SMLALD_T1 -> multiplyLong(MultiplyLongOp.SMLALD, is('x'), false);
            case SMLSLD_T1 -> multiplyLong(MultiplyLongOp.SMLSLD, is('x'), false);
            case UMLAL_T1 -> multiplyLong(MultiplyLongOp.UMLAL, false, false);
            case UMAAL_T1 -> multiplyLong(MultiplyLongOp.UMAAL, false, false);

            // Coprocessors
            case MRC -> A32Arguments.coprocessorMove(true, is('x'), word);
            case MCR -> A32Arguments.coprocessorMove(false, is('x'), word);
            case MRRC -> A32Arguments.coprocessorMove2(true, is('x'), word);
            case MCRR -> A32Arguments.coprocessorMove2(false, is('x'), word);
            case LDC -> A32Arguments.coprocessorTransfer(true, is('x'), word);
            case STC -> A32Arguments.coprocessorTransfer(false, is('x'), word);
            case CDP -> A32Arguments.coprocessorData(is('x'), word);
            case VMOV_64, VFP_LOAD_STORE, VMRS, VMSR, VFP_MOVE, VFP_DATA ->
                Vfp.decode(word).arguments(word);
            case NEON_DATA, NEON_LOAD_STORE -> Neon.decode(word).arguments(word);
            default -> Plain.of(row, word);
        };
    }

    private int field(char letter) {
        return row.field(letter, word);
    }

    private boolean is(char letter) {
        return field(letter) != 0;
    }

    private int d() {
        return field('d');
    }

    private int n() {
        return field('n');
    }

    private int m() {
        return field('m');
    }

    private int t() {
        return field('t');
    }

    private int i() {
        return field('i');
    }

    private static int unlessPc(int register) {
        return register == PC ? NONE : register;
    }

    private static Alu alu(AluOp op, int rd, int rn, Operand2 operand2, boolean flags) {
        return new Alu(op, rd, rn, operand2, flags);
    }

    /** 16 bits, one register being both operand and destination. */
    private Alu toItself(AluOp op) {
        return alu(op, d(), d(), plain(), flags);
    }

    private Alu shiftsItself(Shift shift) {
        return alu(AluOp.MOV, d(), NONE, new Operand2.RegisterShifted(d(), shift, m()), flags);
    }

    private Alu shifts(Shift shift) {
        return alu(AluOp.MOV, d(), NONE, new Operand2.RegisterShifted(n(), shift, m()), is('S'));
    }

    private Shifted plain() {
        return Operand2.plain(m());
    }

    private Shifted shifted() {
        return Operand2.shifted(m(), field('t'), i());
    }

    /** Shifted by LSL, or else by ASR. */
    private Shifted upOrDown(int register, boolean down) {
        return Operand2.shifted(register, down ? 2 : 0, i());
    }

    private Immediate number(int scale) {
        return Operand2.immediate(scale * i());
    }

    /** Rotated, and so a carry, unless its bytes are repeated (ThumbExpandImm_C, A6.3.2). */
    private Immediate modified() {
        return new Immediate(T32Fields.modifiedImmediate(word), i() >>> 10 != 0);
    }

    private int list() {
        return T32Fields.registerList(row, word);
    }

    private Transfer load(int size, boolean signed, Address address) {
        return new Transfer(true, size, signed, false, t(), NONE, address);
    }

    private Transfer store(int size, Address address) {
        return new Transfer(false, size, false, false, t(), NONE, address);
    }

    private Transfer unprivileged(boolean load, int size, boolean signed) {
        return new Transfer(load, size, signed, true, t(), NONE, Address.at(n(), i()));
    }

    private Address byRegister(int shift) {
        return Address.of(n(), Operand2.shifted(m(), 0, shift), true, true, false);
    }

    private Address indexed(int scale) {
        return Address.of(n(), scale * i(), is('P'), is('U'), is('W'));
    }

    private Address literal() {
        return Address.at(PC, is('U') ? i() : -i());
    }

    private Extend extend(boolean signed, int bits, boolean pair) {
        return new Extend(signed, bits, pair, d(), unlessPc(n()), m(), 8 * field('r'));
    }

    /** The field numbers the kinds from 0, A32's from 1 (A6.3.13, A6.3.14). */
    private Parallel parallel(ParallelOp op) {
        return new Parallel(ParallelKind.of(field('p') + 1), op, d(), n(), m());
    }

    private Multiply multiply(MultiplyOp op, int ra, boolean x, boolean y) {
        return new Multiply(op, d(), n(), m(), ra, false, x, y);
    }

    private MultiplyLong multiplyLong(MultiplyLongOp op, boolean x, boolean y) {
        return new MultiplyLong(op, field('a'), d(), n(), m(), false, x, y);
    }

    private BankedRegister banked() {
        boolean read = row == T32.MRS_BANKED_T1;
        return BankedRegister.of(word & 0x10 | (read ? Fields.rn(word) : bits(word, 11, 8)), is('R'));
    }
}
