package swivel.devices.vsock;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a packet begins with (VIRTIO 1.2, 5.10.6), little-endian:
 *
 * <pre>
 *   +0  source CID  64    +8  destination CID  64    +16 source port  32    +20 destination port  32
 *   +24 length      32    +28 type             16    +30 operation    16    +32 flags             32
 *   +36 size of the sender's buffer 32    +40 bytes that have left it, of all that ever came in 32
 * </pre>
 */
public record VsockHeader(
        long sourceCid,
        long destinationCid,
        int sourcePort,
        int destinationPort,
        int length,
        int type,
        int operation,
        int flags,
        int bufferSize,
        int forwarded) {
    /** Bytes of it. */
    public static final int SIZE = 44;

    /** The place of the length. */
    public static final int LENGTH = 24;

    /** The only type of socket here. */
    static final int STREAM = 1;

    static final int REQUEST = 1;
    static final int RESPONSE = 2;
    static final int RESET = 3;
    static final int SHUTDOWN = 4;
    static final int DATA = 5;
    static final int CREDIT_UPDATE = 6;
    static final int CREDIT_REQUEST = 7;

    /** Flags of {@link #SHUTDOWN}: who sends it takes no more, sends no more. */
    static final int TAKES_NO_MORE = 1;

    static final int SENDS_NO_MORE = 2;
    static final int BOTH = TAKES_NO_MORE | SENDS_NO_MORE;

    static VsockHeader read(byte[] from, int at) {
        ByteBuffer bytes = ByteBuffer.wrap(from, at, SIZE).order(ByteOrder.LITTLE_ENDIAN);
        return new VsockHeader(
                bytes.getLong(),
                bytes.getLong(),
                bytes.getInt(),
                bytes.getInt(),
                bytes.getInt(),
                Short.toUnsignedInt(bytes.getShort()),
                Short.toUnsignedInt(bytes.getShort()),
                bytes.getInt(),
                bytes.getInt(),
                bytes.getInt());
    }

    void write(byte[] to, int at) {
        ByteBuffer.wrap(to, at, SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(sourceCid)
                .putLong(destinationCid)
                .putInt(sourcePort)
                .putInt(destinationPort)
                .putInt(length)
                .putShort((short) type)
                .putShort((short) operation)
                .putInt(flags)
                .putInt(bufferSize)
                .putInt(forwarded);
    }
}
