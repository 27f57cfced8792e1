package swivel.devices;

import swivel.memory.GuestMemory;
import swivel.memory.InterruptLine;
import swivel.memory.Snapshot;

/**
 * The virtio transport over MMIO (VIRTIO 1.1, 4.2): the registers, the handshake, and the turns in which a device
 * serves its queues. Either version 2, or version 1, the legacy interface (4.2.4), for drivers that know no other:
 * there a queue is one area whose page the driver names, features are taken as they are written, and everything is in
 * the guest's byte order, which is little-endian here. Without a device it is an empty slot, which a driver passes
 * over.
 */
public final class VirtioMmio implements WordRegisters, Snapshot {
    /** Bytes of the window, as in QEMU's {@code virt}. */
    public static final int SIZE = 0x200;

    // The registers, all of 4.2.2 and 4.2.4; a queue's are those of the queue that QUEUE_SEL names.

    /** The letters "virt". */
    static final int MAGIC_VALUE = 0x000;

    static final int VERSION = 0x004;
    /** The device type; 0 for none. */
    static final int DEVICE_ID = 0x008;

    static final int VENDOR_ID = 0x00c;
    /** 32 of the features that are offered; which, says the next. */
    static final int DEVICE_FEATURES = 0x010;

    static final int DEVICE_FEATURES_SEL = 0x014;
    /** 32 of the features that the driver takes. */
    static final int DRIVER_FEATURES = 0x020;

    static final int DRIVER_FEATURES_SEL = 0x024;
    /** Legacy: the unit of QUEUE_PFN. */
    static final int GUEST_PAGE_SIZE = 0x028;

    static final int QUEUE_SEL = 0x030;
    /** The largest size of the queue; 0 if there is no such queue. */
    static final int QUEUE_NUM_MAX = 0x034;
    /** The size of the queue. */
    static final int QUEUE_NUM = 0x038;
    /** Legacy: the alignment of the used ring. */
    static final int QUEUE_ALIGN = 0x03c;
    /** Legacy: the page where the queue begins; 0: it is not in use. */
    static final int QUEUE_PFN = 0x040;
    /** 1: the queue is in use. */
    static final int QUEUE_READY = 0x044;
    /** The number of a queue with something new. */
    static final int QUEUE_NOTIFY = 0x050;

    static final int INTERRUPT_STATUS = 0x060;
    static final int INTERRUPT_ACK = 0x064;
    /** The state of the handshake; 0 resets. */
    static final int STATUS = 0x070;
    /** The descriptor table's address, low word and high. */
    static final int QUEUE_DESC = 0x080;
    /** The available ring's. */
    static final int QUEUE_DRIVER = 0x090;
    /** The used ring's. */
    static final int QUEUE_DEVICE = 0x0a0;

    static final int CONFIG_GENERATION = 0x0fc;
    /** From here on the device's configuration space. */
    static final int CONFIG = 0x100;

    private static final int MAGIC = 0x7472_6976;
    private static final int VERSION_1 = 1;
    private static final int VERSION_2 = 2;
    /** QEMU's, in letters. */
    private static final int VENDOR_QEMU = 0x554d_4551;

    /** STATUS (2.1). */
    static final int FEATURES_OK = 8;

    static final int DRIVER_OK = 4;
    static final int NEEDS_RESET = 0x40;

    /** INTERRUPT_STATUS: a used ring has changed, the configuration (or NEEDS_RESET) has. */
    static final int USED = 1;

    static final int CHANGED = 2;

    /** Legacy: a request's parts may be cut into buffers anyhow. */
    static final long F_ANY_LAYOUT = 1L << 27;

    /** Feature bits that are not of a device's type (chapter 6). */
    static final long F_INDIRECT = 1L << 28;

    static final long F_EVENT_INDEX = 1L << 29;
    static final long F_VERSION_1 = 1L << 32;

    /** Requests that are served before the guest runs on. */
    private static final int TURN = 16;

