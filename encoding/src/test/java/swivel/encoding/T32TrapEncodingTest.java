package swivel.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import swivel.arm.InstructionSet;
import swivel.arm.T32;

/** The promises of the trap encoding of T32, over every word of every sensitive row of the instruction table. */
class T32TrapEncodingTest {

    private static int encode(int word) {
        return TrapEncoding.encode(InstructionSet.T32, word);
    }

    private static int decode(int word) {
        return TrapEncoding.decode(InstructionSet.T32, word);
    }

    /** The bits of a row that are not fixed; should-be bits are among them. */
    private static int freeBits(T32 row) {
        int free = 0;
        for (char c : row.pattern().toCharArray()) {
            free = free << 1 | (c == '0' || c == '1' ? 0 : 1);
        }
        return free;
    }

    private static int fixedBits(T32 row) {
        int fixed = 0;
        for (char c : row.pattern().toCharArray()) {
            fixed = fixed << 1 | (c == '1' ? 1 : 0);
        }
        return fixed;
    }

    @Test
    void everySensitiveWordComesBackAndNoTwoShareATrap() {
        Set<Integer> traps = new HashSet<>();
        for (T32 row : T32.values()) {
            int free = freeBits(row);
            int bits = 0;
            do {
                int word = fixedBits(row) | bits;
                bits = bits - free & free; // the next subset of the free bits
                if (!row.isSensitive() || T32.decode(word) != row) {
                    continue;
                }
                int trap = encode(word);
                if (trap == word) {
                    assertFalse(row.isAsItShouldBe(word), () -> row + " has no encoding " + Integer.toHexString(word));
                    continue;
                }
                if (!alwaysTraps(trap)
                        || T32.lengthOf(trap) != T32.lengthOf(word)
                        || decode(trap) != word
                        || encode(trap) != trap
                        || !traps.add(trap)) {
                    fail("%s %08x encoded as %08x, decoded as %08x".formatted(row, word, trap, decode(trap)));
                }
            } while (row.isSensitive() && bits != 0);
        }
        assertEquals(ENCODABLE, traps.size());
    }

    /** The product of the operand fields for each line of docs/encoding.md, should-be bits being as they should. */
    private static final int ENCODABLE = (1 << 4) // CPS, 16 bits: im 1, AIF 3
            + 4 // hints, 16 bits
            + 8 * 15 * (1 << 12) // eight unprivileged accesses: Rn 4 but not the PC, Rt 4, imm8
            + (16 + 12) * (1 << 4) // MSR: 16 masks of the SPSR, 12 of the CPSR that are not flags only, Rn 4
            + (1 << 10) // MSR banked: R 1, SYSm 5, Rn 4
            + (1 << 5) // MRS: R 1, Rd 4
            + (1 << 10) // MRS banked: R 1, SYSm 5, Rd 4
            + 7 * (1 << 8) // CPS.W: imod 2 and M 1 but not all zero, AIF 3, mode 5
            + 4 // hints
            + (1 << 8) // SUBS PC, LR: imm8
            + (1 << 7) // SRS: direction 1, W 1, mode 5
            + (1 << 6) // RFE: direction 1, W 1, Rn 4
            + (1 << 16) // HVC: imm16
            + (1 << 4); // SMC: imm4

    @Test
    void everyTrapWordIsAnEncodingOrItself() {
        for (int imm8 = 0; imm8 < 1 << 8; imm8++) {
            int svc = 0xdf00 | imm8;
            boolean reserved = imm8 >= 0xe0 && imm8 <= 0xf4 && imm8 != 0xf0;
            assertEquals(reserved, decode(svc) != svc, Integer.toHexString(svc));
            if (reserved) {
                assertEquals(svc, encode(decode(svc)));
            }
        }
        for (int bits = 0; bits < 1 << 26; bits++) {
            int coprocessor = 0xec00_0000 | bits;
            int original = decode(coprocessor);
            if (original != coprocessor) {
                assertTrue(alwaysTraps(coprocessor), () -> Integer.toHexString(coprocessor));
                assertEquals(coprocessor, encode(original));
            }
        }
    }

    @Test
    void everythingElseIsLeftAlone() {
        for (int halfword = 0; halfword < 1 << 16; halfword++) {
            if (!T32.decode(halfword).isSensitive()) {
                assertEquals(halfword, encode(halfword));
            }
        }
        Random random = new Random(3);
        for (int i = 0; i < 2_000_000; i++) {
            int word = random.nextInt() | 0xe000_0000;
            if (!T32.decode(word).isSensitive()) {
                assertEquals(word, encode(word));
            }
        }
    }

