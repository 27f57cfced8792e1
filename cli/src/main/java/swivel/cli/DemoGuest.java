package swivel.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import swivel.api.Share;
import swivel.formats.cpio.CpioWriter;

/** The initial file system of the demo: busybox, an init of our own and what the two have to know. */
final class DemoGuest {
    private static final String BUSYBOX = "bin/busybox";

    private DemoGuest() {}

    /**
     * Packs it.
     *
     * @param script what to run instead of a shell, or null
     * @param marks what init prints around the script's output; null without one
     * @param terminal rows and columns, and the name of its type
     * @param links folders to mount at {@code /mnt}, a network to get an address from, ports to name as udev does
     * @param modules to load before that, by name, in their order
     */
    static byte[] initramfs(
            byte[] busybox,
            String script,
            ScriptScreen.Marks marks,
            Terminal terminal,
            Links links,
            Map<String, byte[]> modules) {
        StringBuilder environment = new StringBuilder("export PATH=/bin HOME=/ PS1='\\\\w \\\\$ '\n" + "export TERM="
                + terminal.type + "\nROWS=" + terminal.rows + "\nCOLUMNS_OF_TERMINAL=" + terminal.columns + "\n");
        if (marks != null) {
            environment.append("SCRIPT_BEGIN='").append(marks.begin()).append("'\n");
            environment.append("SCRIPT_END='").append(marks.end()).append("'\n");
        }
        environment
                .append(words("SHARES", links.shares().stream().map(Share::tag).toList()))
                .append(words("NETWORK", links.network() == null ? List.of() : List.of("eth0")))
                .append(words(
                        "PORTS", links.ports().stream().map(PortOption::name).toList()))
                .append(words("MODULES", modules.keySet()));
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (CpioWriter cpio = new CpioWriter(new GZIPOutputStream(packed))) {
            for (String directory : new String[] {"bin", "dev", "etc", "proc", "sys", "tmp"}) {
                cpio.directory(directory);
            }
            cpio.characterDevice("dev/console", 0600, 5, 1)
                    .file(BUSYBOX, 0755, busybox)
                    .file("init", 0755, file("demo-init"))
                    .file("bound", 0755, file("demo-bound"))
                    .file("environment", 0644, environment.toString().getBytes(StandardCharsets.UTF_8));
            if (!modules.isEmpty()) {
                cpio.directory("modules");
            }
            for (Map.Entry<String, byte[]> module : modules.entrySet()) {
                cpio.file("modules/" + module.getKey(), 0644, module.getValue());
            }
            if (script != null) {
                cpio.file("script", 0644, (script + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("an array refused a byte", e);
        }
        return packed.toByteArray();
    }

    /** A variable of the shell with these words, in which there is nothing that the shell would see. */
    private static String words(String name, Collection<String> words) {
        return name + "='" + String.join(" ", words) + "'\n";
    }

    private static byte[] file(String name) throws IOException {
        try (InputStream in = DemoGuest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    /** The terminal of the person, which the guest's serial line cannot ask. */
    record Terminal(int rows, int columns, String type) {
        private static final Terminal USUAL = new Terminal(24, 80, "vt100");

        /** Asks the host; what it does not tell is as usual. */
        static Terminal ofHost() {
            String type = System.getenv().getOrDefault("TERM", "");
            String safeType = type.matches("[A-Za-z0-9._+-]+") && !type.equals("dumb") ? type : USUAL.type;
            try {
                Process stty = new ProcessBuilder("stty", "size")
                        .redirectInput(ProcessBuilder.Redirect.INHERIT)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                        .trim()
                        .split(" ", 2);
                int rows = Integer.parseInt(size[0]);
                int columns = Integer.parseInt(size[1]);
                return new Terminal(rows > 0 ? rows : USUAL.rows, columns > 0 ? columns : USUAL.columns, safeType);
            } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
                return new Terminal(USUAL.rows, USUAL.columns, safeType);
            }
        }
    }
}
