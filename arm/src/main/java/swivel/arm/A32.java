package swivel.arm;

import static swivel.arm.ArmVersion.*;
import static swivel.arm.Sensitivity.*;

import java.util.Arrays;

/**
 * The A32 instruction set of ARMv4T to ARMv7-A: one row per instruction, most significant bit first (ARM DDI 0406C,
 * A5).
 *
 * <p>In a row's pattern {@code 0} and {@code 1} are fixed; {@code -} should be zero and {@code +} should be one, and a
 * word where they are not is UNPREDICTABLE but still this instruction ({@link #isAsItShouldBe}); {@code .} is anything;
 * a letter marks a field, named where it is read ({@link Fields}). The first row that matches is the instruction, so an
 * exception to a general row stands before it. Then follows how it is written, {@link Syntax}. A row with no
 * sensitivity is {@link Sensitivity#NONE}; one with no version exists from ARMv4.
 */
@SuppressWarnings("ImmutableEnumChecker") // BitPattern is immutable, only not annotated as such
public enum A32 implements Row {

    // Unconditional space: cond = 1111 (A5.7). First, because every other row has a condition field of any value.
    CPS(
            "111100010000iiM0-------AIF0mmmmm",
            "i2M0: cpsie <A?a><I?i><F?f> | i2M1: cpsie <A?a><I?i><F?f>, #<m> | i3M0: cpsid <A?a><I?i><F?f> | i3M1: cpsid <A?a><I?i><F?f>, #<m> | cps #<m>",
            STATUS,
            V6),
    SETEND("111100010000---1------E-0000----", "setend <E?be:le>", V6),
    NEON_DATA("1111001.........................", "<neon>", V7),
    NEON_LOAD_STORE("11110100...0....................", "<neon>", V7),
    PLI_IMM("11110100U101nnnn++++iiiiiiiiiiii", "pli [<Rn><offset12>]", V7),
    HINT_IMM("11110100.001....................", ".inst <word>", V7),
    PLD_IMM("11110101UR01nnnn++++iiiiiiiiiiii", "<R?pld:pldw> [<Rn><offset12>]", V5TE),
    CLREX("111101010111++++++++----0001++++", "clrex", V6K),
    DSB("111101010111++++++++----0100oooo", "dsb <barrier>", V7),
    DMB("111101010111++++++++----0101oooo", "dmb <barrier>", V7),
    ISB("111101010111++++++++----0110oooo", "o15: isb sy | isb #<o>", V7),
    PLI_REG("11110110U101nnnn++++iiiiitt0mmmm", "pli [<Rn>, <shifted>]", V7),
    HINT_REG("11110110.001...............0....", ".inst <word>", V7),
    PLD_REG("11110111UR01nnnn++++iiiiitt0mmmm", "<R?pld:pldw> [<Rn>, <shifted>]", V5TE),
    SRS("1111100PU1W0++-+-----+-+---mmmmm", "srs<multiple> sp<W?!>, #<m>", STATUS, V6),
    RFE("1111100PU0W1nnnn----+-+---------", "rfe<multiple> <Rn><W?!>", STATUS, V6),
    BLX_IMM("1111101Hiiiiiiiiiiiiiiiiiiiiiiii", "blx <target>", V5T),
    UNDEFINED_LDC2("11111100000.....................", ".inst <word>", V5T),
    MCRR2("111111000100uuuuttttppppoooommmm", "mcrr2 <p>, <o>, <Rt>, <Ru>, cr<m>", V6),
    MRRC2("111111000101uuuuttttppppoooommmm", "mrrc2 <p>, <o>, <Rt>, <Ru>, cr<m>", V6),
    STC2("1111110PUDW0nnnnddddppppiiiiiiii", "stc2<D?l> <p>, cr<d>, <coprocessor>", V5T),
    LDC2("1111110PUDW1nnnnddddppppiiiiiiii", "ldc2<D?l> <p>, cr<d>, <coprocessor>", V5T),
    CDP2("11111110oooonnnnddddppppqqq0mmmm", "cdp2 <p>, <o>, cr<d>, cr<n>, cr<m>, {<q>}", V5T),
    MCR2("11111110ooo0nnnnttttppppqqq1mmmm", "mcr2 <p>, <o>, <Rt>, cr<n>, cr<m>, {<q>}", V5T),
    MRC2("11111110ooo1nnnnttttppppqqq1mmmm", "mrc2 <p>, <o>, <Rt or flags>, cr<n>, cr<m>, {<q>}", V5T),
    UNDEFINED_UNCONDITIONAL("1111............................", ".inst <word>"),

    // Multiply (A5.2.5)
    MUL("cccc0000000Sdddd----mmmm1001nnnn", "mul<S?s><c> <Rd>, <Rn>, <Rm>"),
    MLA("cccc0000001Sddddaaaammmm1001nnnn", "mla<S?s><c> <Rd>, <Rn>, <Rm>, <Ra>"),
    UMAAL("cccc00000100ddddaaaammmm1001nnnn", "umaal<c> <Ra>, <Rd>, <Rn>, <Rm>", V6),
    UNDEFINED_MUL5("cccc00000101............1001....", ".inst <word>"),
    MLS("cccc00000110ddddaaaammmm1001nnnn", "mls<c> <Rd>, <Rn>, <Rm>, <Ra>", V6T2),
    UNDEFINED_MUL7("cccc00000111............1001....", ".inst <word>"),
    UMULL("cccc0000100Sddddaaaammmm1001nnnn", "umull<S?s><c> <Ra>, <Rd>, <Rn>, <Rm>"),
    UMLAL("cccc0000101Sddddaaaammmm1001nnnn", "umlal<S?s><c> <Ra>, <Rd>, <Rn>, <Rm>"),
    SMULL("cccc0000110Sddddaaaammmm1001nnnn", "smull<S?s><c> <Ra>, <Rd>, <Rn>, <Rm>"),
    SMLAL("cccc0000111Sddddaaaammmm1001nnnn", "smlal<S?s><c> <Ra>, <Rd>, <Rn>, <Rm>"),