    /** What a snapshot keeps beside the queues' states and the device's. */
    static final class State {
        int deviceFeaturesSelect;
        int driverFeaturesSelect;
        long driverFeatures;
        int queueSelect;
        /** Legacy. */
        int pageSize;

        int status;
        int interruptStatus;
        /** How often the configuration has changed. */
        int generation;

        void fields(Archive fields) {
            deviceFeaturesSelect = fields.word(deviceFeaturesSelect);
            driverFeaturesSelect = fields.word(driverFeaturesSelect);
            driverFeatures = fields.doubleword(driverFeatures);
            queueSelect = fields.word(queueSelect);
            pageSize = fields.word(pageSize);
            status = fields.word(status);
            interruptStatus = fields.word(interruptStatus);
            generation = fields.word(generation);
        }
    }

    private final InterruptLine line;
    /** Null in an empty slot. */
    private final VirtioDevice device;

    private final Virtqueue[] queues;
    /** By queue: goes on with it. */
    private final EventQueue.Job[] turns;

    private final boolean legacy;
    private final long offered;
    State state = new State();

    /**
     * Makes a transport for a device.
     *
     * @param legacy whether it is version 1
     */
    public VirtioMmio(EventQueue events, GuestMemory memory, InterruptLine line, VirtioDevice device, boolean legacy) {
        this.line = line;
        this.device = device;
        this.legacy = legacy;
        this.offered = device.features | F_INDIRECT | F_EVENT_INDEX | (legacy ? F_ANY_LAYOUT : F_VERSION_1);
        this.queues = new Virtqueue[device.queues];
        this.turns = new EventQueue.Job[device.queues];
        for (int i = 0; i < queues.length; i++) {
            int index = i;
            queues[i] = new Virtqueue(memory);
            turns[i] = events.newJob("virtio device of type " + device.type + ", queue " + i, () -> turn(index));
        }
        device.attach(legacy, queue -> turns[queue].post());
        device.whenConfigurationChanged(this::configurationChanged);
        settleLegacy();
    }

    private VirtioMmio(boolean legacy) {
        this.legacy = legacy;
        this.line = level -> {};
        this.device = null;
        this.offered = 0;
        this.queues = new Virtqueue[0];
        this.turns = new EventQueue.Job[0];
    }

    /** A slot with no device in it. */
    public static VirtioMmio empty(boolean legacy) {
        return new VirtioMmio(legacy);
    }

    /** The device; null in an empty slot. */
    public VirtioDevice device() {
        return device;
    }

    @Override
    public void fields(Archive fields) {
        fields.same((legacy ? "legacy" : "virtio") + " device of type " + (device == null ? 0 : device.type));
        state.fields(fields);
        for (Virtqueue queue : queues) {
            queue.fields(fields);
        }
        if (device != null) {
            device.fields(fields);
        }
    }

    @Override
    public void loaded() {
        if (device != null) {
            device.loaded();
        }
    }

    /**
     * Whether the handshake is done and nothing has gone wrong since. Legacy drivers use queues before they say that
     * they are done (3.1.2).
     */
    private boolean live() {
        return legacy
                ? (state.status & NEEDS_RESET) == 0
                : (state.status & (FEATURES_OK | DRIVER_OK | NEEDS_RESET)) == (FEATURES_OK | DRIVER_OK);
    }

    /** Serves a queue for a while; if that is not all, goes on after the guest has run a little. */
    private void turn(int index) {
        Virtqueue queue = queues[index];
        if (!live() || !queue.state.ready) {
            return;
        }
        device.finish(queue);
        try {
            int left = TURN;
            while (left > 0 && hasNext(queue) && device.serve(index, queue)) {
                left--;
            }
            if (left == 0) {
                turns[index].post();
            }
        } catch (VirtioError e) {
            fail();
        }
        tell(queue);
    }

    private void tell(Virtqueue queue) {
        if (queue.wantsInterrupt()) {
            interrupt(USED);
        }
    }

