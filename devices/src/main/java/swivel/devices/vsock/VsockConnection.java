package swivel.devices.vsock;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import swivel.devices.streams.ByteQueue;
import swivel.devices.streams.Chunks;
import swivel.devices.streams.Sockets;

/**
 * One connection: a socket of the host, and what the guest knows of it. What the guest sends waits here for the
 * socket, as much as the guest has credit for; what the socket has is read only when the guest has room for it. All of
 * it on the thread of {@link HostVsock}.
 */
final class VsockConnection implements Sockets.Ready {
    /** What the guest may send that the socket has not taken. */
    static final int BUFFER = 1 << 16;

    private static final String CONNECT = "CONNECT ";
    /** The longest that a program can have to say: the word, ten digits, a newline. */
    private static final int MAX_GREETING = CONNECT.length() + 11;

    private static final int MAX_DIGITS = 10;

    private enum State {
        /** The program has not said yet where it wants to go. */
        GREETING,
        /** The guest is asked. */
        REQUESTED,
        OPEN,
        /** The guest knows no more of it; what it sent is still to go out. */
        LEFT,
        CLOSED
    }

    private final HostVsock host;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteQueue toHost;
    private final StringBuilder greeting = new StringBuilder();
    private State state = State.GREETING;
    /** The guest has it among its connections, or is about to. */
    private boolean hasGuest;

    private int guestPort;
    private int hostPort;
    /** It is among those of which {@link HostVsock} asks for output. */
    boolean isDue;

    // Credit (5.10.6.3), counted modulo 2^32.

    private int received;
    private int forwarded;
    private int toldForwarded;
    private int sent;
    private int guestBuffer;
    private int guestForwarded;
    private boolean askedForCredit;

    /** The socket has something to read. */
    private boolean readable;
    /** The program sends no more; takes no more. */
    private boolean hostEnded;

    private boolean hostDeaf;
    /** What the guest has said of that with {@link VsockHeader#SHUTDOWN}, and what it was told. */
    private int guestShut;

    private int toldShut;
    private boolean finished;

    // What is to be said, beside the end of what the program sends.

    private boolean requests;
    private boolean responds;
    private boolean updates;
    private boolean resets;

    /** When the guest has to have answered; 0: it need not. */
    private long deadline;

    /** Makes one of a channel that does not block. */
    VsockConnection(HostVsock host, SocketChannel channel, Selector selector, Chunks chunks) throws IOException {
        this.host = host;
        this.channel = channel;
        this.toHost = new ByteQueue(chunks);
        this.key = channel.register(selector, 0, this);
    }

    int guestPort() {
        return guestPort;
    }

    int hostPort() {
        return hostPort;
    }

    int forwarded() {
        return forwarded;
    }

    boolean hasGuest() {
        return hasGuest;
    }

    boolean isOver() {
        return state == State.CLOSED && !hasGuest;
    }

    // What comes from the guest.

    /** The guest has connected, and the channel is, too. */
    void acceptGuest(VsockHeader request) {
        guestPort = request.sourcePort();
        hostPort = request.destinationPort();
        hasGuest = true;
        state = State.OPEN;
        responds = true;
        takeCredit(request);
    }

    /** A packet of this connection. */
    void packet(VsockHeader header, byte[] from, int at, int length) {
        takeCredit(header);
        int operation = header.operation();
        if (resets && operation != VsockHeader.RESET) {
            return;
        }
        if (operation == VsockHeader.RESET) {
            leave();
        } else if (state == State.REQUESTED && operation == VsockHeader.RESPONSE) {
            opened();
        } else if (state != State.OPEN || length != header.length()) {
            abort();
        } else {
            switch (operation) {
                case VsockHeader.DATA -> take(from, at, length);
                case VsockHeader.CREDIT_UPDATE -> {}
                case VsockHeader.CREDIT_REQUEST -> updates = true;
                case VsockHeader.SHUTDOWN -> shut(header.flags() & VsockHeader.BOTH);
                default -> abort();
            }
        }
    }

    private void takeCredit(VsockHeader header) {
        if (guestForwarded != header.forwarded() || guestBuffer != header.bufferSize()) {
            guestForwarded = header.forwarded();
            guestBuffer = header.bufferSize();
            askedForCredit = false;
        }
    }