    // Synchronization primitives (A5.2.10)
    SWP("cccc00010B00nnnntttt----1001mmmm", "swp<B?b><c> <Rt>, <Rm>, [<Rn>]"),
    STREX("cccc00011000nnnndddd11111001tttt", "strex<c> <Rd>, <Rt>, [<Rn>]", V6),
    STREXD("cccc00011010nnnndddd11111001tttt", "strexd<c> <Rd>, <Rt>, [<Rn>]", V6K),
    STREXB("cccc00011100nnnndddd11111001tttt", "strexb<c> <Rd>, <Rt>, [<Rn>]", V6K),
    STREXH("cccc00011110nnnndddd11111001tttt", "strexh<c> <Rd>, <Rt>, [<Rn>]", V6K),
    LDREX("cccc00011001nnnntttt11111001++++", "ldrex<c> <Rt>, [<Rn>]", V6),
    LDREXD("cccc00011011nnnntttt11111001++++", "ldrexd<c> <Rt>, [<Rn>]", V6K),
    LDREXB("cccc00011101nnnntttt11111001++++", "ldrexb<c> <Rt>, [<Rn>]", V6K),
    LDREXH("cccc00011111nnnntttt11111001++++", "ldrexh<c> <Rt>, [<Rn>]", V6K),
    UNDEFINED_SYNC("cccc0001................1001....", ".inst <word>"),

    // Extra loads and stores, unprivileged (A5.2.9)
    STRHT_REG("cccc0000U010nnnntttt----1011mmmm", "strht<c> <Rt>, <address register>", UNPRIVILEGED, V6T2),
    STRHT_IMM("cccc0000U110nnnnttttiiii1011iiii", "strht<c> <Rt>, <address imm8>", UNPRIVILEGED, V6T2),
    LDRHT_REG("cccc0000U011nnnntttt----1011mmmm", "ldrht<c> <Rt>, <address register>", UNPRIVILEGED, V6T2),
    LDRHT_IMM("cccc0000U111nnnnttttiiii1011iiii", "ldrht<c> <Rt>, <address imm8>", UNPRIVILEGED, V6T2),
    LDRSBT_REG("cccc0000U011nnnntttt----1101mmmm", "ldrsbt<c> <Rt>, <address register>", UNPRIVILEGED, V6T2),
    LDRSBT_IMM("cccc0000U111nnnnttttiiii1101iiii", "ldrsbt<c> <Rt>, <address imm8>", UNPRIVILEGED, V6T2),
    LDRSHT_REG("cccc0000U011nnnntttt----1111mmmm", "ldrsht<c> <Rt>, <address register>", UNPRIVILEGED, V6T2),
    LDRSHT_IMM("cccc0000U111nnnnttttiiii1111iiii", "ldrsht<c> <Rt>, <address imm8>", UNPRIVILEGED, V6T2),

    // Extra loads and stores (A5.2.8)
    STRH_REG("cccc000PU0W0nnnntttt----1011mmmm", "strh<c> <Rt>, <address register>"),
    STRH_IMM("cccc000PU1W0nnnnttttiiii1011iiii", "strh<c> <Rt>, <address imm8>"),
    LDRH_REG("cccc000PU0W1nnnntttt----1011mmmm", "ldrh<c> <Rt>, <address register>"),
    LDRH_IMM("cccc000PU1W1nnnnttttiiii1011iiii", "ldrh<c> <Rt>, <address imm8>"),
    LDRD_REG("cccc000PU0W0nnnntttt----1101mmmm", "ldrd<c> <Rt>, <address register>", V5TE),
    LDRD_IMM("cccc000PU1W0nnnnttttiiii1101iiii", "ldrd<c> <Rt>, <address imm8>", V5TE),
    LDRSB_REG("cccc000PU0W1nnnntttt----1101mmmm", "ldrsb<c> <Rt>, <address register>"),
    LDRSB_IMM("cccc000PU1W1nnnnttttiiii1101iiii", "ldrsb<c> <Rt>, <address imm8>"),
    STRD_REG("cccc000PU0W0nnnntttt----1111mmmm", "strd<c> <Rt>, <address register>", V5TE),
    STRD_IMM("cccc000PU1W0nnnnttttiiii1111iiii", "strd<c> <Rt>, <address imm8>", V5TE),
    LDRSH_REG("cccc000PU0W1nnnntttt----1111mmmm", "ldrsh<c> <Rt>, <address register>"),
    LDRSH_IMM("cccc000PU1W1nnnnttttiiii1111iiii", "ldrsh<c> <Rt>, <address imm8>"),

