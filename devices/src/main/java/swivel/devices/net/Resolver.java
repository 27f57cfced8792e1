package swivel.devices.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.Supplier;

/** The host's name server, as {@code /etc/resolv.conf} says, also when it says another one later. */
final class Resolver implements Supplier<InetSocketAddress> {
    private static final Path FILE = Path.of("/etc/resolv.conf");
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int PORT = 53;
    private static final String KEY = "nameserver";

    private final Path file;
    private FileTime read;
    private InetSocketAddress found;

    Resolver() {
        this(FILE);
    }

    Resolver(Path file) {
        this.file = file;
    }

    /** The first name server that is an address; of a host that names none, the host itself (resolv.conf(5)). */
    @Override
    public InetSocketAddress get() {
        FileTime changed = changed();
        if (found == null || !changed.equals(read)) {
            read = changed;
            found = new InetSocketAddress(first(), PORT);
        }
        return found;
    }

    private FileTime changed() {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private InetAddress first() {
        try {
            for (String line :
                    Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
                String[] words = line.strip().split("\\s+", 3);
                if (words.length > 1 && words[0].equals(KEY)) {
                    try {
                        return InetAddress.ofLiteral(words[1]);
                    } catch (IllegalArgumentException e) {
                        // Not for us to judge: the host's own resolver passes over it, too
                    }
                }
            }
        } catch (IOException e) {
            // A host without the file.
        }
        return LOOPBACK;
    }
}
