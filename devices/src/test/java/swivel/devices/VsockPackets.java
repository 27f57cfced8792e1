package swivel.devices;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Packets of a vsock driver (VIRTIO 1.2, 5.10.6), written down once more. */
final class VsockPackets {
    static final int CID = 42;
    static final int REQUEST = 1;
    static final int RESPONSE = 2;
    static final int RST = 3;
    static final int SHUTDOWN = 4;
    static final int RW = 5;
    static final int CREDIT_UPDATE = 6;
    static final int CREDIT_REQUEST = 7;
    static final int HEADER = 44;

    private VsockPackets() {}

    /** A packet of the guest to the host. */
    static byte[] packet(
            int guestPort, int hostPort, int operation, int flags, int buffer, int forwarded, byte... content) {
        return packet(CID, 2, guestPort, hostPort, content.length, 1, operation, flags, buffer, forwarded, content);
    }

    static byte[] packet(
            long source,
            long destination,
            int guestPort,
            int hostPort,
            int length,
            int type,
            int operation,
            int flags,
            int buffer,
            int forwarded,
            byte... content) {
        return ByteBuffer.allocate(HEADER + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(source)
                .putLong(destination)
                .putInt(guestPort)
                .putInt(hostPort)
                .putInt(length)
                .putShort((short) type)
                .putShort((short) operation)
                .putInt(flags)
                .putInt(buffer)
                .putInt(forwarded)
                .put(content)
                .array();
    }

    /** A packet of the host, as the guest gets it. */
    record Arrived(
            long source,
            long destination,
            int hostPort,
            int guestPort,
            int type,
            int operation,
            int flags,
            int buffer,
            int forwarded,
            byte[] content) {
        static Arrived of(byte[] bytes) {
            ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            long source = from.getLong();
            long destination = from.getLong();
            int hostPort = from.getInt();
            int guestPort = from.getInt();
            int length = from.getInt();
            if (length != bytes.length - HEADER) {
                throw new AssertionError("length " + length + " of " + bytes.length + " bytes");
            }
            return new Arrived(
                    source,
                    destination,
                    hostPort,
                    guestPort,
                    from.getShort(),
                    from.getShort(),
                    from.getInt(),
                    from.getInt(),
                    from.getInt(),
                    Arrays.copyOfRange(bytes, HEADER, bytes.length));
        }
    }
}
