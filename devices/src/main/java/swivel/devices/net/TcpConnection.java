package swivel.devices.net;

import java.io.IOException;
import swivel.devices.streams.ByteQueue;
import swivel.devices.streams.Chunks;

/**
 * A TCP connection with the guest (RFC 9293), of which we are the other end: what the guest sends goes to a
 * {@link Host}, and what that has for the guest is sent, kept and sent again until the guest has it. Everything happens
 * on the network's thread, in calls that never wait.
 *
 * <p>Names are those of the RFC: SND.UNA is {@code sndUna}. What is simpler here than between two hosts far apart: what
 * the guest sends out of order is not kept, since nothing reorders it (the guest sends it again); and there is no
 * congestion window, since there is nothing on the way that could be congested. Retransmission is that of RFC 6298
 * ({@link RoundTrips}), with fast retransmission after three acknowledgments that say the same (RFC 5681, 3.2; RFC
 * 6582).
 */
final class TcpConnection {
    /** States of RFC 9293, 3.3.2, and one before them: the host is still connecting. */
    enum State {
        CONNECTING,
        SYN_SENT,
        SYN_RECEIVED,
        ESTABLISHED,
        FIN_WAIT_1,
        FIN_WAIT_2,
        CLOSE_WAIT,
        CLOSING,
        LAST_ACK,
        TIME_WAIT,
        CLOSED
    }

    /** The host's side of the connection. */
    interface Host {
        /** Gives the host bytes. Returns how many it took. */
        int write(byte[] from, int at, int length) throws IOException;

        /** The guest has sent its last byte, and the host has it. */
        void finish();

        /** The guest or we have broken the connection off. */
        void reset();
    }

    /** Where segments go. */
    interface Output {
        /**
         * Sends a segment with this connection's acknowledgment and window.
         *
         * @param offset of its content in {@link TcpConnection#toGuest}
         * @return whether there was room for it; if not, {@link TcpConnection#output} is to be called again
         */
        boolean segment(TcpConnection connection, int flags, int seq, int offset, int length);

        /** How much content a segment can have that the guest takes as several. */
        int mostContent(TcpConnection connection);
    }

    /** Bytes that wait in each direction at most, and so the largest window. */
    static final int LIMIT = 1 << 18;

    /** Our windows are in units of 16 bytes, if the guest agrees. */
    static final int SCALE = 4;

    private static final int MAX_UNSCALED = 65535;
    /** What a peer takes that does not say (RFC 9293, 3.7.1), and the least that we believe. */
    private static final int DEFAULT_MSS = 536;

    private static final int LEAST_MSS = 64;

    /** Nothing is between us and the guest that could keep a segment for longer. */
    private static final long TIME_WAIT = 1_000_000_000;

    private static final int MAX_RETRIES = 12;
    private static final int MAX_SYN_RETRIES = 6;
    private static final int DUPLICATES = 3;

    static final long NEVER = Long.MAX_VALUE;

    final Flow key;
    private final Host host;
    private final Output out;
    private final Chunks chunks;

    /** What the guest has not acknowledged yet, from SND.UNA on. */
    final ByteQueue toGuest;
    /** What the host has not taken yet. */
    final ByteQueue toHost;

    private State state;

    // Sending.
    private final int iss;
    private int sndUna;
    private int sndNxt;
    private int sndWnd;
    private int sndWl1;
    private int sndWl2;
    private int sndScale;
    private int mss = DEFAULT_MSS;
    /** The host has sent its last byte; its FIN follows the queue. */
    private boolean hostEnded;

    private boolean finSent;
    private int duplicates;
    /** Until this is acknowledged, each acknowledgment of less tells of one more segment that was lost. */
    private int recover;

    private boolean recovering;

    // Receiving.
    private int rcvNxt;
    private int rcvScale;
    /** RCV.NXT and the window as the guest knows them: the right edge never moves to the left. */
    private int rcvEdge;

    private boolean guestEnded;
    private boolean finished;
    private boolean ackDue;

