package swivel.devices.net;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An address of either version of IP, as a number of 128 bits: one of IPv4 has those of an IPv4-mapped address (RFC
 * 4291, 2.5.5.2), which never travel as such.
 */
record Address(long high, long low) {
    private static final long MAPPED = 0xffffL << 32;

    static final int V4_BYTES = 4;
    static final int V6_BYTES = 16;

    static Address v4(int bits) {
        return new Address(0, MAPPED | bits & 0xffff_ffffL);
    }

    static Address v6(byte[] from, int at) {
        return new Address(Wire.get64(from, at), Wire.get64(from, at + 8));
    }

    static Address of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == V4_BYTES ? v4(Wire.get32(bytes, 0)) : v6(bytes, 0);
    }

    boolean isV4() {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /** An IPv4 address as a number. */
    int bits() {
        return (int) low;
    }

    /** How many bytes it has in a packet. */
    int length() {
        return isV4() ? V4_BYTES : V6_BYTES;
    }

    void write(byte[] to, int at) {
        if (isV4()) {
            Wire.put32(to, at, bits());
        } else {
            Wire.put64(to, at, high);
            Wire.put64(to, at + 8, low);
        }
    }

    InetAddress inet() {
        byte[] bytes = new byte[length()];
        write(bytes, 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are an address", e);
        }
    }

    /** What it adds to the sum of a pseudo-header. */
    long sum() {
        return isV4() ? (low >>> 16 & 0xffff) + (low & 0xffff) : words(high) + words(low);
    }

    private static long words(long bits) {
        return (bits >>> 48) + (bits >>> 32 & 0xffff) + (bits >>> 16 & 0xffff) + (bits & 0xffff);
    }

    @Override
    public String toString() {
        return inet().getHostAddress();
    }
}