    // Miscellaneous instructions (A5.2.12) and halfword multiply (A5.2.7)
    MRS_BANKED("cccc00010R00mmmmdddd--1m0000----", "mrs<c> <Rd>, <banked>", STATUS, V7VE),
    MRS("cccc00010R00++++dddd--0-0000----", "mrs<c> <Rd>, <R?SPSR:CPSR>", STATUS),
    MSR_BANKED("cccc00010R10mmmm++++--1m0000nnnn", "msr<c> <banked>, <Rn>", STATUS, V7VE),
    MSR_REG_FLAGS("cccc00010010kk00++++--0-0000nnnn", "msr<c> CPSR_<fields>, <Rn>"),
    MSR_REG("cccc00010R10kkkk++++--0-0000nnnn", "msr<c> <R?SPSR:CPSR>_<fields>, <Rn>", STATUS),
    BX("cccc00010010++++++++++++0001mmmm", "bx<c> <Rm>", V4T),
    CLZ("cccc00010110++++dddd++++0001mmmm", "clz<c> <Rd>, <Rm>", V5T),
    BXJ("cccc00010010++++++++++++0010mmmm", "bxj<c> <Rm>", V5TE),
    BLX_REG("cccc00010010++++++++++++0011mmmm", "blx<c> <Rm>", V5T),
    QADD("cccc00010000nnnndddd----0101mmmm", "qadd<c> <Rd>, <Rm>, <Rn>", V5TE),
    QSUB("cccc00010010nnnndddd----0101mmmm", "qsub<c> <Rd>, <Rm>, <Rn>", V5TE),
    QDADD("cccc00010100nnnndddd----0101mmmm", "qdadd<c> <Rd>, <Rm>, <Rn>", V5TE),
    QDSUB("cccc00010110nnnndddd----0101mmmm", "qdsub<c> <Rd>, <Rm>, <Rn>", V5TE),
    ERET("cccc00010110------------0110+++-", "eret<c>", CALL, V7VE),
    BKPT("cccc00010010iiiiiiiiiiii0111iiii", "bkpt <imm16>", V5T),
    HVC("cccc00010100iiiiiiiiiiii0111iiii", "hvc<c> <i>", CALL, V7VE),
    SMC("cccc00010110------------0111iiii", "smc<c> <i>", CALL, V6K),
    SMLA_XY("cccc00010000ddddaaaammmm1yx0nnnn", "smla<x?t:b><y?t:b><c> <Rd>, <Rn>, <Rm>, <Ra>", V5TE),
    SMLAW_Y("cccc00010010ddddaaaammmm1y00nnnn", "smlaw<y?t:b><c> <Rd>, <Rn>, <Rm>, <Ra>", V5TE),
    SMULW_Y("cccc00010010dddd----mmmm1y10nnnn", "smulw<y?t:b><c> <Rd>, <Rn>, <Rm>", V5TE),
    SMLAL_XY("cccc00010100ddddaaaammmm1yx0nnnn", "smlal<x?t:b><y?t:b><c> <Ra>, <Rd>, <Rn>, <Rm>", V5TE),
    SMUL_XY("cccc00010110dddd----mmmm1yx0nnnn", "smul<x?t:b><y?t:b><c> <Rd>, <Rn>, <Rm>", V5TE),
    UNDEFINED_MISC("cccc00010..0............0.......", ".inst <word>"),

    // Wide moves, MSR immediate and hints (A5.2.11)
    MOVW("cccc00110000iiiiddddiiiiiiiiiiii", "movw<c> <Rd>, #<i>", V6T2),
    MOVT("cccc00110100iiiiddddiiiiiiiiiiii", "movt<c> <Rd>, #<i>", V6T2),
    YIELD("cccc001100100000++++----00000001", "yield<c>", HINT, V6K),
    WFE("cccc001100100000++++----00000010", "wfe<c>", HINT, V6K),
    WFI("cccc001100100000++++----00000011", "wfi<c>", HINT, V6K),
    SEV("cccc001100100000++++----00000100", "sev<c>", HINT, V6K),
    DBG("cccc001100100000++++----1111oooo", "dbg<c> #<o>", V7),
    NOP("cccc001100100000++++----iiiiiiii", "nop<c> {<i>}", V6K),
    MSR_IMM_FLAGS("cccc00110010kk00++++iiiiiiiiiiii", "msr<c> CPSR_<fields>, <imm>"),
    MSR_IMM("cccc00110R10kkkk++++iiiiiiiiiiii", "msr<c> <R?SPSR:CPSR>_<fields>, <imm>", STATUS),

