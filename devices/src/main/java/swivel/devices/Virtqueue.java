package swivel.devices;

import swivel.memory.GuestMemory;
import swivel.memory.Snapshot.Archive;

/**
 * The device's side of a split virtqueue (VIRTIO 1.1, 2.6), with indirect descriptors and event indices:
 *
 * <pre>
 *   descriptor table, 16 bytes each    available ring, driver writes    used ring, device writes
 *   +0  address        64 bits         +0    flags     16               +0      flags     16
 *   +8  length         32              +2    index     16               +2      index     16
 *   +12 flags          16              +4    head      16 * size        +4      head 32, length 32, * size
 *   +14 next           16              then  used_event     16          then    avail_event    16
 * </pre>
 *
 * <p>Whatever the driver writes is checked where it is used: the rings lie in RAM, indices name descriptors, chains
 * end.
 */
final class Virtqueue {
    /** The largest queue size; it also bounds the length of a chain, through indirect tables too (2.6.5.3.1). */
    static final int MAX_SIZE = 256;

    private static final int DESCRIPTOR_SIZE = 16;
    private static final int DESCRIPTOR_LENGTH = 8;
    private static final int DESCRIPTOR_FLAGS = 12;
    private static final int DESCRIPTOR_NEXT = 14;

    /** Descriptor flags (2.6.5): goes on with another; the device writes; the buffer is a table of descriptors. */
    static final int F_NEXT = 1;

    static final int F_WRITE = 2;
    static final int F_INDIRECT = 4;

    /** Both rings: the index, the first element. */
    private static final int RING_INDEX = 2;

    private static final int RING_ELEMENTS = 4;
    private static final int AVAILABLE_ELEMENT_SIZE = 2;
    private static final int USED_ELEMENT_SIZE = 8;
    private static final int USED_LENGTH = 4;
    private static final int EVENT_SIZE = 2;

    /** The available ring's flag: the driver wants no interrupts (2.6.7). */
    static final int NO_INTERRUPT = 1;

    /** What legacy drivers may rely on for the used ring (VIRTIO 1.1, 2.6.2). */
    private static final int DEFAULT_ALIGNMENT = 4096;

    /** Indices count modulo this. */
    private static final int INDICES = 1 << 16;

    /** What a snapshot keeps; between two accesses of the guest no request is half done. */
    static final class State {
        int size = MAX_SIZE;
        boolean ready;
        /** Legacy: where all three parts begin, in pages of the guest; and the used ring's alignment. */
        int page;

        int alignment = DEFAULT_ALIGNMENT;
        long descriptors;
        /** The available ring. */
        long driver;
        /** The used ring. */
        long device;
        /** Index, modulo 2^16, of the next available element to take. */
        int nextAvailable;
        /** Index of the next used element to fill. */
        int nextUsed;
        /** What {@link #nextUsed} was when the driver was last interrupted or found not to want it. */
        int toldUsed;
        /** The driver may use indirect descriptors. */
        boolean indirect;
        /** The driver uses event indices. */
        boolean eventIndices;

        void fields(Archive fields) {
            size = fields.word(size);
            ready = fields.flag(ready);
            page = fields.word(page);
            alignment = fields.word(alignment);
            descriptors = fields.doubleword(descriptors);
            driver = fields.doubleword(driver);
            device = fields.doubleword(device);
            nextAvailable = fields.index(nextAvailable, INDICES);
            nextUsed = fields.index(nextUsed, INDICES);
            toldUsed = fields.index(toldUsed, INDICES);
            indirect = fields.flag(indirect);
            eventIndices = fields.flag(eventIndices);
        }
    }

    private final GuestMemory memory;
    private DescriptorChain chain;

    /** The chains that make up the current request: their first descriptors, and the room to write up to their ends. */
    private final int[] heads = new int[MAX_SIZE];

    private final long[] ends = new long[MAX_SIZE];
    private int chains;
    State state = new State();

    Virtqueue(GuestMemory memory) {
        this.memory = memory;
        this.chain = new DescriptorChain(memory, MAX_SIZE);
    }

    void reset() {
        state = new State();
    }

    /** Takes the negotiated features that concern queues. */
    void negotiated(boolean indirect, boolean eventIndex) {
        state.indirect = indirect;
        state.eventIndices = eventIndex;
    }

