package swivel.encoding;

import java.util.Arrays;
import swivel.arm.A32;
import swivel.arm.InstructionSet;
import swivel.arm.T32;

/**
 * The trap encoding: each sensitive instruction as one instruction that always traps in user mode and carries the whole
 * original in its bits (docs/encoding.md; the rows are in {@link A32TrapForm} and {@link T32TrapForm}).
 *
 * <p>An encoded word of A32 is an {@code SVC} whose bits 23:20, the type, are not zero. The condition is the
 * original's:
 * <pre>
 *   31  28 27  24 23  20 19                                     0
 *  +------+------+------+----------------------------------------+
 *  | cond | 1111 | type |                payload                 |
 *  +------+------+------+----------------------------------------+
 *  type 0           a real SVC of the guest, untouched
 *  type 1 + PUW     LDM^    | Rn 19:16 | list 15:0                        |
 *  type 9 + PU      STM^    | Rn 19:16 | list 15:0                        |
 *  type 13          DP reg  | 0 | opcode 18:15 | Rn 14:11 | imm5 10:6 | shift 5:4 | Rm 3:0 |
 *  type 14          DP imm  | opcode 19:16 | Rn 15:12 | imm12 11:0       |
 *  type 15, by bits 19:17:
 *   000 CPS         | 0 16:11 | imod 10:9 | M 8 | AIF 7:5 | mode 4:0     |
 *   001 MRS         | 0 16:11 | B 10 | R 9 | SYSm 8:4, or 0 | Rd 3:0     |  B: banked form
 *   010 MSR imm     | R 16 | mask 15:12 | imm12 11:0                     |
 *   011 MSR reg     | 0 16:11 | B 10 | R 9 | SYSm, or mask, 8:4 | Rn 3:0 |  B: banked form
 *   100 RFE         | 0 16:7 | P 6 | U 5 | W 4 | Rn 3:0                  |
 *   100 SRS         | 1 16 | 0 15:8 | P 7 | U 6 | W 5 | mode 4:0         |
 *   101 hint        | 0 16:8 | hint number 7:0                           |  YIELD 1, WFE 2, WFI 3, SEV 4
 *   110 HVC         | 0 16 | imm16 15:0                                  |
 *   111 SMC         | 0 16:4 | imm4 3:0                                  |
 *   111 ERET        | 1 16 | 0 15:0                                      |
 * </pre>
 * or, for the accesses with user permissions, an {@code LDC} or {@code STC} of a coprocessor p0 to p7, which is
 * Undefined:
 * <pre>
 *   31  28 27 25  24  23  22  21  20 19  16 15  12  11 10                0
 *  +------+-----+---+---+---+---+---+------+------+---+-------------------+
 *  | cond | 110 | P | U | N | W | L |  Rn  |  Rt  | 0 |      payload      |
 *  +------+-----+---+---+---+---+---+------+------+---+-------------------+
 *  immediate          P 1, W imm12[11], U, N byte, L load            | imm12[10:0]                     |
 *  shifted register   P 0, W 1,         U, N byte, L load            | imm5 10:6 | shift 5:4 | Rm 3:0  |
 *  halfword, signed   P 0, W 0, U 1, NL: 00 STRHT 01 LDRHT           | 0 10 | U 9 | 1 8 | imm8 7:0     |
 *                                        10 LDRSBT 11 LDRSHT         | 0 10 | U 9 | 0 8 | 0 | Rm 3:0   |
 * </pre>
 */
public final class TrapEncoding {

    /** Forms by the ordinal of the original's table row. */
    private static final A32TrapForm[][] BY_ROW = new A32TrapForm[A32.values().length][0];

    /** Bits 23:17 of an SVC: the type, and the sub-type of type 15. */
    private static final int SVC_KEYS = 1 << 7;

    /** Bits 24:20 of an LDC or STC: P, U, N, W, L. */
    private static final int LDC_KEYS = 1 << 5;

    /** Forms by the key of the trap word ({@link #key}). */
    private static final A32TrapForm[][] BY_KEY = new A32TrapForm[SVC_KEYS + LDC_KEYS][0];

    static {
        for (A32TrapForm form : A32TrapForm.values()) {
            for (A32 row : form.rows()) {
                BY_ROW[row.ordinal()] = with(BY_ROW[row.ordinal()], form);
            }
            for (int key = 0; key < BY_KEY.length; key++) {
                int word = key < SVC_KEYS ? 0x0f000000 | key << 17 : 0x0c000000 | (key - SVC_KEYS) << 20;
                int looked = key < SVC_KEYS ? 0x0ffe0000 : 0x0ff00000;
                if (((word ^ form.trap().value()) & form.trap().mask() & looked) == 0) {
                    BY_KEY[key] = with(BY_KEY[key], form);
                }
            }
        }
    }

    private TrapEncoding() {}

    /** The trap word of a sensitive instruction; {@code word} itself if it is not sensitive or has no encoding. */
    public static int encode(int word) {
        for (A32TrapForm form : BY_ROW[A32.decode(word).ordinal()]) {
            if (form.original().matches(word)) {
                return form.original().move(word);
            }
        }
        return word;
    }

    /**
     * Whether a word is a sensitive instruction that has an encoding. A sensitive instruction without one is
     * UNPREDICTABLE: its should-be bits are wrong, or it is a user-mode STM with writeback.
     */
    public static boolean encodable(int word) {
        return encode(word) != word;
    }

    /**
     * The original of a trap word; {@code trapWord} itself if it is not an encoding: a real SVC (type 0) or any other
     * instruction.
     */
    public static int decode(int trapWord) {
        int key = key(trapWord);
        if (key < 0) {
            return trapWord;
        }
        for (A32TrapForm form : BY_KEY[key]) {
            if (form.trap().matches(trapWord)) {
                int original = form.trap().move(trapWord);
                if (form.rows().contains(A32.decode(original))) {
                    return original;
                }
            }
        }
        return trapWord;
    }

    /** {@link #encode(int)} for either instruction set; a T32 word is what {@link T32#decode} takes. */
    public static int encode(InstructionSet set, int word) {
        return set == InstructionSet.A32 ? encode(word) : T32TrapEncoding.encode(word);
    }

    /**
     * {@link #decode(int)} for either instruction set: the one the trap word was executed in. An SVC of T32 is its
     * halfword, an LDC or STC both of its halfwords, the first in the upper half.
     */
    public static int decode(InstructionSet set, int trapWord) {
        return set == InstructionSet.A32 ? decode(trapWord) : T32TrapEncoding.decode(trapWord);
    }

    /** Where the forms of a trap word are in {@link #BY_KEY}, negative if it is no SVC, LDC or STC. */
    private static int key(int word) {
        if (word >>> 28 == UNCONDITIONAL) {
            return -1;
        }
        return switch (word >>> 24 & 15) {
            case 0b1111 -> word >>> 17 & SVC_KEYS - 1;
            case 0b1100, 0b1101 -> SVC_KEYS + (word >>> 20 & LDC_KEYS - 1);
            default -> -1;
        };
    }

    /** The condition field of the unconditional space, which has no SVC, and another LDC. */
    private static final int UNCONDITIONAL = 15;

    private static A32TrapForm[] with(A32TrapForm[] forms, A32TrapForm form) {
        A32TrapForm[] more = Arrays.copyOf(forms, forms.length + 1);
        more[forms.length] = form;
        return more;
    }
}
