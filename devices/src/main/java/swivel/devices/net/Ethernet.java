package swivel.devices.net;

/** The frame's header: destination, source, type. */
final class Ethernet {
    private Ethernet() {}

    static final int SOURCE = 6;
    static final int TYPE = 12;
    static final int HEADER = 14;

    static final int IPV4 = 0x0800;
    static final int ARP = 0x0806;
    static final int IPV6 = 0x86dd;

    /** The longest packet in a frame that is not to be cut into segments. */
    static final int MTU = 1500;
}
