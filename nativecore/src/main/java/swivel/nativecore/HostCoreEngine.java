package swivel.nativecore;

import swivel.cpu.Processor;
import swivel.cpu.engine.NativeEngine;
import swivel.cpu.interp.Interpreter;
import swivel.memory.HostMemory;

/** Makes processors of the host's cores, where the host is one that has them. */
public final class HostCoreEngine implements NativeEngine {
    @Override
    public Processor create(Interpreter interpreter) {
        try {
            requireHost(System.getProperty("os.name", ""), System.getProperty("os.arch", ""), HostMemory.pageSize());
            return new NativeProcessor(interpreter);
        } catch (RuntimeException | Error failure) {
            interpreter.close();
            throw failure;
        }
    }

    /**
     * @param architecture as Java names it
     * @throws UnsupportedOperationException if such a host cannot execute 32-bit ARM code of a guest
     */
    static void requireHost(String system, String architecture, int pageSize) {
        if (!system.equals("Linux") || !architecture.equals("aarch64")) {
            throw new UnsupportedOperationException(
                    "it needs an arm64 host under Linux whose cores execute 32-bit code, and this is " + architecture
                            + " under " + system);
        }
        if (pageSize != 4096) {
            throw new UnsupportedOperationException(
                    "it needs a host kernel with pages of 4 KiB, and this one's have " + (pageSize >> 10) + " KiB");
        }
    }
}
