package swivel.devices.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.junit.jupiter.api.Assertions;
import swivel.devices.streams.Chunks;

/** A connection without sockets and without a guest: a test plays both, and the clock. */
final class TcpEnd implements TcpConnection.Host, TcpConnection.Output {
    static final Flow FLOW = new Flow(Addresses.GUEST, 1024, Address.v4(0xc0000201), 80);
    static final long MILLISECOND = 1_000_000;

    /** A segment that was sent. */
    record Sent(int flags, int seq, int ack, int window, byte[] content, int mss, int scale) {}

    final TcpConnection connection;
    final Chunks chunks;
    final Deque<Sent> sent = new ArrayDeque<>();
    final ByteArrayOutputStream host = new ByteArrayOutputStream();
    int hostTakes = Integer.MAX_VALUE;
    boolean hostFails;
    boolean finished;
    boolean reset;
    boolean noRoom;
    int most = 1460;
    long now = 1;

    TcpEnd(int iss) {
        this(iss, 1 << 24);
    }

    TcpEnd(int iss, long memory) {
        chunks = new Chunks(memory);
        connection = new TcpConnection(FLOW, this, this, chunks, iss);
    }

    @Override
    public int write(byte[] from, int at, int length) throws IOException {
        if (hostFails) {
            throw new IOException("Broken pipe");
        }
        int taken = Math.min(length, hostTakes);
        hostTakes -= taken;
        host.write(from, at, taken);
        return taken;
    }

    @Override
    public void finish() {
        Assertions.assertFalse(finished, "finished once");
        finished = true;
    }

    @Override
    public void reset() {
        reset = true;
    }

    @Override
    public boolean segment(TcpConnection of, int flags, int seq, int offset, int length) {
        if (noRoom) {
            return false;
        }
        boolean syn = (flags & TcpSegment.SYN) != 0;
        byte[] content = new byte[length];
        of.toGuest.copy(offset, content, 0, length);
        int ack = (flags & TcpSegment.ACK) == 0 ? 0 : of.rcvNxt();
        sent.add(new Sent(flags, seq, ack, of.advertise(syn), content, syn ? 1460 : 0, syn ? of.offeredScale() : -1));
        return true;
    }

    @Override
    public int mostContent(TcpConnection of) {
        return most;
    }

    /** A segment of the guest. */
    static TcpSegment segment(int flags, int seq, int ack, int window, byte[] content) {
        TcpSegment segment = new TcpSegment();
        segment.flags = flags;
        segment.seq = seq;
        segment.ack = ack;
        segment.window = window;
        segment.bytes = content;
        segment.length = content.length;
        segment.scale = -1;
        return segment;
    }

    static TcpSegment segment(Sent sent) {
        TcpSegment segment = segment(sent.flags, sent.seq, sent.ack, sent.window, sent.content);
        segment.mss = sent.mss;
        segment.scale = sent.scale;
        return segment;
    }

    void arrives(int flags, int seq, int ack, int window, byte... content) {
        arrives(segment(flags, seq, ack, window, content));
    }

    void arrives(TcpSegment segment) {
        connection.segment(segment, now);
        boolean _ = connection.output(now);
    }

    /** The host has bytes for the guest. */
    void hostSends(byte... content) {
        Assertions.assertEquals(content.length, connection.toGuest.append(content, 0, content.length));
        boolean _ = connection.output(now);
    }

    void hostEnds() {
        connection.hostEnded();
        boolean _ = connection.output(now);
    }

    /** The host takes what waits for it, and as much again. */
    void hostDrains() throws IOException {
        hostTakes = Integer.MAX_VALUE;
        connection.toHost.drain(new WritableByteChannel() {
            @Override
            public int write(ByteBuffer from) {
                byte[] bytes = new byte[from.remaining()];
                from.get(bytes);
                host.writeBytes(bytes);
                return bytes.length;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        });
        connection.drained();
        boolean _ = connection.output(now);
    }

    /** Lets time pass, with whatever is due. */
    void pass(long milliseconds) {
        now += milliseconds * MILLISECOND;
        connection.timeOut(now);
        boolean _ = connection.output(now);
    }

    Sent next() {
        Sent next = sent.poll();
        Assertions.assertNotNull(next, "nothing was sent");
        return next;
    }

    void nothingSent() {
        Assertions.assertEquals("[]", Arrays.toString(sent.toArray()));
    }
}