    // Data processing: comparisons, then S = 1 with Rd = PC (exception return), then the rest (A5.2.1 to A5.2.3)
    TST_REG("cccc00010001nnnn----iiiiitt0mmmm", "tst<c> <Rn>, <Rm><shift>"),
    TST_RSR("cccc00010001nnnn----ssss0tt1mmmm", "tst<c> <Rn>, <Rm>, <shifttype> <Rs>"),
    TST_IMM("cccc00110001nnnn----iiiiiiiiiiii", "tst<c> <Rn>, <imm>"),
    TEQ_REG("cccc00010011nnnn----iiiiitt0mmmm", "teq<c> <Rn>, <Rm><shift>"),
    TEQ_RSR("cccc00010011nnnn----ssss0tt1mmmm", "teq<c> <Rn>, <Rm>, <shifttype> <Rs>"),
    TEQ_IMM("cccc00110011nnnn----iiiiiiiiiiii", "teq<c> <Rn>, <imm>"),
    CMP_REG("cccc00010101nnnn----iiiiitt0mmmm", "cmp<c> <Rn>, <Rm><shift>"),
    CMP_RSR("cccc00010101nnnn----ssss0tt1mmmm", "cmp<c> <Rn>, <Rm>, <shifttype> <Rs>"),
    CMP_IMM("cccc00110101nnnn----iiiiiiiiiiii", "cmp<c> <Rn>, <imm>"),
    CMN_REG("cccc00010111nnnn----iiiiitt0mmmm", "cmn<c> <Rn>, <Rm><shift>"),
    CMN_RSR("cccc00010111nnnn----ssss0tt1mmmm", "cmn<c> <Rn>, <Rm>, <shifttype> <Rs>"),
    CMN_IMM("cccc00110111nnnn----iiiiiiiiiiii", "cmn<c> <Rn>, <imm>"),
    DP_RETURN_REG(
            "cccc000oooo1nnnn1111iiiiitt0mmmm",
            "o13i0t0: movs<c> pc, <Rm> | o13i0t3: rrxs<c> pc, <Rm> | o13: <shifttype>s<c> pc, <Rm>, #<shiftamount> | o15: mvns<c> pc, <Rm><shift> | <opcode>s<c> pc, <Rn>, <Rm><shift>",
            RETURN),
    DP_RETURN_IMM(
            "cccc001oooo1nnnn1111iiiiiiiiiiii",
            "o13: movs<c> pc, <imm> | o15: mvns<c> pc, <imm> | <opcode>s<c> pc, <Rn>, <imm>",
            RETURN),
    AND_REG("cccc0000000Snnnnddddiiiiitt0mmmm", "and<S?s><c> <Rd>, <Rn>, <Rm><shift>"),
    AND_RSR("cccc0000000Snnnnddddssss0tt1mmmm", "and<S?s><c> <Rd>, <Rn>, <Rm>, <shifttype> <Rs>"),
    AND_IMM("cccc0010000Snnnnddddiiiiiiiiiiii", "and<S?s><c> <Rd>, <Rn>, <imm>"),
    EOR_REG("cccc0000001Snnnnddddiiiiitt0mmmm", "eor<S?s><c> <Rd>, <Rn>, <Rm><shift>"),
    EOR_RSR("cccc0000001Snnnnddddssss0tt1mmmm", "eor<S?s><c> <Rd>, <Rn>, <Rm>, <shifttype> <Rs>"),
    EOR_IMM("cccc0010001Snnnnddddiiiiiiiiiiii", "eor<S?s><c> <Rd>, <Rn>, <imm>"),
    SUB_REG("cccc0000010Snnnnddddiiiiitt0mmmm", "sub<S?s><c> <Rd>, <Rn>, <Rm><shift>"),
    SUB_RSR("cccc0000010Snnnnddddssss0tt1mmmm", "sub<S?s><c> <Rd>, <Rn>, <Rm>, <shifttype> <Rs>"),
    SUB_IMM("cccc0010010Snnnnddddiiiiiiiiiiii", "sub<S?s><c> <Rd>, <Rn>, <imm>"),
    RSB_REG("cccc0000011Snnnnddddiiiiitt0mmmm", "rsb<S?s><c> <Rd>, <Rn>, <Rm><shift>"),
    RSB_RSR("cccc0000011Snnnnddddssss0tt1mmmm", "rsb<S?s><c> <Rd>, <Rn>, <Rm>, <shifttype> <Rs>"),
    RSB_IMM("cccc0010011Snnnnddddiiiiiiiiiiii", "rsb<S?s><c> <Rd>, <Rn>, <imm>"),
    ADD_REG("cccc0000100Snnnnddddiiiiitt0mmmm", "add<S?s><c> <Rd>, <Rn>, <Rm><shift>"),
    ADD_RSR("cccc0000100Snnnnddddssss0tt1mmmm", "add<S?s><c> <Rd>, <Rn>, <Rm>, <shifttype> <Rs>"),
    ADD_IMM("cccc0010100Snnnnddddiiiiiiiiiiii", "add<S?s><c> <Rd>, <Rn>, <imm>"),
    ADC_REG("cccc0000101Snnnnddddiiiiitt0mmmm", "adc<S?s><c> <Rd>, <Rn>, <Rm><shift>"),
    ADC_RSR("cccc0000101Snnnnddddssss0tt1mmmm", "adc<S?s><c> <Rd>, <Rn>, <Rm>, <shifttype> <Rs>"),
    ADC_IMM("cccc0010101Snnnnddddiiiiiiiiiiii", "adc<S?s><c> <Rd>, <Rn>, <imm>"),
    SBC_REG("cccc0000110Snnnnddddiiiiitt0mmmm", "sbc<S?s><c> <Rd>, <Rn>, <Rm><shift>"),
    SBC_RSR("cccc0000110Snnnnddddssss0tt1mmmm", "sbc<S?s><c> <Rd>, <Rn>, <Rm>, <shifttype> <Rs>"),
    SBC_IMM("cccc0010110Snnnnddddiiiiiiiiiiii", "sbc<S?s><c> <Rd>, <Rn>, <imm>"),
    RSC_REG("cccc0000111Snnnnddddiiiiitt0mmmm", "rsc<S?s><c> <Rd>, <Rn>, <Rm><shift>"),
    RSC_RSR("cccc0000111Snnnnddddssss0tt1mmmm", "rsc<S?s><c> <Rd>, <Rn>, <Rm>, <shifttype> <Rs>"),
    RSC_IMM("cccc0010111Snnnnddddiiiiiiiiiiii", "rsc<S?s><c> <Rd>, <Rn>, <imm>"),
    ORR_REG("cccc0001100Snnnnddddiiiiitt0mmmm", "orr<S?s><c> <Rd>, <Rn>, <Rm><shift>"),
    ORR_RSR("cccc0001100Snnnnddddssss0tt1mmmm", "orr<S?s><c> <Rd>, <Rn>, <Rm>, <shifttype> <Rs>"),
    ORR_IMM("cccc0011100Snnnnddddiiiiiiiiiiii", "orr<S?s><c> <Rd>, <Rn>, <imm>"),
    MOV_REG(
            "cccc0001101S----ddddiiiiitt0mmmm",
            "i0t0: mov<S?s><c> <Rd>, <Rm> | i0t3: rrx<S?s><c> <Rd>, <Rm> | <shifttype><S?s><c> <Rd>, <Rm>, #<shiftamount>"),
    MOV_RSR("cccc0001101S----ddddssss0tt1mmmm", "<shifttype><S?s><c> <Rd>, <Rm>, <Rs>"),
    MOV_IMM("cccc0011101S----ddddiiiiiiiiiiii", "mov<S?s><c> <Rd>, <imm>"),
    BIC_REG("cccc0001110Snnnnddddiiiiitt0mmmm", "bic<S?s><c> <Rd>, <Rn>, <Rm><shift>"),
    BIC_RSR("cccc0001110Snnnnddddssss0tt1mmmm", "bic<S?s><c> <Rd>, <Rn>, <Rm>, <shifttype> <Rs>"),
    BIC_IMM("cccc0011110Snnnnddddiiiiiiiiiiii", "bic<S?s><c> <Rd>, <Rn>, <imm>"),
    MVN_REG("cccc0001111S----ddddiiiiitt0mmmm", "mvn<S?s><c> <Rd>, <Rm><shift>"),
    MVN_RSR("cccc0001111S----ddddssss0tt1mmmm", "mvn<S?s><c> <Rd>, <Rm>, <shifttype> <Rs>"),
    MVN_IMM("cccc0011111S----ddddiiiiiiiiiiii", "mvn<S?s><c> <Rd>, <imm>"),

