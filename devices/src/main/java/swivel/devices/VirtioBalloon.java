package swivel.devices;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import swivel.memory.GuestMemory;
import swivel.memory.Snapshot.Archive;

/**
 * The virtio memory balloon (VIRTIO 1.2, 5.5): the guest gives memory back that it does not need. Either it reports
 * pages that are free for the moment, or it leaves pages to the balloon, which somebody on the host has made larger.
 * Both read as zero when the guest uses them again.
 *
 * <p>Queues are numbered without gaps, as Linux and QEMU do it: where there are no statistics and no hints, that of
 * reports is the third one.
 */
public final class VirtioBalloon extends VirtioDevice {
    private static final int TYPE = 5;

    /** The guest may take pages back before it runs out of memory. */
    private static final int F_DEFLATE_ON_OOM = 1 << 2;

    /** The guest reports free pages. */
    private static final int F_REPORTING = 1 << 5;

    static final int INFLATE = 0;
    static final int REPORT = 2;
    private static final int QUEUES = 3;

    /** The configuration: pages that the balloon shall have; that it has, which the driver writes. */
    static final int WANTED = 0;

    static final int ACTUAL = 4;

    /** Pages here have this size, whatever the guest's have (5.5.6). */
    private static final int PAGE_SHIFT = 12;

    private static final int PAGE_NUMBERS = 1024;

    /** The most pages that one request leaves to the balloon; of more the host gets no more. Linux asks for 256. */
    private static final int MOST_PAGES = 64 * PAGE_NUMBERS;

    private final GuestMemory memory;
    private final EventQueue.Job resize;
    private final byte[] numbers = new byte[PAGE_NUMBERS * Integer.BYTES];
    private volatile int wanted;

    /** Makes a balloon without air. */
    public VirtioBalloon(EventQueue events, GuestMemory memory) {
        super(TYPE, F_DEFLATE_ON_OOM | F_REPORTING, QUEUES, new byte[2 * Integer.BYTES]);
        this.memory = memory;
        this.resize = events.newJob("balloon", this::resize);
    }

    private ByteBuffer words() {
        return ByteBuffer.wrap(configuration).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Says how much memory the balloon shall have. The guest gives it soon, or in part. From any thread. */
    public void setSize(long bytes) {
        wanted = (int) (Math.clamp(bytes, 0, memory.size()) >>> PAGE_SHIFT);
        resize.post();
    }

    /** Bytes that the balloon has, by the guest's own account. On the vCPU's thread. */
    public long size() {
        return Integer.toUnsignedLong(words().getInt(ACTUAL)) << PAGE_SHIFT;
    }

    private void resize() {
        words().putInt(WANTED, wanted);
        configurationChanged();
    }

    @Override
    void fields(Archive fields) {
        fields.bytes(configuration);
    }

    @Override
    void negotiated(int features) {}

    @Override
    boolean writesConfiguration(int offset) {
        return offset >= ACTUAL;
    }

    @Override
    boolean serve(int index, Virtqueue queue) throws VirtioError {
        DescriptorChain request = queue.next();
        if (index == REPORT) {
            release(request);
        } else if (index == INFLATE) {
            inflate(request);
        } // pages that leave the balloon come back when they are touched
        queue.complete();
        return true;
    }

    /** The buffers are free memory; of buffers that are more than all memory, the others are passed over. */
    private void release(DescriptorChain request) {
        long left = memory.size();
        for (int i = 0; i < request.writableBuffers(); i++) {
            long bytes = Math.min(request.writableLength(i), left);
            memory.release(request.writableAddress(i), bytes);
            left -= bytes;
        }
    }

    private void inflate(DescriptorChain request) {
        ByteBuffer pages = ByteBuffer.wrap(numbers).order(ByteOrder.LITTLE_ENDIAN);
        for (int taken = 0; taken < MOST_PAGES && request.readable() >= Integer.BYTES; taken += PAGE_NUMBERS) {
            int bytes = request.read(numbers, 0, numbers.length);
            for (int at = 0; at + Integer.BYTES <= bytes; at += Integer.BYTES) {
                memory.release(Integer.toUnsignedLong(pages.getInt(at)) << PAGE_SHIFT, 1 << PAGE_SHIFT);
            }
        }
    }
}
