package swivel.devices;

import swivel.memory.GuestMemory;

/**
 * The driver's side of one queue of a virtio-mmio device, as a guest would do it; and each step alone, to be done
 * wrong.
 */
final class VirtioDriver {
    static final int RAM = 0x4000_0000;
    static final int RAM_SIZE = 1 << 20;
    static final int DESCRIPTORS = RAM + 0x1000;
    static final int AVAILABLE = RAM + 0x3000;
    static final int USED = RAM + 0x4000;
    static final int INDIRECT = RAM + 0x5000;
    static final int BUFFERS = RAM + 0x8000;

    final GuestMemory memory;
    final VirtioMmio device;
    private final int size;
    private final int queue;
    private int available;
    private int seen;

    VirtioDriver(EventQueue events, Rig.Wire line, VirtioDevice device, int size) {
        this(events, line, device, size, new GuestMemory(RAM, RAM_SIZE), 0);
    }

    VirtioDriver(EventQueue events, Rig.Wire line, VirtioDevice device, int size, GuestMemory memory, int queue) {
        this.memory = memory;
        this.queue = queue;
        this.device = new VirtioMmio(events, memory, line, device, false);
        this.size = size;
    }

    int read(int offset) {
        return device.read(offset, 4);
    }

    void write(int offset, int value) {
        device.write(offset, 4, value);
    }

    /** The handshake of VIRTIO 1.1, 3.1.1. Returns the status after it. */
    int start(long features) {
        write(VirtioMmio.STATUS, 0);
        write(VirtioMmio.STATUS, 1);
        write(VirtioMmio.STATUS, 1 | 2);
        write(VirtioMmio.DRIVER_FEATURES_SEL, 0);
        write(VirtioMmio.DRIVER_FEATURES, (int) features);
        write(VirtioMmio.DRIVER_FEATURES_SEL, 1);
        write(VirtioMmio.DRIVER_FEATURES, (int) (features >>> 32));
        write(VirtioMmio.STATUS, 1 | 2 | VirtioMmio.FEATURES_OK);
        if ((read(VirtioMmio.STATUS) & VirtioMmio.FEATURES_OK) == 0) {
            return read(VirtioMmio.STATUS);
        }
        write(VirtioMmio.QUEUE_SEL, queue);
        write(VirtioMmio.QUEUE_NUM, size);
        write(VirtioMmio.QUEUE_DESC, DESCRIPTORS);
        write(VirtioMmio.QUEUE_DESC + 4, 0);
        write(VirtioMmio.QUEUE_DRIVER, AVAILABLE);
        write(VirtioMmio.QUEUE_DRIVER + 4, 0);
        write(VirtioMmio.QUEUE_DEVICE, USED);
        write(VirtioMmio.QUEUE_DEVICE + 4, 0);
        memory.write(AVAILABLE, new byte[0x1000], 0, 0x1000);
        memory.write(USED, new byte[0x1000], 0, 0x1000);
        available = 0;
        seen = 0;
        write(VirtioMmio.QUEUE_READY, 1);
        write(VirtioMmio.STATUS, 1 | 2 | VirtioMmio.FEATURES_OK | VirtioMmio.DRIVER_OK);
        return read(VirtioMmio.STATUS);
    }

    void descriptor(int table, int index, long address, int length, int flags, int next) {
        int at = table + index * 16;
        memory.write32(at, (int) address);
        memory.write32(at + 4, (int) (address >>> 32));
        memory.write32(at + 8, length);
        memory.write16(at + 12, flags);
        memory.write16(at + 14, next);
    }

    /** Makes a chain available without notifying. */
    void offer(int head) {
        memory.write16(AVAILABLE + 4 + available % size * 2, head);
        memory.write16(AVAILABLE + 2, ++available);
    }

    /** Names the chains that come next, without there being so many. */
    void setAvailableIndex(int index) {
        memory.write16(AVAILABLE + 2, index);
    }

    void notifyDevice() {
        write(VirtioMmio.QUEUE_NOTIFY, queue);
    }

    /** Chains completed and not yet taken with {@link #takeUsed}. */
    int completed() {
        return memory.read16(USED + 2) - seen & 0xffff;
    }

    /** Takes a completed chain: its head in the upper, its written length in the lower half. */
    long takeUsed() {
        int at = USED + 4 + seen % size * 8;
        seen = seen + 1 & 0xffff;
        return (long) memory.read32(at) << 32 | memory.read32(at + 4);
    }

    /** Acknowledges what the device interrupts for and returns it. */
    int interrupts() {
        int why = read(VirtioMmio.INTERRUPT_STATUS);
        write(VirtioMmio.INTERRUPT_ACK, why);
        return why;
    }

    boolean broken() {
        return (read(VirtioMmio.STATUS) & VirtioMmio.NEEDS_RESET) != 0;
    }
}
