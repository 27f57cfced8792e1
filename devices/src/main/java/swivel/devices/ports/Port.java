package swivel.devices.ports;

import swivel.devices.streams.ByteRing;

/**
 * What lies between one port of the guest, on the vCPU's thread, and its end on the host, on the ports' thread: bytes
 * both ways, and who has it open. Neither side waits for the other one.
 */
public final class Port {
    private final String name;
    private final ByteRing toGuest = new ByteRing();
    private final ByteRing toHost = new ByteRing();

    private volatile boolean openInGuest;
    /** How often the host's end was opened or closed: odd while it is open. Written by the ports' thread. */
    private volatile int changes;

    private volatile Runnable guestChanged = Port::nobody;
    private volatile Runnable hostChanged = Port::nobody;

    /** Who is told as long as nobody listens. */
    private static void nobody() {}

    Port(String name) {
        this.name = name;
    }

    /** What the guest knows it by. */
    public String name() {
        return name;
    }

    public ByteRing toGuest() {
        return toGuest;
    }

    public ByteRing toHost() {
        return toHost;
    }

    // The device's side.

    /** Says who is told, on the ports' thread, that {@link #changes} has changed. */
    public void whenHostChanged(Runnable told) {
        hostChanged = told;
    }

    /** How often the host's end was opened or closed. */
    public int changes() {
        return changes;
    }

    /** Whether somebody is there to take what the guest sends. */
    public boolean isOpenOnHost() {
        return (changes & 1) != 0;
    }

    /** A program of the guest has opened the port, or closed it. */
    public void setOpenInGuest(boolean open) {
        openInGuest = open;
        guestChanged.run();
    }

    // The host's side.

    void whenGuestChanged(Runnable told) {
        guestChanged = told;
    }

    boolean isOpenInGuest() {
        return openInGuest;
    }

    void setOpenOnHost(boolean open) {
        if (open != isOpenOnHost()) {
            int next = changes + 1; // of this thread alone
            changes = next;
            hostChanged.run();
        }
    }
}
