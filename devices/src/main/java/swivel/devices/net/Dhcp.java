package swivel.devices.net;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The server that tells the guest its address (DHCP, RFC 2131; options: RFC 2132). The network card always gets the
 * first address; other cards that a guest may have made up get those behind it.
 */
final class Dhcp {
    static final int SERVER_PORT = 67;
    static final int CLIENT_PORT = 68;

    /** Addresses that can be given: from 10.0.2.15 on. */
    static final int MAX_LEASES = 16;

    // A message: where its fields are (RFC 2131, figure 1).
    private static final int OPERATION = 0;
    private static final int FLAGS = 10;
    private static final int CLIENT = 12;
    private static final int YOURS = 16;
    private static final int SERVER = 20;
    private static final int HARDWARE = 28;
    private static final int COOKIE = 236;
    private static final int OPTIONS = 240;
    private static final int LENGTH = 300;

    private static final int BOOTREQUEST = 1;
    private static final int BOOTREPLY = 2;
    private static final int ETHERNET = 0x0106;
    private static final int MAGIC = 0x6382_5363;
    private static final int BROADCAST_FLAG = 0x8000;

    // Options.
    private static final int PAD = 0;
    private static final int NETMASK = 1;
    private static final int ROUTER = 3;
    private static final int NAME_SERVER = 6;
    private static final int REQUESTED = 50;
    private static final int LEASE_TIME = 51;
    private static final int MESSAGE_TYPE = 53;
    private static final int SERVER_ID = 54;
    private static final int END = 255;

    // Types of messages.
    private static final int DISCOVER = 1;
    private static final int OFFER = 2;
    private static final int REQUEST = 3;
    private static final int DECLINE = 4;
    private static final int ACK = 5;
    private static final int NAK = 6;
    private static final int RELEASE = 7;
    private static final int INFORM = 8;

    private static final int ONE_DAY = 24 * 60 * 60;

    /** By hardware address: the last number of the address. */
    private final Map<String, Integer> leases = new LinkedHashMap<>();

    private final boolean restricted;

    /** Makes the server of a network, which names no gateway and no name server if there is no way out. */
    Dhcp(boolean restricted) {
        this.restricted = restricted;
        leases.put(HexFormat.of().formatHex(Addresses.GUEST_MAC), 0);
    }

    /**
     * Takes a message to the server.
     *
     * @param at where it begins
     */
    void message(byte[] bytes, int at, int length, GuestFrames out, Neighbors neighbors) {
        if (length < OPTIONS
                || Wire.get8(bytes, at + OPERATION) != BOOTREQUEST
                || Wire.get16(bytes, at + 1) != ETHERNET
                || Wire.get32(bytes, at + COOKIE) != MAGIC) {
            return;
        }
        byte[] options = Arrays.copyOfRange(bytes, at + OPTIONS, at + length);
        int server = number(options, SERVER_ID, Addresses.GATEWAY.bits());
        if (server != Addresses.GATEWAY.bits()) {
            return; // the client chose another one
        }
        int offset = lease(HexFormat.of().formatHex(bytes, at + HARDWARE, at + HARDWARE + Addresses.GUEST_MAC.length));
        if (offset < 0) {
            return;
        }
        Address yours = Address.v4(Addresses.GUEST.bits() + offset);
        Address client = Address.v4(Wire.get32(bytes, at + CLIENT));
        int wanted = number(options, REQUESTED, client.bits());
        switch (type(options)) {
            case DISCOVER -> reply(OFFER, yours, bytes, at, out, neighbors);
            case REQUEST -> reply(wanted == yours.bits() ? ACK : NAK, yours, bytes, at, out, neighbors);
            case INFORM -> {
                if (Addresses.isGuest(client)) {
                    reply(ACK, null, bytes, at, out, neighbors);
                }
            }
            case DECLINE, RELEASE -> {} // a lease is for the life of the network
            default -> {}
        }
    }

    int size() {
        return leases.size();
    }

    /** How far behind the first one the address of a card is; -1 if there is none left. */
    private int lease(String hardware) {
        Integer known = leases.get(hardware);
        if (known == null && leases.size() < MAX_LEASES) {
            known = leases.size();
            leases.put(hardware, known);
        }
        return known == null ? -1 : known;
    }

    private static int type(byte[] options) {
        int at = find(options, MESSAGE_TYPE, 1);
        return at < 0 ? 0 : Wire.get8(options, at);
    }

    private static int number(byte[] options, int code, int otherwise) {
        int at = find(options, code, 4);
        return at < 0 ? otherwise : Wire.get32(options, at);
    }

    /** Where the content of an option of so many bytes is; -1: it is not there. */
    private static int find(byte[] options, int code, int length) {
        int at = 0;
        while (at + 1 < options.length && Wire.get8(options, at) != END) {
            if (Wire.get8(options, at) == PAD) {
                at++;
                continue;
            }
            int size = Wire.get8(options, at + 1);
            if (Wire.get8(options, at) == code) {
                return size == length && at + 2 + size <= options.length ? at + 2 : -1;
            }
            at += 2 + size;
        }
        return -1;
    }

    private void reply(int type, Address yours, byte[] request, int from, GuestFrames out, Neighbors neighbors) {
        byte[] content = new byte[Udp.HEADER + LENGTH];
        int at = Udp.HEADER;
        System.arraycopy(request, from, content, at, SERVER); // the same transaction, flags, client
        System.arraycopy(request, from + HARDWARE, content, at + HARDWARE, Addresses.GUEST_MAC.length);
        content[at + OPERATION] = BOOTREPLY;
        content[at + 3] = 0; // hops
        Wire.put32(content, at + YOURS, type == NAK || yours == null ? 0 : yours.bits());
        Wire.put32(content, at + SERVER, Addresses.GATEWAY.bits());
        Wire.put32(content, at + COOKIE, MAGIC);
        int option = at + OPTIONS;
        option = put(content, option, MESSAGE_TYPE, type, 1);
        option = put(content, option, SERVER_ID, Addresses.GATEWAY.bits(), 4);
        if (type != NAK) {
            option = put(content, option, NETMASK, Addresses.MASK, 4);
            if (!restricted) {
                option = put(content, option, ROUTER, Addresses.GATEWAY.bits(), 4);
                option = put(content, option, NAME_SERVER, Addresses.NAMES.bits(), 4);
            }
            if (yours != null) {
                option = put(content, option, LEASE_TIME, ONE_DAY, 4);
            }
        }
        content[option] = (byte) END;
        boolean broadcast = type == NAK || (Wire.get16(request, from + FLAGS) & BROADCAST_FLAG) != 0;
        Address client = Address.v4(Wire.get32(request, from + CLIENT));
        Address to = broadcast ? Addresses.BROADCAST : Addresses.isGuest(client) ? client : yours;
        if (to == null) {
            return;
        }
        neighbors.heard(to, request, from + HARDWARE);
        Udp.header(content, SERVER_PORT, CLIENT_PORT, content.length);
        out.datagram(Addresses.GATEWAY, to, IpPacket.UDP, content, 0, content.length, Udp.CHECKSUM);
    }

    private static int put(byte[] content, int at, int code, int value, int length) {
        content[at] = (byte) code;
        content[at + 1] = (byte) length;
        if (length == 1) {
            content[at + 2] = (byte) value;
        } else {
            Wire.put32(content, at + 2, value);
        }
        return at + 2 + length;
    }
}
