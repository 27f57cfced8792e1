package swivel.devices.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.devices.net.TcpConnection.State;
import swivel.devices.net.TcpEnd.Sent;
import swivel.devices.streams.Chunks;

/** The state machine of RFC 9293 and what 7323, 6298, 6582 and 5961 add, segment by segment. */
class TcpConnectionTest {
    private static final int FIN = TcpSegment.FIN;
    private static final int SYN = TcpSegment.SYN;
    private static final int RST = TcpSegment.RST;
    private static final int ACK = TcpSegment.ACK;
    private static final int PSH = TcpSegment.PSH;

    /** Both near the end of the sequence numbers. */
    private static final int OURS = -5;

    private static final int THEIRS = -3;
    private static final int WINDOW = 1000;

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7 + (i >> 8));
        }
        return bytes;
    }

    private static void check(Sent sent, int flags, int seq, int ack) {
        assertEquals(flags, sent.flags(), "flags");
        assertEquals(seq, sent.seq(), "sequence number");
        assertEquals(ack, sent.ack(), "acknowledgment");
    }

    private static TcpSegment syn(int mss, int scale) {
        TcpSegment syn = TcpEnd.segment(SYN, THEIRS, 0, WINDOW, new byte[0]);
        syn.mss = mss;
        syn.scale = scale;
        return syn;
    }

    /** A connection that the guest opens, and whose SYN was answered; the guest's scale is 0, ours 4. */
    private static TcpEnd answered() {
        TcpEnd end = new TcpEnd(OURS);
        end.connection.opened(syn(1460, 0));
        end.connection.accept(end.now);
        check(end.next(), SYN | ACK, OURS, THEIRS + 1);
        return end;
    }

    /** And that is open on both sides. */
    private static TcpEnd established() {
        TcpEnd end = answered();
        end.arrives(ACK, THEIRS + 1, OURS + 1, WINDOW);
        assertEquals(State.ESTABLISHED, end.connection.state());
        end.nothingSent();
        return end;
    }

    // Opening.

    @Test
    void theGuestsSynIsAnsweredWhenTheHostIsConnected() {
        TcpEnd end = new TcpEnd(OURS);
        end.connection.opened(syn(1400, 7));
        end.nothingSent();
        end.connection.accept(end.now);
        Sent answer = end.next();
        check(answer, SYN | ACK, OURS, THEIRS + 1);
        assertEquals(TcpConnection.SCALE, answer.scale());
        assertEquals(65535, answer.window(), "the window of a SYN is not scaled");
        assertEquals(1400, end.connection.mss());
    }

    @Test
    void withoutTheGuestsOfferThereIsNoScale() {
        TcpEnd end = new TcpEnd(OURS);
        end.connection.opened(syn(0, -1));
        end.connection.accept(end.now);
        assertEquals(-1, end.next().scale());
        assertEquals(536, end.connection.mss(), "RFC 9293, 3.7.1");
        end.arrives(ACK, THEIRS + 1, OURS + 1, WINDOW);
        end.arrives(ACK, THEIRS + 1, OURS + 1, WINDOW, bytes(10));
        assertEquals(65535, end.next().window());
    }

    @Test
    void aSynAckThatWasLostIsSentAgainEverMoreRarelyAndThenGivenUp() {
        TcpEnd end = answered();
        for (int seconds = 1; seconds <= 32; seconds *= 2) {
            end.pass(seconds * 1000L - 1);
            end.nothingSent();
            end.pass(1);
            check(end.next(), SYN | ACK, OURS, THEIRS + 1);
        }
        end.pass(60_000);
        end.pass(4_000);
        assertEquals(RST | ACK, end.next().flags());
        assertEquals(State.CLOSED, end.connection.state());
        assertTrue(end.reset);
    }

    @Test
    void aRepeatedSynGetsTheSameAnswer() {
        TcpEnd end = answered();
        end.arrives(syn(1460, 0));
        check(end.next(), SYN | ACK, OURS, THEIRS + 1);
    }

    @Test
    void weOpenAndTheGuestAccepts() {
        TcpEnd end = new TcpEnd(OURS);
        end.connection.open(end.now);
        check(end.next(), SYN, OURS, 0);
        TcpSegment answer = TcpEnd.segment(SYN | ACK, THEIRS, OURS + 1, WINDOW, new byte[0]);
        answer.mss = 1460;
        answer.scale = 2;
        end.arrives(answer);
        check(end.next(), ACK, OURS + 1, THEIRS + 1);
        assertEquals(State.ESTABLISHED, end.connection.state());
        end.hostSends(bytes(5));
        check(end.next(), ACK | PSH, OURS + 1, THEIRS + 1);
    }

    @Test
    void weOpenAndTheGuestRefuses() {
        TcpEnd end = new TcpEnd(OURS);
        end.connection.open(end.now);
        end.arrives(RST | ACK, 0, OURS + 7, 0);
        assertFalse(end.reset, "it acknowledges another SYN");
        end.arrives(RST | ACK, 0, OURS + 1, 0);
        assertTrue(end.reset);
        assertEquals(State.CLOSED, end.connection.state());
    }

    @Test
    void weOpenAndAnOldSegmentIsInTheWay() {
        TcpEnd end = new TcpEnd(OURS);
        end.connection.open(end.now);
        end.next();
        end.arrives(ACK, 77, OURS + 100, 0);
        check(end.next(), RST, OURS + 100, 0);
        assertEquals(State.SYN_SENT, end.connection.state());
    }

    @Test
    void theHostRefuses() {
        TcpEnd end = new TcpEnd(OURS);
        end.connection.opened(syn(1460, 0));
        end.connection.abort();
        Sent reset = end.next();
        assertEquals(RST | ACK, reset.flags());
        assertEquals(THEIRS + 1, reset.ack());
        assertEquals(State.CLOSED, end.connection.state());
    }

    // Data.

    @Test
    void whatTheGuestSendsGoesToTheHostAndIsAcknowledged() {
        TcpEnd end = established();
        end.arrives(ACK | PSH, THEIRS + 1, OURS + 1, WINDOW, bytes(100));
        assertArrayEquals(bytes(100), end.host.toByteArray());
        check(end.next(), ACK, OURS + 1, THEIRS + 101);
    }

    @Test
    void severalSegmentsHaveOneAcknowledgment() {
        TcpEnd end = established();
        end.connection.segment(TcpEnd.segment(ACK, THEIRS + 1, OURS + 1, WINDOW, bytes(100)), end.now);
        end.connection.segment(TcpEnd.segment(ACK, THEIRS + 101, OURS + 1, WINDOW, bytes(50)), end.now);
        assertTrue(end.connection.output(end.now));
        check(end.next(), ACK, OURS + 1, THEIRS + 151);
        end.nothingSent();
    }

    @Test
    void whatComesTwiceIsTakenOnce() {
        TcpEnd end = established();
        end.arrives(ACK, THEIRS + 1, OURS + 1, WINDOW, bytes(100));
        end.arrives(ACK, THEIRS + 1, OURS + 1, WINDOW, bytes(100));
        end.arrives(ACK, THEIRS + 1, OURS + 1, WINDOW, bytes(150));
        assertArrayEquals(bytes(150), end.host.toByteArray());
        for (int ack : new int[] {101, 101, 151}) {
            check(end.next(), ACK, OURS + 1, THEIRS + ack);
        }
    }

    @Test
    void whatComesTooEarlyIsToldAtOnce() {
        TcpEnd end = established();
        for (int i = 1; i < 4; i++) {
            end.connection.segment(TcpEnd.segment(ACK, THEIRS + 1 + 100 * i, OURS + 1, WINDOW, bytes(100)), end.now);
        }
        for (int i = 1; i < 4; i++) {
            check(end.next(), ACK, OURS + 1, THEIRS + 1);
        }
        assertEquals(0, end.host.size());
    }

    @Test
    void theGuestsWindowIsKept() {
        TcpEnd end = established();
        end.hostSends(bytes(3000));
        Sent first = end.next();
        assertArrayEquals(Arrays.copyOf(bytes(3000), WINDOW), first.content());
        end.nothingSent();
        end.arrives(ACK, THEIRS + 1, OURS + 1 + WINDOW, 5000);
        Sent second = end.next();
        check(second, ACK, OURS + 1 + WINDOW, THEIRS + 1);
        assertEquals(1460, second.content().length);
        assertEquals(540, end.next().content().length);
    }

    @Test
    void aWindowIsScaledAsTheGuestSaidInItsSyn() {
        TcpEnd end = new TcpEnd(OURS);
        end.most = 65000;
        end.connection.opened(syn(1460, 3));
        end.connection.accept(end.now);
        end.next();
        end.arrives(ACK, THEIRS + 1, OURS + 1, WINDOW);
        end.hostSends(bytes(10_000));
        assertEquals(7300, end.next().content().length, "8000, in whole segments");
    }

    @Test
    void aClosedWindowIsAskedForUntilItOpens() {
        TcpEnd end = established();
        end.hostSends(bytes(1500));
        end.next();
        end.arrives(ACK, THEIRS + 1, OURS + 1 + WINDOW, 0);
        end.nothingSent();
        long wait = 200;
        for (int i = 0; i < 20; i++) {
            end.pass(Math.min(wait * 2, 60_000));
            check(end.next(), ACK, OURS + WINDOW, THEIRS + 1);
            end.arrives(ACK, THEIRS + 1, OURS + 1 + WINDOW, 0);
            wait *= 2;
        }
        assertEquals(State.ESTABLISHED, end.connection.state(), "a guest that answers is there");
        end.arrives(ACK, THEIRS + 1, OURS + 1 + WINDOW, 2000);
        check(end.next(), ACK | PSH, OURS + 1 + WINDOW, THEIRS + 1);
    }

    @Test
    void aGuestThatDoesNotAnswerIsGivenUp() {
        TcpEnd end = established();
        end.hostSends(bytes(1500));
        end.arrives(ACK, THEIRS + 1, OURS + 1 + WINDOW, 0);
        for (int i = 0; i < 13; i++) {
            end.pass(60_000);
        }
        assertTrue(end.reset);
        assertEquals(RST | ACK, end.sent.peekLast().flags());
    }

    @Test
    void aHostThatTakesNothingClosesTheWindowAndNeverMovesItsEdgeBack() throws IOException {
        TcpEnd end = established();
        end.hostTakes = 0;
        int seq = THEIRS + 1;
        int edge = seq + 65535;
        int sent = 0;
        while (sent < TcpConnection.LIMIT) {
            byte[] content = bytes(Math.min(1448, Math.min(TcpConnection.LIMIT - sent, edge - seq)));
            if (content.length == 0) {
                break;
            }
            end.arrives(ACK, seq, OURS + 1, WINDOW, content);
            seq += content.length;
            sent += content.length;
            Sent answer = end.next();
            assertEquals(seq, answer.ack());
            int offered = answer.ack() + (answer.window() << TcpConnection.SCALE);
            assertTrue(offered - edge > -(1 << TcpConnection.SCALE), "the right edge moved to the left");
            edge = Math.max(offered - edge, 0) + edge;
        }
        assertEquals(TcpConnection.LIMIT, sent);
        end.arrives(ACK, seq, OURS + 1, WINDOW, bytes(1));
        assertEquals(0, end.next().window());
        end.hostDrains();
        Sent update = end.next();
        assertEquals(seq, update.ack());
        assertEquals(TcpConnection.LIMIT >> TcpConnection.SCALE, update.window());
        assertEquals(sent, end.host.size());
    }

    @Test
    void withoutMemoryTheGuestKeepsWhatItHas() throws IOException {
        TcpEnd end = new TcpEnd(OURS, 3 * Chunks.SIZE);
        end.connection.opened(syn(1460, 0));
        end.connection.accept(end.now);
        end.arrives(ACK, THEIRS + 1, OURS + 1, WINDOW);
        end.next();
        end.hostTakes = 0;
        byte[] content = bytes(65_500);
        end.arrives(ACK, THEIRS + 1, OURS + 1, WINDOW, content);
        end.arrives(ACK, THEIRS + 65_501, OURS + 1, WINDOW, bytes(1460));
        end.next();
        int got = end.next().ack() - (THEIRS + 1);
        assertEquals(3 * Chunks.SIZE, got, "as much as there is memory");
        end.hostDrains();
        assertEquals(got, end.host.size());
        assertEquals(3, end.chunks.available());
    }

    // Loss.

    @Test
    void threeEqualAcknowledgmentsBringTheMissingSegment() {
        TcpEnd end = established();
        end.arrives(ACK, THEIRS + 1, OURS + 1, 60_000);
        end.hostSends(bytes(14_600));
        assertEquals(10, end.sent.size());
        end.sent.clear();
        end.arrives(ACK, THEIRS + 1, OURS + 1 + 1460, 60_000); // the second one is missing
        end.arrives(ACK, THEIRS + 1, OURS + 1 + 1460, 60_000);
        end.arrives(ACK, THEIRS + 1, OURS + 1 + 1460, 60_000);
        end.nothingSent();
        end.arrives(ACK, THEIRS + 1, OURS + 1 + 1460, 60_000);
        Sent again = end.next();
        check(again, ACK | PSH, OURS + 1 + 1460, THEIRS + 1);
        assertEquals(1460, again.content().length);
        end.arrives(ACK, THEIRS + 1, OURS + 1 + 1460, 60_000);
        end.nothingSent();
        end.arrives(ACK, THEIRS + 1, OURS + 1 + 5 * 1460, 60_000); // the sixth one is missing, too
        check(end.next(), ACK | PSH, OURS + 1 + 5 * 1460, THEIRS + 1);
        end.arrives(ACK, THEIRS + 1, OURS + 1 + 14_600, 60_000);
        end.nothingSent();
        assertEquals(TcpConnection.NEVER, end.connection.deadline());
    }

    @Test
    void whatIsNotAcknowledgedIsSentAgainAfterAWhile() {
        TcpEnd end = established();
        end.hostSends(bytes(10));
        end.now += 10 * TcpEnd.MILLISECOND;
        end.arrives(ACK, THEIRS + 1, OURS + 11, WINDOW); // a round trip of 10 ms was measured
        end.next();
        end.hostSends(bytes(20));
        end.next();
        end.pass(199);
        end.nothingSent();
        end.pass(1);
        check(end.next(), ACK | PSH, OURS + 11, THEIRS + 1);
        end.pass(399);
        end.nothingSent();
        end.pass(1);
        check(end.next(), ACK | PSH, OURS + 11, THEIRS + 1);
        end.arrives(ACK, THEIRS + 1, OURS + 31, WINDOW);
        assertEquals(TcpConnection.NEVER, end.connection.deadline());
    }

    @Test
    void noRoomForFramesIsNoLoss() {
        TcpEnd end = established();
        end.noRoom = true;
        byte[] content = bytes(100);
        end.connection.toGuest.append(content, 0, 100);
        assertFalse(end.connection.output(end.now));
        end.noRoom = false;
        assertTrue(end.connection.output(end.now));
        assertArrayEquals(content, end.next().content());
    }

    // Closing.

    @Test
    void theGuestClosesFirstAndStillGetsTheRest() {
        TcpEnd end = established();
        end.arrives(FIN | ACK, THEIRS + 1, OURS + 1, WINDOW, bytes(10));
        assertTrue(end.finished);
        assertEquals(State.CLOSE_WAIT, end.connection.state());
        check(end.next(), ACK, OURS + 1, THEIRS + 12);
        end.hostSends(bytes(20));
        check(end.next(), ACK | PSH, OURS + 1, THEIRS + 12);
        end.hostEnds();
        check(end.next(), FIN | ACK, OURS + 21, THEIRS + 12);
        assertEquals(State.LAST_ACK, end.connection.state());
        end.arrives(FIN | ACK, THEIRS + 11, OURS + 1, WINDOW);
        check(end.next(), ACK, OURS + 22, THEIRS + 12);
        end.arrives(ACK, THEIRS + 12, OURS + 22, WINDOW);
        assertEquals(State.CLOSED, end.connection.state());
        assertFalse(end.reset);
    }

    @Test
    void theHostClosesFirstAndStillGetsTheRest() {
        TcpEnd end = established();
        end.connection.toGuest.append(bytes(20), 0, 20);
        end.hostEnds();
        check(end.next(), FIN | ACK | PSH, OURS + 1, THEIRS + 1);
        assertEquals(State.FIN_WAIT_1, end.connection.state());
        assertEquals(0, end.connection.roomToGuest());
        end.arrives(ACK, THEIRS + 1, OURS + 22, WINDOW);
        assertEquals(State.FIN_WAIT_2, end.connection.state());
        end.arrives(ACK, THEIRS + 1, OURS + 22, WINDOW, bytes(30));
        check(end.next(), ACK, OURS + 22, THEIRS + 31);
        assertFalse(end.finished);
        end.arrives(FIN | ACK, THEIRS + 31, OURS + 22, WINDOW);
        check(end.next(), ACK, OURS + 22, THEIRS + 32);
        assertTrue(end.finished);
        assertArrayEquals(bytes(30), end.host.toByteArray());
        assertEquals(State.TIME_WAIT, end.connection.state());
        end.pass(500);
        end.arrives(FIN | ACK, THEIRS + 31, OURS + 22, WINDOW); // ours was lost
        check(end.next(), ACK, OURS + 22, THEIRS + 32);
        end.pass(999);
        assertEquals(State.TIME_WAIT, end.connection.state());
        end.pass(1);
        assertEquals(State.CLOSED, end.connection.state());
    }

    @Test
    void bothCloseAtTheSameTime() {
        TcpEnd end = established();
        end.hostEnds();
        check(end.next(), FIN | ACK, OURS + 1, THEIRS + 1);
        end.arrives(FIN | ACK, THEIRS + 1, OURS + 1, WINDOW);
        check(end.next(), ACK, OURS + 2, THEIRS + 2);
        assertEquals(State.CLOSING, end.connection.state());
        end.arrives(ACK, THEIRS + 2, OURS + 2, WINDOW);
        assertEquals(State.TIME_WAIT, end.connection.state());
    }

    @Test
    void aFinThatWasLostIsSentAgain() {
        TcpEnd end = established();
        end.hostEnds();
        end.next();
        end.pass(1000);
        check(end.next(), FIN | ACK, OURS + 1, THEIRS + 1);
    }

    @Test
    void theHostGetsItsEndOnlyBehindWhatWaits() throws IOException {
        TcpEnd end = established();
        end.hostTakes = 4;
        end.arrives(FIN | ACK, THEIRS + 1, OURS + 1, WINDOW, bytes(10));
        end.hostEnds();
        end.arrives(ACK, THEIRS + 12, OURS + 2, WINDOW);
        assertEquals(State.CLOSED, end.connection.state());
        assertFalse(end.finished);
        assertFalse(end.connection.isFinished());
        end.hostDrains();
        assertTrue(end.finished);
        assertArrayEquals(bytes(10), end.host.toByteArray());
    }

    // Breaking off.

    @Test
    void aResetHasToBeExact() {
        TcpEnd end = established();
        end.arrives(RST, THEIRS + 5, 0, 0);
        check(end.next(), ACK, OURS + 1, THEIRS + 1); // RFC 5961
        end.arrives(RST, THEIRS - 10_000, 0, 0);
        end.nothingSent();
        assertFalse(end.reset);
        end.arrives(RST, THEIRS + 1, 0, 0);
        assertTrue(end.reset);
        assertEquals(State.CLOSED, end.connection.state());
    }

    @Test
    void aSynInTheMiddleIsChallenged() {
        TcpEnd end = established();
        end.arrives(SYN, THEIRS + 50, 0, WINDOW);
        check(end.next(), ACK, OURS + 1, THEIRS + 1);
        assertEquals(State.ESTABLISHED, end.connection.state());
    }

    @Test
    void anAcknowledgmentOfWhatWasNeverSentIsAnswered() {
        TcpEnd end = established();
        end.arrives(ACK, THEIRS + 1, OURS + 1000, WINDOW, bytes(10));
        check(end.next(), ACK, OURS + 1, THEIRS + 1);
        assertEquals(0, end.host.size());
    }

    @Test
    void aHostThatBreaksOffResetsTheGuest() {
        TcpEnd end = established();
        end.hostFails = true;
        end.arrives(ACK, THEIRS + 1, OURS + 1, WINDOW, bytes(10));
        check(end.next(), RST | ACK, OURS + 1, THEIRS + 1);
        assertTrue(end.reset);
    }

    @Test
    void aGuestThatAsksWhetherWeAreThereIsAnswered() {
        TcpEnd end = established();
        end.arrives(ACK, THEIRS, OURS + 1, WINDOW);
        check(end.next(), ACK, OURS + 1, THEIRS + 1);
    }

    // All of it.

    /**
     * Two ends over a link that loses, repeats and reorders: each side gets what the other one's host has sent, and
     * both end.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void allBytesComeOverABadLink(int seed) throws IOException {
        Random random = new Random(seed);
        TcpEnd one = new TcpEnd(random.nextInt());
        TcpEnd other = new TcpEnd(random.nextInt());
        one.most = random.nextBoolean() ? 1460 : 65_000;
        one.connection.open(one.now);
        byte[][] content = {bytes(200_000 + random.nextInt(200_000)), bytes(random.nextInt(300_000))};
        int[] given = new int[2];
        for (int step = 0; step < 200_000; step++) {
            move(one, other, random);
            move(other, one, random);
            host(one, content[0], given, 0, random);
            host(other, content[1], given, 1, random);
            one.pass(random.nextInt(20));
            other.now = one.now;
            other.pass(0);
            if (ended(one) && ended(other)) {
                assertArrayEquals(content[0], other.host.toByteArray());
                assertArrayEquals(content[1], one.host.toByteArray());
                assertFalse(one.reset || other.reset);
                return;
            }
        }
        throw new AssertionError(one.connection.state() + ", " + other.connection.state());
    }

    private static boolean ended(TcpEnd end) {
        return (end.connection.state() == State.CLOSED || end.connection.state() == State.TIME_WAIT)
                && end.connection.isFinished();
    }

    private static void move(TcpEnd from, TcpEnd to, Random random) {
        List<Sent> segments = new ArrayList<>(from.sent);
        from.sent.clear();
        while (!segments.isEmpty()) {
            Sent sent = segments.remove(random.nextInt(8) == 0 ? random.nextInt(segments.size()) : 0);
            if (random.nextInt(20) == 0) {
                continue;
            }
            TcpSegment segment = TcpEnd.segment(sent);
            if (to.connection.state() == State.CONNECTING) {
                if (segment.has(SYN)) {
                    to.connection.opened(segment);
                    to.connection.accept(to.now);
                }
            } else {
                to.connection.segment(segment, to.now);
                if (random.nextInt(30) == 0) {
                    to.connection.segment(TcpEnd.segment(sent), to.now);
                }
            }
        }
        boolean _ = to.connection.output(to.now);
    }

    private static void host(TcpEnd end, byte[] content, int[] given, int which, Random random) throws IOException {
        if (end.connection.state() != State.CONNECTING && given[which] >= 0) {
            int more = Math.min(content.length - given[which], random.nextInt(20_000));
            more = Math.min(more, end.connection.roomToGuest());
            given[which] += end.connection.toGuest.append(content, given[which], more);
            if (given[which] == content.length) {
                given[which] = -1;
                end.connection.hostEnded();
            }
            boolean _ = end.connection.output(end.now);
        }
        end.hostTakes = random.nextInt(3) == 0 ? 0 : random.nextInt(50_000);
        if (random.nextInt(4) == 0) {
            end.hostDrains();
        }
    }
}
