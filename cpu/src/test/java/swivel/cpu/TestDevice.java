package swivel.cpu;

import java.util.Arrays;

/**
 * A device that keeps what is stored to it, as memory would, at a range of guest-physical addresses, and notes each
 * access.
 */
public class TestDevice implements DevicePort {
    final int base;
    public final byte[] content;

    /** What it saw, as {@code r4@8} or {@code w4@8=1}. */
    private final StringBuilder log = new StringBuilder();

    /** How often each byte was read or written. */
    final int[] accesses;

    /** What it says to {@link #wantsAttention}. */
    boolean attention;

    /** What else an access brings about. */
    public Runnable effect = () -> {};

    public TestDevice(int base, int size) {
        this.base = base;
        this.content = new byte[size];
        this.accesses = new int[size];
    }

    @Override
    public boolean answers(int gpa, int size) {
        if (size != 1 && size != 2 && size != 4 || (gpa & size - 1) != 0) {
            throw new AssertionError("asked for %d bytes at 0x%x".formatted(size, gpa));
        }
        return Integer.compareUnsigned(gpa - base, content.length - size) <= 0;
    }

    @Override
    public int load(int gpa, int size) {
        int at = access(gpa, size);
        int value = 0;
        for (int i = 0; i < size; i++) {
            value |= (content[at + i] & 0xff) << 8 * i;
        }
        log.append("r%d@%x ".formatted(size, at));
        effect.run();
        return value;
    }

    @Override
    public void store(int gpa, int size, int value) {
        int at = access(gpa, size);
        for (int i = 0; i < size; i++) {
            content[at + i] = (byte) (value >>> 8 * i);
        }
        log.append("w%d@%x=%x ".formatted(size, at, value & -1 >>> 32 - 8 * size));
        effect.run();
    }

    private int access(int gpa, int size) {
        if (!answers(gpa, size)) {
            throw new AssertionError("it does not answer at 0x%x".formatted(gpa));
        }
        int at = gpa - base;
        for (int i = 0; i < size; i++) {
            accesses[at + i]++;
        }
        return at;
    }

    @Override
    public boolean wantsAttention() {
        return attention;
    }

    /** What it saw since it was last asked. */
    public String seen() {
        String seen = log.toString().strip();
        log.setLength(0);
        Arrays.fill(accesses, 0);
        return seen;
    }
}
