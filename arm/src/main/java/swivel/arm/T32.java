package swivel.arm;

import static swivel.arm.ArmVersion.*;
import static swivel.arm.Sensitivity.*;

import java.util.Arrays;

/**
 * The T32 instruction set up to ARMv7-A: one row per encoding, by the manual's names (ARM DDI 0406C, A6).
 *
 * <p>The columns are those of {@link A32}. An instruction of one halfword is a word whose upper half is zero; of two,
 * the first is the upper half of the word. The first row that matches is the instruction. A row with no version exists
 * from ARMv6T2, or ARMv4T if it is of 16 bits.
 *
 * <p>In the syntax column {@code <c>} is the condition that an IT block gives, and {@code <s>} the "s" of an
 * instruction that sets flags only outside of one.
 */
@SuppressWarnings("ImmutableEnumChecker") // BitPattern is immutable, only not annotated as such
public enum T32 implements Row {

    // Shift (immediate), add, subtract, move, and compare (A6.2.1)
    MOV_REG_T2("0000000000mmmddd", "movs <Rd>, <Rm>"),
    LSL_IMM_T1("00000iiiiimmmddd", "lsl<s><c> <Rd>, <Rm>, #<i>"),
    LSR_IMM_T1("00001iiiiimmmddd", "i0: lsr<s><c> <Rd>, <Rm>, #32 | lsr<s><c> <Rd>, <Rm>, #<i>"),
    ASR_IMM_T1("00010iiiiimmmddd", "i0: asr<s><c> <Rd>, <Rm>, #32 | asr<s><c> <Rd>, <Rm>, #<i>"),
    ADD_REG_T1("0001100mmmnnnddd", "add<s><c> <Rd>, <Rn>, <Rm>"),
    SUB_REG_T1("0001101mmmnnnddd", "sub<s><c> <Rd>, <Rn>, <Rm>"),
    ADD_IMM_T1("0001110iiinnnddd", "add<s><c> <Rd>, <Rn>, #<i>"),
    SUB_IMM_T1("0001111iiinnnddd", "sub<s><c> <Rd>, <Rn>, #<i>"),
    MOV_IMM_T1("00100dddiiiiiiii", "mov<s><c> <Rd>, #<i>"),
    CMP_IMM_T1("00101nnniiiiiiii", "cmp<c> <Rn>, #<i>"),
    ADD_IMM_T2("00110dddiiiiiiii", "add<s><c> <Rd>, #<i>"),
    SUB_IMM_T2("00111dddiiiiiiii", "sub<s><c> <Rd>, #<i>"),

    // Data processing (A6.2.2)
    AND_REG_T1("0100000000mmmddd", "and<s><c> <Rd>, <Rm>"),
    EOR_REG_T1("0100000001mmmddd", "eor<s><c> <Rd>, <Rm>"),
    LSL_REG_T1("0100000010mmmddd", "lsl<s><c> <Rd>, <Rm>"),
    LSR_REG_T1("0100000011mmmddd", "lsr<s><c> <Rd>, <Rm>"),
    ASR_REG_T1("0100000100mmmddd", "asr<s><c> <Rd>, <Rm>"),
    ADC_REG_T1("0100000101mmmddd", "adc<s><c> <Rd>, <Rm>"),
    SBC_REG_T1("0100000110mmmddd", "sbc<s><c> <Rd>, <Rm>"),
    ROR_REG_T1("0100000111mmmddd", "ror<s><c> <Rd>, <Rm>"),
    TST_REG_T1("0100001000mmmnnn", "tst<c> <Rn>, <Rm>"),
    RSB_IMM_T1("0100001001nnnddd", "neg<s><c> <Rd>, <Rn>"),
    CMP_REG_T1("0100001010mmmnnn", "cmp<c> <Rn>, <Rm>"),
    CMN_REG_T1("0100001011mmmnnn", "cmn<c> <Rn>, <Rm>"),
    ORR_REG_T1("0100001100mmmddd", "orr<s><c> <Rd>, <Rm>"),
    MUL_T1("0100001101nnnddd", "mul<s><c> <Rd>, <Rn>"),
    BIC_REG_T1("0100001110mmmddd", "bic<s><c> <Rd>, <Rm>"),
    MVN_REG_T1("0100001111mmmddd", "mvn<s><c> <Rd>, <Rm>"),

    // Special data instructions and branch and exchange (A6.2.3)
    ADD_REG_T2("01000100dmmmmddd", "add<c> <Rd>, <Rm>"),
    CMP_REG_T2("01000101nmmmmnnn", "cmp<c> <Rn>, <Rm>"),
    MOV_REG_T1("01000110dmmmmddd", "d8m8: nop<c> | mov<c> <Rd>, <Rm>"),
    BX_T1("010001110mmmm---", "bx<c> <Rm>"),
    BLX_REG_T1("010001111mmmm---", "blx<c> <Rm>", V5T),