    // Timers.
    private final RoundTrips trips = new RoundTrips();
    private long timeout = RoundTrips.FIRST_TIMEOUT;
    private int retries;
    private long deadline = NEVER;

    TcpConnection(Flow key, Host host, Output out, Chunks chunks, int iss) {
        this.key = key;
        this.host = host;
        this.out = out;
        this.chunks = chunks;
        this.toGuest = new ByteQueue(chunks);
        this.toHost = new ByteQueue(chunks);
        this.iss = iss;
        this.sndUna = iss;
        this.sndNxt = iss;
        this.state = State.CONNECTING;
    }

    State state() {
        return state;
    }

    /** When {@link #timeOut} is to be called, or {@link #NEVER}. */
    long deadline() {
        return deadline;
    }

    /** What the next segment acknowledges. */
    int rcvNxt() {
        return rcvNxt;
    }

    /** What would be sent next. */
    int sndNxt() {
        return sndNxt;
    }

    int mss() {
        return mss;
    }

    // Opening.

    /** Connects to the guest, for somebody on the host. */
    void open(long now) {
        state = State.SYN_SENT;
        rcvScale = SCALE;
        sendSyn(now);
    }

    /** The guest's first segment, with SYN: keeps what it says. */
    void opened(TcpSegment syn) {
        rcvNxt = syn.seq + 1;
        rcvEdge = rcvNxt;
        mss = Math.max(syn.mss == 0 ? DEFAULT_MSS : syn.mss, LEAST_MSS);
        rcvScale = syn.scale < 0 ? 0 : SCALE;
        sndScale = Math.max(syn.scale, 0);
    }

    /** The host is connected: so is the guest, when it has acknowledged it. */
    void accept(long now) {
        state = State.SYN_RECEIVED;
        sendSyn(now);
    }

    /** The shift that our SYN offers; -1: none. */
    int offeredScale() {
        return rcvScale == 0 ? -1 : rcvScale;
    }

    private void sendSyn(long now) {
        int flags = TcpSegment.SYN | (state == State.SYN_RECEIVED ? TcpSegment.ACK : 0);
        boolean _ = out.segment(this, flags, iss, 0, 0); // one that found no room is sent again
        sndNxt = iss + 1;
        deadline = now + timeout;
    }

    // What the host does.

    /** How many bytes more the host may have for the guest now. */
    int roomToGuest() {
        boolean open = switch (state) {
            case SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> !hostEnded;
            default -> false;
        };
        return open ? LIMIT - toGuest.size() : 0;
    }

    /** The host has sent its last byte. */
    void hostEnded() {
        hostEnded = true;
    }

    /** The host broke the connection off, or refused it: so do we. The host's side is to be closed by the caller. */
    void abort() {
        if (state != State.CLOSED) {
            // Before the guest has answered our SYN, there is nothing to acknowledge.
            int flags = state == State.SYN_SENT ? TcpSegment.RST : TcpSegment.RST | TcpSegment.ACK;
            boolean _ = out.segment(this, flags, sndNxt, 0, 0);
        }
        drop();
    }

    /** The host takes bytes again: whoever called this has drained {@link #toHost}. */
    void drained() {
        if (guestEnded && toHost.isEmpty() && !finished) {
            finished = true;
            host.finish();
        }
        // A window that opens by less than this is not worth a segment (RFC 9293, 3.8.6.2.2).
        if (!guestEnded && canReceive() && edge() - rcvEdge >= Math.min(LIMIT / 2, 2 * Ethernet.MTU)) {
            ackDue = true;
        }
    }

    /** Whether the host has got all that the guest has sent it, and its end. */
    boolean isFinished() {
        return finished;
    }

    private void close() {
        state = State.CLOSED;
        deadline = NEVER;
        ackDue = false;
        toGuest.clear();
    }

    /** Closes without what still waits for the host. */
    private void drop() {
        close();
        toHost.clear();
        finished = true;
    }

    /** The guest does not want the connection any more. */
    private void broken() {
        drop();
        host.reset();
    }

