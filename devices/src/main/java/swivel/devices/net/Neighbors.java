package swivel.devices.net;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where frames for the guest's addresses go: to whom a packet last came from there, as a switch learns it. Of addresses
 * that were not heard of, to the network card.
 */
final class Neighbors {
    static final int MAX = 64;

    private final Map<Address, byte[]> macs = new LinkedHashMap<>();

    /** Learns from a frame. */
    void heard(Address from, byte[] bytes, int mac) {
        byte[] known = macs.get(from);
        if (known != null && Arrays.equals(known, 0, known.length, bytes, mac, mac + known.length)) {
            return;
        }
        if (!Addresses.isGuest(from) || (bytes[mac] & 1) != 0) {
            return; // nobody is a group
        }
        if (known == null && macs.size() == MAX) {
            macs.remove(macs.keySet().iterator().next());
        }
        macs.put(from, Arrays.copyOfRange(bytes, mac, mac + Addresses.GUEST_MAC.length));
    }

    int size() {
        return macs.size();
    }

    /** The address for a frame to this one. */
    void write(Address to, byte[] frame, int at) {
        byte[] mac = macs.getOrDefault(to, Addresses.GUEST_MAC);
        System.arraycopy(mac, 0, frame, at, mac.length);
    }
}