    /** How many bytes the guest has room for. */
    private int room() {
        int room = guestBuffer - (sent - guestForwarded);
        return Math.clamp(room, 0, VsockRing.MAX_CONTENT);
    }

    private void opened() {
        state = State.OPEN;
        deadline = 0;
        greeting.setLength(0);
        byte[] answer = ("OK " + hostPort + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            if (channel.write(ByteBuffer.wrap(answer)) < answer.length) {
                abort();
            }
        } catch (IOException e) {
            abort();
        }
    }

    private void take(byte[] from, int at, int length) {
        if (length > BUFFER - (received - forwarded) || (guestShut & VsockHeader.SENDS_NO_MORE) != 0) {
            abort(); // it has no credit for that, or said that nothing would come
            return;
        }
        received += length;
        int done = hostDeaf ? length : 0;
        if (toHost.isEmpty() && !hostDeaf) {
            done = write(from, at, length);
        }
        forwarded += done;
        if (toHost.append(from, at + done, length - done) < length - done) {
            abort();
        }
    }

    private int write(byte[] from, int at, int length) {
        try {
            return channel.write(ByteBuffer.wrap(from, at, length));
        } catch (IOException e) {
            becomeDeaf();
            return length;
        }
    }

    private void shut(int flags) {
        guestShut |= flags;
        if (guestShut == VsockHeader.BOTH) {
            resets = true; // which is how the guest learns that we know
        } else if ((flags & VsockHeader.TAKES_NO_MORE) != 0) {
            shutInput();
        }
    }

    // What comes from the host's program.

    @Override
    public void ready(long now) {
        try {
            if (state == State.GREETING && key.isReadable()) {
                greet(now);
            } else if (state != State.GREETING) {
                readable |= key.isReadable();
                drain();
            }
        } catch (IOException e) {
            becomeDeaf();
        }
        host.due(this);
    }