    /**
     * Has everything done that other threads of the host have in hand, and completes it: between two accesses of the
     * guest no request is half done then.
     */
    public void drain() {
        if (device == null) {
            return;
        }
        device.drain();
        for (Virtqueue queue : queues) {
            if (live() && queue.state.ready) {
                device.finish(queue);
                tell(queue);
            }
        }
    }

    private static boolean hasNext(Virtqueue queue) {
        if (!queue.hasNext()) {
            queue.askForNotification();
        }
        return queue.hasNext();
    }

    /** Stops until the driver resets the device (2.1.2). */
    private void fail() {
        boolean tell = (state.status & DRIVER_OK) != 0 && !legacy;
        state.status |= NEEDS_RESET;
        if (tell) {
            interrupt(CHANGED);
        }
    }

    private void configurationChanged() {
        state.generation++;
        if ((state.status & DRIVER_OK) != 0) {
            interrupt(CHANGED);
        }
    }

    private void interrupt(int why) {
        state.interruptStatus |= why;
        line.set(true);
    }

    private void reset() {
        device.stopped();
        int pageSize = state.pageSize;
        int generation = state.generation;
        state = new State();
        state.pageSize = pageSize; // Linux tells it before it resets the device
        state.generation = generation;
        for (Virtqueue queue : queues) {
            queue.reset();
        }
        line.set(false);
        settleLegacy();
    }

    /** A legacy driver that takes no features need not say so. */
    private void settleLegacy() {
        if (legacy) {
            settle();
        }
    }

    @Override
    public int read(int offset, int size) {
        if (offset < CONFIG || device == null) {
            return WordRegisters.super.read(offset, size);
        }
        byte[] configuration = device.configuration;
        int value = 0;
        for (int i = 0; i < size && offset - CONFIG + i < configuration.length; i++) {
            value |= (configuration[offset - CONFIG + i] & 0xff) << i * 8;
        }
        return value;
    }

    @Override
    public void write(int offset, int size, int value) {
        if (offset < CONFIG || device == null) {
            WordRegisters.super.write(offset, size, value);
            return;
        }
        for (int i = 0; i < size; i++) {
            int at = offset - CONFIG + i;
            if (at < device.configuration.length && device.writesConfiguration(at)) {
                device.configuration[at] = (byte) (value >>> i * 8);
            }
        }
    }

    @Override
    public int readWord(int offset) {
        return switch (offset) {
            case MAGIC_VALUE -> MAGIC;
            case VERSION -> legacy ? VERSION_1 : VERSION_2;
            case DEVICE_ID -> device == null ? 0 : device.type;
            case VENDOR_ID -> VENDOR_QEMU;
            case DEVICE_FEATURES -> select(offered, state.deviceFeaturesSelect);
            case QUEUE_NUM_MAX -> selected() == null ? 0 : Virtqueue.MAX_SIZE;
            case QUEUE_READY -> !legacy && selected() != null && selected().state.ready ? 1 : 0;
            case QUEUE_PFN -> legacy && selected() != null && selected().state.ready ? selected().state.page : 0;
            case INTERRUPT_STATUS -> state.interruptStatus;
            case CONFIG_GENERATION -> state.generation;
            case STATUS -> {
                if ((state.status & DRIVER_OK) != 0) {
                    device.statusRead();
                }
                yield legacy ? state.status & ~NEEDS_RESET : state.status; // which legacy drivers do not know
            }
            default -> 0;
        };
    }

    /** The low or the high word of 64 features; there are no more. */
    private static int select(long features, int word) {
        return word == 0 ? (int) features : word == 1 ? (int) (features >>> Integer.SIZE) : 0;
    }

    private Virtqueue selected() {
        return Integer.compareUnsigned(state.queueSelect, queues.length) < 0 ? queues[state.queueSelect] : null;
    }