    // Loads and stores (A6.2.4)
    LDR_LIT_T1("01001tttiiiiiiii", "ldr<c> <Rt>, [pc, #<i*4>]"),
    STR_REG_T1("0101000mmmnnnttt", "str<c> <Rt>, [<Rn>, <Rm>]"),
    STRH_REG_T1("0101001mmmnnnttt", "strh<c> <Rt>, [<Rn>, <Rm>]"),
    STRB_REG_T1("0101010mmmnnnttt", "strb<c> <Rt>, [<Rn>, <Rm>]"),
    LDRSB_REG_T1("0101011mmmnnnttt", "ldrsb<c> <Rt>, [<Rn>, <Rm>]"),
    LDR_REG_T1("0101100mmmnnnttt", "ldr<c> <Rt>, [<Rn>, <Rm>]"),
    LDRH_REG_T1("0101101mmmnnnttt", "ldrh<c> <Rt>, [<Rn>, <Rm>]"),
    LDRB_REG_T1("0101110mmmnnnttt", "ldrb<c> <Rt>, [<Rn>, <Rm>]"),
    LDRSH_REG_T1("0101111mmmnnnttt", "ldrsh<c> <Rt>, [<Rn>, <Rm>]"),
    STR_IMM_T1("01100iiiiinnnttt", "str<c> <Rt>, [<Rn>, #<i*4>]"),
    LDR_IMM_T1("01101iiiiinnnttt", "ldr<c> <Rt>, [<Rn>, #<i*4>]"),
    STRB_IMM_T1("01110iiiiinnnttt", "strb<c> <Rt>, [<Rn>, #<i>]"),
    LDRB_IMM_T1("01111iiiiinnnttt", "ldrb<c> <Rt>, [<Rn>, #<i>]"),
    STRH_IMM_T1("10000iiiiinnnttt", "strh<c> <Rt>, [<Rn>, #<i*2>]"),
    LDRH_IMM_T1("10001iiiiinnnttt", "ldrh<c> <Rt>, [<Rn>, #<i*2>]"),
    STR_IMM_T2("10010tttiiiiiiii", "str<c> <Rt>, [sp, #<i*4>]"),
    LDR_IMM_T2("10011tttiiiiiiii", "ldr<c> <Rt>, [sp, #<i*4>]"),
    ADR_T1("10100dddiiiiiiii", "add<c> <Rd>, pc, #<i*4>"),
    ADD_SP_IMM_T1("10101dddiiiiiiii", "add<c> <Rd>, sp, #<i*4>"),

    // Miscellaneous 16-bit instructions (A6.2.5)
    ADD_SP_IMM_T2("101100000iiiiiii", "add<c> sp, #<i*4>"),
    SUB_SP_IMM_T1("101100001iiiiiii", "sub<c> sp, #<i*4>"),
    CBZ_T1("1011o0i1iiiiinnn", "cb<o?n>z <Rn>, <target>", V6T2),
    SXTH_T1("1011001000mmmddd", "sxth<c> <Rd>, <Rm>", V6),
    SXTB_T1("1011001001mmmddd", "sxtb<c> <Rd>, <Rm>", V6),
    UXTH_T1("1011001010mmmddd", "uxth<c> <Rd>, <Rm>", V6),
    UXTB_T1("1011001011mmmddd", "uxtb<c> <Rd>, <Rm>", V6),
    PUSH_T1("1011010Mllllllll", "push<c> <registers>"),
    SETEND_T1("101101100101E---", "setend <E?be:le>", V6),
    CPS_T1("10110110011i-AIF", "cps<i?id:ie> <A?a><I?i><F?f>", STATUS, V6),
    REV_T1("1011101000mmmddd", "rev<c> <Rd>, <Rm>", V6),
    REV16_T1("1011101001mmmddd", "rev16<c> <Rd>, <Rm>", V6),
    REVSH_T1("1011101011mmmddd", "revsh<c> <Rd>, <Rm>", V6),
    POP_T1("1011110Pllllllll", "pop<c> <registers>"),
    BKPT_T1("10111110iiiiiiii", "bkpt <imm8>", V5T),
    NOP_T1("1011111100000000", "nop<c>", V6T2),
    YIELD_T1("1011111100010000", "yield<c>", HINT, V7),
    WFE_T1("1011111100100000", "wfe<c>", HINT, V7),
    WFI_T1("1011111100110000", "wfi<c>", HINT, V7),
    SEV_T1("1011111101000000", "sev<c>", HINT, V7),
    HINT_T1("10111111iiii0000", "nop<c> {<i>}", V6T2),
    IT_T1("10111111ffffmmmm", "it<it> <it condition>", V6T2),

    // Multiples, conditional branch and supervisor call (A6.2.6)
    STM_T1("11000nnnllllllll", "stmia<c> <Rn>!, <registers>"),
    LDM_T1("11001nnnllllllll", "ldmia<c> <Rn><writeback>, <registers>"),
    UDF_T1("11011110iiiiiiii", "udf<c> #<i>"),
    SVC_T1("11011111iiiiiiii", "svc<c> <i>"),
    B_T1("1101ffffiiiiiiii", "b<branch condition>.n <target>"),
    B_T2("11100iiiiiiiiiii", "b<c>.n <target>"),
    UNDEFINED_T1("................", ".inst.n <word>"),

    // Load and store multiple (A6.3.5)
    SRS_T1("1110100000W0++-+ ++---------mmmmm", "srsdb sp<W?!>, #<m>", STATUS),
    RFE_T1("1110100000W1nnnn ++--------------", "rfedb<c> <Rn><W?!>", STATUS),
    STM_T2("1110100010W0nnnn -l-lllllllllllll", "stmia<c>.w <Rn><W?!>, <registers>"),
    LDM_T2("1110100010W1nnnn ll-lllllllllllll", "ldmia<c>.w <Rn><W?!>, <registers>"),
    STMDB_T1("1110100100W0nnnn -l-lllllllllllll", "stmdb<c> <Rn><W?!>, <registers>"),
    LDMDB_T1("1110100100W1nnnn ll-lllllllllllll", "ldmdb<c> <Rn><W?!>, <registers>"),
    SRS_T2("1110100110W0++-+ ++---------mmmmm", "srsia sp<W?!>, #<m>", STATUS),
    RFE_T2("1110100110W1nnnn ++--------------", "rfeia<c> <Rn><W?!>", STATUS),

