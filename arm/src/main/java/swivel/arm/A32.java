package swivel.arm;

import static swivel.arm.ArmVersion.*;
import static swivel.arm.Sensitivity.*;

/**
 * The A32 instruction set of ARMv4T to ARMv7-A: one row per instruction, most significant bit first (ARM DDI 0406C, A5).
 *
 * <p>In a row {@code 0} and {@code 1} are fixed, {@code .} is a should-be bit that is not looked at, and a letter marks a
 * field, named where it is read ({@link Fields}). The first row that matches is the instruction, so an exception to
 * a general row stands before it. A row with no sensitivity is {@link Sensitivity#NONE}; one with no version exists from
 * ARMv4.
 */
public enum A32 {

    // Unconditional space: cond = 1111 (A5.7). First, because every other row has a condition field of any value.
    CPS("111100010000iiM0.......AIF0mmmmm", STATUS, V6),
    SETEND("111100010000...1......E.0000....", V6),
    NEON_DATA("1111001.........................", V7),
    NEON_LOAD_STORE("11110100...0....................", V7),
    PLI_IMM("11110100U101nnnn....iiiiiiiiiiii", V7),
    HINT_IMM("11110100.001....................", V7),
    PLD_IMM("11110101UR01nnnn....iiiiiiiiiiii", V5TE),
    CLREX("111101010111............0001....", V6K),
    DSB("111101010111............0100oooo", V7),
    DMB("111101010111............0101oooo", V7),
    ISB("111101010111............0110oooo", V7),
    PLI_REG("11110110U101nnnn....iiiiitt0mmmm", V7),
    HINT_REG("11110110.001...............0....", V7),
    PLD_REG("11110111UR01nnnn....iiiiitt0mmmm", V5TE),
    SRS("1111100PU1W0...............mmmmm", STATUS, V6),
    RFE("1111100PU0W1nnnn................", STATUS, V6),
    BLX_IMM("1111101Hiiiiiiiiiiiiiiiiiiiiiiii", V5T),
    UNDEFINED_LDC2("11111100000.....................", V5T),
    MCRR2("111111000100uuuuttttppppoooommmm", V6),
    MRRC2("111111000101uuuuttttppppoooommmm", V6),
    STC2("1111110PUDW0nnnnddddppppiiiiiiii", V5T),
    LDC2("1111110PUDW1nnnnddddppppiiiiiiii", V5T),
    CDP2("11111110oooonnnnddddppppqqq0mmmm", V5T),
    MCR2("11111110ooo0nnnnttttppppqqq1mmmm", V5T),
    MRC2("11111110ooo1nnnnttttppppqqq1mmmm", V5T),
    UNDEFINED_UNCONDITIONAL("1111............................"),

    // Multiply (A5.2.5)
    MUL("cccc0000000Sddddaaaammmm1001nnnn"),
    MLA("cccc0000001Sddddaaaammmm1001nnnn"),
    UMAAL("cccc00000100ddddaaaammmm1001nnnn", V6),
    UNDEFINED_MUL5("cccc00000101ddddaaaammmm1001nnnn"),
    MLS("cccc00000110ddddaaaammmm1001nnnn", V6T2),
    UNDEFINED_MUL7("cccc00000111ddddaaaammmm1001nnnn"),
    UMULL("cccc0000100Sddddaaaammmm1001nnnn"),
    UMLAL("cccc0000101Sddddaaaammmm1001nnnn"),
    SMULL("cccc0000110Sddddaaaammmm1001nnnn"),
    SMLAL("cccc0000111Sddddaaaammmm1001nnnn"),

    // Synchronization primitives (A5.2.10)
    SWP("cccc00010B00nnnntttt....1001mmmm"),
    STREX("cccc00011000nnnndddd11111001tttt", V6),
    STREXD("cccc00011010nnnndddd11111001tttt", V6K),
    STREXB("cccc00011100nnnndddd11111001tttt", V6K),
    STREXH("cccc00011110nnnndddd11111001tttt", V6K),
    LDREX("cccc00011001nnnntttt11111001....", V6),
    LDREXD("cccc00011011nnnntttt11111001....", V6K),
    LDREXB("cccc00011101nnnntttt11111001....", V6K),
    LDREXH("cccc00011111nnnntttt11111001....", V6K),
    UNDEFINED_SYNC("cccc0001................1001...."),

