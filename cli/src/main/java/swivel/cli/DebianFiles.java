package swivel.cli;

import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import swivel.cli.start.UserCache;

/**
 * Debian's kernel and busybox for ARM, through the recipes of guests/, which unpack packages without touching the
 * system.
 */
final class DebianFiles {
    private static final int PROGRESS_SECONDS = 1;

    /** Set by the launcher: the directory it is in. */
    private static final String HOME = "SWIVEL_HOME";

    private DebianFiles() {}

    /** The stock ARMv7 kernel. */
    static Path kernel() {
        return build("stock").resolve("vmlinuz");
    }

    /**
     * The modules that its kernel needs for what leads out of the guest, each behind those that it needs. Not each
     * version has all.
     */
    private static List<String> modules(Links links) {
        List<String> modules = new ArrayList<>(List.of("drivers/virtio/virtio_mmio.ko"));
        if (!links.shares().isEmpty()) {
            modules.addAll(List.of(
                    "fs/netfs/netfs.ko",
                    "fs/fscache/fscache.ko",
                    "net/9p/9pnet.ko",
                    "net/9p/9pnet_virtio.ko",
                    "fs/9p/9p.ko"));
        }
        if (links.network() != null) {
            modules.addAll(List.of("net/core/failover.ko", "drivers/net/net_failover.ko", "drivers/net/virtio_net.ko"));
        }
        if (!links.ports().isEmpty()) {
            modules.add("drivers/char/virtio_console.ko");
        }
        return modules;
    }

    /** Modules of the stock kernel with which it uses these links, by name, in the order in which to load them. */
    static Map<String, byte[]> modulesFor(Links links) {
        Path modules = build("stock").resolve("modules/kernel");
        Map<String, byte[]> found = new LinkedHashMap<>();
        for (String module : modules(links)) {
            Path file = modules.resolve(module);
            if (Files.exists(file)) {
                found.put(file.getFileName().toString(), InputFile.read(file, "module"));
            }
        }
        return found;
    }

    /** A static busybox. */
    static Path busybox() {
        return build("busybox").resolve("busybox");
    }

    private static Path build(String recipe) {
        String home = System.getenv(HOME);
        if (home == null) {
            throw Failure.badInput("demo finds its recipes only when it is started with the ./swivel launcher");
        }
        List<String> missing = Stream.of("bash", "apt-get", "dpkg-deb")
                .filter(tool -> !onPath(tool))
                .toList();
        if (!missing.isEmpty()) {
            throw Failure.badInput(
                    "demo gets its kernel and busybox from Debian's packages and needs " + String.join(", ", missing)
                            + ", which this system has not; bring your own with --kernel FILE --initrd FILE");
        }
        try {
            Process build = new ProcessBuilder(Path.of(home, "guests", "build").toString(), recipe)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            long start = System.nanoTime();
            boolean terminal = Optional.ofNullable(System.console())
                    .filter(Console::isTerminal)
                    .isPresent();
            while (!build.waitFor(PROGRESS_SECONDS, TimeUnit.SECONDS)) {
                if (terminal) {
                    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
                    System.err.printf("  %d s, %.1f MB\r", seconds, bytesFetched() / 1e6);
                }
            }
            if (build.exitValue() != 0) {
                throw Failure.badInput(
                        "the " + recipe + " of Debian could not be fetched (see above); is there a network?"
                                + " Or bring your own with --kernel FILE --initrd FILE");
            }
        } catch (IOException e) {
            throw Failure.badInput("the recipes in " + home + "/guests cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitStatus.INTERNAL_ERROR, "interrupted");
        }
        return cache().resolve(recipe);
    }

    private static Path cache() {
        return UserCache.directory().resolve("guests");
    }

    /** What lies where the recipes download to. */
    private static long bytesFetched() {
        try (Stream<Path> files = Files.walk(cache().resolve(".tmp"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0; // files come and go while we look
        }
    }

    private static boolean onPath(String tool) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }
}
