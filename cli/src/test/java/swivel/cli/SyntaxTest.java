package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a person can write options, and what the person reads about wrong ones. */
class SyntaxTest {
    private final List<String> seen = new ArrayList<>();

    private Syntax syntax() {
        return new Syntax("swivel try", "Tries it.")
                .operand("IN", text -> seen.add("in " + text), "what goes in")
                .option("-m, --memory", "SIZE", text -> seen.add("memory " + Syntax.number(text)), "how much")
                .options("--drive", "FILE", text -> seen.add("drive " + text), "a disk")
                .flag("--stats", () -> seen.add("stats"), "counts");
    }

    private List<String> parsed(String... arguments) {
        assertTrue(syntax().parse(List.of(arguments)));
        return seen;
    }

    private String refused(Syntax syntax, String arguments) {
        Failure failure = assertThrows(Failure.class, () -> {
            boolean _ = syntax.parse(List.of(arguments.split(" ", -1)));
        });
        assertEquals(ExitStatus.BAD_INPUT, failure.status);
        assertTrue(failure.getMessage().endsWith(" (see swivel try --help)"), failure.getMessage());
        return failure.getMessage();
    }

    @Test
    void valuesStandBehindTheirOptionOrInIt() {
        for (String way : List.of("--memory 5", "--memory=5", "-m 5", "-m5", "-m=5")) {
            seen.clear();
            assertEquals(List.of("memory 5", "in x"), parsed((way + " x").split(" ", -1)), way);
        }
    }

    @Test
    void someOptionsMayComeAgain() {
        assertEquals(
                List.of("drive a", "drive b", "stats", "in x"), parsed("--drive", "a", "--drive=b", "--stats", "x"));
    }

    @Test
    void valuesMayLookLikeAnything() {
        assertEquals(
                List.of("drive ", "drive -x", "drive --stats", "in -"),
                parsed("--drive=", "--drive", "-x", "--drive=--stats", "-"));
    }

    @Test
    void behindTwoDashesIsNoOption() {
        assertEquals(List.of("in --stats"), parsed("--", "--stats"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "--stats, IN is missing",
                "x y, 'y' is one argument too many",
                "x --memory, --memory needs a value: SIZE",
                "x --drive --stats, --drive needs a value: FILE",
                "x --stats=1, --stats takes no value",
                "x --stats --stats, --stats is given twice",
                "x -m 1 --memory=2, --memory is given twice",
                "x --memory=lots, --memory: 'lots' is no number",
                "x --memory=-1, --memory: '-1' is no number",
                "x --mem=1, there is no option '--mem=1'",
                "x -z, there is no option '-z'"
            })
    void wrongArguments(String arguments, String message) {
        String said = refused(syntax(), arguments);
        assertTrue(said.startsWith(message), said);
    }

    @Test
    void oneOfSome() {
        Syntax syntax =
                new Syntax("swivel try", "").flag("--here", () -> {}, "").flag("--there", () -> {}, "");
        assertTrue(syntax.oneOf("--here", "--there").parse(List.of("--there")));
        assertTrue(refused(syntax, "--here").contains("give one of --here, --there, not more"));
        Syntax other = new Syntax("swivel try", "").flag("--here", () -> {}, "").oneOf("--here");
        assertTrue(assertThrows(Failure.class, () -> {
                    boolean _ = other.parse(List.of());
                })
                .getMessage()
                .contains("give one of --here"));
    }

    @Test
    void helpIsGivenWhateverElseIsMissingAndFitsATerminal() {
        Syntax syntax = syntax();
        assertFalse(syntax.parse(List.of("-h")));
        String help = syntax.help();
        for (String part : List.of("Usage: swivel try [OPTION]… IN", "-m, --memory=SIZE", "--stats", "counts")) {
            assertTrue(help.contains(part), help);
        }
        for (Command command : List.of(new RunCommand(), new PatchCommand(), new ScanCommand(), new DemoCommand())) {
            command.syntax().help().lines().forEach(line -> assertTrue(line.length() <= 80, line));
        }
    }

    private enum Taste {
        SWEET,
        SOUR
    }

    @Test
    void choicesAreNamedInAnyCase() {
        assertEquals(Taste.SOUR, Syntax.choice(Taste.values(), "Sour"));
        assertEquals(
                "'salt' is none of sweet, sour",
                assertThrows(IllegalArgumentException.class, () -> Syntax.choice(Taste.values(), "salt"))
                        .getMessage());
    }
}