    // Extra loads and stores, unprivileged (A5.2.9)
    STRHT_REG("cccc0000U010nnnntttt....1011mmmm", UNPRIVILEGED, V6T2),
    STRHT_IMM("cccc0000U110nnnnttttiiii1011iiii", UNPRIVILEGED, V6T2),
    LDRHT_REG("cccc0000U011nnnntttt....1011mmmm", UNPRIVILEGED, V6T2),
    LDRHT_IMM("cccc0000U111nnnnttttiiii1011iiii", UNPRIVILEGED, V6T2),
    LDRSBT_REG("cccc0000U011nnnntttt....1101mmmm", UNPRIVILEGED, V6T2),
    LDRSBT_IMM("cccc0000U111nnnnttttiiii1101iiii", UNPRIVILEGED, V6T2),
    LDRSHT_REG("cccc0000U011nnnntttt....1111mmmm", UNPRIVILEGED, V6T2),
    LDRSHT_IMM("cccc0000U111nnnnttttiiii1111iiii", UNPRIVILEGED, V6T2),

    // Extra loads and stores (A5.2.8)
    STRH_REG("cccc000PU0W0nnnntttt....1011mmmm"),
    STRH_IMM("cccc000PU1W0nnnnttttiiii1011iiii"),
    LDRH_REG("cccc000PU0W1nnnntttt....1011mmmm"),
    LDRH_IMM("cccc000PU1W1nnnnttttiiii1011iiii"),
    LDRD_REG("cccc000PU0W0nnnntttt....1101mmmm", V5TE),
    LDRD_IMM("cccc000PU1W0nnnnttttiiii1101iiii", V5TE),
    LDRSB_REG("cccc000PU0W1nnnntttt....1101mmmm"),
    LDRSB_IMM("cccc000PU1W1nnnnttttiiii1101iiii"),
    STRD_REG("cccc000PU0W0nnnntttt....1111mmmm", V5TE),
    STRD_IMM("cccc000PU1W0nnnnttttiiii1111iiii", V5TE),
    LDRSH_REG("cccc000PU0W1nnnntttt....1111mmmm"),
    LDRSH_IMM("cccc000PU1W1nnnnttttiiii1111iiii"),

    // Miscellaneous instructions (A5.2.12) and halfword multiply (A5.2.7)
    MRS_BANKED("cccc00010R00mmmmdddd..1m0000....", STATUS, V7VE),
    MRS("cccc00010R00....dddd..0.0000....", STATUS),
    MSR_BANKED("cccc00010R10mmmm......1m0000nnnn", STATUS, V7VE),
    MSR_REG_FLAGS("cccc00010010kk00......0.0000nnnn"),
    MSR_REG("cccc00010R10kkkk......0.0000nnnn", STATUS),
    BX("cccc00010010............0001mmmm", V4T),
    CLZ("cccc00010110....dddd....0001mmmm", V5T),
    BXJ("cccc00010010............0010mmmm", V5TE),
    BLX_REG("cccc00010010............0011mmmm", V5T),
    QADD("cccc00010000nnnndddd....0101mmmm", V5TE),
    QSUB("cccc00010010nnnndddd....0101mmmm", V5TE),
    QDADD("cccc00010100nnnndddd....0101mmmm", V5TE),
    QDSUB("cccc00010110nnnndddd....0101mmmm", V5TE),
    ERET("cccc00010110............0110....", CALL, V7VE),
    BKPT("cccc00010010iiiiiiiiiiii0111iiii", V5T),
    HVC("cccc00010100iiiiiiiiiiii0111iiii", CALL, V7VE),
    SMC("cccc00010110............0111iiii", CALL, V6K),
    SMLA_XY("cccc00010000ddddaaaammmm1yx0nnnn", V5TE),
    SMLAW_Y("cccc00010010ddddaaaammmm1y00nnnn", V5TE),
    SMULW_Y("cccc00010010dddd....mmmm1y10nnnn", V5TE),
    SMLAL_XY("cccc00010100ddddaaaammmm1yx0nnnn", V5TE),
    SMUL_XY("cccc00010110dddd....mmmm1yx0nnnn", V5TE),
    UNDEFINED_MISC("cccc00010..0............0......."),

