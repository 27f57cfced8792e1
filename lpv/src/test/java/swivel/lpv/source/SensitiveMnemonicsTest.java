package swivel.lpv.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import swivel.arm.A32;
import swivel.arm.Instruction;
import swivel.arm.InstructionSet;
import swivel.arm.T32;

/**
 * What text is sensitive and what words are sensitive are two tables; they say the same of what the disassembler
 * writes.
 */
class SensitiveMnemonicsTest {
    private static final int WORDS_PER_ROW = 300;

    /** Families in which the operands decide, and words that are no instruction. */
    private static final Set<Mnemonic.Kind> ALSO_OTHERS = EnumSet.of(
            Mnemonic.Kind.MSR,
            Mnemonic.Kind.MULTIPLE,
            Mnemonic.Kind.RETURN,
            Mnemonic.Kind.ACCESS_STEM,
            Mnemonic.Kind.RETURN_STEM,
            Mnemonic.Kind.ENCODED);

    private final Set<Mnemonic.Kind> seen = EnumSet.noneOf(Mnemonic.Kind.class);

    @Test
    void mnemonicsOfSensitiveRowsAreThoseThatTheSourceRewriterKnows() {
        for (A32 row : A32.values()) {
            check(InstructionSet.A32, row, -1);
        }
        for (T32 row : T32.values()) {
            check(InstructionSet.T32, row, row.pattern().length() == 16 ? 0xffff : -1);
        }
        Set<Mnemonic.Kind> sensitive = EnumSet.complementOf(
                EnumSet.of(Mnemonic.Kind.ACCESS_STEM, Mnemonic.Kind.RETURN_STEM, Mnemonic.Kind.ENCODED));
        assertEquals(sensitive, seen);
    }

    private void check(InstructionSet set, Instruction row, int mask) {
        Random random = new Random(row.ordinal());
        int checked = 0;
        for (int i = 0; i < WORDS_PER_ROW; i++) {
            int word = row.canonical(random.nextInt() & mask);
            if (set.decode(word) != row) {
                continue;
            }
            checked++;
            String text = set.disassemble(word, 0);
            Mnemonic mnemonic = Mnemonic.of(text.split("\\s", 2)[0]);
            String what = set + " " + row.name() + " " + text;
            if (row.isSensitive()) {
                assertNotNull(mnemonic, what);
                assertEquals(row.sensitivity(), mnemonic.kind().sensitivity, what);
                seen.add(mnemonic.kind());
            } else if (mnemonic != null) {
                assertTrue(ALSO_OTHERS.contains(mnemonic.kind()), what);
            }
        }
        assertTrue(checked > 0 || !row.isSensitive(), set + " " + row.name() + " is never met");
    }
}