    // Load and store dual or exclusive, table branch (A6.3.6)
    STREX_T1("111010000100nnnn ttttddddiiiiiiii", "strex<c> <Rd>, <Rt>, <address exclusive>"),
    LDREX_T1("111010000101nnnn tttt++++iiiiiiii", "ldrex<c> <Rt>, <address exclusive>"),
    STREXB_T1("111010001100nnnn tttt++++0100dddd", "strexb<c> <Rd>, <Rt>, [<Rn>]", V7),
    STREXH_T1("111010001100nnnn tttt++++0101dddd", "strexh<c> <Rd>, <Rt>, [<Rn>]", V7),
    STREXD_T1("111010001100nnnn ttttuuuu0111dddd", "strexd<c> <Rd>, <Rt>, <Ru>, [<Rn>]", V7),
    TBB_T1("111010001101nnnn ++++----0000mmmm", "tbb<c> [<Rn>, <Rm>]"),
    TBH_T1("111010001101nnnn ++++----0001mmmm", "tbh<c> [<Rn>, <Rm>, lsl #1]"),
    LDREXB_T1("111010001101nnnn tttt++++0100++++", "ldrexb<c> <Rt>, [<Rn>]", V7),
    LDREXH_T1("111010001101nnnn tttt++++0101++++", "ldrexh<c> <Rt>, [<Rn>]", V7),
    LDREXD_T1("111010001101nnnn ttttuuuu0111++++", "ldrexd<c> <Rt>, <Ru>, [<Rn>]", V7),
    UNDEFINED_EXCLUSIVE("11101000110..... ................", ".inst.w <word>"),
    STRD_IMM_T1("1110100PU1W0nnnn ttttuuuuiiiiiiii", "strd<c> <Rt>, <Ru>, <address dual>"),
    LDRD_IMM_T1("1110100PU1W1nnnn ttttuuuuiiiiiiii", "ldrd<c> <Rt>, <Ru>, <address dual>"),

    // Data processing, shifted register (A6.3.11)
    TST_REG_T2("111010100001nnnn -iii1111iittmmmm", "tst<c>.w <Rn>, <Rm><shift>"),
    AND_REG_T2("11101010000Snnnn -iiiddddiittmmmm", "and<S?s><c>.w <Rd>, <Rn>, <Rm><shift>"),
    BIC_REG_T2("11101010001Snnnn -iiiddddiittmmmm", "bic<S?s><c>.w <Rd>, <Rn>, <Rm><shift>"),
    MOV_REG_T3("11101010010S1111 -iiiddddiittmmmm", "mov<S?s><c>.w <Rd>, <Rm><shift>"),
    ORR_REG_T2("11101010010Snnnn -iiiddddiittmmmm", "orr<S?s><c>.w <Rd>, <Rn>, <Rm><shift>"),
    MVN_REG_T2("11101010011S1111 -iiiddddiittmmmm", "mvn<S?s><c>.w <Rd>, <Rm><shift>"),
    ORN_REG_T1("11101010011Snnnn -iiiddddiittmmmm", "orn<S?s><c> <Rd>, <Rn>, <Rm><shift>"),
    TEQ_REG_T1("111010101001nnnn -iii1111iittmmmm", "teq<c> <Rn>, <Rm><shift>"),
    EOR_REG_T2("11101010100Snnnn -iiiddddiittmmmm", "eor<S?s><c>.w <Rd>, <Rn>, <Rm><shift>"),
    PKH_T1("111010101100nnnn -iiiddddiit0mmmm", "pkh<t?tb:bt><c> <Rd>, <Rn>, <Rm><shift>"),
    CMN_REG_T2("111010110001nnnn -iii1111iittmmmm", "cmn<c>.w <Rn>, <Rm><shift>"),
    ADD_REG_T3("11101011000Snnnn -iiiddddiittmmmm", "add<S?s><c>.w <Rd>, <Rn>, <Rm><shift>"),
    ADC_REG_T2("11101011010Snnnn -iiiddddiittmmmm", "adc<S?s><c>.w <Rd>, <Rn>, <Rm><shift>"),
    SBC_REG_T2("11101011011Snnnn -iiiddddiittmmmm", "sbc<S?s><c>.w <Rd>, <Rn>, <Rm><shift>"),
    CMP_REG_T3("111010111011nnnn -iii1111iittmmmm", "cmp<c>.w <Rn>, <Rm><shift>"),
    SUB_REG_T2("11101011101Snnnn -iiiddddiittmmmm", "sub<S?s><c>.w <Rd>, <Rn>, <Rm><shift>"),
    RSB_REG_T1("11101011110Snnnn -iiiddddiittmmmm", "rsb<S?s><c> <Rd>, <Rn>, <Rm><shift>"),
    UNDEFINED_SHIFTED("1110101......... ................", ".inst.w <word>"),

    // Data processing, modified immediate (A6.3.1)
    TST_IMM_T1("11110i000001nnnn 0iii1111iiiiiiii", "tst<c>.w <Rn>, <imm>"),
    AND_IMM_T1("11110i00000Snnnn 0iiiddddiiiiiiii", "and<S?s><c>.w <Rd>, <Rn>, <imm>"),
    BIC_IMM_T1("11110i00001Snnnn 0iiiddddiiiiiiii", "bic<S?s><c>.w <Rd>, <Rn>, <imm>"),
    MOV_IMM_T2("11110i00010S1111 0iiiddddiiiiiiii", "mov<S?s><c>.w <Rd>, <imm>"),
    ORR_IMM_T1("11110i00010Snnnn 0iiiddddiiiiiiii", "orr<S?s><c>.w <Rd>, <Rn>, <imm>"),
    MVN_IMM_T1("11110i00011S1111 0iiiddddiiiiiiii", "mvn<S?s><c>.w <Rd>, <imm>"),
    ORN_IMM_T1("11110i00011Snnnn 0iiiddddiiiiiiii", "orn<S?s><c> <Rd>, <Rn>, <imm>"),
    TEQ_IMM_T1("11110i001001nnnn 0iii1111iiiiiiii", "teq<c> <Rn>, <imm>"),
    EOR_IMM_T1("11110i00100Snnnn 0iiiddddiiiiiiii", "eor<S?s><c>.w <Rd>, <Rn>, <imm>"),
    CMN_IMM_T1("11110i010001nnnn 0iii1111iiiiiiii", "cmn<c>.w <Rn>, <imm>"),
    ADD_IMM_T3("11110i01000Snnnn 0iiiddddiiiiiiii", "add<S?s><c>.w <Rd>, <Rn>, <imm>"),
    ADC_IMM_T1("11110i01010Snnnn 0iiiddddiiiiiiii", "adc<S?s><c>.w <Rd>, <Rn>, <imm>"),
    SBC_IMM_T1("11110i01011Snnnn 0iiiddddiiiiiiii", "sbc<S?s><c>.w <Rd>, <Rn>, <imm>"),
    CMP_IMM_T2("11110i011011nnnn 0iii1111iiiiiiii", "cmp<c>.w <Rn>, <imm>"),
    SUB_IMM_T3("11110i01101Snnnn 0iiiddddiiiiiiii", "sub<S?s><c>.w <Rd>, <Rn>, <imm>"),
    RSB_IMM_T2("11110i01110Snnnn 0iiiddddiiiiiiii", "rsb<S?s><c> <Rd>, <Rn>, <imm>"),

