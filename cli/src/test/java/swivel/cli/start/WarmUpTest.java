package swivel.cli.start;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.cpu.engine.Engine;
import swivel.vmm.Vcpu.Exit;

class WarmUpTest {
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NATIVE")
    void theSmallGuestRunsToItsEnd(Engine engine) throws IOException {
        assertInstanceOf(Exit.PowerOff.class, WarmUp.run(engine));
    }
}
