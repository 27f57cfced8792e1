package swivel.lpv.source;

import java.nio.file.Path;
import java.util.function.LongFunction;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The routes through source and ELF lead to the same words: random programs, compiled from rewritten source, and
 * compiled and then rewritten. {@code -Dswivel.source.cases=10000} makes as many of each kind.
 */
class RouteEqualityTest {
    private static final int CASES = Integer.getInteger("swivel.source.cases", 420);

    /** What concerns a whole file, such as how lines end, is random, too. */
    private static final int CASES_IN_A_FILE = 70;

    private static final long SEED = Long.getLong("swivel.source.seed", 20101122);

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"false,true,S", "false,false,S", "true,true,S", "false,true,s"})
    void assemblerProgramsAreTheSameOnBothRoutes(boolean thumb, boolean unified, String ending) throws Exception {
        assertSameWords(
                ending,
                seed -> new RandomAssembler(seed, thumb, unified, ending.equals("S")).source(CASES_IN_A_FILE),
                "-Wa,-mimplicit-it=always");
    }

    @ParameterizedTest
    @CsvSource({"-marm", "-mthumb"})
    void inlineAssemblyIsTheSameOnBothRoutes(String state) throws Exception {
        assertSameWords(
                "c",
                seed -> new RandomC(seed, state.equals("-mthumb")).source(CASES_IN_A_FILE),
                "-O2",
                state,
                "-Wa,-mimplicit-it=always");
    }

    private void assertSameWords(String ending, LongFunction<String> program, String... options) throws Exception {
        Routes routes = new Routes(directory);
        int files = (CASES + CASES_IN_A_FILE - 1) / CASES_IN_A_FILE;
        for (int i = 0; i < files; i++) {
            routes.write("arm/random%d.%s".formatted(i, ending), program.apply(SEED + i));
        }
        routes.rewrite();
        for (int i = 0; i < files; i++) {
            routes.assertSame("arm/random%d.%s".formatted(i, ending), CASES_IN_A_FILE / 3, options);
        }
    }
}
