package swivel.devices.net;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Datagrams of which the guest has sent fragments (RFC 791, 3.2; RFC 8200, 4.5): at most a few at a time, of which the
 * oldest gives way. Fragments that overlap make a datagram of which nobody knows who wrote what; it does no harm.
 */
final class Reassembly {
    static final int MAX_DATAGRAMS = 16;

    private static final int MAX_LENGTH = 65535;
    private static final int UNIT = 8;

    private record Key(Address source, Address destination, int id, int protocol) {}

    private static final class Datagram {
        byte[] bytes = new byte[2048];
        final BitSet units = new BitSet();
        /** -1 until the last fragment has come. */
        int length = -1;
    }

    private final Map<Key, Datagram> datagrams = new LinkedHashMap<>();

    /** Takes a fragment. Returns whether it was the last that was missing; the packet is then the whole datagram. */
    boolean complete(IpPacket packet) {
        int end = packet.fragmentOffset + packet.length;
        if (end > MAX_LENGTH || packet.length == 0 || packet.moreFragments && packet.length % UNIT != 0) {
            return false;
        }
        Key key = new Key(packet.source, packet.destination, packet.fragmentId, packet.protocol);
        Datagram datagram = datagrams.get(key);
        if (datagram == null) {
            if (datagrams.size() == MAX_DATAGRAMS) {
                datagrams.remove(datagrams.keySet().iterator().next());
            }
            datagram = new Datagram();
            datagrams.put(key, datagram);
        }
        if (end > datagram.bytes.length) {
            byte[] larger = new byte[Math.min(MAX_LENGTH, Math.max(end, 2 * datagram.bytes.length))];
            System.arraycopy(datagram.bytes, 0, larger, 0, datagram.bytes.length);
            datagram.bytes = larger;
        }
        System.arraycopy(packet.bytes, packet.payload, datagram.bytes, packet.fragmentOffset, packet.length);
        datagram.units.set(packet.fragmentOffset / UNIT, (end + UNIT - 1) / UNIT);
        if (!packet.moreFragments) {
            datagram.length = end;
        }
        if (datagram.length < 0 || datagram.units.nextClearBit(0) < (datagram.length + UNIT - 1) / UNIT) {
            return false;
        }
        datagrams.remove(key);
        packet.bytes = datagram.bytes;
        packet.payload = 0;
        packet.length = datagram.length;
        packet.fragmentOffset = 0;
        packet.moreFragments = false;
        return true;
    }

    /** How many datagrams wait for fragments. */
    int size() {
        return datagrams.size();
    }
}