    void fields(Archive fields) {
        state.fields(fields);
        if (state.ready) {
            try {
                checkRings();
            } catch (VirtioError e) {
                fields.require(false, e.getMessage());
            }
        }
    }

    /**
     * Puts the three parts of the queue one behind the other, as the legacy interface has them (2.6.2).
     *
     * @param pageSize of the guest, unsigned
     * @throws VirtioError if page size or alignment is none
     */
    void layOut(int pageSize) throws VirtioError {
        if (Integer.bitCount(pageSize) != 1 || Integer.bitCount(state.alignment) != 1) {
            throw new VirtioError("a queue in pages of " + pageSize + ", aligned to " + state.alignment);
        }
        long alignment = Integer.toUnsignedLong(state.alignment);
        state.descriptors = Integer.toUnsignedLong(state.page) * Integer.toUnsignedLong(pageSize);
        state.driver = state.descriptors + (long) state.size * DESCRIPTOR_SIZE;
        long end = state.driver + RING_ELEMENTS + (long) state.size * AVAILABLE_ELEMENT_SIZE + EVENT_SIZE;
        state.device = end + alignment - 1 & -alignment;
    }

    /**
     * Starts using the rings.
     *
     * @throws VirtioError if size or addresses are not what 2.6 allows, or not in RAM
     */
    void start() throws VirtioError {
        checkRings();
        state.nextAvailable = 0;
        state.nextUsed = 0;
        state.toldUsed = 0;
        state.ready = true;
    }

    private void checkRings() throws VirtioError {
        if (state.size <= 0 || state.size > MAX_SIZE || Integer.bitCount(state.size) != 1) {
            throw new VirtioError("a queue of " + state.size + " descriptors");
        }
        checkArea(state.descriptors, 16, state.size * DESCRIPTOR_SIZE);
        checkArea(state.driver, 2, RING_ELEMENTS + state.size * AVAILABLE_ELEMENT_SIZE + EVENT_SIZE);
        checkArea(state.device, 4, RING_ELEMENTS + state.size * USED_ELEMENT_SIZE + EVENT_SIZE);
    }

    private void checkArea(long gpa, int alignment, int bytes) throws VirtioError {
        if ((gpa & alignment - 1) != 0 || !memory.contains(gpa, bytes)) {
            throw new VirtioError("a ring at 0x" + Long.toHexString(gpa));
        }
    }

    /** Whether the driver has made something available that was not taken yet. */
    boolean hasNext() {
        return availableIndex() != state.nextAvailable;
    }

    private int availableIndex() {
        return memory.read16(state.driver + RING_INDEX);
    }

    /**
     * Takes the next request; {@link #hasNext} must be true.
     *
     * @throws VirtioError if the ring or the chain is broken
     */
    DescriptorChain next() throws VirtioError {
        chains = 0;
        chain.clear();
        take();
        return chain;
    }

    /**
     * Appends the next chain's buffers to those of the request, of which nothing was read or written yet; {@link
     * #hasNext} must be true.
     *
     * @throws VirtioError if the ring or the chain is broken
     */
    void append() throws VirtioError {
        take();
    }

    private void take() throws VirtioError {
        int waiting = availableIndex() - state.nextAvailable & 0xffff;
        if (waiting > state.size) {
            throw new VirtioError(waiting + " requests in a queue of " + state.size);
        }
        int element = state.nextAvailable & state.size - 1;
        int head = memory.read16(state.driver + RING_ELEMENTS + element * AVAILABLE_ELEMENT_SIZE);
        state.nextAvailable = state.nextAvailable + 1 & 0xffff;
        walk(state.descriptors, state.size, head, false);
        chain.rewind();
        heads[chains] = head;
        ends[chains] = chain.writable();
        chains++;
    }

    /**
     * A request of one chain that is completed later, perhaps behind others that came after it.
     *
     * @param head its first descriptor
     * @param room bytes that it had to write into
     */
    record Pending(DescriptorChain chain, int head, long room) {}

    /** Leaves the request, which has one chain, to who completes it later; others can be taken meanwhile. */
    Pending defer() {
        Pending pending = new Pending(chain, heads[0], ends[0]);
        chain = new DescriptorChain(memory, MAX_SIZE);
        chains = 0;
        return pending;
    }

