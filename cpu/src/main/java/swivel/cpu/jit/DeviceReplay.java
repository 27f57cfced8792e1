package swivel.cpu.jit;

import java.util.Arrays;
import swivel.cpu.DevicePort;
import swivel.cpu.SystemSlots;
import swivel.cpu.UserState;

/**
 * The device port of two engines that run the same instructions one after the other ({@link Lockstep}). What the first
 * does at a device is done and noted; the second is told the same again, in the same order, and no device notices.
 *
 * <p>An access may raise or lower an interrupt's wire, which is in the system slots of the state that the hypervisor
 * knows: the second engine's. So it has the first one's while the device works.
 */
final class DeviceReplay implements DevicePort {
    private static final int LOAD = 0;
    private static final int STORE = 1;
    private static final int ATTENTION = 2;
    private static final int TIME = 3;
    /** Of what was asked: kind, address, size, value; and {@link SystemSlots#PENDING} behind it. */
    private static final int INTS = 5;

    private static final int SYSTEM_SLOTS = UserState.SYSTEM_END - UserState.SYSTEM;

    private final DevicePort port;
    private int[] noted = new int[16 * INTS];
    private int end;
    private int next;
    private final int[] kept = new int[SYSTEM_SLOTS];
    private int[] firsts;
    private int[] seconds;
    private boolean recording;
    private boolean replaying;
    private String difference;

    DeviceReplay(DevicePort port) {
        this.port = port;
    }

    /**
     * The first engine's turn begins. The slots of both engines' states are given, the hypervisor's being the second
     * one.
     */
    void record(int[] first, int[] second) {
        firsts = first;
        seconds = second;
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
        if (replaying) {
            return replay(LOAD, gpa, size, 0);
        }
        lend();
        return note(LOAD, gpa, size, port.load(gpa, size));
    }

    @Override
    public void store(int gpa, int size, int value) {
        if (replaying) {
            replay(STORE, gpa, size, value);
        } else {
            lend();
            port.store(gpa, size, value);
            note(STORE, gpa, size, value);
        }
    }

    @Override
    public boolean wantsAttention() {
        if (replaying) {
            return replay(ATTENTION, 0, 0, 0) != 0;
        }
        lend();
        return note(ATTENTION, 0, 0, port.wantsAttention() ? 1 : 0) != 0;
    }

    /** The first engine asks here, too, so that both are told the same. */
    @Override
    public long nanoseconds() {
        if (replaying) {
            int low = replay(TIME, 0, 0, 0);
            return (long) replay(TIME, 0, 0, 0) << 32 | low & 0xffff_ffffL;
        }
        long now = port.nanoseconds();
        lend();
        note(TIME, 0, 0, (int) now);
        lend();
        note(TIME, 0, 0, (int) (now >>> 32));
        return now;
    }

    /** Until {@link #note}, the hypervisor has the system slots of the first engine, if that executes. */
    private void lend() {
        if (recording) {
            System.arraycopy(seconds, UserState.SYSTEM, kept, 0, SYSTEM_SLOTS);
            System.arraycopy(firsts, UserState.SYSTEM, seconds, UserState.SYSTEM, SYSTEM_SLOTS);
        }
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
        noted[end + 4] = seconds[SystemSlots.PENDING];
        end += INTS;
        System.arraycopy(seconds, UserState.SYSTEM, firsts, UserState.SYSTEM, SYSTEM_SLOTS);
        System.arraycopy(kept, 0, seconds, UserState.SYSTEM, SYSTEM_SLOTS);
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
            seconds[SystemSlots.PENDING] = noted[at + 4];
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
