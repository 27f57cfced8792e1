package swivel.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The processors that versions of Swivel and QEMU are given. */
class StartTest {
    private static List<String> cpu(Emulator emulator, String help, Userland userland) {
        return emulator.cpu(new Start(List.of("program"), help), userland);
    }

    @Test
    void armelHasNoFloatingPointOnEitherSide() {
        assertEquals(List.of("-cpu", "cortex-a15,vfp=off,neon=off"), cpu(Emulator.QEMU, "neon=<bool>", Userland.ARMEL));
        assertEquals(
                List.of("--cpu", "cortex-a15,vfp=off,neon=off"), cpu(Emulator.SWIVEL, "--cpu=CORE", Userland.ARMEL));
    }

    @Test
    void newerQemusAreToldOfTheUpperRegistersToo() {
        String help = "vfp-d32=<bool>";
        assertEquals(
                List.of("-cpu", "cortex-a15,vfp=off,neon=off,vfp-d32=off"), cpu(Emulator.QEMU, help, Userland.ARMEL));
        assertEquals(List.of("-cpu", "cortex-a15"), cpu(Emulator.QEMU, help, Userland.ARMHF));
    }

    @Test
    void aSwivelWithoutFloatingPointRunsArmelOnly() {
        assertEquals(List.of(), cpu(Emulator.BEFORE, "--memory=SIZE", Userland.ARMEL));
        assertThrows(UnsupportedException.class, () -> cpu(Emulator.BEFORE, "--memory=SIZE", Userland.ARMHF));
    }

    @Test
    void aProgramIsAskedWhatItTakes() {
        assertTrue(Start.swivel(List.of("echo", "run")).takes("run --help"));
        BenchmarkException e = assertThrows(BenchmarkException.class, () -> Start.qemu("/nonexistent/qemu"));
        assertTrue(e.getMessage().startsWith("cannot run /nonexistent/qemu"), e.getMessage());
    }
}
