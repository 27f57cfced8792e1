package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CpioWriterTest {
    @Test
    void cpioListsWhatWeWrite() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (CpioWriter cpio = new CpioWriter(archive)) {
            cpio.directory("dev")
                    .characterDevice("dev/console", 0600, 5, 1)
                    .file("init", 0755, "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8))
                    .symbolicLink("sh", "init");
        }
        assertEquals("""
                drwxr-xr-x   1 0        0               0 Jan  1  1970 dev
                crw-------   1 0        0          5,   1 Jan  1  1970 dev/console
                -rwxr-xr-x   1 0        0              10 Jan  1  1970 init
                lrwxrwxrwx   1 0        0               4 Jan  1  1970 sh -> init
                """, Tools.run(archive.toByteArray(), "cpio", "--quiet", "-tvn"));
    }
}
