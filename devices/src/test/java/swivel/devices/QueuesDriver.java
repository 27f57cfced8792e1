package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.BooleanSupplier;
import swivel.memory.GuestMemory;

/** The driver's side of a virtio-mmio device with several queues, each of which has a buffer for each descriptor. */
final class QueuesDriver implements AutoCloseable {
    static final int RAM = 0x4000_0000;
    static final int RAM_SIZE = 1 << 24;
    static final int SIZE = 16;
    /** Bytes of a buffer. */
    static final int BUFFER = 4096;

    private static final int AREA = 1 << 18;
    static final int AVAILABLE = 0x1000;
    private static final int USED = 0x2000;
    private static final int BUFFERS = 0x4000;
    private static final int WRITE = 2;
    private static final int READY = 3 | VirtioMmio.FEATURES_OK;

    final GuestMemory memory = new GuestMemory(RAM, RAM_SIZE);
    final Rig rig;
    final VirtioMmio device;
    private final int queues;
    private final int[] available;
    private final int[] seen;

    QueuesDriver(Rig rig, VirtioDevice device) {
        this.rig = rig;
        this.device = new VirtioMmio(rig.events, memory, rig.line, device, false);
        this.queues = device.queues;
        this.available = new int[queues];
        this.seen = new int[queues];
    }

    int read(int offset) {
        return device.read(offset, 4);
    }

    void write(int offset, int value) {
        device.write(offset, 4, value);
    }

    static int area(int queue) {
        return RAM + queue * AREA;
    }

    private static int buffer(int queue, int descriptor) {
        return area(queue) + BUFFERS + descriptor * BUFFER;
    }

    void start(long features) {
        write(VirtioMmio.STATUS, 0);
        write(VirtioMmio.STATUS, 3);
        for (int word = 0; word < 2; word++) {
            write(VirtioMmio.DRIVER_FEATURES_SEL, word);
            write(VirtioMmio.DRIVER_FEATURES, word == 0 ? (int) features : 1);
        }
        write(VirtioMmio.STATUS, READY);
        for (int queue = 0; queue < queues; queue++) {
            write(VirtioMmio.QUEUE_SEL, queue);
            write(VirtioMmio.QUEUE_NUM, SIZE);
            write(VirtioMmio.QUEUE_DESC, area(queue));
            write(VirtioMmio.QUEUE_DRIVER, area(queue) + AVAILABLE);
            write(VirtioMmio.QUEUE_DEVICE, area(queue) + USED);
            memory.write(area(queue), new byte[BUFFERS], 0, BUFFERS);
            write(VirtioMmio.QUEUE_READY, 1);
        }
        Arrays.fill(available, 0);
        Arrays.fill(seen, 0);
        write(VirtioMmio.STATUS, READY | VirtioMmio.DRIVER_OK);
        assertEquals(READY | VirtioMmio.DRIVER_OK, read(VirtioMmio.STATUS));
    }

    private void offer(int queue, int descriptor, int length, int flags) {
        int at = area(queue) + descriptor * 16;
        memory.write32(at, buffer(queue, descriptor));
        memory.write32(at + 4, 0);
        memory.write32(at + 8, length);
        memory.write16(at + 12, flags);
        memory.write16(area(queue) + AVAILABLE + 4 + available[queue] % SIZE * 2, descriptor);
        memory.write16(area(queue) + AVAILABLE + 2, ++available[queue]);
    }

    /** Makes so many buffers available for the device to write. */
    void offerBuffers(int queue, int count, int length) {
        for (int i = 0; i < count; i++) {
            offer(queue, available[queue] % SIZE, length, WRITE);
        }
        write(VirtioMmio.QUEUE_NOTIFY, queue);
    }

    /** Makes bytes available to the device, of which a buffer has room. */
    void send(int queue, byte... bytes) {
        int descriptor = available[queue] % SIZE;
        memory.write(buffer(queue, descriptor), bytes, 0, bytes.length);
        offer(queue, descriptor, bytes.length, 0);
        write(VirtioMmio.QUEUE_NOTIFY, queue);
    }

    /** How many requests are done and not taken with {@link #take}. */
    int done(int queue) {
        rig.events.runDue();
        return memory.read16(area(queue) + USED + 2) - seen[queue] & 0xffff;
    }

    /** Waits until something is so, while the machine's events run. */
    void until(BooleanSupplier done) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!done.getAsBoolean()) {
            rig.events.runDue();
            assertTrue(System.nanoTime() < deadline, "nothing happens any more");
            Thread.onSpinWait();
        }
    }

    /** What the device wrote into the next buffer. */
    byte[] take(int queue) {
        assertEquals(true, done(queue) > 0, "nothing is done in queue " + queue);
        int at = area(queue) + USED + 4 + seen[queue]++ % SIZE * 8;
        byte[] bytes = new byte[memory.read32(at + 4)];
        memory.read(buffer(queue, memory.read32(at)), bytes, 0, bytes.length);
        return bytes;
    }

    /** Goes on where another driver was, in memory of the same content. */
    void takeOver(QueuesDriver other) {
        System.arraycopy(other.available, 0, available, 0, queues);
        System.arraycopy(other.seen, 0, seen, 0, queues);
    }

    boolean broken() {
        return (read(VirtioMmio.STATUS) & VirtioMmio.NEEDS_RESET) != 0;
    }

    @Override
    public void close() {
        rig.close();
        memory.close();
    }
}