    /** Reads byte by byte, so that what comes behind the line stays where it is. */
    private void greet(long now) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        while (state == State.GREETING) {
            int length = channel.read(one.clear());
            if (length == 0) {
                return;
            }
            if (length > 0) {
                greeting.append((char) (one.get(0) & 0xff));
            }
            if (length < 0 || greeting.length() > MAX_GREETING) {
                close();
            } else if (greeting.charAt(greeting.length() - 1) == '\n') {
                understand(now);
            }
        }
    }

    private void understand(long now) {
        String line = greeting.toString().trim();
        String digits = line.startsWith(CONNECT) ? line.substring(CONNECT.length()) : "";
        boolean isNumber = digits.length() <= MAX_DIGITS && digits.matches("[0-9]+");
        long port = isNumber ? Long.parseLong(digits) : Long.MAX_VALUE;
        if (port > 0xffff_ffffL) {
            close();
            return;
        }
        guestPort = (int) port;
        hostPort = host.request(this, guestPort);
        hasGuest = true;
        state = State.REQUESTED;
        requests = true;
        deadline = later(now);
    }

    /** Gives the socket what it takes. */
    private void drain() throws IOException {
        int before = toHost.size();
        try {
            toHost.drain(channel);
        } finally {
            forwarded += before - toHost.size();
        }
    }

    /** The program takes nothing more: what is for it is dropped, and the guest told. */
    private void becomeDeaf() {
        hostDeaf = true;
        forwarded += toHost.size();
        toHost.clear();
    }

    private void shutInput() {
        try {
            channel.shutdownInput();
        } catch (IOException e) {
            // It is not connected any more; writing will say so.
        }
        hostEnded = true;
    }

    // The end.

    /** The guest knows no more of the connection. */
    private void leave() {
        hasGuest = false;
        deadline = 0;
        resets = false;
        if (state == State.OPEN) {
            state = State.LEFT;
            shutInput();
        } else {
            close();
        }
    }

    /** The guest has broken a rule, or nobody is there any more: it is told so, and what waits is dropped. */
    private void abort() {
        close();
        resets = hasGuest;
    }

    /** The guest has forgotten it. */
    void forget() {
        hasGuest = false;
        deadline = 0;
        close();
    }

    void close() {
        state = State.CLOSED;
        toHost.clear();
        Sockets.close(channel);
    }

    /** Whether it waits for the guest's answer. */
    boolean waits() {
        return deadline != 0;
    }

    private static long later(long now) {
        return Math.max(1, now + HostVsock.PATIENCE_NANOSECONDS);
    }

    /** If the guest's answer is overdue, gives up. Returns whether that is so. */
    boolean expire(long now) {
        if (deadline == 0 || now - deadline < 0) {
            return false;
        }
        deadline = 0;
        abort();
        return true;
    }

    /**
     * Says what is to be said, and waits for what can be used.
     *
     * @return false if there was no room for something
     */
    boolean output(long now) {
        finishHost();
        if (hasGuest && !say(now)) {
            return false;
        }
        if (state == State.LEFT && toHost.isEmpty()) {
            close();
        }
        wait(wanted());
        return true;
    }

    private boolean say(long now) {
        if (resets) {
            if (!send(VsockHeader.RESET, 0)) {
                return false;
            }
            leave();
            return true;
        }
        if (requests) {
            requests = !send(VsockHeader.REQUEST, 0);
        }
        if (responds) {
            responds = !send(VsockHeader.RESPONSE, 0);
        }
        if (requests || responds) {
            return false;
        }
        return state != State.OPEN || read() && sayEnd(now) && sayCredit();
    }

    /** Reads what the socket has into a packet. */
    private boolean read() {
        int room = room();
        if (!readable || hostEnded || room == 0) {
            return true;
        }
        int at = host.begin(true);
        if (at < 0) {
            return false;
        }
        readable = false;
        try {
            int length = channel.read(ByteBuffer.wrap(host.bytes(), at + VsockHeader.SIZE, room));
            if (length > 0) {
                sent += length;
                toldForwarded = forwarded;
                host.end(at, this, VsockHeader.DATA, 0, length);
            }
            hostEnded = length < 0;
        } catch (IOException e) {
            hostEnded = true;
            becomeDeaf();
        }
        return true;
    }

    private boolean sayEnd(long now) {
        int shut = (hostEnded ? VsockHeader.SENDS_NO_MORE : 0) | (hostDeaf ? VsockHeader.TAKES_NO_MORE : 0);
        if (shut == toldShut) {
            return true;
        }
        if (!send(VsockHeader.SHUTDOWN, shut)) {
            return false;
        }
        toldShut = shut;
        if (shut == VsockHeader.BOTH) {
            deadline = later(now);
        }
        return true;
    }

    /** Tells the guest of credit before it has none, and asks for its own when there is none. */
    private boolean sayCredit() {
        updates |= received - toldForwarded > BUFFER / 2 && forwarded != toldForwarded;
        if (updates) {
            updates = !send(VsockHeader.CREDIT_UPDATE, 0);
        }
        if (!updates && !askedForCredit && !hostEnded && room() == 0) {
            askedForCredit = send(VsockHeader.CREDIT_REQUEST, 0);
            return askedForCredit;
        }
        return !updates;
    }

    private boolean send(int operation, int flags) {
        int at = host.begin(false);
        if (at >= 0) {
            toldForwarded = forwarded;
            host.end(at, this, operation, flags, 0);
        }
        return at >= 0;
    }

    /** The guest sends no more, and the program has all: it is told. */
    private void finishHost() {
        if (state == State.OPEN
                && (guestShut & VsockHeader.SENDS_NO_MORE) != 0
                && toHost.isEmpty()
                && !finished
                && !hostDeaf) {
            finished = true;
            try {
                channel.shutdownOutput();
            } catch (IOException e) {
                becomeDeaf();
            }
        }
    }

    private int wanted() {
        if (state == State.GREETING) {
            return SelectionKey.OP_READ;
        }
        boolean reads = state == State.OPEN && !hostEnded && room() > 0;
        return (reads ? SelectionKey.OP_READ : 0) | (toHost.isEmpty() ? 0 : SelectionKey.OP_WRITE);
    }

    private void wait(int operations) {
        if (key.isValid() && key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }
}
