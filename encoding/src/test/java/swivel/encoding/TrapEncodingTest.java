package swivel.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import swivel.arm.A32;
import swivel.arm.Fields;

/** The promises of the trap encoding, over every word of every sensitive row of the instruction table. */
class TrapEncodingTest {

    private static final int CONDITION = 0xf0000000;

    /** The bits of a row that are not fixed, the condition aside; should-be bits are among them. */
    private static int freeBits(A32 row) {
        int free = 0;
        for (int i = 0; i < 32; i++) {
            char c = row.pattern().charAt(i);
            if (c != '0' && c != '1' && c != 'c') {
                free |= 1 << (31 - i);
            }
        }
        return free;
    }

    /** A word of the row with its free bits zero; AL where it has a condition. */
    private static int lowestWord(A32 row) {
        int word = 0;
        for (int i = 0; i < 32; i++) {
            char c = row.pattern().charAt(i);
            if (c == '1') {
                word |= 1 << (31 - i);
            }
        }
        return row.pattern().startsWith("cccc") ? word | Fields.AL << 28 : word;
    }

    @Test
    void everySensitiveWordComesBackAndNoTwoShareATrap() {
        BitSet traps = new BitSet(1 << 28);
        long encoded = 0;
        for (A32 row : A32.values()) {
            if (!row.isSensitive()) {
                continue;
            }
            int free = freeBits(row);
            int base = lowestWord(row);
            int bits = 0;
            do {
                int word = base | bits;
                bits = bits - free & free; // the next subset of the free bits
                int trap = A32.decode(word) == row ? TrapEncoding.encode(word) : word;
                if (trap == word) {
                    continue;
                }
                encoded++;
                if (!alwaysTraps(trap)
                        || trap >>> 28 != Fields.AL
                        || TrapEncoding.decode(trap) != word
                        || TrapEncoding.encode(trap) != trap
                        || traps.get(trap & ~CONDITION)) {
                    fail("%s %08x encoded as %08x, decoded as %08x, shared with another: %b"
                            .formatted(row, word, trap, TrapEncoding.decode(trap), traps.get(trap & ~CONDITION)));
                }
                traps.set(trap & ~CONDITION);
            } while (bits != 0);
        }
        assertEquals(ENCODABLE, encoded);
    }

    /**
     * How many words have an encoding under AL: the product of the operand fields for each line of docs/encoding.md,
     * should-be bits being as they should.
     */
    private static final long ENCODABLE = (1 << 11) // CPS: imod 2, M 1, AIF 3, mode 5
            + (1 << 5) // MRS: R 1, Rd 4
            + (1 << 10) // MRS banked: R 1, SYSm 5, Rd 4
            + (16 + 12)
                    * (1 << 12) // MSR immediate: 16 masks of the SPSR, 12 of the CPSR that are not flags only, imm12
            + (16 + 12) * (1 << 4) // MSR register: the same masks, Rn 4
            + (1 << 10) // MSR banked: R 1, SYSm 5, Rn 4
            + (1 << 7) // RFE: P U W, Rn 4
            + (1 << 8) // SRS: P U W, mode 5
            + (1 << 23) // LDM^: P U W, Rn 4, list 16
            + (1 << 22) // STM^: P U, Rn 4, list 16
            + (1 << 23) // LDRT, LDRBT, STRT, STRBT immediate: U 1, Rn 4, Rt 4, imm12
            + (1 << 22) // the same, register: U 1, Rn 4, Rt 4, imm5, shift 2, Rm 4
            + (1 << 19) // LDRHT, LDRSBT, LDRSHT, STRHT immediate: U 1, Rn 4, Rt 4, imm8
            + (1 << 15) // the same, register: U 1, Rn 4, Rt 4, Rm 4
            + 12 * (1 << 15) // data processing, register: 12 opcodes, Rn 4, imm5, shift 2, Rm 4
            + 12 * (1 << 16) // data processing, immediate: 12 opcodes, Rn 4, imm12
            + 4 // hints
            + (1 << 4) // SMC: imm4
            + (1 << 16) // HVC: imm16
            + 1; // ERET

    @Test
    void everyTrapWordIsAnEncodingOrItself() {
        for (int bits = 0; bits < 1 << 24; bits++) {
            int svc = 0xef000000 | bits;
            int original = TrapEncoding.decode(svc);
            if (original == svc) {
                continue;
            }
            assertTrue(bits >>> 20 != 0, () -> "a real SVC is taken for an encoding: " + Integer.toHexString(svc));
            assertEquals(svc, TrapEncoding.encode(original));
        }
        for (int bits = 0; bits < 1 << 25; bits++) {
            int ldc = 0xec000000 | bits;
            int original = TrapEncoding.decode(ldc);
            if (original != ldc) {
                assertTrue((bits & 0x800) == 0, () -> "VFP is taken for an encoding: " + Integer.toHexString(ldc));
                assertEquals(ldc, TrapEncoding.encode(original));
            }
        }
    }

