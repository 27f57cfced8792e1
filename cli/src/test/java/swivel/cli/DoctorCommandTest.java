package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import swivel.cpu.engine.Engine;

/** What is said of a host. */
class DoctorCommandTest {
    private static String report(Map<Engine, String> obstacles) {
        return DoctorCommand.report(obstacles::get);
    }

    @Test
    void eachEngineHasALineWithWhatIsInItsWay() {
        assertEquals("""
                interp  yes
                x64     yes, auto takes it
                native  no: it needs an arm64 host
                """, report(Map.of(Engine.NATIVE, "it needs an arm64 host")));
        assertEquals("""
                interp  yes, auto takes it
                x64     no: this is aarch64
                native  yes
                """, report(Map.of(Engine.X64, "this is aarch64")));
    }

    @Test
    void theEnginesOfThisHostAreThoseThatRun() {
        Swivel.Result result = Swivel.run("doctor");
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        assertTrue(result.output().startsWith("host    " + System.getProperty("os.name")), result.output());
        for (Engine engine : new Engine[] {Engine.INTERP, Engine.X64, Engine.NATIVE}) {
            String name = SpelledEnum.spelling(engine);
            assertEquals(
                    engine.obstacle() == null, result.output().contains("\n%-8syes".formatted(name)), result.output());
        }
    }
}
