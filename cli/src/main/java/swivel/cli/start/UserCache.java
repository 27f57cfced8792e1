package swivel.cli.start;

import java.nio.file.Path;
import java.util.Map;

/**
 * The directory in which Swivel keeps what it can make or fetch again: {@code SWIVEL_CACHE}, else
 * {@code ~/.cache/swivel}.
 */
public final class UserCache {
    private UserCache() {}

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