    // Wide moves, MSR immediate and hints (A5.2.11)
    MOVW("cccc00110000iiiiddddiiiiiiiiiiii", V6T2),
    MOVT("cccc00110100iiiiddddiiiiiiiiiiii", V6T2),
    YIELD("cccc001100100000........00000001", HINT, V6K),
    WFE("cccc001100100000........00000010", HINT, V6K),
    WFI("cccc001100100000........00000011", HINT, V6K),
    SEV("cccc001100100000........00000100", HINT, V6K),
    DBG("cccc001100100000........1111oooo", V7),
    NOP("cccc001100100000........iiiiiiii", V6K),
    MSR_IMM_FLAGS("cccc00110010kk00....iiiiiiiiiiii"),
    MSR_IMM("cccc00110R10kkkk....iiiiiiiiiiii", STATUS),

    // Data processing: comparisons, then S = 1 with Rd = PC (exception return), then the rest (A5.2.1 to A5.2.3)
    TST_REG("cccc00010001nnnnddddiiiiitt0mmmm"),
    TST_RSR("cccc00010001nnnnddddssss0tt1mmmm"),
    TST_IMM("cccc00110001nnnnddddiiiiiiiiiiii"),
    TEQ_REG("cccc00010011nnnnddddiiiiitt0mmmm"),
    TEQ_RSR("cccc00010011nnnnddddssss0tt1mmmm"),
    TEQ_IMM("cccc00110011nnnnddddiiiiiiiiiiii"),
    CMP_REG("cccc00010101nnnnddddiiiiitt0mmmm"),
    CMP_RSR("cccc00010101nnnnddddssss0tt1mmmm"),
    CMP_IMM("cccc00110101nnnnddddiiiiiiiiiiii"),
    CMN_REG("cccc00010111nnnnddddiiiiitt0mmmm"),
    CMN_RSR("cccc00010111nnnnddddssss0tt1mmmm"),
    CMN_IMM("cccc00110111nnnnddddiiiiiiiiiiii"),
    DP_RETURN_REG("cccc000oooo1nnnn1111iiiiitt0mmmm", RETURN),
    DP_RETURN_IMM("cccc001oooo1nnnn1111iiiiiiiiiiii", RETURN),
    AND_REG("cccc0000000Snnnnddddiiiiitt0mmmm"),
    AND_RSR("cccc0000000Snnnnddddssss0tt1mmmm"),
    AND_IMM("cccc0010000Snnnnddddiiiiiiiiiiii"),
    EOR_REG("cccc0000001Snnnnddddiiiiitt0mmmm"),
    EOR_RSR("cccc0000001Snnnnddddssss0tt1mmmm"),
    EOR_IMM("cccc0010001Snnnnddddiiiiiiiiiiii"),
    SUB_REG("cccc0000010Snnnnddddiiiiitt0mmmm"),
    SUB_RSR("cccc0000010Snnnnddddssss0tt1mmmm"),
    SUB_IMM("cccc0010010Snnnnddddiiiiiiiiiiii"),
    RSB_REG("cccc0000011Snnnnddddiiiiitt0mmmm"),
    RSB_RSR("cccc0000011Snnnnddddssss0tt1mmmm"),
    RSB_IMM("cccc0010011Snnnnddddiiiiiiiiiiii"),
    ADD_REG("cccc0000100Snnnnddddiiiiitt0mmmm"),
    ADD_RSR("cccc0000100Snnnnddddssss0tt1mmmm"),
    ADD_IMM("cccc0010100Snnnnddddiiiiiiiiiiii"),
    ADC_REG("cccc0000101Snnnnddddiiiiitt0mmmm"),
    ADC_RSR("cccc0000101Snnnnddddssss0tt1mmmm"),
    ADC_IMM("cccc0010101Snnnnddddiiiiiiiiiiii"),
    SBC_REG("cccc0000110Snnnnddddiiiiitt0mmmm"),
    SBC_RSR("cccc0000110Snnnnddddssss0tt1mmmm"),
    SBC_IMM("cccc0010110Snnnnddddiiiiiiiiiiii"),
    RSC_REG("cccc0000111Snnnnddddiiiiitt0mmmm"),
    RSC_RSR("cccc0000111Snnnnddddssss0tt1mmmm"),
    RSC_IMM("cccc0010111Snnnnddddiiiiiiiiiiii"),
    ORR_REG("cccc0001100Snnnnddddiiiiitt0mmmm"),
    ORR_RSR("cccc0001100Snnnnddddssss0tt1mmmm"),
    ORR_IMM("cccc0011100Snnnnddddiiiiiiiiiiii"),
    MOV_REG("cccc0001101Snnnnddddiiiiitt0mmmm"),
    MOV_RSR("cccc0001101Snnnnddddssss0tt1mmmm"),
    MOV_IMM("cccc0011101Snnnnddddiiiiiiiiiiii"),
    BIC_REG("cccc0001110Snnnnddddiiiiitt0mmmm"),
    BIC_RSR("cccc0001110Snnnnddddssss0tt1mmmm"),
    BIC_IMM("cccc0011110Snnnnddddiiiiiiiiiiii"),
    MVN_REG("cccc0001111Snnnnddddiiiiitt0mmmm"),
    MVN_RSR("cccc0001111Snnnnddddssss0tt1mmmm"),
    MVN_IMM("cccc0011111Snnnnddddiiiiiiiiiiii"),

