package swivel.devices.net;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * What goes over the cable, as tcpdump and Wireshark read it (the classic format of libpcap, nanoseconds). A frame that
 * is several TCP segments is one record; a checksum that the receiver is to compute is computed here.
 */
final class PcapFile implements AutoCloseable {
    private static final int MAGIC = 0xa1b2_3c4d;
    private static final int VERSION = 2 << 16 | 4;
    private static final int ETHERNET = 1;
    private static final int HEADER = 24;
    private static final int RECORD = 16;
    private static final long SECOND = 1_000_000_000;

    private final OutputStream out;
    private final Consumer<String> say;
    /** What has to be added to {@link System#nanoTime} to get nanoseconds since 1970. */
    private final long epoch = System.currentTimeMillis() * 1_000_000 - System.nanoTime();

    private boolean failed;

    /** Begins the file, which is closed with this object. */
    PcapFile(OutputStream file, Consumer<String> say) {
        this.out = new BufferedOutputStream(file, 1 << 16);
        this.say = say;
        put(ByteBuffer.allocate(HEADER)
                .putInt(MAGIC)
                .putInt(VERSION)
                .putLong(0)
                .putInt(FrameRing.MAX_FRAME)
                .putInt(ETHERNET)
                .array());
    }

    /** Adds a frame. */
    void write(byte[] bytes, int at, int length, int checksumStart, int checksumOffset) {
        long now = epoch + System.nanoTime();
        put(ByteBuffer.allocate(RECORD)
                .putInt((int) (now / SECOND))
                .putInt((int) (now % SECOND))
                .putInt(length)
                .putInt(length)
                .array());
        int field = checksumStart + checksumOffset;
        if (checksumStart == 0 || field + 2 > length) {
            put(bytes, at, length);
            return;
        }
        byte[] sum = new byte[2];
        Wire.put16(sum, 0, Wire.checksum(Wire.sum(bytes, at + checksumStart, length - checksumStart, 0)));
        put(bytes, at, field);
        put(sum);
        put(bytes, at + field + 2, length - field - 2);
    }

    private void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    private void put(byte[] bytes, int at, int length) {
        try {
            if (!failed) {
                out.write(bytes, at, length);
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException e) {
        failed = true;
        say.accept("the capture of the network cannot be written any more: " + e.getMessage());
    }

    /** Before the network sleeps: what was captured can be read. */
    void flush() {
        try {
            if (!failed) {
                out.flush();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public void close() {
        flush();
        try {
            out.close();
        } catch (IOException e) {
            if (!failed) {
                fail(e);
            }
        }
    }
}