    // Data processing, plain binary immediate (A6.3.3)
    ADD_IMM_T4("11110i100000nnnn 0iiiddddiiiiiiii", "addw<c> <Rd>, <Rn>, #<i>"),
    MOV_IMM_T3("11110i100100iiii 0iiiddddiiiiiiii", "movw<c> <Rd>, #<imm16>"),
    SUB_IMM_T4("11110i101010nnnn 0iiiddddiiiiiiii", "subw<c> <Rd>, <Rn>, #<i>"),
    MOVT_T1("11110i101100iiii 0iiiddddiiiiiiii", "movt<c> <Rd>, #<imm16>"),
    SSAT16_T1("11110-110010nnnn 0000dddd00--bbbb", "ssat16<c> <Rd>, #<b+1>, <Rn>"),
    SSAT_T1("11110-1100h0nnnn 0iiiddddii-bbbbb", "ssat<c> <Rd>, #<b+1>, <Rn><saturation shift>"),
    SBFX_T1("11110-110100nnnn 0lllddddll-wwwww", "sbfx<c> <Rd>, <Rn>, #<l>, #<w+1>"),
    BFC_T1("11110-1101101111 0lllddddll-wwwww", "bfc<c> <Rd>, <bitfield>"),
    BFI_T1("11110-110110nnnn 0lllddddll-wwwww", "bfi<c> <Rd>, <Rn>, <bitfield>"),
    USAT16_T1("11110-111010nnnn 0000dddd00--bbbb", "usat16<c> <Rd>, #<b>, <Rn>"),
    USAT_T1("11110-1110h0nnnn 0iiiddddii-bbbbb", "usat<c> <Rd>, #<b>, <Rn><saturation shift>"),
    UBFX_T1("11110-111100nnnn 0lllddddll-wwwww", "ubfx<c> <Rd>, <Rn>, #<l>, #<w+1>"),
    UNDEFINED_IMMEDIATE("11110........... 0...............", ".inst.w <word>"),

    // Branches and miscellaneous control (A6.3.4)
    MSR_BANKED_T1("11110011100Rnnnn 10-0mmmm--1m----", "msr<c> <banked msr>, <Rn>", STATUS, V7VE),
    MSR_REG_FLAGS_T1("111100111000nnnn 10-0kk00--0-----", "msr<c> CPSR_<fields>, <Rn>"),
    MSR_REG_T1("11110011100Rnnnn 10-0kkkk--0-----", "msr<c> <R?SPSR:CPSR>_<fields>, <Rn>", STATUS),
    NOP_T2("111100111010++++ 10-0-00000000000", "nop<c>.w"),
    YIELD_T2("111100111010++++ 10-0-00000000001", "yield<c>.w", HINT, V7),
    WFE_T2("111100111010++++ 10-0-00000000010", "wfe<c>.w", HINT, V7),
    WFI_T2("111100111010++++ 10-0-00000000011", "wfi<c>.w", HINT, V7),
    SEV_T2("111100111010++++ 10-0-00000000100", "sev<c>.w", HINT, V7),
    DBG_T1("111100111010++++ 10-0-0001111oooo", "dbg<c> #<o>", V7),
    HINT_T2("111100111010++++ 10-0-000iiiiiiii", "nop<c>.w {<i>}"),
    CPS_T2(
            "111100111010++++ 10-0-iiMAIFmmmmm",
            "i2M0: cpsie.w <A?a><I?i><F?f> | i2M1: cpsie <A?a><I?i><F?f>, #<m> | i3M0: cpsid.w <A?a><I?i><F?f> | i3M1: cpsid <A?a><I?i><F?f>, #<m> | cps #<m>",
            STATUS),
    CLREX_T1("111100111011++++ 10-0++++0010++++", "clrex<c>", V7),
    DSB_T1("111100111011++++ 10-0++++0100oooo", "dsb<c> <barrier>", V7),
    DMB_T1("111100111011++++ 10-0++++0101oooo", "dmb<c> <barrier>", V7),
    ISB_T1("111100111011++++ 10-0++++0110oooo", "o15: isb<c> sy | isb<c> #<o>", V7),
    UNDEFINED_CONTROL("111100111011.... 10.0............", ".inst.w <word>"),
    BXJ_T1("111100111100mmmm 10-0++++--------", "bxj<c> <Rm>"),
    SUBS_PC_LR_T1("111100111101+++- 10-0++++iiiiiiii", "subs<c> pc, lr, #<i>", RETURN),
    MRS_BANKED_T1("11110011111Rmmmm 10-0dddd--1m----", "mrs<c> <Rd>, <banked mrs>", STATUS, V7VE),
    MRS_T1("11110011111R++++ 10-0dddd--0-----", "mrs<c> <Rd>, <R?SPSR:CPSR>", STATUS),
    HVC_T1("111101111110iiii 1000iiiiiiiiiiii", "hvc<c> #<i>", CALL, V7VE),
    SMC_T1("111101111111iiii 1000------------", "smc<c> #<i>", CALL, V6K),
    UDF_T2("111101111111iiii 1010iiiiiiiiiiii", "udf<c>.w #<i>"),
    UNDEFINED_BRANCH("11110.111....... 10.0............", ".inst.w <word>"),
    B_T3("11110sffffiiiiii 10j0kiiiiiiiiiii", "b<branch condition>.w <target>"),
    B_T4("11110siiiiiiiiii 10j1kiiiiiiiiiii", "b<c>.w <target>"),
    BL_T1("11110siiiiiiiiii 11j1kiiiiiiiiiii", "bl<c> <target>"),
    BLX_IMM_T2("11110siiiiiiiiii 11j0kiiiiiiiiii0", "blx<c> <target>"),
    UNDEFINED_BLX("11110........... 11.0............", ".inst.w <word>"),

