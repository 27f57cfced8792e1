package swivel.devices.vsock;

import swivel.devices.streams.PacketRing;

/** Packets with their headers; of a record's numbers, one says which driver it belongs to. */
public final class VsockRing extends PacketRing {
    /** The most bytes behind a header: as many as Linux sends at once. */
    public static final int MAX_CONTENT = 1 << 16;

    static final int MAX_PACKET = VsockHeader.SIZE + MAX_CONTENT;

    private static final int SIZE = 1 << 20;
    private static final int DRIVER = 1;

    VsockRing() {
        super(SIZE, MAX_PACKET);
    }

    void commit(int length, int driver) {
        setNumber(DRIVER, driver);
        commit(length);
    }

    /** For the consumer: which driver of the guest the packet is from, or for. */
    int driver() {
        return number(DRIVER);
    }
}
