package swivel.lpv.source;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The routes through source and ELF lead to the same words: random programs, compiled from rewritten source, and
 * compiled and then rewritten. {@code -Dswivel.source.cases=10000} makes as many of each kind.
 */
class RouteEqualityTest {
    private static final int CASES = Integer.getInteger("swivel.source.cases", 250);

    private static final long SEED = Long.getLong("swivel.source.seed", 20101122);

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"false,true", "false,false", "true,true"})
    void assemblerProgramsAreTheSameOnBothRoutes(boolean thumb, boolean unified) throws Exception {
        String text = new RandomPrograms(SEED, thumb, unified).assembler(CASES);
        assertSameWords("random.S", text, CASES / 2, "-Wa,-mimplicit-it=always", "-Wa,-march=armv7ve");
    }

    @ParameterizedTest
    @CsvSource({"-marm", "-mthumb"})
    void inlineAssemblyIsTheSameOnBothRoutes(String state) throws Exception {
        String text = new RandomPrograms(SEED, state.equals("-mthumb"), false).c(CASES);
        assertSameWords("random.c", text, CASES / 2, "-O2", state, "-Wa,-mimplicit-it=always");
    }

    private void assertSameWords(String name, String text, int atLeast, String... options) throws Exception {
        Routes routes = new Routes(directory);
        routes.write("arm/" + name, text);
        routes.rewrite();
        routes.assertSame("arm/" + name, atLeast, options);
    }
}
