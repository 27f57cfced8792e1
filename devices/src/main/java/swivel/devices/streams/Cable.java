package swivel.devices.streams;

/**
 * What lies between a device, on the vCPU's thread, and what it leads to, on a thread of the host: packets both ways,
 * and signs that there are some, or room for some. Neither side ever waits for the other one.
 *
 * @param <R> what is on its way
 */
public class Cable<R extends PacketRing> {
    private final R toHost;
    private final R toGuest;
    private final int longest;

    private volatile Runnable wakeHost = Cable::nobody;
    private volatile Runnable packetsForGuest = Cable::nobody;
    private volatile Runnable roomForGuest = Cable::nobody;

    private volatile boolean hostSleeps;
    private volatile boolean hostWantsRoom;
    private volatile boolean guestWantsRoom;

    /**
     * Makes one of two empty rings.
     *
     * @param longest bytes of the longest packet of the guest
     */
    public Cable(R toHost, R toGuest, int longest) {
        this.toHost = toHost;
        this.toGuest = toGuest;
        this.longest = longest;
    }

    /** What is told of something before anybody is there. */
    private static void nobody() {}

    // The device's side.

    /**
     * Says how the device is told of something; both are called from the host's thread and must not block.
     *
     * @param packets there are packets for the guest
     * @param room a packet that found no room may be tried again
     */
    public final void connectDevice(Runnable packets, Runnable room) {
        packetsForGuest = packets;
        roomForGuest = room;
    }

    /** Where packets from the guest are written. */
    public final byte[] sendBuffer() {
        return toHost.bytes();
    }

    /** Where the next packet from the guest, of any length, goes; -1: there is no room, and the device will be told. */
    public final int reserve() {
        int at = toHost.reserve(longest);
        if (at < 0) {
            guestWantsRoom = true;
            wake(); // the host may have made room before it could see that
            at = toHost.reserve(longest);
        }
        return at;
    }

    /** Sends the packet that was written where {@link #reserve} said. */
    public final void send(int length) {
        toHost.commit(length);
        wake();
    }

    /** Wakes the host's thread, if it sleeps: there is something for it. */
    protected final void wake() {
        if (hostSleeps) {
            hostSleeps = false;
            wakeHost.run();
        }
    }

    /** Packets for the guest, for the device to take. */
    public final R forGuest() {
        return toGuest;
    }

    /** The oldest packet for the guest is not needed any more. */
    public final void release() {
        toGuest.release();
        if (hostWantsRoom) {
            hostWantsRoom = false;
            wake();
        }
    }

    // The host's side.

    /** Packets from the guest, for the host to take. */
    public final R fromGuest() {
        return toHost;
    }

    /** Says how the host's thread is woken, from the vCPU's thread. */
    public final void connectHost(Runnable wake) {
        wakeHost = wake;
    }

    /**
     * Before the host's thread sleeps: whether it may, and will be woken by the next packet.
     *
     * @param waitsForRoom it shall also be woken by the room that it asked for
     */
    public final boolean maySleep(boolean waitsForRoom) {
        hostSleeps = true;
        return toHost.isEmpty() && !(waitsForRoom && !hostWantsRoom);
    }

    /** The host's thread does not sleep any more. */
    public final void awake() {
        hostSleeps = false;
    }

    /** There was no room for a packet: the host's thread will be woken when there is some. */
    public final void wantRoom() {
        hostWantsRoom = true;
    }

    /** Tells the device of packets that it does not know of yet. */
    public final void announcePackets() {
        packetsForGuest.run();
    }

    /** Packets from the guest were released. */
    public final void announceRoom() {
        if (guestWantsRoom) {
            guestWantsRoom = false;
            roomForGuest.run();
        }
    }
}