    // Loads and stores, unprivileged (A5.3)
    STRT_IMM("cccc0100U010nnnnttttiiiiiiiiiiii", "strt<c> <Rt>, <address imm12>", UNPRIVILEGED),
    STRT_REG("cccc0110U010nnnnttttiiiiiss0mmmm", "strt<c> <Rt>, <address shifted>", UNPRIVILEGED),
    LDRT_IMM("cccc0100U011nnnnttttiiiiiiiiiiii", "ldrt<c> <Rt>, <address imm12>", UNPRIVILEGED),
    LDRT_REG("cccc0110U011nnnnttttiiiiiss0mmmm", "ldrt<c> <Rt>, <address shifted>", UNPRIVILEGED),
    STRBT_IMM("cccc0100U110nnnnttttiiiiiiiiiiii", "strbt<c> <Rt>, <address imm12>", UNPRIVILEGED),
    STRBT_REG("cccc0110U110nnnnttttiiiiiss0mmmm", "strbt<c> <Rt>, <address shifted>", UNPRIVILEGED),
    LDRBT_IMM("cccc0100U111nnnnttttiiiiiiiiiiii", "ldrbt<c> <Rt>, <address imm12>", UNPRIVILEGED),
    LDRBT_REG("cccc0110U111nnnnttttiiiiiss0mmmm", "ldrbt<c> <Rt>, <address shifted>", UNPRIVILEGED),

    // Loads and stores (A5.3)
    STR_IMM("cccc010PU0W0nnnnttttiiiiiiiiiiii", "P1U0W1n13i4: push<c> {<Rt>} | str<c> <Rt>, <address imm12>"),
    STR_REG("cccc011PU0W0nnnnttttiiiiiss0mmmm", "str<c> <Rt>, <address shifted>"),
    LDR_IMM("cccc010PU0W1nnnnttttiiiiiiiiiiii", "P0U1W0n13i4: pop<c> {<Rt>} | ldr<c> <Rt>, <address imm12>"),
    LDR_REG("cccc011PU0W1nnnnttttiiiiiss0mmmm", "ldr<c> <Rt>, <address shifted>"),
    STRB_IMM("cccc010PU1W0nnnnttttiiiiiiiiiiii", "strb<c> <Rt>, <address imm12>"),
    STRB_REG("cccc011PU1W0nnnnttttiiiiiss0mmmm", "strb<c> <Rt>, <address shifted>"),
    LDRB_IMM("cccc010PU1W1nnnnttttiiiiiiiiiiii", "ldrb<c> <Rt>, <address imm12>"),
    LDRB_REG("cccc011PU1W1nnnnttttiiiiiss0mmmm", "ldrb<c> <Rt>, <address shifted>"),