    // Store single data item, unprivileged (A6.3.10)
    UNDEFINED_STORE("11111000...01111 ................", ".inst.w <word>"),
    UNDEFINED_STORE_IMM("111110000..0.... ....10.0........", ".inst.w <word>"),
    STRB_IMM_T2("111110001000nnnn ttttiiiiiiiiiiii", "strb<c>.w <Rt>, <address imm12>"),
    STRBT_T1("111110000000nnnn tttt1110iiiiiiii", "strbt<c> <Rt>, <address imm8>", UNPRIVILEGED),
    STRB_IMM_T3("111110000000nnnn tttt1PUWiiiiiiii", "strb<c>.w <Rt>, <address imm8>"),
    STRB_REG_T2("111110000000nnnn tttt000000iimmmm", "strb<c>.w <Rt>, <address register>"),
    STRH_IMM_T2("111110001010nnnn ttttiiiiiiiiiiii", "strh<c>.w <Rt>, <address imm12>"),
    STRHT_T1("111110000010nnnn tttt1110iiiiiiii", "strht<c> <Rt>, <address imm8>", UNPRIVILEGED),
    STRH_IMM_T3("111110000010nnnn tttt1PUWiiiiiiii", "strh<c>.w <Rt>, <address imm8>"),
    STRH_REG_T2("111110000010nnnn tttt000000iimmmm", "strh<c>.w <Rt>, <address register>"),
    STR_IMM_T3("111110001100nnnn ttttiiiiiiiiiiii", "str<c>.w <Rt>, <address imm12>"),
    STRT_T1("111110000100nnnn tttt1110iiiiiiii", "strt<c> <Rt>, <address imm8>", UNPRIVILEGED),
    STR_IMM_T4("111110000100nnnn tttt1PUWiiiiiiii", "str<c>.w <Rt>, <address imm8>"),
    STR_REG_T2("111110000100nnnn tttt000000iimmmm", "str<c>.w <Rt>, <address register>"),

    // Loads of literals and hints of them (A6.3.7 to A6.3.9). Rt = 15 is a hint for bytes and halfwords.
    PLD_LIT_T1("11111000U0-11111 1111iiiiiiiiiiii", "pld<c> <address literal>", V7),
    PLI_LIT_T3("11111001U0011111 1111iiiiiiiiiiii", "pli<c> <address literal>", V7),
    HINT_LIT("11111001U0111111 1111............", ".inst.w <word>"),
    LDRB_LIT_T1("11111000U0011111 ttttiiiiiiiiiiii", "ldrb<c>.w <Rt>, <address literal>"),
    LDRSB_LIT_T1("11111001U0011111 ttttiiiiiiiiiiii", "ldrsb<c>.w <Rt>, <address literal>"),
    LDRH_LIT_T1("11111000U0111111 ttttiiiiiiiiiiii", "ldrh<c>.w <Rt>, <address literal>"),
    LDRSH_LIT_T1("11111001U0111111 ttttiiiiiiiiiiii", "ldrsh<c>.w <Rt>, <address literal>"),
    LDR_LIT_T2("11111000U1011111 ttttiiiiiiiiiiii", "ldr<c>.w <Rt>, <address literal>"),

    // Load byte, memory hints (A6.3.9)
    UNDEFINED_LOAD_IMM("1111100.0..1.... ....10.0........", ".inst.w <word>"),
    PLD_IMM_T1("1111100010W1nnnn 1111iiiiiiiiiiii", "<W?pldw:pld><c> <address imm12>", V7),
    PLD_IMM_T2("1111100000W1nnnn 11111100iiiiiiii", "<W?pldw:pld><c> <address imm8>", V7),
    PLD_REG_T1("1111100000W1nnnn 1111000000iimmmm", "<W?pldw:pld><c> <address register>", V7),
    PLI_IMM_T1("111110011001nnnn 1111iiiiiiiiiiii", "pli<c> <address imm12>", V7),
    PLI_IMM_T2("111110010001nnnn 11111100iiiiiiii", "pli<c> <address imm8>", V7),
    PLI_REG_T1("111110010001nnnn 1111000000iimmmm", "pli<c> <address register>", V7),
    LDRB_IMM_T2("111110001001nnnn ttttiiiiiiiiiiii", "ldrb<c>.w <Rt>, <address imm12>"),
    LDRBT_T1("111110000001nnnn tttt1110iiiiiiii", "ldrbt<c> <Rt>, <address imm8>", UNPRIVILEGED),
    LDRB_IMM_T3("111110000001nnnn tttt1PUWiiiiiiii", "ldrb<c>.w <Rt>, <address imm8>"),
    LDRB_REG_T2("111110000001nnnn tttt000000iimmmm", "ldrb<c>.w <Rt>, <address register>"),
    LDRSB_IMM_T1("111110011001nnnn ttttiiiiiiiiiiii", "ldrsb<c>.w <Rt>, <address imm12>"),
    LDRSBT_T1("111110010001nnnn tttt1110iiiiiiii", "ldrsbt<c> <Rt>, <address imm8>", UNPRIVILEGED),
    LDRSB_IMM_T2("111110010001nnnn tttt1PUWiiiiiiii", "ldrsb<c>.w <Rt>, <address imm8>"),
    LDRSB_REG_T2("111110010001nnnn tttt000000iimmmm", "ldrsb<c>.w <Rt>, <address register>"),