    @Test
    void conditionPassesThrough() {
        Random random = new Random(1);
        for (A32 row : A32.values()) {
            for (int i = 0; row.isSensitive() && row.pattern().startsWith("cccc") && i < 20_000; i++) {
                int word = lowestWord(row) | random.nextInt() & freeBits(row);
                int trap = TrapEncoding.encode(word);
                for (int cond = 0; cond < Fields.AL; cond++) {
                    if (trap != word) {
                        int expected = trap & ~CONDITION | cond << 28;
                        assertEquals(expected, TrapEncoding.encode(word & ~CONDITION | cond << 28), row.name());
                        assertEquals(word & ~CONDITION | cond << 28, TrapEncoding.decode(expected), row.name());
                    }
                }
            }
        }
    }

    @Test
    void cpsUnderAConditionIsNotAnEncoding() {
        int cpsid = TrapEncoding.encode(0xf10c0080);
        assertEquals(0xf10c0080, TrapEncoding.decode(cpsid));
        int conditional = cpsid & ~CONDITION; // EQ: no original has this shape
        assertEquals(conditional, TrapEncoding.decode(conditional));
    }

    @Test
    void everythingElseIsLeftAlone() {
        Random random = new Random(2);
        for (int i = 0; i < 2_000_000; i++) {
            int word = random.nextInt();
            if (!A32.decode(word).isSensitive()) {
                assertEquals(word, TrapEncoding.encode(word));
                assertFalse(TrapEncoding.encodable(word));
            }
        }
    }

    @Test
    void unpredictableFormsHaveNoEncoding() {
        int[] words = {
            0xe1000000, // MRS with the bits 19:16 zero, which should be ones
            0xe12f010f, // MSR register with bit 8 set
            0xf1080280, // CPS with bit 9 set
            0xe8ee0001, // STM^ with writeback
            0xf8bd0a01, // RFE with bit 0 set
        };
        for (int word : words) {
            assertTrue(A32.decode(word).isSensitive(), Integer.toHexString(word));
            assertFalse(TrapEncoding.encodable(word), Integer.toHexString(word));
        }
    }

    @Test
    void formsMoveTheFieldsOfTheirRows() {
        // The trap words are drawn from the diagrams by hand, field by field.
        assertTrap(0xf10c0080, 0xeff00000 | 0b11 << 9 | 0b010 << 5, "cpsid i");
        assertTrap(0xf1020013, 0xeff00000 | 1 << 8 | 0x13, "cps #0x13");
        assertTrap(0xe10f5000, 0xeff20000 | 5, "mrs r5, cpsr");
        assertTrap(0xe14f5000, 0xeff20000 | 1 << 9 | 5, "mrs r5, spsr");
        assertTrap(0xe1065300, 0xeff20000 | 1 << 10 | 0x16 << 4 | 5, "mrs r5, SYSm 10110");
        assertTrap(0xe321f0d3, 0xeff40000 | 0 << 16 | 1 << 12 | 0xd3, "msr cpsr_c, #0xd3");
        assertTrap(0x116ff00e, 0x1ff60000 | 1 << 9 | 0xf << 4 | 14, "msrne spsr_fsxc, lr");
        assertTrap(0xf8bd0a00, 0xeff80000 | 0b011 << 4 | 13, "rfeia sp!");
        assertTrap(0xf96d0513, 0xeff90000 | 0b101 << 5 | 0x13, "srsdb sp!, #0x13");
        assertTrap(0xe320f003, 0xeffa0003, "wfi");
        assertTrap(0xe1412374, 0xeffc1234, "hvc #0x1234");
        assertTrap(0xe1600075, 0xeffe0005, "smc #5");
        assertTrap(0xe160006e, 0xefff0000, "eret");
        assertTrap(0xe8fddfff, 0xef4ddfff, "ldmia sp!, {r0-r12, lr, pc}^");
        assertTrap(0xe94d6000, 0xefbd6000, "stmdb sp, {sp, lr}^");
        assertTrap(0xe1b0f10e, 0xefd00000 | 13 << 15 | 0 << 11 | 2 << 6 | 14, "lsls pc, lr, #2");
        assertTrap(0xe25ef004, 0xefe00000 | 2 << 16 | 14 << 12 | 4, "subs pc, lr, #4");
        assertTrap(0xe4b12fff, 0xed800000 | 1 << 21 | 1 << 20 | 1 << 16 | 2 << 12 | 0x7ff, "ldrt r2, [r1], #4095");
        assertTrap(
                0xe6e12263,
                0xec200000 | 1 << 23 | 1 << 22 | 1 << 16 | 2 << 12 | 4 << 6 | 3 << 4 | 3,
                "strbt r2, [r1], r3, ror #4");
        assertTrap(0xe07120f4, 0xec800000 | 1 << 22 | 1 << 20 | 1 << 16 | 2 << 12 | 1 << 8 | 4, "ldrsht r2, [r1], #-4");
    }

    private static void assertTrap(int word, int trap, String instruction) {
        assertEquals(Integer.toHexString(trap), Integer.toHexString(TrapEncoding.encode(word)), instruction);
    }

    /** SVC with a type, or LDC or STC of p0 to p7 that is not the MCRR and undefined combination P = U = W = 0. */
    private static boolean alwaysTraps(int trap) {
        if ((trap & 0x0f000000) == 0x0f000000) {
            return (trap & 0x00f00000) != 0;
        }
        return (trap & 0x0e000000) == 0x0c000000 && (trap & 0x800) == 0 && (trap & 0x01a00000) != 0;
    }
}
