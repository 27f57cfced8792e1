package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person reads who asks. */
class HelpTest {
    @ParameterizedTest
    @CsvSource({
        "run, --kernel",
        "demo, --script",
        "patch, --in-place",
        "scan, --report",
        "compare, --limit",
        "doctor, --help",
        "rehearse, --kernel"
    })
    void helpOfACommandNamesItsOptions(String command, String option) {
        Swivel.Result result = Swivel.run(command, "--help");
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        assertTrue(result.output().contains("swivel " + command), result.output());
        assertTrue(result.output().contains(option), result.output());
    }

    @Test
    void helpNamesAllCommands() {
        String help = Swivel.run("--help").output();
        for (String command : Main.COMMANDS.keySet()) {
            assertTrue(help.contains("\n  " + command + " "), help);
        }
    }
}
