package swivel.cli.start;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The cache's place is the same as for the launcher and the recipes, which read the environment. */
class UserCacheTest {
    private static final String IN_USER_LIST = "/home/from-the-list";

    private static Path of(Map<String, String> environment) {
        return UserCache.directory(environment, IN_USER_LIST);
    }

    @Test
    void theEnvironmentCountsMoreThanTheListOfUsers() {
        assertEquals(Path.of("/elsewhere/.cache/swivel"), of(Map.of("HOME", "/elsewhere")));
        assertEquals(Path.of("/cache"), of(Map.of("HOME", "/elsewhere", "SWIVEL_CACHE", "/cache")));
    }

    @Test
    void whatIsEmptyIsNotSet() {
        Path listed = Path.of(IN_USER_LIST, ".cache", "swivel");
        assertEquals(listed, of(Map.of()));
        assertEquals(listed, of(Map.of("HOME", "", "SWIVEL_CACHE", "")));
    }
}