    @Override
    public void writeWord(int offset, int value, int lanes) {
        if (device == null) {
            return;
        }
        switch (offset) {
            case DEVICE_FEATURES_SEL -> state.deviceFeaturesSelect = value;
            case DRIVER_FEATURES -> takeFeatures(value);
            case DRIVER_FEATURES_SEL -> state.driverFeaturesSelect = value;
            case GUEST_PAGE_SIZE -> state.pageSize = value;
            case QUEUE_SEL -> state.queueSelect = value;
            case QUEUE_NOTIFY -> {
                if (Integer.compareUnsigned(value, queues.length) < 0) {
                    turn(value);
                }
            }
            case INTERRUPT_ACK -> {
                state.interruptStatus &= ~value;
                line.set(state.interruptStatus != 0);
            }
            case STATUS -> setStatus(value & 0xff);
            default -> {
                if (selected() != null && legacy) {
                    writeLegacyQueue(selected(), offset, value);
                } else if (selected() != null) {
                    writeQueue(selected(), offset, value);
                }
            }
        }
    }

    private void takeFeatures(int value) {
        if (legacy) {
            if (state.driverFeaturesSelect == 0) {
                state.driverFeatures = value & offered;
                settle();
            }
        } else if ((state.status & FEATURES_OK) == 0 && (state.driverFeaturesSelect & ~1) == 0) {
            int shift = state.driverFeaturesSelect * Integer.SIZE;
            long word = 0xffff_ffffL << shift;
            state.driverFeatures = state.driverFeatures & ~word | (long) value << shift & word;
        }
    }

    private void setStatus(int value) {
        if (value == 0) {
            reset();
            return;
        }
        boolean settles = !legacy && (value & ~state.status & FEATURES_OK) != 0;
        state.status = value | state.status & NEEDS_RESET;
        if (settles) {
            boolean possible = (state.driverFeatures & ~offered) == 0 && (state.driverFeatures & F_VERSION_1) != 0;
            if (possible) {
                settle();
            } else {
                state.status &= ~FEATURES_OK;
            }
        }
    }

    private void settle() {
        device.negotiated((int) state.driverFeatures & device.features);
        for (Virtqueue queue : queues) {
            queue.negotiated((state.driverFeatures & F_INDIRECT) != 0, (state.driverFeatures & F_EVENT_INDEX) != 0);
        }
    }

    private void writeQueue(Virtqueue queue, int offset, int value) {
        Virtqueue.State to = queue.state;
        if (offset == QUEUE_READY) {
            setReady(queue, (value & 1) != 0);
        } else if (!to.ready) {
            switch (offset) {
                case QUEUE_NUM -> to.size = value;
                case QUEUE_DESC -> to.descriptors = low(to.descriptors, value);
                case QUEUE_DESC + 4 -> to.descriptors = high(to.descriptors, value);
                case QUEUE_DRIVER -> to.driver = low(to.driver, value);
                case QUEUE_DRIVER + 4 -> to.driver = high(to.driver, value);
                case QUEUE_DEVICE -> to.device = low(to.device, value);
                case QUEUE_DEVICE + 4 -> to.device = high(to.device, value);
                default -> {}
            }
        }
    }

    private void writeLegacyQueue(Virtqueue queue, int offset, int value) {
        Virtqueue.State to = queue.state;
        if (offset == QUEUE_PFN) {
            device.stopped();
            to.ready = false;
            to.page = value;
            if (value != 0) {
                start(queue);
            }
        } else if (!to.ready && offset == QUEUE_NUM) {
            to.size = value;
        } else if (!to.ready && offset == QUEUE_ALIGN) {
            to.alignment = value;
        }
    }

    private static long low(long address, int word) {
        return address & 0xffff_ffffL << Integer.SIZE | word & 0xffff_ffffL;
    }

    private static long high(long address, int word) {
        return address & 0xffff_ffffL | (long) word << Integer.SIZE;
    }

    private void setReady(Virtqueue queue, boolean ready) {
        if (!ready) {
            device.stopped();
            queue.state.ready = false;
        } else if (!queue.state.ready) {
            start(queue);
        }
    }

    private void start(Virtqueue queue) {
        try {
            if (legacy) {
                queue.layOut(state.pageSize);
            }
            queue.start();
        } catch (VirtioError e) {
            fail();
        }
    }
}
