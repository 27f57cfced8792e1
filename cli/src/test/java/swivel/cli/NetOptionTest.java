package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import swivel.devices.net.NetworkSettings;
import swivel.devices.net.NetworkSettings.Transport;

class NetOptionTest {
    private static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    @Test
    void qemusSpellingIsUnderstood() {
        NetworkSettings settings = NetOption.parse("user,hostfwd=tcp:127.0.0.1:2222-:22,hostfwd=tcp::0-10.0.2.16:80,"
                + "hostfwd=tcp:[::1]:8080-[fec0::15]:80,guestfwd=tcp:10.0.2.2:80-127.0.0.1:8000,restrict=on,"
                + "resolver=127.0.0.53");
        assertEquals(3, settings.forwards().size());
        assertEquals(socket("127.0.0.1", 2222), settings.forwards().getFirst().host());
        assertNull(settings.forwards().getFirst().guest());
        assertEquals(22, settings.forwards().getFirst().port());
        assertEquals(socket("127.0.0.1", 0), settings.forwards().get(1).host());
        assertEquals(
                InetAddress.ofLiteral("10.0.2.16"), settings.forwards().get(1).guest());
        assertEquals(socket("::1", 8080), settings.forwards().get(2).host());
        assertEquals(
                InetAddress.ofLiteral("fec0::15"), settings.forwards().get(2).guest());
        assertEquals(
                InetAddress.ofLiteral("10.0.2.2"),
                settings.openings().getFirst().address());
        assertEquals(80, settings.openings().getFirst().port());
        assertEquals(socket("127.0.0.1", 8000), settings.openings().getFirst().host());
        assertTrue(settings.restricted());
        assertEquals(socket("127.0.0.53", 53), settings.resolver());
        assertEquals(
                socket("::1", 5353), NetOption.parse("user,resolver=[::1]:5353").resolver());
        assertEquals(Transport.TCP, settings.forwards().getFirst().transport());
        assertEquals(
                Transport.UDP,
                NetOption.parse("user,hostfwd=udp:127.0.0.1:5353-:53")
                        .forwards()
                        .getFirst()
                        .transport());
        assertEquals(NetworkSettings.DEFAULT, NetOption.parse("user"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tap | there is only the network \"user\"; write --net user",
                "user,guestfwd=udp::1-:2 | guestfwd forwards TCP only",
                "user,hostfwd=tcp:2222-:22 | hostfwd wants tcp:[ADDR]:PORT-[GUEST]:PORT, as tcp:127.0.0.1:2222-:22, or udp:…",
                "user,hostfwd=tcp::99999-:22 | 99999 is no port",
                "user,hostfwd=tcp::22-:0 | 0 is no port",
                "user,hostfwd=tcp:1.2.3.4.5:22-:22 | 1.2.3.4.5 is no address; names are not looked up",
                "user,hostfwd=tcp::2222-10.0.3.1:22 | 10.0.3.1 is no address that the guest can have; 10.0.2.15 is",
                "user,guestfwd=tcp:10.0.2.2:80 | guestfwd wants tcp:10.0.2.2:PORT-HOST:PORT, as tcp:10.0.2.2:80-127.0.0.1:8080",
                "user,guestfwd=tcp:10.0.2.15:80-:80 | 10.0.2.15 is no address of the guest's network but the guest's own; 10.0.2.2 is",
                "user,restrict=maybe | restrict is on or off",
                "user,resolver=names | resolver wants ADDR or ADDR:PORT, an IPv6 address in brackets",
                "user,dhcpstart=10.0.2.9 | there is no option dhcpstart; there are hostfwd=, guestfwd=, restrict= and resolver="
            })
    void whatIsWrongIsSaid(String argument, String why) {
        Failure failure = assertThrows(Failure.class, () -> NetOption.parse(argument));
        assertEquals("--net " + argument + ": " + why, failure.getMessage());
    }

    @Test
    void aPortThatIsTakenIsSaid() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            NetworkSettings settings = NetOption.parse("user,hostfwd=tcp::" + port + "-:22");
            Failure failure = assertThrows(Failure.class, () -> NetOption.open(settings, null, _ -> {}));
            assertEquals(
                    "--net: cannot listen on 127.0.0.1:" + port + ": Address already in use", failure.getMessage());
        }
    }

    @Test
    void aPortThatWasChosenIsSaid() {
        List<String> said = new ArrayList<>();
        NetOption.open(NetOption.parse("user,hostfwd=tcp::0-:22"), null, said::add)
                .close();
        assertEquals(1, said.size());
        assertTrue(said.getFirst().matches("port [0-9]+ of 127.0.0.1 leads to port 22 of the guest"), said.getFirst());
    }

    @Test
    void aCaptureThatCannotBeWrittenIsSaid(@TempDir Path directory) {
        Failure failure = assertThrows(
                Failure.class,
                () -> NetOption.open(NetworkSettings.DEFAULT, directory.resolve("none/capture"), _ -> {}));
        assertEquals(
                "cannot write to " + directory + "/none/capture: there is no such directory", failure.getMessage());
    }

    @Test
    void aCaptureWantsANetwork() {
        Ran ran = Ran.of("run", "--kernel", "none", "--pcap", "file");
        assertEquals(ExitStatus.BAD_INPUT, ran.status());
        assertTrue(ran.errors().contains("--pcap needs a network: --net user"), ran.errors());
    }
}
