package swivel.devices.net;

/** Answers who has the network's IPv4 addresses (RFC 826): all but the guest's are ours. */
final class Arp {
    private Arp() {}

    private static final int LENGTH = 28;
    private static final int ETHERNET_AND_IPV4 = 0x0001_0800;
    private static final int LENGTHS = 0x0604;
    private static final int OPERATION = 6;
    private static final int SENDER_MAC = 8;
    private static final int SENDER = 14;
    private static final int TARGET_MAC = 18;
    private static final int TARGET = 24;

    private static final int REQUEST = 1;
    private static final int REPLY = 2;

    /**
     * Takes an ARP packet.
     *
     * @param at where in the frame's bytes it begins
     */
    static void packet(byte[] bytes, int at, int length, Neighbors neighbors, GuestFrames out) {
        if (length < LENGTH || Wire.get32(bytes, at) != ETHERNET_AND_IPV4 || Wire.get16(bytes, at + 4) != LENGTHS) {
            return;
        }
        Address sender = Address.v4(Wire.get32(bytes, at + SENDER));
        neighbors.heard(sender, bytes, at + SENDER_MAC);
        Address target = Address.v4(Wire.get32(bytes, at + TARGET));
        if (Wire.get16(bytes, at + OPERATION) != REQUEST || !Addresses.isOurs(target)) {
            return;
        }
        byte[] reply = GuestFrames.frame(bytes, at + SENDER_MAC, Ethernet.ARP, LENGTH);
        int to = Ethernet.HEADER;
        Wire.put32(reply, to, ETHERNET_AND_IPV4);
        Wire.put16(reply, to + 4, LENGTHS);
        Wire.put16(reply, to + OPERATION, REPLY);
        System.arraycopy(Addresses.GATEWAY_MAC, 0, reply, to + SENDER_MAC, Addresses.GATEWAY_MAC.length);
        target.write(reply, to + SENDER);
        System.arraycopy(bytes, at + SENDER_MAC, reply, to + TARGET_MAC, SENDER - SENDER_MAC + 4);
        out.raw(reply);
    }
}
