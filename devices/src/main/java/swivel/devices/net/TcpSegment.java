package swivel.devices.net;

/** A segment of the guest: the fields of its header (RFC 9293, 3.1) and where its content is. One object serves all. */
final class TcpSegment {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int PSH = 8;
    static final int ACK = 16;

    static final int HEADER = 20;
    static final int CHECKSUM = 16;

    // Options: end, no operation, maximum segment size (RFC 9293), window scale (RFC 7323).
    private static final int OPTION_END = 0;
    private static final int OPTION_NOP = 1;
    static final int OPTION_MSS = 2;
    static final int OPTION_SCALE = 3;

    /** The largest shift that RFC 7323, 2.3 allows. */
    private static final int MAX_SCALE = 14;

    int sourcePort;
    int destinationPort;
    int seq;
    int ack;
    int flags;
    /** As it stands there, not scaled. */
    int window;

    byte[] bytes;
    int content;
    int length;

    /** Options; 0 and -1: they are not there. */
    int mss;

    int scale;

    /** Takes a segment apart. Returns whether it is one, with a right checksum. */
    boolean parse(IpPacket packet) {
        if (packet.length < HEADER || !packet.sumIsRight()) {
            return false;
        }
        byte[] from = packet.bytes;
        int at = packet.payload;
        int header = (Wire.get8(from, at + 12) >> 4) * 4;
        if (header < HEADER || header > packet.length) {
            return false;
        }
        sourcePort = Wire.get16(from, at);
        destinationPort = Wire.get16(from, at + 2);
        seq = Wire.get32(from, at + 4);
        ack = Wire.get32(from, at + 8);
        flags = Wire.get8(from, at + 13);
        window = Wire.get16(from, at + 14);
        bytes = from;
        content = at + header;
        length = packet.length - header;
        mss = 0;
        scale = -1;
        if (has(SYN)) {
            options(from, at + HEADER, at + header);
        }
        return true;
    }

    private void options(byte[] from, int start, int end) {
        int at = start;
        while (at < end && Wire.get8(from, at) != OPTION_END) {
            if (Wire.get8(from, at) == OPTION_NOP) {
                at++;
                continue;
            }
            int size = at + 1 < end ? Wire.get8(from, at + 1) : 0;
            if (size < 2 || at + size > end) {
                return;
            }
            if (Wire.get8(from, at) == OPTION_MSS && size == 4) {
                mss = Wire.get16(from, at + 2);
            } else if (Wire.get8(from, at) == OPTION_SCALE && size == 3) {
                scale = Math.min(Wire.get8(from, at + 2), MAX_SCALE);
            }
            at += size;
        }
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** What it takes of the sequence numbers. */
    int space() {
        return length + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }
}