    // Loads and stores, unprivileged (A5.3)
    STRT_IMM("cccc0100U010nnnnttttiiiiiiiiiiii", UNPRIVILEGED),
    STRT_REG("cccc0110U010nnnnttttiiiiiss0mmmm", UNPRIVILEGED),
    LDRT_IMM("cccc0100U011nnnnttttiiiiiiiiiiii", UNPRIVILEGED),
    LDRT_REG("cccc0110U011nnnnttttiiiiiss0mmmm", UNPRIVILEGED),
    STRBT_IMM("cccc0100U110nnnnttttiiiiiiiiiiii", UNPRIVILEGED),
    STRBT_REG("cccc0110U110nnnnttttiiiiiss0mmmm", UNPRIVILEGED),
    LDRBT_IMM("cccc0100U111nnnnttttiiiiiiiiiiii", UNPRIVILEGED),
    LDRBT_REG("cccc0110U111nnnnttttiiiiiss0mmmm", UNPRIVILEGED),

    // Loads and stores (A5.3)
    STR_IMM("cccc010PU0W0nnnnttttiiiiiiiiiiii"),
    STR_REG("cccc011PU0W0nnnnttttiiiiiss0mmmm"),
    LDR_IMM("cccc010PU0W1nnnnttttiiiiiiiiiiii"),
    LDR_REG("cccc011PU0W1nnnnttttiiiiiss0mmmm"),
    STRB_IMM("cccc010PU1W0nnnnttttiiiiiiiiiiii"),
    STRB_REG("cccc011PU1W0nnnnttttiiiiiss0mmmm"),
    LDRB_IMM("cccc010PU1W1nnnnttttiiiiiiiiiiii"),
    LDRB_REG("cccc011PU1W1nnnnttttiiiiiss0mmmm"),

    // Parallel addition and subtraction (A5.4.1, A5.4.2)
    SADD16("cccc01100001nnnndddd....0001mmmm", V6),
    SASX("cccc01100001nnnndddd....0011mmmm", V6),
    SSAX("cccc01100001nnnndddd....0101mmmm", V6),
    SSUB16("cccc01100001nnnndddd....0111mmmm", V6),
    SADD8("cccc01100001nnnndddd....1001mmmm", V6),
    SSUB8("cccc01100001nnnndddd....1111mmmm", V6),
    QADD16("cccc01100010nnnndddd....0001mmmm", V6),
    QASX("cccc01100010nnnndddd....0011mmmm", V6),
    QSAX("cccc01100010nnnndddd....0101mmmm", V6),
    QSUB16("cccc01100010nnnndddd....0111mmmm", V6),
    QADD8("cccc01100010nnnndddd....1001mmmm", V6),
    QSUB8("cccc01100010nnnndddd....1111mmmm", V6),
    SHADD16("cccc01100011nnnndddd....0001mmmm", V6),
    SHASX("cccc01100011nnnndddd....0011mmmm", V6),
    SHSAX("cccc01100011nnnndddd....0101mmmm", V6),
    SHSUB16("cccc01100011nnnndddd....0111mmmm", V6),
    SHADD8("cccc01100011nnnndddd....1001mmmm", V6),
    SHSUB8("cccc01100011nnnndddd....1111mmmm", V6),
    UADD16("cccc01100101nnnndddd....0001mmmm", V6),
    UASX("cccc01100101nnnndddd....0011mmmm", V6),
    USAX("cccc01100101nnnndddd....0101mmmm", V6),
    USUB16("cccc01100101nnnndddd....0111mmmm", V6),
    UADD8("cccc01100101nnnndddd....1001mmmm", V6),
    USUB8("cccc01100101nnnndddd....1111mmmm", V6),
    UQADD16("cccc01100110nnnndddd....0001mmmm", V6),
    UQASX("cccc01100110nnnndddd....0011mmmm", V6),
    UQSAX("cccc01100110nnnndddd....0101mmmm", V6),
    UQSUB16("cccc01100110nnnndddd....0111mmmm", V6),
    UQADD8("cccc01100110nnnndddd....1001mmmm", V6),
    UQSUB8("cccc01100110nnnndddd....1111mmmm", V6),
    UHADD16("cccc01100111nnnndddd....0001mmmm", V6),
    UHASX("cccc01100111nnnndddd....0011mmmm", V6),
    UHSAX("cccc01100111nnnndddd....0101mmmm", V6),
    UHSUB16("cccc01100111nnnndddd....0111mmmm", V6),
    UHADD8("cccc01100111nnnndddd....1001mmmm", V6),
    UHSUB8("cccc01100111nnnndddd....1111mmmm", V6),

