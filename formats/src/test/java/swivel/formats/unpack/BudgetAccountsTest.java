package swivel.formats.unpack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The accounts of the files of a run draw on one budget. */
class BudgetAccountsTest {
    private static final long MOST_OF_A_FILE = 1000L << 20;

    private static void spend(Budget budget) throws IOException {
        try (Budget.Account account = budget.file(0)) {
            account.write(MOST_OF_A_FILE, 1, 1);
        }
    }

    @Test
    void runStopsWhenItsFilesTakeTooMuchTogether() throws IOException {
        Budget budget = new Budget();
        for (int i = 0; i < 4; i++) {
            spend(budget);
        }
        assertEquals(
                "the files of this run take too much to unpack: more than 4 GiB and 16 times their size",
                assertThrows(IOException.class, () -> spend(budget)).getMessage());
    }
}
