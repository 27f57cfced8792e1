package swivel.cli;

import static swivel.cli.CommandLayout.option;
import static swivel.cli.CommandLayout.texts;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import swivel.api.MachineRules;
import swivel.cli.config.NamesFiles;
import swivel.devices.net.NetworkSettings;

/** Options of every command that runs a guest: what leads out of it, folders, a network, ports and sockets. */
final class LinkOptions {
    private List<String> shares = List.of();
    private List<String> ports = List.of();
    private String vsock;
    private String net;
    private Path pcap;

    /**
     * The options, for each command that has them.
     *
     * @param folder what becomes of a folder
     */
    CommandSpec mixin(String folder) {
        return CommandLayout.mixin(this)
                .addOption(texts(folders -> shares = folders, "--share")
                        .paramLabel("DIR:TAG[,ro]")
                        .userObject(NamesFiles.FIRST)
                        .description("A folder of this computer (virtio-9p), read-only with ,ro, " + folder)
                        .build())
                .addOption(texts(given -> ports = given, "--port")
                        .paramLabel("NAME=TARGET")
                        .userObject(PortOption.NAMES)
                        .description(
                                "A port of the guest (virtio), which Linux and udev call /dev/virtio-ports/NAME, and"
                                        + " what it leads to:",
                                "  FILE  keeps what the guest sends, up to 1 GiB",
                                "  unix:PATH  a socket that a program of this computer connects to",
                                "  tcp:[ADDR]:PORT  the same (at 127.0.0.1 unless ADDR says otherwise)")
                        .build())
                .addOption(option(String.class, where -> vsock = where, "--vsock")
                        .paramLabel("PATH[,cid=N]")
                        .userObject(NamesFiles.FIRST)
                        .description(
                                "Joins the guest's vsock (AF_VSOCK) to sockets of this computer, as Firecracker does;"
                                        + " the guest is CID 3 unless told otherwise:",
                                "  the guest connects to CID 2, port P: to the socket PATH_P",
                                "  a program connects to PATH and writes \"CONNECT P\": to the guest's port P, after"
                                        + " it has read \"OK\" and a number")
                        .build())
                .addOption(option(String.class, what -> net = what, "--net")
                        .paramLabel("user[,OPTION…]")
                        .description(
                                "A network card (virtio) in a network that needs no privileges, with QEMU's addresses:"
                                        + " the guest is 10.0.2.15 by DHCP, gateway 10.0.2.2, name server 10.0.2.3."
                                        + " Options:",
                                "  hostfwd=tcp:[ADDR]:PORT-[GUEST]:PORT  a port of the host leads to the guest (of"
                                        + " 127.0.0.1 unless ADDR says otherwise); hostfwd=udp:… the same of UDP",
                                "  guestfwd=tcp:10.0.2.2:PORT-HOST:PORT  a port of the gateway leads to one that the"
                                        + " host can reach, as of its loopback, which is closed to the guest otherwise",
                                "  restrict=on  the guest reaches nothing else",
                                "  resolver=ADDR[:PORT]  who is asked for names, in place of the host's name server")
                        .build())
                .addOption(option(Path.class, file -> pcap = file, "--pcap")
                        .paramLabel("FILE")
                        .description("Write there what goes over the network, for tcpdump or Wireshark")
                        .build());
    }

    /**
     * What was asked for, with nothing opened yet.
     *
     * @throws Failure if it cannot be understood
     */
    Links links() {
        NetworkSettings settings = net == null ? null : NetOption.parse(net);
        MachineRules.checkCapture(pcap, settings != null);
        return new Links(
                ShareOption.parse(shares),
                PortOption.parse(ports),
                vsock == null ? null : VsockOption.parse(vsock),
                settings,
                pcap);
    }
}