    // Parallel addition and subtraction (A5.4.1, A5.4.2)
    SADD16("cccc01100001nnnndddd++++0001mmmm", "sadd16<c> <Rd>, <Rn>, <Rm>", V6),
    SASX("cccc01100001nnnndddd++++0011mmmm", "sasx<c> <Rd>, <Rn>, <Rm>", V6),
    SSAX("cccc01100001nnnndddd++++0101mmmm", "ssax<c> <Rd>, <Rn>, <Rm>", V6),
    SSUB16("cccc01100001nnnndddd++++0111mmmm", "ssub16<c> <Rd>, <Rn>, <Rm>", V6),
    SADD8("cccc01100001nnnndddd++++1001mmmm", "sadd8<c> <Rd>, <Rn>, <Rm>", V6),
    SSUB8("cccc01100001nnnndddd++++1111mmmm", "ssub8<c> <Rd>, <Rn>, <Rm>", V6),
    QADD16("cccc01100010nnnndddd++++0001mmmm", "qadd16<c> <Rd>, <Rn>, <Rm>", V6),
    QASX("cccc01100010nnnndddd++++0011mmmm", "qasx<c> <Rd>, <Rn>, <Rm>", V6),
    QSAX("cccc01100010nnnndddd++++0101mmmm", "qsax<c> <Rd>, <Rn>, <Rm>", V6),
    QSUB16("cccc01100010nnnndddd++++0111mmmm", "qsub16<c> <Rd>, <Rn>, <Rm>", V6),
    QADD8("cccc01100010nnnndddd++++1001mmmm", "qadd8<c> <Rd>, <Rn>, <Rm>", V6),
    QSUB8("cccc01100010nnnndddd++++1111mmmm", "qsub8<c> <Rd>, <Rn>, <Rm>", V6),
    SHADD16("cccc01100011nnnndddd++++0001mmmm", "shadd16<c> <Rd>, <Rn>, <Rm>", V6),
    SHASX("cccc01100011nnnndddd++++0011mmmm", "shasx<c> <Rd>, <Rn>, <Rm>", V6),
    SHSAX("cccc01100011nnnndddd++++0101mmmm", "shsax<c> <Rd>, <Rn>, <Rm>", V6),
    SHSUB16("cccc01100011nnnndddd++++0111mmmm", "shsub16<c> <Rd>, <Rn>, <Rm>", V6),
    SHADD8("cccc01100011nnnndddd++++1001mmmm", "shadd8<c> <Rd>, <Rn>, <Rm>", V6),
    SHSUB8("cccc01100011nnnndddd++++1111mmmm", "shsub8<c> <Rd>, <Rn>, <Rm>", V6),
    UADD16("cccc01100101nnnndddd++++0001mmmm", "uadd16<c> <Rd>, <Rn>, <Rm>", V6),
    UASX("cccc01100101nnnndddd++++0011mmmm", "uasx<c> <Rd>, <Rn>, <Rm>", V6),
    USAX("cccc01100101nnnndddd++++0101mmmm", "usax<c> <Rd>, <Rn>, <Rm>", V6),
    USUB16("cccc01100101nnnndddd++++0111mmmm", "usub16<c> <Rd>, <Rn>, <Rm>", V6),
    UADD8("cccc01100101nnnndddd++++1001mmmm", "uadd8<c> <Rd>, <Rn>, <Rm>", V6),
    USUB8("cccc01100101nnnndddd++++1111mmmm", "usub8<c> <Rd>, <Rn>, <Rm>", V6),
    UQADD16("cccc01100110nnnndddd++++0001mmmm", "uqadd16<c> <Rd>, <Rn>, <Rm>", V6),
    UQASX("cccc01100110nnnndddd++++0011mmmm", "uqasx<c> <Rd>, <Rn>, <Rm>", V6),
    UQSAX("cccc01100110nnnndddd++++0101mmmm", "uqsax<c> <Rd>, <Rn>, <Rm>", V6),
    UQSUB16("cccc01100110nnnndddd++++0111mmmm", "uqsub16<c> <Rd>, <Rn>, <Rm>", V6),
    UQADD8("cccc01100110nnnndddd++++1001mmmm", "uqadd8<c> <Rd>, <Rn>, <Rm>", V6),
    UQSUB8("cccc01100110nnnndddd++++1111mmmm", "uqsub8<c> <Rd>, <Rn>, <Rm>", V6),
    UHADD16("cccc01100111nnnndddd++++0001mmmm", "uhadd16<c> <Rd>, <Rn>, <Rm>", V6),
    UHASX("cccc01100111nnnndddd++++0011mmmm", "uhasx<c> <Rd>, <Rn>, <Rm>", V6),
    UHSAX("cccc01100111nnnndddd++++0101mmmm", "uhsax<c> <Rd>, <Rn>, <Rm>", V6),
    UHSUB16("cccc01100111nnnndddd++++0111mmmm", "uhsub16<c> <Rd>, <Rn>, <Rm>", V6),
    UHADD8("cccc01100111nnnndddd++++1001mmmm", "uhadd8<c> <Rd>, <Rn>, <Rm>", V6),
    UHSUB8("cccc01100111nnnndddd++++1111mmmm", "uhsub8<c> <Rd>, <Rn>, <Rm>", V6),

