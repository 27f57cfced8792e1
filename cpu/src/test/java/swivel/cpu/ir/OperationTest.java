package swivel.cpu.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import swivel.cpu.AddressSpace.Sensitive;
import swivel.cpu.UserState;
import swivel.cpu.ir.Operation.Fact;

/** The table of micro-operations, and what derives from it. */
class OperationTest {
    private static final int T0 = UserState.T0;

    @Test
    void everyRowHasTheCodeOfItsNameAndEveryCodeARow() throws IllegalAccessException {
        Set<String> rows = new HashSet<>();
        for (Operation row : Operation.values()) {
            rows.add(row.name());
        }
        Set<String> others = Set.of("UNPRIVILEGED", "PLAIN", "CALL", "RETURN", "STORES", "ACCESSES");
        for (Field field : MicroOp.class.getDeclaredFields()) {
            String name = field.getName();
            if (field.getType() == int.class && !others.contains(name) && !name.startsWith("TRAP_")) {
                assertTrue(rows.contains(name), name);
                assertEquals(name, Operation.of(field.getInt(null)).name());
            }
        }
        for (Operation row : Operation.values()) {
            Class<?> home = row.is(Fact.OPTIMIZED) ? MicroInfo.class : MicroOp.class;
            try {
                assertEquals(row.code, home.getDeclaredField(row.name()).getInt(null), row.name());
            } catch (NoSuchFieldException e) {
                throw new AssertionError(row + " is no operation", e);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ADDI   | 0  | 1  | 0 | 4          | addi r0 = r1, #4",
                "MOVI   | 20 | 0  | 0 | 0x40008000 | movi t0 = #0x40008000",
                "UMLAL  | 0  | 2  | 3 | 1          | umlal r0, r1 = r0, r1, r2, r3",
                "ST32   | 1  | 13 | 0 | 8          | st32 r1, sp, #8",
                "SKIP   | 1  | 0  | 0 | 2          | skip ne, #2",
                "JMP    | 1  | 0  | 0 | 0x8000     | jmp call, #0x8000",
                "TRAP   | 0  | 0  | 0 | 7          | trap svc, #7",
                "JREG   | 2  | 14 | 0 | 0          | jreg return, lr",
                "CLREX  | 0  | 0  | 0 | 0          | clrex",
                "FENCE  | 0  | 0  | 0 | 1          | fence #1",
                "GETPSR | 2  | 0  | 0 | 0          | getpsr r2",
            })
    void aMicroOperationPrintsWhatItWritesAndReads(Operation row, int d, int a, int b, String imm, String text) {
        assertEquals(text, Printer.print(MicroOp.pack(row.code, d, a, b), Integer.decode(imm)));
    }

    private static final long LOCATION = Location.plain(0x8000, Sensitive.EXECUTE);

    private static Block block(int... code) {
        return new Block(LOCATION, code, new byte[code.length / 2], 1, 0, null);
    }

    private static int w(int op, int d, int a, int b) {
        return MicroOp.pack(op, d, a, b);
    }

    private static final int END = w(MicroOp.JMP, MicroOp.PLAIN, 0, 0);

    @Test
    void aBlockThatIsWhatItShouldBePasses() {
        assertTrue(Verifier.verify(block(
                w(MicroOp.MOVI, T0, 0, 0), 5, w(MicroOp.SKIP, 0, 0, 0), 1, w(MicroOp.ADD, 0, 1, T0), 0, END, 0x8004)));
    }

    @Test
    void theFirstThingThatIsWrongIsNamed() {
        List<Block> wrong = List.of(
                block(200, 0, END, 0),
                block(w(MicroOp.MOV, 0, UserState.PC, 0), 0, END, 0),
                block(w(MicroOp.MOV, UserState.N, 0, 0), 0, END, 0),
                block(w(MicroOp.MOV, 0, T0, 0), 0, END, 0),
                block(w(MicroOp.UMULL, 0, 1, 2), UserState.C, END, 0),
                block(w(MicroOp.LSLI, 0, 1, 0), 32, END, 0),
                block(w(MicroOp.UBFX, 0, 1, 0), 8 | 25 << 8, END, 0),
                block(w(MicroOp.SKIP, 0, 0, 0), 2, END, 0),
                block(w(MicroOp.SKIP, 14, 0, 0), 0, END, 0),
                block(w(MicroOp.TRAP, 9, 0, 0), 0),
                block(w(MicroInfo.NONE, 0, 0, 0), 0, END, 0),
                block(END, 0, END, 0),
                block(w(MicroOp.MOV, 0, 1, 0), 0));
        for (Block block : wrong) {
            String message = assertThrows(
                            IllegalStateException.class,
                            () -> Verifier.verify(block),
                            () -> Printer.print(block.code[0], block.code[1]))
                    .getMessage();
            assertTrue(message.startsWith("block at 0x00008000, micro-operation "), message);
        }
    }

    @Test
    void theVerifierIsOn() {
        MicroCode code = new MicroCode();
        code.begin(0x8000, 4, 8);
        code.emit(MicroOp.MOV, 0, 1, 0);
        assertThrows(IllegalStateException.class, () -> code.finish(LOCATION), "assertions are off");
    }

    @Test
    void flatArraysSayWhatTheRowsSay() {
        assertEquals(
                MicroInfo.READS_A | MicroInfo.READS_B | MicroInfo.READS_D | MicroInfo.WRITES_D | MicroInfo.WRITES_HIGH,
                MicroInfo.of(MicroOp.SMLAL));
        assertEquals(MicroInfo.READS_A | MicroInfo.WRITES_D | MicroInfo.EXITS, MicroInfo.of(MicroOp.LD32T));
        assertEquals(MicroInfo.C, MicroInfo.flagsRead(MicroOp.ADCS, 0));
        assertEquals(MicroInfo.C | MicroInfo.Z, MicroInfo.flagsRead(MicroOp.JCC, 8));
        assertEquals(MicroInfo.NZ_FLAGS, MicroInfo.flagsWritten(MicroOp.NZ64, 0));
        assertEquals(0, MicroInfo.flagsWritten(MicroOp.SETPSR, 0xf0000));
        assertEquals(MicroInfo.ALL, MicroInfo.flagsWritten(MicroOp.SETPSR, 0xf0000000));
        assertTrue(MicroInfo.isEnd(MicroOp.SWITCH) && !MicroInfo.isEnd(MicroOp.JCC));
    }
}
