package swivel.devices;

import java.util.function.IntConsumer;
import swivel.devices.streams.ByteRing;
import swivel.memory.Snapshot.Archive;

/**
 * The virtio console device (VIRTIO 1.2, 5.3) with a console and no other ports, as every driver knows it: Linux's
 * hvc0. Other ports are a device of their own, {@link VirtioPorts}, since Linux takes the size of a console for rows
 * and columns or columns and rows, depending on its version, where it comes in a message of a device with several
 * ports.
 */
public final class VirtioConsole extends VirtioDevice implements ConsoleDevice {
    private static final int TYPE = 3;

    /** The configuration space has the size of the console. */
    static final int F_SIZE = 1 << 0;

    static final int RECEIVE = 0;
    static final int TRANSMIT = 1;

    /** The configuration space (5.3.4): columns, rows, and two fields for devices that are more. */
    private static final int CONFIGURATION_SIZE = 12;

    private static final int COLUMNS = 0;
    private static final int ROWS = 2;
    private static final int MAX_SIZE = 0xffff;

    /**
     * Linux fills the queue to the guest before it has set up its console, and drops what comes meanwhile
     * (virtio_console.c, in_intr). When it has, it looks at the device's status (virtio.c, virtio_dev_probe), for which
     * the first input waits; for drivers that do not, no longer than this.
     */
    private static final long PATIENCE_NANOSECONDS = 5_000_000_000L;

    private final EventQueue events;
    private final ByteRing input = new ByteRing();
    private final ByteQueues stream;
    private final EventQueue.Job resize;
    private final EventQueue.Timer opens;
    /** Columns in the upper half, rows in the lower one; of the host. */
    private volatile int size;

    /** There is a driver that waits for input. */
    private boolean listened;

    /** It gets input. */
    private boolean isOpen;

    private IntConsumer goOn = queue -> {};

    /** Makes a console of unknown size. */
    public VirtioConsole(EventQueue events, Pl011.Output output) {
        super(TYPE, F_SIZE, 2, new byte[CONFIGURATION_SIZE]);
        stream = new ByteQueues(input, (from, length) -> {
            for (int i = 0; i < length; i++) {
                output.write(from[i] & 0xff);
            }
            return length;
        });
        this.events = events;
        opens = events.newTimer("virtio console's input", this::open);
        resize = events.newJob("virtio console's size", this::resize);
    }

    /** Tells the guest how large the terminal is; what is out of range is unknown. From any thread. */
    public void setSize(int columns, int rows) {
        boolean known = columns > 0 && columns <= MAX_SIZE && rows > 0 && rows <= MAX_SIZE;
        int newSize = known ? columns << 16 | rows : 0;
        if (newSize != size) {
            size = newSize;
            resize.post();
        }
    }

    @Override
    void statusRead() {
        if (listened && !isOpen) {
            open();
        }
    }

    private void open() {
        opens.cancel();
        isOpen = true;
        goOn.accept(RECEIVE);
    }

    private void resize() {
        int now = size;
        put16(COLUMNS, now >>> 16);
        put16(ROWS, now & 0xffff);
        configurationChanged();
    }

    private void put16(int at, int value) {
        configuration[at] = (byte) value;
        configuration[at + 1] = (byte) (value >> 8);
    }

    @Override
    public ByteRing input() {
        return input;
    }

    @Override
    public boolean interruptsOnInput() {
        return listened;
    }

    @Override
    void fields(Archive fields) {
        fields.bytes(configuration);
        listened = fields.flag(listened);
        isOpen = fields.flag(isOpen);
        stream.fields(fields);
    }

    /** Input may have come after the queue of events was saved; the size is that of another terminal. */
    @Override
    void loaded() {
        if (size != 0) {
            resize.post();
        }
        input.announce();
    }

    @Override
    void attach(boolean legacy, IntConsumer newGoOn) {
        goOn = newGoOn;
        input.whenFilled(() -> newGoOn.accept(RECEIVE));
    }

    @Override
    void negotiated(int features) {
        listened = false;
        isOpen = false;
        opens.cancel();
        stream.reset();
    }

    @Override
    boolean serve(int index, Virtqueue queue) throws VirtioError {
        if (index == RECEIVE && !listened) {
            listened = true;
            opens.arm(events.now() + PATIENCE_NANOSECONDS);
        }
        return index == TRANSMIT ? stream.transmit(queue) : isOpen && stream.receive(queue);
    }
}
