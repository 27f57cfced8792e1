package swivel.nativecore;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.Test;
import swivel.cpu.engine.Engine;
import swivel.memory.GuestMemory;

/** What is said on hosts that have no such core. */
class HostCoreEngineTest {
    private static String refusal(String system, String architecture, int pageSize) {
        return assertThrows(
                        UnsupportedOperationException.class,
                        () -> HostCoreEngine.requireHost(system, architecture, pageSize))
                .getMessage();
    }

    @Test
    void aHostIsRefusedInASentence() {
        assertEquals(
                "it needs an arm64 host under Linux whose cores execute 32-bit code, and this is amd64 under Linux",
                refusal("Linux", "amd64", 4096));
        assertTrue(refusal("Mac OS X", "aarch64", 16384).contains("aarch64 under Mac OS X"));
        assertTrue(refusal("Linux", "aarch64", 65536).contains("this one's have 64 KiB"));
        assertDoesNotThrow(() -> HostCoreEngine.requireHost("Linux", "aarch64", 4096));
    }

    @Test
    void theEngineIsFoundAndRefuses() {
        assumeFalse(System.getProperty("os.arch").equals("aarch64"));
        try (GuestMemory memory = new GuestMemory(0x4000_0000, 1 << 20)) {
            UnsupportedOperationException refused = assertThrows(
                    UnsupportedOperationException.class,
                    () -> Engine.NATIVE.create(memory, Engine.MIN_CODE_BYTES, _ -> {}));
            assertTrue(refused.getMessage().startsWith("it needs an arm64 host"), refused.getMessage());
        }
    }
}
