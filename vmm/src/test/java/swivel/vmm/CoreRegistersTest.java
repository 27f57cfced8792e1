package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static swivel.arm.Cp15Fields.SCTLR_EE;
import static swivel.arm.Cp15Fields.SCTLR_M;
import static swivel.arm.Cp15Fields.SCTLR_TE;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.Cp14;
import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;
import swivel.arm.core.CoreModel;
import swivel.arm.core.Effect;

/** A kernel that resets, reads and writes each register of each core finds what the core's table says. */
final class CoreRegistersTest {
    private static final int HVC = 0xe140_0070;
    private static final int READ = 1 << 20;

    private static final int MRC = 0xee10_0010;
    private static final int MRRC = 0xec51_0000;

    /** With these set the guest would not come to its next instruction. */
    private static final int FATAL = SCTLR_M | SCTLR_EE | SCTLR_TE;

    /** Where two registers of one instruction are needed: r0 and r1. */
    private final int[] values = new int[2];

    private TestBoard board;

    /**
     * Executes a read, or a write of {@link #values}; returns the exception that was taken, or null, and values are
     * what was read.
     */
    private ExceptionKind execute(int word) {
        int[] r = board.vcpu.state().r;
        r[0] = values[0];
        r[1] = values[1];
        r[15] = TestBoard.CODE + 0x100;
        board.memory.write32(TestBoard.CODE + 0x100, word);
        ExceptionKind taken = board.runToVector();
        values[0] = r[0];
        values[1] = r[1];
        return taken;
    }

    private void reset(CoreModel core) {
        if (board == null) {
            board = new TestBoard(Virtualization.TRANSLATED, core);
        }
        board.vcpu.reset(TestBoard.CODE, 0, 0, 0);
        for (int vector = 0; vector < 8; vector++) {
            board.memory.write32(TestBoard.CODE + 4 * vector, HVC);
        }
        board.memory.write32(TestBoard.CODE + 0x104, HVC);
        board.vcpu.system.set(Cp15.VBAR, TestBoard.VECTORS);
        values[0] = 0;
        values[1] = 0;
    }

    private int read(int word) {
        assertNull(execute(word));
        return values[0];
    }

    /** Writes a value to a core that was reset, and reads it back. */
    private int written(CoreModel core, int word, int value) {
        reset(core);
        values[0] = value;
        assertNull(execute(word & ~READ));
        return read(word);
    }

    /** The words that read the registers of coprocessor 15, whether they can be read or not. */
    private static Map<Cp15, Integer> cp15Words() {
        Map<Cp15, Integer> words = new EnumMap<>(Cp15.class);
        for (int word : words(15)) {
            Cp15 register = Cp15.of(word);
            if (register != null) {
                words.put(register, word);
            }
        }
        assertEquals(Cp15.values().length, words.size());
        return words;
    }

    private static Map<Cp14, Integer> cp14Words() {
        Map<Cp14, Integer> words = new EnumMap<>(Cp14.class);
        for (int word : words(14)) {
            Cp14 register = Cp14.of(word);
            if (register != null) {
                words.put(register, word);
            }
        }
        assertEquals(Cp14.values().length, words.size());
        return words;
    }

    private static int[] words(int coprocessor) {
        int[] words = new int[0x4000 + 0x100];
        for (int i = 0; i < 0x4000; i++) {
            words[i] = MRC | coprocessor << 8 | i >> 11 << 21 | (i >> 7 & 15) << 16 | i >> 3 & 15 | (i & 7) << 5;
        }
        for (int i = 0; i < 0x100; i++) {
            words[0x4000 + i] = MRRC | coprocessor << 8 | i;
        }
        return words;
    }

    @ParameterizedTest
    @EnumSource
    void accessesThatTheTableLacksAreUndefinedAndAllOthersDefined(CoreModel core) {
        cp15Words().forEach((register, word) -> {
            boolean there = core.cp15().has(register);
            reset(core);
            boolean ignored = core.ignores(word);
            assertEquals(
                    there && register.readable() || !there && ignored ? null : ExceptionKind.UNDEFINED,
                    execute(word),
                    register.name());
            reset(core);
            ignored = core.ignores(word & ~READ);
            assertEquals(
                    there && register.writable() || !there && ignored ? null : ExceptionKind.UNDEFINED,
                    execute(word & ~READ),
                    register.name());
        });
    }

    /** VBAR the test needs itself. */
    @ParameterizedTest
    @EnumSource
    void plainRegistersHaveTheTablesValueAfterReset(CoreModel core) {
        cp15Words().forEach((register, word) -> {
            if (core.cp15().isPlain(register, true) && register.readable() && register != Cp15.VBAR) {
                reset(core);
                assertEquals((int) core.cp15().reset(register), read(word), register.name());
            }
        });
        reset(core);
        board.vcpu.reset(TestBoard.CODE, 0, 0, 0);
        assertEquals((int) core.cp15().reset(Cp15.VBAR), board.vcpu.system.get(Cp15.VBAR));
    }

    @ParameterizedTest
    @EnumSource
    void writesChangeTheTablesBitsAndNoOthers(CoreModel core) {
        cp15Words().forEach((register, word) -> {
            Effect effect = core.cp15().effect(register);
            boolean stored = effect == Effect.NONE || effect == Effect.CONTEXT;
            if (stored && register.readable() && register.writable() && !Cp15.isWide(word)) {
                int ones = register == Cp15.SCTLR ? ~FATAL : -1;
                int mask = (int) core.cp15().writable(register);
                int fixed = (int) core.cp15().reset(register) & ~mask;
                assertEquals(fixed | ones & mask, written(core, word, ones), register.name());
                assertEquals(fixed, written(core, word, 0), register.name());
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void coprocessor14IsAsItsTable(CoreModel core) {
        cp14Words().forEach((register, word) -> {
            boolean there = core.cp14().has(register);
            reset(core);
            boolean readable = there && register.allows(true);
            assertEquals(readable ? null : ExceptionKind.UNDEFINED, execute(word), register.name());
            assertEquals(readable ? (int) core.cp14().reset(register) : 0, values[0], register.name());
            reset(core);
            values[0] = -1;
            boolean writable = there && register.allows(false);
            assertEquals(writable ? null : ExceptionKind.UNDEFINED, execute(word & ~READ), register.name());
            if (readable && writable) {
                int mask = (int) core.cp14().writable(register);
                int fixed = (int) core.cp14().reset(register) & ~mask;
                assertEquals(fixed | mask, read(word), register.name());
                assertEquals(fixed, written(core, word, 0), register.name());
            }
        });
    }
}