    @Test
    void unpredictableFormsHaveNoEncoding() {
        int[] words = {
            0xb67a, // CPSID with bit 3 set
            0xf3e0_8000, // MRS with the bits 19:16 zero, which should be ones
            0xf381_8101, // MSR with bit 0 set
            0xf3a0_8640, // CPS.W with the bits 19:16 zero
            0xe990_0000, // RFE with the bits 15:14 zero
            0xe98c_c013, // SRS of r12
            0xf7f5_8001, // SMC with bit 0 set
            0xf3d0_8f04, // SUBS PC, r0
        };
        for (int word : words) {
            assertTrue(T32.decode(word).isSensitive(), Integer.toHexString(word));
            assertEquals(word, encode(word), Integer.toHexString(word));
        }
    }

    @Test
    void formsMoveTheFieldsOfTheirRows() {
        // The trap words are drawn from the diagrams by hand, field by field.
        assertTrap(0xb672, 0xdf00 | 0xe0 | 1 << 3 | 0b010, "cpsid i");
        assertTrap(0xb663, 0xdf00 | 0xe0 | 0 << 3 | 0b011, "cpsie if");
        assertTrap(0xbf10, 0xdff1, "yield");
        assertTrap(0xbf20, 0xdff2, "wfe");
        assertTrap(0xbf30, 0xdff3, "wfi");
        assertTrap(0xbf40, 0xdff4, "sev");
        assertTrap(0xf802_1e03, wide(0, 2, 1, 3), "strbt r1, [r2, #3]");
        assertTrap(0xf812_1e03, wide(1, 2, 1, 3), "ldrbt r1, [r2, #3]");
        assertTrap(0xf822_1eff, wide(2, 2, 1, 255), "strht r1, [r2, #255]");
        assertTrap(0xf832_1eff, wide(3, 2, 1, 255), "ldrht r1, [r2, #255]");
        assertTrap(0xf84d_ce00, wide(4, 13, 12, 0), "strt ip, [sp]");
        assertTrap(0xf852_1e04, wide(5, 2, 1, 4), "ldrt r1, [r2, #4]");
        assertTrap(0xf912_1e04, wide(9, 2, 1, 4), "ldrsbt r1, [r2, #4]");
        assertTrap(0xf932_1e04, wide(11, 2, 1, 4), "ldrsht r1, [r2, #4]");
        assertTrap(0xf39e_8f00, wide(6, 14, 0, 1 << 5 | 0xf), "msr spsr_fsxc, lr");
        assertTrap(0xf381_8100, wide(6, 1, 0, 1), "msr cpsr_c, r1");
        assertTrap(0xf382_8e30, wide(6, 2, 0, 1 << 6 | 0x1e), "msr elr_hyp, r2");
        assertTrap(0xf3ef_8500, wide(7, 0, 5, 0), "mrs r5, cpsr");
        assertTrap(0xf3ff_8500, wide(7, 0, 5, 1 << 5), "mrs r5, spsr");
        assertTrap(0xf3f2_8330, wide(7, 0, 3, 1 << 6 | 1 << 5 | 0x12), "mrs r3, spsr_svc");
        assertTrap(0xf3af_8753, wide(8, 0, 7, 0b010 << 5 | 0x13), "cpsid i, #0x13");
        assertTrap(0xf3af_811f, wide(8, 0, 1, 0x1f), "cps #0x1f");
        assertTrap(0xf3af_8003, wide(8, 0, 0, 3), "wfi.w");
        assertTrap(0xf3de_8f04, wide(10, 0, 0, 4), "subs pc, lr, #4");
        assertTrap(0xe82d_c013, wide(12, 0, 0, 0b101 << 5 | 0x13), "srsdb sp!, #0x13");
        assertTrap(0xe98d_c01f, wide(12, 0, 0, 0b010 << 5 | 0x1f), "srsia sp, #0x1f");
        assertTrap(0xe9bd_c000, wide(13, 13, 0, 0b011 << 5), "rfeia sp!");
        assertTrap(0xe812_c000, wide(13, 2, 0, 0b100 << 5), "rfedb r2");
        assertTrap(0xf7e1_8234, wide(14, 1, 2, 0x34), "hvc #0x1234");
        assertTrap(0xf7f5_8000, wide(15, 5, 0, 0), "smc #5");
    }

    private static int wide(int type, int rn, int rt, int imm8) {
        return 0xed00_0700 | type << 20 | rn << 16 | rt << 12 | imm8;
    }

    private static void assertTrap(int word, int trap, String instruction) {
        assertEquals(Integer.toHexString(trap), Integer.toHexString(encode(word)), instruction);
    }

    /** SVC with an immediate other than zero, or LDC or STC of p7 with P = 1. */
    private static boolean alwaysTraps(int trap) {
        return trap >>> 8 == 0xdf && (trap & 0xff) != 0 || (trap & 0xff00_0f00) == 0xed00_0700;
    }
}
