package swivel.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static swivel.arm.ExceptionKind.*;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExceptionKindTest {
    @Test
    void vectorsModesAndMasksAreThoseOfTheManual() {
        String table = Arrays.stream(ExceptionKind.values())
                .map(kind -> "%s %02x %s %03x".formatted(kind, kind.vectorOffset(), kind.mode(), kind.masks()))
                .collect(Collectors.joining("\n"));
        assertEquals("""
                RESET 00 SVC 1c0
                DATA_ABORT 10 ABT 180
                FIQ 1c FIQ 1c0
                IRQ 18 IRQ 180
                PREFETCH_ABORT 0c ABT 180
                UNDEFINED 04 UND 080
                SUPERVISOR_CALL 08 SVC 080""", table);
    }

    /** The instructions that return to where the manual says: MOVS PC, LR or SUBS PC, LR, #4 or #8. */
    @Test
    void handlersReturnToTheRightInstruction() {
        int at = 0x8000;
        // past the instruction
        assertEquals(at + 4, SUPERVISOR_CALL.linkRegister(at, false));
        assertEquals(at + 2, SUPERVISOR_CALL.linkRegister(at, true));
        assertEquals(at + 4, UNDEFINED.linkRegister(at, false));
        assertEquals(at + 2, UNDEFINED.linkRegister(at, true));
        // to the instruction
        assertEquals(at, PREFETCH_ABORT.linkRegister(at, false) - 4);
        assertEquals(at, PREFETCH_ABORT.linkRegister(at, true) - 4);
        assertEquals(at, DATA_ABORT.linkRegister(at, false) - 8);
        assertEquals(at, DATA_ABORT.linkRegister(at, true) - 8);
        assertEquals(at, IRQ.linkRegister(at, false) - 4);
        assertEquals(at, IRQ.linkRegister(at, true) - 4);
        assertEquals(at, FIQ.linkRegister(at, true) - 4);
    }

    @Test
    void abortsGoBeforeInterruptsAndInterruptsBeforeTheInstructionItself() {
        assertTrue(DATA_ABORT.compareTo(FIQ) < 0);
        assertTrue(FIQ.compareTo(IRQ) < 0);
        assertTrue(IRQ.compareTo(PREFETCH_ABORT) < 0);
    }

    @Test
    void entryKeepsFlagsAndMasksAndLeavesThumbState() {
        int user = Psr.NZCV | Psr.GE | Psr.IT | Psr.T | Psr.E | Psr.F | Mode.USR.encoding();
        assertEquals(
                Psr.NZCV | Psr.GE | Psr.F | Psr.A | Psr.I | Mode.IRQ.encoding(), IRQ.entryCpsr(user, false, false));
    }

    @Test
    void entryTakesThumbAndEndiannessFromSctlr() {
        assertEquals(Psr.I | Psr.T | Psr.E | Mode.SVC.encoding(), SUPERVISOR_CALL.entryCpsr(0x10, true, true));
    }
}
