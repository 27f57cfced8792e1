package swivel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much memory this computer has (proc(5): {@code /proc/meminfo}). The guest's RAM is taken when it is touched, so
 * the host would not refuse more than it has, but would kill Swivel some time later.
 */
final class HostRam {
    private HostRam() {}

    /** Where it is not told. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private static final Path ROOT = Path.of("/");

    /** Refuses RAM that is more than the computer has. */
    static void require(long guest) {
        require(guest, read(ROOT));
    }

    static void require(long guest, long host) {
        if (guest > host) {
            throw Failure.badInput(
                    "--memory: this computer has %,d MiB of memory with its swap, and the guest cannot have %,d MiB"
                            .formatted(host >> 20, guest >> 20));
        }
    }

    /** Bytes of memory and swap. */
    static long read(Path root) {
        try {
            long kibibytes = 0;
            for (String line : Files.readAllLines(root.resolve("proc/meminfo"))) {
                if (line.startsWith("MemTotal:") || line.startsWith("SwapTotal:")) {
                    kibibytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
            return kibibytes == 0 ? UNKNOWN : kibibytes << 10;
        } catch (IOException | NumberFormatException _) {
            return UNKNOWN;
        }
    }
}