    // Load halfword, memory hints (A6.3.8)
    LDRH_IMM_T2("111110001011nnnn ttttiiiiiiiiiiii", "ldrh<c>.w <Rt>, <address imm12>"),
    LDRHT_T1("111110000011nnnn tttt1110iiiiiiii", "ldrht<c> <Rt>, <address imm8>", UNPRIVILEGED),
    LDRH_IMM_T3("111110000011nnnn tttt1PUWiiiiiiii", "ldrh<c>.w <Rt>, <address imm8>"),
    LDRH_REG_T2("111110000011nnnn tttt000000iimmmm", "ldrh<c>.w <Rt>, <address register>"),
    HINT_IMM_T1("111110011011.... 1111............", ".inst.w <word>"),
    HINT_IMM_T2("111110010011.... 11111100........", ".inst.w <word>"),
    HINT_REG("111110010011.... 1111000000......", ".inst.w <word>"),
    LDRSH_IMM_T1("111110011011nnnn ttttiiiiiiiiiiii", "ldrsh<c>.w <Rt>, <address imm12>"),
    LDRSHT_T1("111110010011nnnn tttt1110iiiiiiii", "ldrsht<c> <Rt>, <address imm8>", UNPRIVILEGED),
    LDRSH_IMM_T2("111110010011nnnn tttt1PUWiiiiiiii", "ldrsh<c>.w <Rt>, <address imm8>"),
    LDRSH_REG_T2("111110010011nnnn tttt000000iimmmm", "ldrsh<c>.w <Rt>, <address register>"),

    // Load word (A6.3.7)
    LDR_IMM_T3("111110001101nnnn ttttiiiiiiiiiiii", "ldr<c>.w <Rt>, <address imm12>"),
    LDRT_T1("111110000101nnnn tttt1110iiiiiiii", "ldrt<c> <Rt>, <address imm8>", UNPRIVILEGED),
    LDR_IMM_T4("111110000101nnnn tttt1PUWiiiiiiii", "ldr<c>.w <Rt>, <address imm8>"),
    LDR_REG_T2("111110000101nnnn tttt000000iimmmm", "ldr<c>.w <Rt>, <address register>"),
    NEON_LOAD_STORE("11111001...0.... ................", "<neon>", V7),
    UNDEFINED_LOAD_STORE("1111100......... ................", ".inst.w <word>"),

    // Data processing, register (A6.3.12 to A6.3.15)
    LSL_REG_T2("11111010000Snnnn 1111dddd0000mmmm", "lsl<S?s><c>.w <Rd>, <Rn>, <Rm>"),
    LSR_REG_T2("11111010001Snnnn 1111dddd0000mmmm", "lsr<S?s><c>.w <Rd>, <Rn>, <Rm>"),
    ASR_REG_T2("11111010010Snnnn 1111dddd0000mmmm", "asr<S?s><c>.w <Rd>, <Rn>, <Rm>"),
    ROR_REG_T2("11111010011Snnnn 1111dddd0000mmmm", "ror<S?s><c>.w <Rd>, <Rn>, <Rm>"),
    SXTAH_T1(
            "111110100000nnnn 1111dddd1-rrmmmm",
            "n15: sxth<c>.w <Rd>, <Rm><rotation> | sxtah<c> <Rd>, <Rn>, <Rm><rotation>"),
    UXTAH_T1(
            "111110100001nnnn 1111dddd1-rrmmmm",
            "n15: uxth<c>.w <Rd>, <Rm><rotation> | uxtah<c> <Rd>, <Rn>, <Rm><rotation>"),
    SXTAB16_T1(
            "111110100010nnnn 1111dddd1-rrmmmm",
            "n15: sxtb16<c> <Rd>, <Rm><rotation> | sxtab16<c> <Rd>, <Rn>, <Rm><rotation>"),
    UXTAB16_T1(
            "111110100011nnnn 1111dddd1-rrmmmm",
            "n15: uxtb16<c> <Rd>, <Rm><rotation> | uxtab16<c> <Rd>, <Rn>, <Rm><rotation>"),
    SXTAB_T1(
            "111110100100nnnn 1111dddd1-rrmmmm",
            "n15: sxtb<c>.w <Rd>, <Rm><rotation> | sxtab<c> <Rd>, <Rn>, <Rm><rotation>"),
    UXTAB_T1(
            "111110100101nnnn 1111dddd1-rrmmmm",
            "n15: uxtb<c>.w <Rd>, <Rm><rotation> | uxtab<c> <Rd>, <Rn>, <Rm><rotation>"),
    UNDEFINED_PARALLEL("111110101....... 1111....0.11....", ".inst.w <word>"),
    ADD_8_T1("111110101000nnnn 1111dddd0pppmmmm", "<parallel>add8<c> <Rd>, <Rn>, <Rm>"),
    ADD_16_T1("111110101001nnnn 1111dddd0pppmmmm", "<parallel>add16<c> <Rd>, <Rn>, <Rm>"),
    ASX_T1("111110101010nnnn 1111dddd0pppmmmm", "<parallel>asx<c> <Rd>, <Rn>, <Rm>"),
    SUB_8_T1("111110101100nnnn 1111dddd0pppmmmm", "<parallel>sub8<c> <Rd>, <Rn>, <Rm>"),
    SUB_16_T1("111110101101nnnn 1111dddd0pppmmmm", "<parallel>sub16<c> <Rd>, <Rn>, <Rm>"),
    SAX_T1("111110101110nnnn 1111dddd0pppmmmm", "<parallel>sax<c> <Rd>, <Rn>, <Rm>"),
    QADD_T1("111110101000nnnn 1111dddd1000mmmm", "qadd<c> <Rd>, <Rm>, <Rn>"),
    QDADD_T1("111110101000nnnn 1111dddd1001mmmm", "qdadd<c> <Rd>, <Rm>, <Rn>"),
    QSUB_T1("111110101000nnnn 1111dddd1010mmmm", "qsub<c> <Rd>, <Rm>, <Rn>"),
    QDSUB_T1("111110101000nnnn 1111dddd1011mmmm", "qdsub<c> <Rd>, <Rm>, <Rn>"),
    REV_T2("111110101001nnnn 1111dddd1000mmmm", "rev<c>.w <Rd>, <Rn>"),
    REV16_T2("111110101001nnnn 1111dddd1001mmmm", "rev16<c>.w <Rd>, <Rn>"),
    RBIT_T1("111110101001nnnn 1111dddd1010mmmm", "rbit<c> <Rd>, <Rn>"),
    REVSH_T2("111110101001nnnn 1111dddd1011mmmm", "revsh<c>.w <Rd>, <Rn>"),
    SEL_T1("111110101010nnnn 1111dddd1000mmmm", "sel<c> <Rd>, <Rn>, <Rm>"),
    CLZ_T1("111110101011nnnn 1111dddd1000mmmm", "clz<c> <Rd>, <Rn>"),
    UNDEFINED_REGISTER("11111010........ ................", ".inst.w <word>"),

