package swivel.cli.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The directory in which Swivel keeps what it can make or fetch again: {@code SWIVEL_CACHE}, else
 * {@code ~/.cache/swivel}.
 */
public final class UserCache {
    private UserCache() {}

    /**
     * Removes the oldest files of a directory, and what killed processes left there, until the rest is small enough.
     *
     * @param suffix of the files' names
     * @param maxBytes of all of them
     * @param newest the file that stays in any case
     */
    static void tidy(Path directory, String suffix, long maxBytes, Path newest) throws IOException {
        record Entry(Path path, long bytes, long time) {}
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> paths = Files.list(directory)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                if (path.toString().endsWith(suffix) && !path.equals(newest)) {
                    entries.add(new Entry(
                            path,
                            Files.size(path),
                            Files.getLastModifiedTime(path).toMillis()));
                }
            }
        }
        entries.sort(Comparator.comparingLong(Entry::time));
        long bytes = Files.exists(newest) ? Files.size(newest) : 0;
        bytes += entries.stream().mapToLong(Entry::bytes).sum();
        for (Entry entry : entries) {
            if (bytes <= maxBytes) {
                return;
            }
            Files.deleteIfExists(entry.path);
            bytes -= entry.bytes;
        }
    }

    public static Path directory() {
        return directory(System.getenv(), System.getProperty("user.home"));
    }

    /**
     * The directory for an environment. What HOME says counts, as in the launcher and in the recipes of guests/; Java's
     * own idea is what the list of users says.
     */
    static Path directory(Map<String, String> environment, String userHome) {
        String cache = environment.getOrDefault("SWIVEL_CACHE", "");
        if (!cache.isEmpty()) {
            return Path.of(cache);
        }
        String home = environment.getOrDefault("HOME", "");
        return Path.of(home.isEmpty() ? userHome : home, ".cache", "swivel");
    }
}