    /** How many chains make up the request. */
    int chains() {
        return chains;
    }

    /** Whether the request has all the chains that the queue can have. */
    boolean isWhole() {
        return chains == state.size;
    }

    /** Leaves the request to be taken again later. */
    void putBack() {
        state.nextAvailable = state.nextAvailable - chains & 0xffff;
    }

    /** Adds the buffers of a chain in a table. A loop ends when the chain is longer than it may be. */
    private void walk(long table, int entries, int first, boolean indirect) throws VirtioError {
        int index = first;
        for (int steps = 0; ; steps++) {
            if (index >= entries || steps == entries) {
                throw new VirtioError("descriptor " + index + " of " + entries + ", or a loop");
            }
            long descriptor = table + index * DESCRIPTOR_SIZE;
            long address =
                    memory.read32(descriptor) & 0xffff_ffffL | (long) memory.read32(descriptor + 4) << Integer.SIZE;
            long length = memory.read32(descriptor + DESCRIPTOR_LENGTH) & 0xffff_ffffL;
            int flags = memory.read16(descriptor + DESCRIPTOR_FLAGS);
            if ((flags & F_INDIRECT) != 0) {
                boolean last = (flags & F_NEXT) == 0;
                if (indirect || !state.indirect || !last || length == 0 || length % DESCRIPTOR_SIZE != 0) {
                    throw new VirtioError("an indirect descriptor where there may be none (2.6.5.3)");
                }
                checkArea(address, 1, (int) Math.min(length, MAX_SIZE * DESCRIPTOR_SIZE));
                walk(address, (int) Math.min(length / DESCRIPTOR_SIZE, MAX_SIZE), 0, true);
                return;
            }
            chain.add(address, length, (flags & F_WRITE) != 0);
            if ((flags & F_NEXT) == 0) {
                return;
            }
            index = memory.read16(descriptor + DESCRIPTOR_NEXT);
        }
    }

    /** Gives the request back to the driver: all of its chains at once. */
    void complete() {
        long start = 0;
        for (int i = 0; i < chains; i++) {
            use(heads[i], Math.max(Math.min(chain.written(), ends[i]) - start, 0));
            start = ends[i];
        }
        memory.write16(state.device + RING_INDEX, state.nextUsed);
    }

    /** Gives a request back to the driver that was left for later. */
    void complete(Pending pending) {
        use(pending.head, Math.min(pending.chain.written(), pending.room));
        memory.write16(state.device + RING_INDEX, state.nextUsed);
    }

    private void use(int head, long written) {
        long element = state.device + RING_ELEMENTS + (state.nextUsed & state.size - 1) * USED_ELEMENT_SIZE;
        memory.write32(element, head);
        memory.write32(element + USED_LENGTH, (int) written);
        state.nextUsed = state.nextUsed + 1 & 0xffff;
    }

    /**
     * Asks the driver to notify us of whatever it makes available from now on; {@link #hasNext} has to be asked again
     * after it.
     */
    void askForNotification() {
        if (state.eventIndices) {
            int event = RING_ELEMENTS + state.size * USED_ELEMENT_SIZE;
            memory.write16(state.device + event, state.nextAvailable);
        }
    }

    /**
     * Asks the driver to notify us of whatever it makes available beyond what there is.
     *
     * @return whether there is more now than when the request was put together
     */
    boolean askForMore() {
        if (state.eventIndices) {
            int event = RING_ELEMENTS + state.size * USED_ELEMENT_SIZE;
            memory.write16(state.device + event, availableIndex());
        }
        return (availableIndex() - state.nextAvailable & 0xffff) > chains;
    }

    /** Whether the driver wants to be interrupted for what was completed since this was last asked (2.6.7). */
    boolean wantsInterrupt() {
        int completed = state.nextUsed - state.toldUsed & 0xffff;
        state.toldUsed = state.nextUsed;
        if (completed == 0) {
            return false;
        }
        if (!state.eventIndices) {
            return (memory.read16(state.driver) & NO_INTERRUPT) == 0;
        }
        int event = memory.read16(state.driver + RING_ELEMENTS + state.size * AVAILABLE_ELEMENT_SIZE);
        return (state.nextUsed - event - 1 & 0xffff) < completed;
    }
}