    // Packing, unpacking, saturation, reversal (A5.4.3)
    PKHBT("cccc01101000nnnnddddiiiii001mmmm", V6),
    PKHTB("cccc01101000nnnnddddiiiii101mmmm", V6),
    SEL("cccc01101000nnnndddd....1011mmmm", V6),
    SXTAB16("cccc01101000nnnnddddrr..0111mmmm", V6),
    SXTAB("cccc01101010nnnnddddrr..0111mmmm", V6),
    SXTAH("cccc01101011nnnnddddrr..0111mmmm", V6),
    UXTAB16("cccc01101100nnnnddddrr..0111mmmm", V6),
    UXTAB("cccc01101110nnnnddddrr..0111mmmm", V6),
    UXTAH("cccc01101111nnnnddddrr..0111mmmm", V6),
    SSAT("cccc0110101bbbbbddddiiiiit01nnnn", V6),
    USAT("cccc0110111bbbbbddddiiiiit01nnnn", V6),
    SSAT16("cccc01101010bbbbdddd....0011nnnn", V6),
    USAT16("cccc01101110bbbbdddd....0011nnnn", V6),
    REV("cccc01101011....dddd....0011mmmm", V6),
    REV16("cccc01101011....dddd....1011mmmm", V6),
    RBIT("cccc01101111....dddd....0011mmmm", V6T2),
    REVSH("cccc01101111....dddd....1011mmmm", V6),

    // Signed multiply, divide, absolute differences, bit fields (A5.4, A5.4.4)
    SMLAD("cccc01110000ddddaaaammmm00x1nnnn", V6),
    SMLSD("cccc01110000ddddaaaammmm01x1nnnn", V6),
    SDIV("cccc01110001dddd....mmmm0001nnnn", V7VE),
    UDIV("cccc01110011dddd....mmmm0001nnnn", V7VE),
    SMLALD("cccc01110100ddddaaaammmm00x1nnnn", V6),
    SMLSLD("cccc01110100ddddaaaammmm01x1nnnn", V6),
    SMMLA("cccc01110101ddddaaaammmm00r1nnnn", V6),
    SMMLS("cccc01110101ddddaaaammmm11r1nnnn", V6),
    USADA8("cccc01111000ddddaaaammmm0001nnnn", V6),
    SBFX("cccc0111101wwwwwddddlllll101nnnn", V6T2),
    UBFX("cccc0111111wwwwwddddlllll101nnnn", V6T2),
    BFC("cccc0111110wwwwwddddlllll0011111", V6T2),
    BFI("cccc0111110wwwwwddddlllll001nnnn", V6T2),
    UDF("cccc01111111iiiiiiiiiiii1111iiii"),

