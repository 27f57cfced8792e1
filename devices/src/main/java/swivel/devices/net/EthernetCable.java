package swivel.devices.net;

/**
 * What lies between a network device, on the vCPU's thread, and a network, on a thread of its own: frames both ways,
 * and signs that there are some, or room for some. Neither side ever waits for the other one.
 */
public final class EthernetCable {
    private static final int RING_SIZE = 1 << 20;

    private final FrameRing toNetwork = new FrameRing(RING_SIZE);
    private final FrameRing toGuest = new FrameRing(RING_SIZE);

    private volatile Runnable wakeNetwork = EthernetCable::nobody;
    private volatile Runnable framesForGuest = EthernetCable::nobody;
    private volatile Runnable roomForGuest = EthernetCable::nobody;

    private volatile boolean networkSleeps;
    private volatile boolean networkWantsRoom;
    private volatile boolean guestWantsRoom;

    private volatile boolean checksums;
    private volatile boolean segments;

    /** What is told of something before anybody is there. */
    private static void nobody() {}

    // The device's side.

    /**
     * Says how the device is told of something; both are called from the network's thread and must not block.
     *
     * @param frames there are frames for the guest
     * @param room a frame that found no room may be tried again
     */
    public void connectDevice(Runnable frames, Runnable room) {
        framesForGuest = frames;
        roomForGuest = room;
    }

    /**
     * What the guest's driver takes from now on; what is on its way already may still be otherwise.
     *
     * @param takesChecksums frames whose checksum is still to be computed
     * @param takesSegments frames that are several TCP segments
     */
    public void setOffloads(boolean takesChecksums, boolean takesSegments) {
        checksums = takesChecksums;
        segments = takesSegments;
    }

    /** Where frames from the guest are written. */
    public byte[] sendBuffer() {
        return toNetwork.bytes();
    }

    /** Where the next frame from the guest, of any length, goes; -1: there is no room, and the device will be told. */
    public int reserve() {
        int at = toNetwork.reserve(FrameRing.MAX_FRAME);
        if (at < 0) {
            guestWantsRoom = true;
            wake(); // the network may have made room before it could see that
            at = toNetwork.reserve(FrameRing.MAX_FRAME);
        }
        return at;
    }

    /**
     * Sends the frame that was written where {@link #reserve} said.
     *
     * @param checksumStart from where on a checksum is to be computed; 0 for nowhere
     * @param checksumOffset from there to the checksum
     */
    public void send(int length, int checksumStart, int checksumOffset) {
        toNetwork.commit(length, checksumStart, checksumOffset, 0);
        wake();
    }

    private void wake() {
        if (networkSleeps) {
            networkSleeps = false;
            wakeNetwork.run();
        }
    }

    /** Frames for the guest, for the device to take. */
    public FrameRing forGuest() {
        return toGuest;
    }

    /** The oldest frame for the guest is not needed any more. */
    public void release() {
        toGuest.release();
        if (networkWantsRoom) {
            networkWantsRoom = false;
            wake();
        }
    }

    // The network's side.

    /** Frames from the guest, for the network to take. */
    public FrameRing fromGuest() {
        return toNetwork;
    }

    /** Says how the network is woken, from the vCPU's thread. */
    public void connectNetwork(Runnable wake) {
        wakeNetwork = wake;
    }

    /** Whether the guest takes frames whose checksum is still to be computed. */
    public boolean takesChecksums() {
        return checksums;
    }

    /** Whether the guest takes frames that are several TCP segments. */
    public boolean takesSegments() {
        return segments;
    }

    /**
     * Before the network sleeps: whether it may, and will be woken by the next frame.
     *
     * @param waitsForRoom it shall also be woken by the room that it asked for
     */
    public boolean maySleep(boolean waitsForRoom) {
        networkSleeps = true;
        return toNetwork.isEmpty() && !(waitsForRoom && !networkWantsRoom);
    }

    /** The network does not sleep any more. */
    public void awake() {
        networkSleeps = false;
    }

    /** There was no room for a frame: the network will be woken when there is some. */
    public void wantRoom() {
        networkWantsRoom = true;
    }

    /** Tells the device of frames that it does not know of yet. */
    public void announceFrames() {
        framesForGuest.run();
    }

    /** Frames from the guest were released. */
    public void announceRoom() {
        if (guestWantsRoom) {
            guestWantsRoom = false;
            roomForGuest.run();
        }
    }
}