    /** We do not want it any more, on either side. */
    private void breakOff() {
        abort();
        host.reset();
    }

    // The window that the guest has.

    private boolean canReceive() {
        return state == State.ESTABLISHED || state == State.FIN_WAIT_1 || state == State.FIN_WAIT_2;
    }

    /** The right edge that we can offer now. */
    private int edge() {
        int most = rcvScale == 0 ? MAX_UNSCALED : LIMIT;
        int free = Math.max(most - toHost.size(), 0);
        if (chunks.isScarce()) {
            free = Math.min(free, chunks.available() == 0 ? 0 : Chunks.SIZE);
        }
        return later(rcvNxt + free, rcvEdge);
    }

    /** The later one of two sequence numbers. */
    private static int later(int one, int other) {
        return one - other > 0 ? one : other;
    }

    /** The window for a segment that is sent now, as it stands in the header. */
    int advertise(boolean syn) {
        int unit = syn ? 0 : rcvScale;
        int window = Math.min(edge() - rcvNxt >> unit, MAX_UNSCALED);
        rcvEdge = later(rcvNxt + (window << unit), rcvEdge);
        return window;
    }

    // Segments of the guest.

    /** A segment of the guest has come (RFC 9293, 3.10.7). {@link #output} is to be called after one or several. */
    void segment(TcpSegment segment, long now) {
        switch (state) {
            case CLOSED -> {}
            case CONNECTING -> {
                if (segment.has(TcpSegment.RST) && segment.seq == rcvNxt) {
                    broken(); // the guest gave up
                }
            }
            case SYN_SENT -> synSent(segment);
            default -> synchronizedState(segment, now);
        }
    }

    /** 3.10.7.3. */
    private void synSent(TcpSegment segment) {
        boolean acknowledges = segment.has(TcpSegment.ACK) && segment.ack == sndNxt;
        if (segment.has(TcpSegment.ACK) && !acknowledges) {
            if (!segment.has(TcpSegment.RST)) {
                boolean _ = out.segment(this, TcpSegment.RST, segment.ack, 0, 0);
            }
        } else if (segment.has(TcpSegment.RST)) {
            if (acknowledges) {
                broken();
            }
        } else if (segment.has(TcpSegment.SYN) && acknowledges) {
            opened(segment);
            established(segment);
            ackDue = true;
        }
        // A SYN alone would be the guest connecting to us at the same time, from the same ports. It will try again.
    }

    private void established(TcpSegment segment) {
        sndUna = sndNxt;
        sndWnd = segment.has(TcpSegment.SYN) ? segment.window : segment.window << sndScale;
        sndWl1 = segment.seq;
        sndWl2 = segment.ack;
        state = State.ESTABLISHED;
        retries = 0;
        timeout = RoundTrips.FIRST_TIMEOUT;
        deadline = NEVER;
    }

    /** 3.10.7.4. */
    private void synchronizedState(TcpSegment segment, long now) {
        int start = segment.seq - rcvNxt; // below 0: we have the beginning already
        int window = rcvEdge - rcvNxt;
        if (state == State.SYN_RECEIVED && segment.flags == TcpSegment.SYN && start == -1) {
            sendSyn(now); // ours was lost
            return;
        }
        int space = segment.space();
        boolean acceptable = start == 0 || start < window && (space == 0 ? start > 0 : start + space > 0);
        if (!acceptable) {
            if (!segment.has(TcpSegment.RST)) {
                acknowledgeNow(now); // also an answer to "are you still there"
            }
            return;
        }
        if (segment.has(TcpSegment.RST)) {
            if (start == 0) {
                broken();
            } else {
                acknowledgeNow(now); // RFC 5961, 3.2
            }
            return;
        }
        if (segment.has(TcpSegment.SYN)) {
            acknowledgeNow(now); // RFC 5961, 4.2
            return;
        }
        if (!segment.has(TcpSegment.ACK) || !acknowledged(segment, now)) {
            return;
        }
        if (segment.length > 0 || segment.has(TcpSegment.FIN)) {
            take(segment, -start, window, now);
        }
    }