    // Packing, unpacking, saturation, reversal (A5.4.3)
    PKHBT("cccc01101000nnnnddddiiiii001mmmm", "pkhbt<c> <Rd>, <Rn>, <Rm><shift>", V6),
    PKHTB("cccc01101000nnnnddddiiiii101mmmm", "pkhtb<c> <Rd>, <Rn>, <Rm><shift>", V6),
    SEL("cccc01101000nnnndddd++++1011mmmm", "sel<c> <Rd>, <Rn>, <Rm>", V6),
    SXTAB16(
            "cccc01101000nnnnddddrr--0111mmmm",
            "n15: sxtb16<c> <Rd>, <Rm><rotation> | sxtab16<c> <Rd>, <Rn>, <Rm><rotation>",
            V6),
    SXTAB(
            "cccc01101010nnnnddddrr--0111mmmm",
            "n15: sxtb<c> <Rd>, <Rm><rotation> | sxtab<c> <Rd>, <Rn>, <Rm><rotation>",
            V6),
    SXTAH(
            "cccc01101011nnnnddddrr--0111mmmm",
            "n15: sxth<c> <Rd>, <Rm><rotation> | sxtah<c> <Rd>, <Rn>, <Rm><rotation>",
            V6),
    UXTAB16(
            "cccc01101100nnnnddddrr--0111mmmm",
            "n15: uxtb16<c> <Rd>, <Rm><rotation> | uxtab16<c> <Rd>, <Rn>, <Rm><rotation>",
            V6),
    UXTAB(
            "cccc01101110nnnnddddrr--0111mmmm",
            "n15: uxtb<c> <Rd>, <Rm><rotation> | uxtab<c> <Rd>, <Rn>, <Rm><rotation>",
            V6),
    UXTAH(
            "cccc01101111nnnnddddrr--0111mmmm",
            "n15: uxth<c> <Rd>, <Rm><rotation> | uxtah<c> <Rd>, <Rn>, <Rm><rotation>",
            V6),
    SSAT("cccc0110101bbbbbddddiiiiit01nnnn", "ssat<c> <Rd>, #<b+1>, <Rn><shift>", V6),
    USAT("cccc0110111bbbbbddddiiiiit01nnnn", "usat<c> <Rd>, #<b>, <Rn><shift>", V6),
    SSAT16("cccc01101010bbbbdddd++++0011nnnn", "ssat16<c> <Rd>, #<b+1>, <Rn>", V6),
    USAT16("cccc01101110bbbbdddd++++0011nnnn", "usat16<c> <Rd>, #<b>, <Rn>", V6),
    REV("cccc01101011++++dddd++++0011mmmm", "rev<c> <Rd>, <Rm>", V6),
    REV16("cccc01101011++++dddd++++1011mmmm", "rev16<c> <Rd>, <Rm>", V6),
    RBIT("cccc01101111++++dddd++++0011mmmm", "rbit<c> <Rd>, <Rm>", V6T2),
    REVSH("cccc01101111++++dddd++++1011mmmm", "revsh<c> <Rd>, <Rm>", V6),

    // Signed multiply, divide, absolute differences, bit fields (A5.4, A5.4.4)
    SMLAD(
            "cccc01110000ddddaaaammmm00x1nnnn",
            "a15: smuad<x?x><c> <Rd>, <Rn>, <Rm> | smlad<x?x><c> <Rd>, <Rn>, <Rm>, <Ra>",
            V6),
    SMLSD(
            "cccc01110000ddddaaaammmm01x1nnnn",
            "a15: smusd<x?x><c> <Rd>, <Rn>, <Rm> | smlsd<x?x><c> <Rd>, <Rn>, <Rm>, <Ra>",
            V6),
    SDIV("cccc01110001dddd++++mmmm0001nnnn", "sdiv<c> <Rd>, <Rn>, <Rm>", V7VE),
    UDIV("cccc01110011dddd++++mmmm0001nnnn", "udiv<c> <Rd>, <Rn>, <Rm>", V7VE),
    SMLALD("cccc01110100ddddaaaammmm00x1nnnn", "smlald<x?x><c> <Ra>, <Rd>, <Rn>, <Rm>", V6),
    SMLSLD("cccc01110100ddddaaaammmm01x1nnnn", "smlsld<x?x><c> <Ra>, <Rd>, <Rn>, <Rm>", V6),
    SMMLA(
            "cccc01110101ddddaaaammmm00r1nnnn",
            "a15: smmul<r?r><c> <Rd>, <Rn>, <Rm> | smmla<r?r><c> <Rd>, <Rn>, <Rm>, <Ra>",
            V6),
    SMMLS("cccc01110101ddddaaaammmm11r1nnnn", "smmls<r?r><c> <Rd>, <Rn>, <Rm>, <Ra>", V6),
    USADA8("cccc01111000ddddaaaammmm0001nnnn", "a15: usad8<c> <Rd>, <Rn>, <Rm> | usada8<c> <Rd>, <Rn>, <Rm>, <Ra>", V6),
    SBFX("cccc0111101wwwwwddddlllll101nnnn", "sbfx<c> <Rd>, <Rn>, #<l>, #<w+1>", V6T2),
    UBFX("cccc0111111wwwwwddddlllll101nnnn", "ubfx<c> <Rd>, <Rn>, #<l>, #<w+1>", V6T2),
    BFC("cccc0111110wwwwwddddlllll0011111", "bfc<c> <Rd>, <bitfield>", V6T2),
    BFI("cccc0111110wwwwwddddlllll001nnnn", "bfi<c> <Rd>, <Rn>, <bitfield>", V6T2),
    UDF("cccc01111111iiiiiiiiiiii1111iiii", "c14: udf #<i> | .inst <word>"),