    // Multiply, multiply accumulate, absolute difference, divide (A6.3.16, A6.3.17)
    MLA_T1("111110110000nnnn aaaadddd0000mmmm", "a15: mul<c>.w <Rd>, <Rn>, <Rm> | mla<c> <Rd>, <Rn>, <Rm>, <Ra>"),
    MLS_T1("111110110000nnnn aaaadddd0001mmmm", "mls<c> <Rd>, <Rn>, <Rm>, <Ra>"),
    SMLA_XY_T1(
            "111110110001nnnn aaaadddd00xymmmm",
            "a15: smul<x?t:b><y?t:b><c> <Rd>, <Rn>, <Rm> | smla<x?t:b><y?t:b><c> <Rd>, <Rn>, <Rm>, <Ra>"),
    SMLAD_T1(
            "111110110010nnnn aaaadddd000xmmmm",
            "a15: smuad<x?x><c> <Rd>, <Rn>, <Rm> | smlad<x?x><c> <Rd>, <Rn>, <Rm>, <Ra>"),
    SMLAW_Y_T1(
            "111110110011nnnn aaaadddd000ymmmm",
            "a15: smulw<y?t:b><c> <Rd>, <Rn>, <Rm> | smlaw<y?t:b><c> <Rd>, <Rn>, <Rm>, <Ra>"),
    SMLSD_T1(
            "111110110100nnnn aaaadddd000xmmmm",
            "a15: smusd<x?x><c> <Rd>, <Rn>, <Rm> | smlsd<x?x><c> <Rd>, <Rn>, <Rm>, <Ra>"),
    SMMLA_T1(
            "111110110101nnnn aaaadddd000rmmmm",
            "a15: smmul<r?r><c> <Rd>, <Rn>, <Rm> | smmla<r?r><c> <Rd>, <Rn>, <Rm>, <Ra>"),
    SMMLS_T1("111110110110nnnn aaaadddd000rmmmm", "smmls<r?r><c> <Rd>, <Rn>, <Rm>, <Ra>"),
    USADA8_T1("111110110111nnnn aaaadddd0000mmmm", "a15: usad8<c> <Rd>, <Rn>, <Rm> | usada8<c> <Rd>, <Rn>, <Rm>, <Ra>"),
    SMULL_T1("111110111000nnnn aaaadddd0000mmmm", "smull<c> <Ra>, <Rd>, <Rn>, <Rm>"),
    SDIV_T1("111110111001nnnn ++++dddd1111mmmm", "sdiv<c> <Rd>, <Rn>, <Rm>", V7VE),
    UMULL_T1("111110111010nnnn aaaadddd0000mmmm", "umull<c> <Ra>, <Rd>, <Rn>, <Rm>"),
    UDIV_T1("111110111011nnnn ++++dddd1111mmmm", "udiv<c> <Rd>, <Rn>, <Rm>", V7VE),
    SMLAL_T1("111110111100nnnn aaaadddd0000mmmm", "smlal<c> <Ra>, <Rd>, <Rn>, <Rm>"),
    SMLAL_XY_T1("111110111100nnnn aaaadddd10xymmmm", "smlal<x?t:b><y?t:b><c> <Ra>, <Rd>, <Rn>, <Rm>"),
    SMLALD_T1("111110111100nnnn aaaadddd110xmmmm", "smlald<x?x><c> <Ra>, <Rd>, <Rn>, <Rm>"),
    SMLSLD_T1("111110111101nnnn aaaadddd110xmmmm", "smlsld<x?x><c> <Ra>, <Rd>, <Rn>, <Rm>"),
    UMLAL_T1("111110111110nnnn aaaadddd0000mmmm", "umlal<c> <Ra>, <Rd>, <Rn>, <Rm>"),
    UMAAL_T1("111110111110nnnn aaaadddd0110mmmm", "umaal<c> <Ra>, <Rd>, <Rn>, <Rm>"),
    UNDEFINED_MULTIPLY("11111011........ ................", ".inst.w <word>"),

