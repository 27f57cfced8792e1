package swivel.devices.net;

import swivel.devices.streams.Cable;

/** The cable between a network device and a network: frames, and what the guest's driver takes of them. */
public final class EthernetCable extends Cable<FrameRing> {
    private static final int RING_SIZE = 1 << 20;

    private volatile boolean checksums;
    private volatile boolean segments;

    /** Makes one with nothing on its way. */
    public EthernetCable() {
        super(new FrameRing(RING_SIZE), new FrameRing(RING_SIZE), FrameRing.MAX_FRAME);
    }

    // The device's side.

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

    /**
     * Sends the frame that was written where {@link #reserve} said.
     *
     * @param checksumStart from where on a checksum is to be computed; 0 for nowhere
     * @param checksumOffset from there to the checksum
     */
    public void send(int length, int checksumStart, int checksumOffset) {
        fromGuest().commit(length, checksumStart, checksumOffset, 0);
        wake();
    }

    // The network's side.

    /** Whether the guest takes frames whose checksum is still to be computed. */
    public boolean takesChecksums() {
        return checksums;
    }

    /** Whether the guest takes frames that are several TCP segments. */
    public boolean takesSegments() {
        return segments;
    }
}
