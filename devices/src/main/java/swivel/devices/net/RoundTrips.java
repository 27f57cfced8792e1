package swivel.devices.net;

/**
 * How long to wait for an acknowledgment before a segment is sent again, as measured (RFC 6298). One segment at a time
 * is timed, and none that was sent again: nobody knows which one an acknowledgment is for.
 */
final class RoundTrips {
    private static final long MILLISECOND = 1_000_000;
    /** Before anything was measured. */
    static final long FIRST_TIMEOUT = 1000 * MILLISECOND;

    private static final long LEAST_TIMEOUT = 200 * MILLISECOND;
    static final long LONGEST_TIMEOUT = 60_000 * MILLISECOND;

    private long smoothed = -1;
    private long variation;
    private boolean timing;
    private int timedSeq;
    private long timedAt;

    /** A segment was sent for the first time. */
    void sent(int seq, long now) {
        if (!timing) {
            timing = true;
            timedSeq = seq;
            timedAt = now;
        }
    }

    /** Something is sent again. */
    void forget() {
        timing = false;
    }

    /** All before this was acknowledged. */
    void acknowledged(int ack, long now) {
        if (timing && ack - timedSeq > 0) {
            timing = false;
            measured(now - timedAt);
        }
    }

    private void measured(long time) {
        if (smoothed < 0) {
            smoothed = time;
            variation = time / 2;
        } else {
            variation += (Math.abs(smoothed - time) - variation) / 4;
            smoothed += (time - smoothed) / 8;
        }
    }

    /** The timeout that the measured times give. */
    long timeout() {
        return smoothed < 0
                ? FIRST_TIMEOUT
                : Math.min(Math.max(smoothed + 4 * variation, LEAST_TIMEOUT), LONGEST_TIMEOUT);
    }
}