    private void acknowledgeNow(long now) {
        if (state == State.TIME_WAIT) {
            deadline = now + TIME_WAIT;
        }
        ackDue = !out.segment(this, TcpSegment.ACK, sndNxt, 0, 0);
    }

    /** Takes the acknowledgment and the window of a segment. Returns whether it is worth looking at further. */
    private boolean acknowledged(TcpSegment segment, long now) {
        int ack = segment.ack;
        if (ack - sndNxt > 0 || ack - sndUna < -LIMIT) {
            if (state == State.SYN_RECEIVED) {
                boolean _ = out.segment(this, TcpSegment.RST, ack, 0, 0);
            } else {
                acknowledgeNow(now); // RFC 5961, 5.2
            }
            return false;
        }
        if (state == State.SYN_RECEIVED) {
            if (ack != sndNxt) {
                return false;
            }
            established(segment);
        }
        if (sndNxt == sndUna) {
            retries = 0; // a guest without a window, which is there
        }
        int window = segment.window << sndScale;
        if (ack - sndUna > 0) {
            advance(ack, now);
        } else if (ack == sndUna
                && sndNxt != sndUna
                && segment.length == 0
                && !segment.has(TcpSegment.FIN)
                && window == sndWnd) {
            duplicates++;
            if (duplicates == DUPLICATES && !recovering) {
                recovering = true;
                recover = sndNxt;
                retransmit();
            }
        }
        if (segment.seq - sndWl1 > 0 || segment.seq == sndWl1 && ack - sndWl2 >= 0) {
            boolean opens = sndWnd == 0 && window > 0;
            sndWnd = window;
            sndWl1 = segment.seq;
            sndWl2 = ack;
            if (opens) {
                retries = 0;
                timeout = trips.timeout();
                deadline = sndNxt == sndUna ? NEVER : now + timeout;
            }
        }
        return state != State.CLOSED;
    }

    /** The guest has got more. */
    private void advance(int ack, long now) {
        boolean all = ack == sndNxt;
        boolean finAcknowledged = all && finSent;
        toGuest.skip(ack - sndUna - (finAcknowledged ? 1 : 0));
        sndUna = ack;
        duplicates = 0;
        retries = 0;
        trips.acknowledged(ack, now);
        timeout = trips.timeout();
        if (recovering && ack - recover < 0) {
            retransmit();
        } else {
            recovering = false;
        }
        deadline = all ? NEVER : now + timeout;
        if (finAcknowledged) {
            switch (state) {
                case FIN_WAIT_1 -> state = State.FIN_WAIT_2;
                case CLOSING -> timeWait(now);
                case LAST_ACK -> close();
                default -> {}
            }
        }
    }

    /** Takes the content of a segment that begins at or before RCV.NXT, and its FIN. */
    private void take(TcpSegment segment, int before, int window, long now) {
        if (before < 0) {
            acknowledgeNow(now); // out of order: something is missing, and the guest is told so at once
            return;
        }
        int skip = Math.min(before, segment.length);
        int length = Math.min(segment.length - skip, window);
        if (!canReceive()) {
            acknowledgeNow(now); // after the guest's FIN nothing new can come
            return;
        }
        if (length > 0) {
            try {
                length = give(segment.bytes, segment.content + skip, length);
            } catch (IOException e) {
                breakOff();
                return;
            }
            rcvNxt += length;
        }
        ackDue = true;
        if (segment.has(TcpSegment.FIN) && skip + length == segment.length) {
            rcvNxt++;
            rcvEdge = later(rcvNxt, rcvEdge);
            guestEnded = true;
            switch (state) {
                case ESTABLISHED -> state = State.CLOSE_WAIT;
                case FIN_WAIT_1 -> state = State.CLOSING; // its acknowledgment of our FIN would have come before this
                case FIN_WAIT_2 -> timeWait(now);
                default -> {}
            }
            drained();
        }
    }

