package swivel.devices.net;

/** Numbers in network byte order, and the Internet checksum (RFC 1071). */
final class Wire {
    private Wire() {}

    static int get8(byte[] from, int at) {
        return from[at] & 0xff;
    }

    static int get16(byte[] from, int at) {
        return (from[at] & 0xff) << 8 | from[at + 1] & 0xff;
    }

    static int get32(byte[] from, int at) {
        return get16(from, at) << 16 | get16(from, at + 2);
    }

    static long get64(byte[] from, int at) {
        return (long) get32(from, at) << 32 | get32(from, at + 4) & 0xffff_ffffL;
    }

    static void put16(byte[] to, int at, int value) {
        to[at] = (byte) (value >> 8);
        to[at + 1] = (byte) value;
    }

    static void put32(byte[] to, int at, int value) {
        put16(to, at, value >>> 16);
        put16(to, at + 2, value);
    }

    static void put64(byte[] to, int at, long value) {
        put32(to, at, (int) (value >>> 32));
        put32(to, at + 4, (int) value);
    }

    /** Adds 16-bit words to a sum that is not folded yet; a last odd byte is the upper half of a word. */
    static long sum(byte[] of, int at, int length, long sum) {
        long total = sum;
        int end = at + length - 1;
        int i = at;
        for (; i < end; i += 2) {
            total += get16(of, i);
        }
        return i == end ? total + (get8(of, i) << 8) : total;
    }

    /** A sum as a number of 16 bits. */
    static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }

    /** What a checksum field has to say of a sum: its complement. */
    static int checksum(long sum) {
        return ~fold(sum) & 0xffff;
    }
}
