package swivel.devices.vsock;

import swivel.devices.streams.Cable;

/**
 * What lies between the vsock device and {@link HostVsock}. Drivers of the guest are counted, so that nobody gets what
 * was on its way to or from another one.
 */
public final class VsockCable extends Cable<VsockRing> {
    private volatile int drivers;

    VsockCable() {
        super(new VsockRing(), new VsockRing(), VsockRing.MAX_PACKET);
    }

    // The device's side.

    /** The guest's driver begins: there are no connections any more. */
    public void driverBegins() {
        int next = drivers + 1; // of the vCPU's thread alone
        drivers = next;
        wake();
    }

    /** Sends the packet that was written where {@link #reserve} said. */
    public void sendPacket(int length) {
        fromGuest().commit(length, drivers);
        wake();
    }

    /** Whether there is a packet for this driver; those for others are dropped. */
    public boolean next() {
        while (forGuest().next()) {
            if (forGuest().driver() == drivers) {
                return true;
            }
            release();
        }
        return false;
    }

    // The host's side.

    /** How many drivers of the guest there were so far. */
    int drivers() {
        return drivers;
    }
}
