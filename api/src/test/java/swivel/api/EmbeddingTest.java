package swivel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.formats.cpio.CpioWriter;
import swivel.machine.MmioDevice;

/** The code of docs/embedding.md, as it is there. */
class EmbeddingTest {
    private static final Path GUESTS = Path.of(
                    System.getenv().getOrDefault("SWIVEL_CACHE", System.getenv("HOME") + "/.cache/swivel"))
            .resolve("guests");

    private static final String INIT = """
            #!/bin/busybox sh
            /bin/busybox mount -t proc proc /proc
            /bin/busybox mount -t sysfs sysfs /sys
            /bin/busybox --install -s /bin
            export PATH=/bin PS1='# '
            printf 'login: '
            read user
            exec sh
            """;

    @TempDir
    private Path folder;

    private Path initrd() throws IOException {
        Path file = folder.resolve("root.cpio");
        try (CpioWriter cpio = new CpioWriter(Files.newOutputStream(file))) {
            for (String directory : List.of("bin", "dev", "proc", "sys", "mnt")) {
                cpio.directory(directory);
            }
            cpio.characterDevice("dev/console", 0600, 5, 1)
                    .file("bin/busybox", 0755, Files.readAllBytes(GUESTS.resolve("busybox/busybox")))
                    .file("init", 0755, INIT.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    @Test
    void linuxIsTalkedTo() throws Exception {
        Path kernel = GUESTS.resolve("linux-v7/vmlinux");
        Path initrd = initrd();
        Path work = Files.createDirectory(folder.resolve("work"));
        // docs: a machine
        try (Machine machine = Machine.builder()
                .kernel(kernel)
                .initrd(initrd)
                .append("console=ttyAMA0")
                .memory(128L << 20)
                .share(new Share(work, "work", false))
                .device(new Thermometer())
                .start()) {
            Console console = machine.console();
            console.expect("login:");
            console.send("root\n").expect("# ");
            console.send("mount -t 9p -o trans=virtio work /mnt; uname -r > /mnt/release\n");
            console.expect("# ");
            console.send("cat /proc/device-tree/thermometer@c000000/compatible\n");
            console.expect(Pattern.compile("example,\\w+"), Duration.ofSeconds(10));
            console.send("poweroff -f\n");
            End end = machine.waitForExit(Duration.ofSeconds(30));
            assertEquals(new End.PoweredOff(), end);
        }
        // docs: end
        assertTrue(Files.readString(work.resolve("release")).matches("[0-9]+\\.[0-9]+.*\n"));
    }

    // docs: a device
    /** Register 0: degrees. Register 4: the guest wants an interrupt from so many degrees on; 0: none. */
    static final class Thermometer extends MmioDevice {
        private int degrees = 20;
        private int limit;

        Thermometer() {
            super("thermometer", "example,thermometer");
        }

        @Override
        public int read(int offset, int size) {
            return offset == 0 ? degrees++ : offset == 4 ? limit : 0;
        }

        @Override
        public void write(int offset, int size, int value) {
            limit = offset == 4 ? value : limit;
            interrupt(limit != 0 && degrees >= limit);
        }

        @Override
        public void fields(Archive fields) {
            degrees = fields.word(degrees);
            limit = fields.word(limit);
        }
    }
    // docs: end

    @Test
    void pageHasThisCode() throws IOException {
        String page = Files.readString(Path.of("../docs/embedding.md"));
        String source = Files.readString(Path.of("src/test/java/swivel/api/EmbeddingTest.java"));
        List<String> parts = Pattern.compile("// docs: a .*?\n(.*?)\n *// docs: end", Pattern.DOTALL)
                .matcher(source)
                .results()
                .map(found -> found.group(1).stripIndent())
                .collect(Collectors.toList());
        assertEquals(2, parts.size());
        for (String part : parts) {
            assertTrue(page.contains("```java\n" + part + "\n```"), "put this into docs/embedding.md:\n" + part);
        }
    }
}
