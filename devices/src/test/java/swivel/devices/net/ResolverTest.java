package swivel.devices.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolverTest {
    @TempDir
    Path directory;

    private static InetSocketAddress server(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 53);
    }

    @Test
    void theFirstNameServerThatIsAnAddressIsTaken() throws IOException {
        Path file = directory.resolve("resolv.conf");
        Files.writeString(
                file,
                "# nameserver 192.0.2.1\nsearch example.org\nnameserver\nnameserver names.example.org\n"
                        + " nameserver\t192.0.2.2 # here\nnameserver 192.0.2.3\n");
        Resolver resolver = new Resolver(file);
        assertEquals(server("192.0.2.2"), resolver.get());
        Files.writeString(file, "nameserver 2001:db8::1\n");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        assertEquals(server("2001:db8::1"), resolver.get(), "the file has changed");
    }

    @Test
    void aHostThatNamesNoneIsAskedItself() throws IOException {
        Path file = directory.resolve("resolv.conf");
        assertEquals(server("127.0.0.1"), new Resolver(file).get());
        Files.writeString(file, "options timeout:1\n");
        assertEquals(server("127.0.0.1"), new Resolver(file).get());
    }
}