    private int give(byte[] from, int at, int length) throws IOException {
        int taken = toHost.isEmpty() ? host.write(from, at, length) : 0;
        return taken + toHost.append(from, at + taken, length - taken);
    }

    private void timeWait(long now) {
        state = State.TIME_WAIT;
        deadline = now + TIME_WAIT;
    }

    // Sending.

    /**
     * Sends what can be sent.
     *
     * @return whether that was all: if not, there was no room for a segment
     */
    boolean output(long now) {
        boolean sends = switch (state) {
            case ESTABLISHED, CLOSE_WAIT -> true;
            default -> false;
        };
        while (sends) {
            int flying = sndNxt - sndUna;
            int left = toGuest.size() - flying;
            int usable = sndWnd - flying;
            if (usable <= 0 || left == 0 && !hostEnded) {
                break;
            }
            int length = Math.min(Math.min(left, usable), out.mostContent(this));
            if (length < left && length < mss && flying > 0) {
                break; // more will fit soon: no small segments (RFC 9293, 3.8.6.2.1)
            }
            if (length < left && length > mss) {
                length -= length % mss;
            }
            boolean last = hostEnded && length == left;
            int flags =
                    TcpSegment.ACK | (length == left && length > 0 ? TcpSegment.PSH : 0) | (last ? TcpSegment.FIN : 0);
            if (!out.segment(this, flags, sndNxt, flying, length)) {
                return false;
            }
            ackDue = false;
            if (!recovering) {
                trips.sent(sndNxt, now);
            }
            sndNxt += length;
            if (last) {
                sndNxt++;
                finSent = true;
                state = state == State.ESTABLISHED ? State.FIN_WAIT_1 : State.LAST_ACK;
                sends = false;
            }
            if (deadline == NEVER) {
                deadline = now + timeout;
            }
        }
        if (sends && sndNxt == sndUna && (!toGuest.isEmpty() || hostEnded) && deadline == NEVER) {
            deadline = now + timeout; // the window is closed: it may have been opened by a segment that was lost
        }
        if (ackDue) {
            ackDue = !out.segment(this, TcpSegment.ACK, sndNxt, 0, 0);
        }
        return !ackDue;
    }

    /** Sends the first segment again that was not acknowledged. */
    private void retransmit() {
        trips.forget();
        int content = sndNxt - sndUna - (finSent ? 1 : 0);
        int length = Math.min(content, out.mostContent(this));
        if (length > mss) {
            length = Math.max(mss, Math.min(length, Math.max(sndWnd, mss)) / mss * mss);
        }
        boolean last = finSent && length == content;
        int flags = TcpSegment.ACK | (length > 0 ? TcpSegment.PSH : 0) | (last ? TcpSegment.FIN : 0);
        boolean _ = out.segment(this, flags, sndUna, 0, length);
    }

    /** The deadline has passed. */
    void timeOut(long now) {
        if (now < deadline) {
            return;
        }
        if (state == State.TIME_WAIT) {
            close();
            return;
        }
        boolean opening = state == State.SYN_SENT || state == State.SYN_RECEIVED;
        retries++;
        timeout = Math.min(2 * timeout, RoundTrips.LONGEST_TIMEOUT);
        deadline = now + timeout;
        if (retries > (opening ? MAX_SYN_RETRIES : MAX_RETRIES)) {
            breakOff();
        } else if (opening) {
            sendSyn(now);
        } else if (sndNxt != sndUna) {
            recovering = true;
            recover = sndNxt;
            retransmit();
        } else {
            probe();
        }
    }

    /**
     * Asks for a window (RFC 9293, 3.8.6.1): a guest answers a byte that it has acknowledged already, also if it has no
     * window. One that answers is there.
     */
    private void probe() {
        if (sndWnd > 0 || toGuest.isEmpty() && !hostEnded) {
            deadline = NEVER;
        } else {
            boolean _ = out.segment(this, TcpSegment.ACK, sndUna - 1, 0, 0);
        }
    }
}
