package swivel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much memory the control group of this process allows, which in a container is what kills the process that takes
 * more (cgroups(7): {@code memory.max} of version 2, {@code memory.limit_in_bytes} of version 1).
 */
final class ContainerLimit {
    private ContainerLimit() {}

    /** There is none, or it cannot be read. */
    static final long NONE = Long.MAX_VALUE;

    private static final Path ROOT = Path.of("/");

    /** Says in one line if a machine may come to need more than is allowed. */
    static void warn(long need) {
        long limit = read(ROOT);
        if (limit < need) {
            Main.say(
                    "this machine may come to need %d MiB of memory, and its container is allowed %d MiB, beyond which the host"
                                    .formatted(need >> 20, limit >> 20)
                            + " kills it: a smaller --memory or --code-cache needs less (docs/memory.md)");
        }
    }

    /** Bytes; the smallest limit of the group and of those around it. */
    static long read(Path root) {
        long limit = NONE;
        try {
            for (String line : Files.readAllLines(root.resolve("proc/self/cgroup"))) {
                String[] parts = line.split(":", 3); // hierarchy:controllers:path
                if (parts.length < 3) {
                    continue;
                }
                if (parts[1].isEmpty()) {
                    limit = Math.min(limit, smallest(root.resolve("sys/fs/cgroup"), parts[2], "memory.max"));
                } else if (parts[1].equals("memory")) {
                    limit = Math.min(
                            limit, smallest(root.resolve("sys/fs/cgroup/memory"), parts[2], "memory.limit_in_bytes"));
                }
            }
        } catch (IOException _) {
            return limit; // not Linux, or nothing is shown
        }
        return limit;
    }

    /** From the group up. In a container the path may be one of the host's, of which only the top is there. */
    private static long smallest(Path top, String path, String file) {
        long limit = NONE;
        for (Path group = top.resolve(path.replaceFirst("^/+", "")).normalize();
                group.startsWith(top);
                group = group.getParent()) {
            limit = Math.min(limit, value(group.resolve(file)));
        }
        return limit;
    }

    private static long value(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException | NumberFormatException _) {
            return NONE; // "max", or no such file
        }
    }
}
