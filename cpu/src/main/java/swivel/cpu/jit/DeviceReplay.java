package swivel.cpu.jit;

import java.util.Arrays;
import swivel.cpu.DevicePort;

/**
 * The device port of two engines that run the same instructions one after the other ({@link Lockstep}). What the first does at a device is done
 * and noted; the second is told the same again, in the same order, and no device notices.
 */
final class DeviceReplay implements DevicePort {
    private static final int LOAD = 0;
    private static final int STORE = 1;
    private static final int ATTENTION = 2;
    /** Of what was asked: kind, address, size, value. */
    private static final int INTS = 4;

    private final DevicePort port;
    private int[] noted = new int[16 * INTS];
    private int end;
    private int next;
    private boolean recording;
    private boolean replaying;
    private String difference;

    DeviceReplay(DevicePort port) {
        this.port = port;
    }

    /** The first engine's turn begins. */
    void record() {
        recording = true;
        end = 0;
        difference = null;
    }

    /** The second engine's turn begins. */
    void replay() {
        replaying = true;
        next = 0;
    }

    /** A turn is over. */
    void stop() {
        if (replaying && difference == null && next < end) {
            difference = "fewer accesses at devices";
        }
        recording = false;
        replaying = false;
    }

    /** What the second engine did at devices that the first did not, or the other way round; null: nothing. */
    String difference() {
        return difference;
    }

    @Override
    public boolean answers(int gpa, int size) {
        return port.answers(gpa, size);
    }

    @Override
    public int load(int gpa, int size) {
        return replaying ? replay(LOAD, gpa, size, 0) : note(LOAD, gpa, size, port.load(gpa, size));
    }

    @Override
    public void store(int gpa, int size, int value) {
        if (replaying) {
            replay(STORE, gpa, size, value);
        } else {
            port.store(gpa, size, value);
            note(STORE, gpa, size, value);
        }
    }

    @Override
    public boolean wantsAttention() {
        return (replaying ? replay(ATTENTION, 0, 0, 0) : note(ATTENTION, 0, 0, port.wantsAttention() ? 1 : 0)) != 0;
    }

    private int note(int kind, int gpa, int size, int value) {
        if (!recording) {
            return value;
        }
        if (end == noted.length) {
            noted = Arrays.copyOf(noted, 2 * end);
        }
        noted[end] = kind;
        noted[end + 1] = gpa;
        noted[end + 2] = size;
        noted[end + 3] = value;
        end += INTS;
        return value;
    }

    /** What was noted of the same access. */
    private int replay(int kind, int gpa, int size, int value) {
        int at = next;
        next += INTS;
        boolean same = at < end
                && noted[at] == kind
                && noted[at + 1] == gpa
                && noted[at + 2] == size
                && (kind != STORE || (noted[at + 3] ^ value) << 32 - 8 * size == 0);
        if (same) {
            return noted[at + 3];
        }
        if (difference == null) {
            difference = at < end
                    ? "an access at a device, guest-physical 0x" + Integer.toHexString(gpa)
                    : "more accesses at devices, guest-physical 0x" + Integer.toHexString(gpa);
        }
        return 0;
    }
}
