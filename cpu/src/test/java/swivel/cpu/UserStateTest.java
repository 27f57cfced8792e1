package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import swivel.arm.Psr;

class UserStateTest {
    private static final int IT_NE = 0x18;

    @Test
    void cpsrHoldsTheExecutionState() {
        UserState state = new UserState();
        int psr = Psr.withIt(Psr.T | Psr.E | Psr.C, 0x4c);
        state.setUserPsr(psr);
        assertEquals(0x4c, state.it);
        assertEquals(psr, state.userPsr());
        UserState other = new UserState();
        other.copy(state);
        assertEquals(psr, other.userPsr());
    }

    @Test
    void thereAreNoItBlocksInA32() {
        UserState state = new UserState();
        state.setUserPsr(Psr.withIt(Psr.Z, IT_NE));
        assertEquals(Psr.Z, state.userPsr());
    }

    /** ITTEE EQ: the conditions of its four instructions are EQ, EQ, NE, NE. */
    @Test
    void goingOnAdvancesTheItBlock() {
        UserState state = new UserState();
        state.thumb = true;
        state.it = 0x07;
        state.r[UserState.PC] = 0x8000;
        int[] conditions = {0, 0, 1, 1};
        for (int condition : conditions) {
            assertEquals(condition, state.it >>> 4);
            state.advance(state.lengthOf(0xbf00));
        }
        assertEquals(0, state.it);
        assertEquals(0x8008, state.r[UserState.PC]);
        state.advance(state.lengthOf(0xf3af8000));
        assertEquals(0x800c, state.r[UserState.PC]);
    }
}