    // Coprocessors, classes of Neon and of Vfp (A6.3.18, A7)
    NEON_DATA("111.1111........ ................", "<neon>", V7),
    UNDEFINED_LDC("111.1100000..... ................", ".inst.w <word>"),
    VMOV_64("111011000.0..... ....101.........", "<vfp>"),
    VFP_LOAD_STORE("1110110......... ....101.........", "<vfp>"),
    VMRS("111011101111rrrr tttt1010---1----", "<vfp>"),
    VMSR("111011101110rrrr tttt1010---1----", "<vfp>"),
    VFP_MOVE("11101110........ ....101....1....", "<vfp>"),
    VFP_DATA("11101110........ ....101....0....", "<vfp>"),
    MCRR("111x11000100uuuu ttttppppoooommmm", "mcrr<x?2><c> <p>, <o>, <Rt>, <Ru>, cr<m>"),
    MRRC("111x11000101uuuu ttttppppoooommmm", "mrrc<x?2><c> <p>, <o>, <Rt>, <Ru>, cr<m>"),
    STC("111x110PUDW0nnnn ddddppppiiiiiiii", "stc<x?2><D?l><c> <p>, cr<d>, <coprocessor>"),
    LDC("111x110PUDW1nnnn ddddppppiiiiiiii", "ldc<x?2><D?l><c> <p>, cr<d>, <coprocessor>"),
    CDP("111x1110oooonnnn ddddppppqqq0mmmm", "cdp<x?2><c> <p>, <o>, cr<d>, cr<n>, cr<m>, {<q>}"),
    MCR("111x1110ooo0nnnn ttttppppqqq1mmmm", "mcr<x?2><c> <p>, <o>, <Rt>, cr<n>, cr<m>, {<q>}"),
    MRC("111x1110ooo1nnnn ttttppppqqq1mmmm", "mrc<x?2><c> <p>, <o>, <Rt or flags>, cr<n>, cr<m>, {<q>}"),

    // Everything else
    UNDEFINED("................ ................", ".inst.w <word>");

    private final BitPattern bits;
    private final String syntax;
    private final Sensitivity sensitivity;
    private final ArmVersion since;

    T32(String pattern, String syntax) {
        this(pattern, syntax, NONE);
    }

    T32(String pattern, String syntax, Sensitivity sensitivity) {
        this(pattern, syntax, sensitivity, pattern.length() == 16 ? V4T : V6T2);
    }

    T32(String pattern, String syntax, ArmVersion since) {
        this(pattern, syntax, NONE, since);
    }

    T32(String pattern, String syntax, Sensitivity sensitivity, ArmVersion since) {
        this.bits = new BitPattern(pattern);
        this.syntax = syntax;
        this.sensitivity = sensitivity;
        this.since = since;
    }

    @Override
    public BitPattern bits() {
        return bits;
    }

    /** How the instruction is written. */
    Syntax syntax() {
        return new Syntax(bits, syntax, T32Operands.BY_NAME);
    }

    @Override
    public Sensitivity sensitivity() {
        return sensitivity;
    }

    @Override
    public ArmVersion since() {
        return since;
    }

    @Override
    public int condition(int word) {
        return this == B_T1 || this == B_T3 ? T32Fields.branchCondition(word) : Fields.AL;
    }

    @Override
    public Arguments arguments(int word) {
        return arguments(word, false);
    }

    /** What a word of this row operates on within an IT block or outside: some set flags outside only. */
    public Arguments arguments(int word, boolean inIt) {
        return new T32Arguments(this, word, inIt).get();
    }

    /** A field of a word of this row, by its letter in the pattern. */
    int field(char letter, int word) {
        return bits.field(letter, word);
    }

    /** The first halfwords from here on begin an instruction of two (A6.1). */
    private static final int FIRST_OF_TWO = 0xe800;

    /** Bytes of the instruction that begins with a halfword: 2 or 4. */
    public static int length(int firstHalfword) {
        return firstHalfword < FIRST_OF_TWO ? 2 : 4;
    }

    /** Bytes of an instruction: 2 if the upper half of its word is zero, else 4. */
    public static int lengthOf(int word) {
        return word >>> 16 == 0 ? 2 : 4;
    }

    /** ITSTATE behind an instruction at which it was {@code it} (ITAdvance, A2.5.2); 0 outside of IT blocks. */
    public static int advance(int it) {
        return (it & 7) == 0 ? 0 : it & 0xe0 | it << 1 & 0x1f;
    }

    /** Candidate rows by the upper ten bits of the first halfword, in table order. */
    private static final T32[][] INDEX = new T32[1 << 10][0];

    static {
        for (T32 row : values()) {
            boolean two = row.bits.characters().length() == 32;
            int shift = two ? 22 : 6;
            int mask = row.bits.mask() >>> shift & 0x3ff;
            int value = row.bits.value() >>> shift & 0x3ff;
            int first = two ? FIRST_OF_TWO >> 6 : 0;
            int end = two ? INDEX.length : FIRST_OF_TWO >> 6;
            for (int key = first; key < end; key++) {
                if ((key & mask) == value) {
                    INDEX[key] = Arrays.copyOf(INDEX[key], INDEX[key].length + 1);
                    INDEX[key][INDEX[key].length - 1] = row;
                }
            }
        }
    }

    /**
     * The instruction of a word; {@link #UNDEFINED} and its like where there is none, and for a word that has an upper
     * half but is no instruction of two halfwords. Never null.
     */
    public static T32 decode(int word) {
        boolean two = word >>> 16 != 0;
        int first = two ? word >>> 16 : word;
        if (two != first >= FIRST_OF_TWO) {
            return UNDEFINED;
        }
        for (T32 row : INDEX[first >>> 6]) {
            if (row.bits.matches(word)) {
                return row;
            }
        }
        return UNDEFINED;
    }
}
