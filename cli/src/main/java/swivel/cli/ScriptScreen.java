package swivel.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * Shows of the guest's output only what a script prints. The guest puts marks around it:
 *
 * <pre>
 * boot messages  BEGIN  output of the script  END : status END  messages of the shutdown
 * </pre>
 */
final class ScriptScreen implements Screen {
    /** Bytes kept of what is not shown, for when the script was never reached. */
    private static final int KEPT = 1 << 16;

    /** A script's end names its status in this many digits at most. */
    private static final int STATUS_DIGITS = 3;

    /** What the guest prints before and after; both start with a byte that is not in the rest of them. */
    record Marks(String begin, String end) {
        static Marks random() {
            String nonce =
                    HexFormat.of().toHexDigits(RandomGenerator.getDefault().nextLong());
            return new Marks("\002swivel-" + nonce + "-begin", "\003swivel-" + nonce + "-end");
        }
    }

    private enum Phase {
        BEFORE,
        SCRIPT,
        STATUS,
        AFTER
    }

    private final Screen shown;
    private final byte[] begin;
    private final byte[] end;
    private final ByteArrayOutputStream before = new ByteArrayOutputStream();
    private final StringBuilder status = new StringBuilder();
    private Phase phase = Phase.BEFORE;
    /** Bytes of the next mark that have come. */
    private int matched;

    ScriptScreen(Marks marks, Screen shown) {
        this.begin = marks.begin.getBytes(StandardCharsets.US_ASCII);
        this.end = marks.end.getBytes(StandardCharsets.US_ASCII);
        this.shown = shown;
    }

    @Override
    public void write(int value) {
        switch (phase) {
            case BEFORE -> match(begin, value, Phase.SCRIPT);
            case SCRIPT -> match(end, value, Phase.STATUS);
            case STATUS -> {
                if (value >= '0' && value <= '9' && status.length() < STATUS_DIGITS) {
                    status.append((char) value);
                } else if (value == end[0]) {
                    phase = Phase.AFTER;
                }
            }
            case AFTER -> {}
        }
    }

    /** Holds back what may be a mark; shows it when it turns out not to be one. */
    private void match(byte[] mark, int value, Phase next) {
        if (value == (mark[matched] & 0xff)) {
            matched++;
            if (matched == mark.length) {
                matched = 0;
                phase = next;
            }
            return;
        }
        for (int i = 0; i < matched; i++) {
            pass(mark[i]);
        }
        matched = value == mark[0] ? 1 : 0;
        if (matched == 0) {
            pass(value);
        }
    }

    private void pass(int value) {
        if (phase == Phase.SCRIPT) {
            shown.write(value);
        } else if (before.size() < KEPT) {
            before.write(value);
        }
    }

    /** The script's exit status, if it came to its end. To be called after the run. */
    OptionalInt status() {
        return phase == Phase.AFTER && !status.isEmpty()
                ? OptionalInt.of(Integer.parseInt(status.toString()))
                : OptionalInt.empty();
    }

    /** What the guest printed before the script. */
    String before() {
        return before.toString(StandardCharsets.UTF_8);
    }

    @Override
    public String failure() {
        return shown.failure();
    }

    @Override
    public void whenFailed(Runnable told) {
        shown.whenFailed(told);
    }

    @Override
    public void hurry() {
        shown.hurry();
    }

    @Override
    public long close() {
        return shown.close();
    }
}