    // Block transfer and branches (A5.5)
    STM_USER("cccc100PU1W0nnnnllllllllllllllll", MULTIPLE),
    LDM_RETURN("cccc100PU1W1nnnn1lllllllllllllll", MULTIPLE),
    LDM_USER("cccc100PU1W1nnnn0lllllllllllllll", MULTIPLE),
    STM("cccc100PU0W0nnnnllllllllllllllll"),
    LDM("cccc100PU0W1nnnnllllllllllllllll"),
    B("cccc1010iiiiiiiiiiiiiiiiiiiiiiii"),
    BL("cccc1011iiiiiiiiiiiiiiiiiiiiiiii"),

    // Coprocessors, VFP as classes, supervisor call (A5.6, A7)
    UNDEFINED_LDC("cccc1100000....................."),
    VMOV_64("cccc1100010o........101.........", V6),
    VFP_LOAD_STORE("cccc110.............101.........", V6),
    VMRS("cccc11101111rrrrtttt1010...1....", V6),
    VMSR("cccc11101110rrrrtttt1010...1....", V6),
    VFP_MOVE("cccc1110............101....1....", V6),
    VFP_DATA("cccc1110............101....0....", V6),
    MCRR("cccc11000100uuuuttttppppoooommmm", V5TE),
    MRRC("cccc11000101uuuuttttppppoooommmm", V5TE),
    STC("cccc110PUDW0nnnnddddppppiiiiiiii"),
    LDC("cccc110PUDW1nnnnddddppppiiiiiiii"),
    CDP("cccc1110oooonnnnddddppppqqq0mmmm"),
    MCR("cccc1110ooo0nnnnttttppppqqq1mmmm"),
    MRC("cccc1110ooo1nnnnttttppppqqq1mmmm"),
    SVC("cccc1111iiiiiiiiiiiiiiiiiiiiiiii"),

    // Everything else
    UNDEFINED("................................");

    private final String pattern;
    private final int mask;
    private final int value;
    private final Sensitivity sensitivity;
    private final ArmVersion since;

    A32(String pattern) {
        this(pattern, NONE, V4);
    }

    A32(String pattern, Sensitivity sensitivity) {
        this(pattern, sensitivity, V4);
    }

    A32(String pattern, ArmVersion since) {
        this(pattern, NONE, since);
    }

    A32(String pattern, Sensitivity sensitivity, ArmVersion since) {
        int mask = 0;
        int value = 0;
        for (int i = 0; i < 32; i++) {
            char bit = pattern.charAt(i);
            int at = 1 << (31 - i);
            if (bit == '0' || bit == '1') {
                mask |= at;
            }
            if (bit == '1') {
                value |= at;
            }
        }
        this.pattern = pattern;
        this.mask = mask;
        this.value = value;
        this.sensitivity = sensitivity;
        this.since = since;
    }

    /** The row's 32 characters, bit 31 first. */
    public String pattern() {
        return pattern;
    }

    public Sensitivity sensitivity() {
        return sensitivity;
    }

    public boolean isSensitive() {
        return sensitivity != NONE;
    }

    /** The first architecture version that has this instruction. */
    public ArmVersion since() {
        return since;
    }

    /** Whether a word is of this row, earlier rows aside. */
    public boolean matches(int word) {
        return (word & mask) == value;
    }

    /** Candidate rows by bits 27:20 and 7:4, in table order; the unconditional space has an index of its own. */
    private static final A32[][] INDEX = new A32[2 << 12][];

    private static final A32[] ROWS = values();

    /** The instruction of a word; {@link #UNDEFINED} and its like where there is none. Never null. */
    public static A32 decode(int word) {
        int key = (word >>> 16 & 0xff0) | (word >>> 4 & 0xf) | (word >>> 28 == 15 ? 1 << 12 : 0);
        A32[] candidates = INDEX[key];
        if (candidates == null) {
            candidates = candidates(key);
            INDEX[key] = candidates;
        }
        for (A32 row : candidates) {
            if (row.matches(word)) {
                return row;
            }
        }
        return UNDEFINED;
    }

    private static A32[] candidates(int key) {
        boolean unconditional = key >= 1 << 12;
        int fixed = 0x0ff000f0 | (unconditional ? 0xf0000000 : 0);
        int bits = (key & 0xff0) << 16 | (key & 0xf) << 4 | (unconditional ? 0xf0000000 : 0);
        return java.util.Arrays.stream(ROWS)
                .filter(row -> ((bits ^ row.value) & row.mask & fixed) == 0)
                .filter(row -> unconditional || (row.mask & 0xf0000000) == 0)
                .toArray(A32[]::new);
    }
}