    // Block transfer and branches (A5.5)
    STM_USER("cccc100PU1W0nnnnllllllllllllllll", "stm<multiple><c> <Rn><W?!>, <registers>^", MULTIPLE),
    LDM_RETURN("cccc100PU1W1nnnn1lllllllllllllll", "ldm<multiple><c> <Rn><W?!>, <registers>^", MULTIPLE),
    LDM_USER("cccc100PU1W1nnnn0lllllllllllllll", "ldm<multiple><c> <Rn><W?!>, <registers>^", MULTIPLE),
    STM("cccc100PU0W0nnnnllllllllllllllll", "P1U0W1n13: push<c> <registers> | stm<multiple><c> <Rn><W?!>, <registers>"),
    LDM("cccc100PU0W1nnnnllllllllllllllll", "P0U1W1n13: pop<c> <registers> | ldm<multiple><c> <Rn><W?!>, <registers>"),
    B("cccc1010iiiiiiiiiiiiiiiiiiiiiiii", "b<c> <target>"),
    BL("cccc1011iiiiiiiiiiiiiiiiiiiiiiii", "bl<c> <target>"),

    // Coprocessors, classes of Vfp, supervisor call (A5.6, A7)
    UNDEFINED_LDC("cccc1100000.....................", ".inst <word>"),
    VMOV_64("cccc1100010o........101.........", "<vfp>", V6),
    VFP_LOAD_STORE("cccc110.............101.........", "<vfp>", V6),
    VMRS("cccc11101111rrrrtttt1010---1----", "<vfp>", V6),
    VMSR("cccc11101110rrrrtttt1010---1----", "<vfp>", V6),
    VFP_MOVE("cccc1110............101....1....", "<vfp>", V6),
    VFP_DATA("cccc1110............101....0....", "<vfp>", V6),
    MCRR("cccc11000100uuuuttttppppoooommmm", "mcrr<c> <p>, <o>, <Rt>, <Ru>, cr<m>", V5TE),
    MRRC("cccc11000101uuuuttttppppoooommmm", "mrrc<c> <p>, <o>, <Rt>, <Ru>, cr<m>", V5TE),
    STC("cccc110PUDW0nnnnddddppppiiiiiiii", "stc<D?l><c> <p>, cr<d>, <coprocessor>"),
    LDC("cccc110PUDW1nnnnddddppppiiiiiiii", "ldc<D?l><c> <p>, cr<d>, <coprocessor>"),
    CDP("cccc1110oooonnnnddddppppqqq0mmmm", "cdp<c> <p>, <o>, cr<d>, cr<n>, cr<m>, {<q>}"),
    MCR("cccc1110ooo0nnnnttttppppqqq1mmmm", "mcr<c> <p>, <o>, <Rt>, cr<n>, cr<m>, {<q>}"),
    MRC("cccc1110ooo1nnnnttttppppqqq1mmmm", "mrc<c> <p>, <o>, <Rt or flags>, cr<n>, cr<m>, {<q>}"),
    SVC("cccc1111iiiiiiiiiiiiiiiiiiiiiiii", "svc<c> <imm24>"),

    // Everything else
    UNDEFINED("................................", ".inst <word>");

    private final BitPattern bits;
    private final String syntax;
    private final Sensitivity sensitivity;
    private final ArmVersion since;

    A32(String pattern, String syntax) {
        this(pattern, syntax, NONE, V4);
    }

    A32(String pattern, String syntax, Sensitivity sensitivity) {
        this(pattern, syntax, sensitivity, V4);
    }

    A32(String pattern, String syntax, ArmVersion since) {
        this(pattern, syntax, NONE, since);
    }

    A32(String pattern, String syntax, Sensitivity sensitivity, ArmVersion since) {
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
        return new Syntax(bits, syntax, Operands.BY_NAME);
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
        int condition = Fields.cond(word);
        return condition == 15 ? Fields.AL : condition;
    }

    @Override
    public Arguments arguments(int word) {
        return A32Arguments.of(this, word);
    }

    /** Candidate rows by bits 27:20 and 7:4, in table order; the unconditional space has an index of its own. */
    private static final Candidates[] INDEX = new Candidates[2 << 12];

    /** Its field is final, so that a thread that finds one in the index also finds what is in it. */
    private static final class Candidates {
        private final A32[] rows;

        Candidates(A32[] rows) {
            this.rows = rows;
        }
    }

    private static final A32[] ROWS = values();

    /** The instruction of a word; {@link #UNDEFINED} and its like where there is none. Never null. */
    public static A32 decode(int word) {
        int key = (word >>> 16 & 0xff0) | (word >>> 4 & 0xf) | (word >>> 28 == 15 ? 1 << 12 : 0);
        Candidates candidates = INDEX[key];
        if (candidates == null) {
            candidates = candidates(key);
            INDEX[key] = candidates;
        }
        for (A32 row : candidates.rows) {
            if (row.bits.matches(word)) {
                return row;
            }
        }
        return UNDEFINED;
    }

    private static Candidates candidates(int key) {
        boolean unconditional = key >= 1 << 12;
        int fixed = 0x0ff000f0 | (unconditional ? 0xf0000000 : 0);
        int bits = (key & 0xff0) << 16 | (key & 0xf) << 4 | (unconditional ? 0xf0000000 : 0);
        A32[] found = new A32[ROWS.length];
        int count = 0;
        for (A32 row : ROWS) { // no stream: a boot comes here hundreds of times while everything is slow
            int mask = row.bits.mask();
            if (((bits ^ row.bits.value()) & mask & fixed) == 0 && (unconditional || (mask & 0xf0000000) == 0)) {
                found[count++] = row;
            }
        }
        return new Candidates(Arrays.copyOf(found, count));
    }
}
