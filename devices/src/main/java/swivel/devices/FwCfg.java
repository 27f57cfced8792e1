package swivel.devices;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import swivel.memory.GuestMemory;
import swivel.memory.Mmio;
import swivel.memory.Snapshot;

/**
 * QEMU's firmware configuration device (docs/specs/fw_cfg.rst of QEMU), in memory: numbered items, which the guest
 * reads byte by byte, or has copied into its RAM. None can be written, and there are no named ones.
 */
public final class FwCfg implements Mmio, Snapshot {
    /** Bytes of the window. */
    public static final int SIZE = 0x18;

    /** The next bytes of the selected item; 8 bytes wide, read-only. */
    static final int DATA = 0x00;
    /** Selects an item, and its first byte; 2 bytes wide, big-endian, write-only. */
    static final int SELECTOR = 0x08;
    /** Where a {@link Transfer} is, big-endian; it begins when the low half is written. Reads as the signature. */
    static final int DMA = 0x10;

    private static final int DMA_LOW = DMA + Integer.BYTES;

    // Items ("Firmware Configuration Items"; include/standard-headers/linux/qemu_fw_cfg.h). Numbers are little-endian.
    static final int SIGNATURE = 0x00;
    static final int ID = 0x01;
    static final int CPUS = 0x05;
    static final int KERNEL_SIZE = 0x08;
    static final int INITRD_SIZE = 0x0b;
    static final int KERNEL = 0x11;
    static final int INITRD = 0x12;
    static final int COMMAND_LINE_SIZE = 0x14;
    static final int COMMAND_LINE = 0x15;
    /** How many named items there are; big-endian. */
    static final int FILES = 0x19;

    /** A bit of the selector that meant writing once. */
    private static final int WRITE_CHANNEL = 0x4000;

    /** Of {@link #ID}: reading byte by byte, and by DMA. */
    private static final int ID_TRADITIONAL = 1;

    private static final int ID_DMA = 2;

    private static final byte[] DMA_SIGNATURE = ascii("QEMU CFG");

    // Bits of a transfer's control.
    static final int FAILED = 1;
    static final int READ = 2;
    static final int SKIP = 4;
    static final int SELECT = 8;
    static final int WRITE = 16;

    /**
     * What firmware is to start; it loads it.
     *
     * @param initrd null: none
     */
    public record Payload(byte[] kernel, byte[] initrd, String commandLine) {
        /** How much memory the files take. */
        public long bytes() {
            return kernel.length + (initrd == null ? 0L : initrd.length);
        }
    }

    /** What a snapshot keeps. */
    static final class State {
        /** The selected item, 16 bits. */
        int item = SIGNATURE;
        /** Its next byte, which may be behind its last one. */
        int next;
        /** The high half of {@link #DMA}, until the low one is written. */
        int high;

        void fields(Archive fields) {
            item = fields.index(item, 1 << Short.SIZE);
            next = fields.index(next, Integer.MAX_VALUE);
            high = fields.word(high);
        }
    }

    private static final byte[] ZEROS = new byte[1 << 16];

    private final GuestMemory memory;
    private final Map<Integer, byte[]> items = new HashMap<>();
    final State state = new State();

    /**
     * Makes one.
     *
     * @param payload null: there is nothing to start
     */
    public FwCfg(GuestMemory memory, int cpus, Payload payload) {
        this.memory = memory;
        items.put(SIGNATURE, ascii("QEMU"));
        items.put(ID, word(ID_TRADITIONAL | ID_DMA));
        items.put(CPUS, new byte[] {(byte) cpus, 0});
        items.put(FILES, new byte[Integer.BYTES]);
        if (payload != null) {
            add(KERNEL_SIZE, KERNEL, payload.kernel);
            if (payload.initrd != null) {
                add(INITRD_SIZE, INITRD, payload.initrd);
            }
            add(COMMAND_LINE_SIZE, COMMAND_LINE, (payload.commandLine + '\0').getBytes(StandardCharsets.UTF_8));
        }
    }

    private void add(int size, int item, byte[] content) {
        items.put(size, word(content.length));
        items.put(item, content);
    }

    private static byte[] word(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void fields(Archive fields) {
        state.fields(fields);
    }

    /** The content of the selected item; nothing, if there is none. */
    private byte[] content() {
        return items.getOrDefault(state.item & ~WRITE_CHANNEL, new byte[0]);
    }

    private void select(int item) {
        state.item = item & 0xffff;
        state.next = 0;
    }

    /** Bytes come in the order of addresses, whatever the size; behind an item's last one is zero. */
    @Override
    public int read(int offset, int size) {
        int value = 0;
        for (int i = 0; i < size; i++) {
            int one = offset < SELECTOR ? next() : offset >= DMA ? DMA_SIGNATURE[offset + i & 7] : 0;
            value |= (one & 0xff) << 8 * i;
        }
        return value;
    }

    private int next() {
        byte[] content = content();
        return state.next < content.length ? content[state.next++] : 0;
    }

    @Override
    public void write(int offset, int size, int value) {
        if (offset == SELECTOR && size == Short.BYTES) {
            select(Short.reverseBytes((short) value));
        } else if (offset == DMA && size == Integer.BYTES) {
            state.high = Integer.reverseBytes(value);
        } else if (offset == DMA_LOW && size == Integer.BYTES) {
            long at = (long) state.high << Integer.SIZE | Integer.toUnsignedLong(Integer.reverseBytes(value));
            state.high = 0;
            transfer(at);
        }
    }

    /**
     * Does what a {@code FWCfgDmaAccess} says: control, length and address, big-endian. Its control tells then whether
     * that went well. What does not lie in RAM as a whole fails; QEMU fails, too, but may have copied a part.
     */
    private void transfer(long at) {
        if (!memory.contains(at, 4 * Integer.BYTES)) {
            answer(at, FAILED);
            return;
        }
        int control = bigEndian(at);
        int length = bigEndian(at + 4);
        long to = (long) bigEndian(at + 8) << Integer.SIZE | Integer.toUnsignedLong(bigEndian(at + 12));
        if ((control & SELECT) != 0) {
            select(control >>> Short.SIZE);
        }
        boolean done = true;
        if ((control & READ) != 0) {
            done = copy(to, Integer.toUnsignedLong(length));
        } else if ((control & (WRITE | SKIP)) != 0) {
            done = (control & WRITE) == 0 || length == 0;
            skip(Integer.toUnsignedLong(length));
        }
        answer(at, done ? 0 : FAILED);
    }

    /** Copies the next bytes, and zeros behind the last one; false if there is no RAM for all of them. */
    private boolean copy(long to, long length) {
        byte[] content = content();
        int from = state.next;
        int some = skip(length);
        if (length == 0) {
            return true;
        }
        if (!memory.contains(to, length)) {
            return false;
        }
        if (some > 0) {
            memory.write(to, content, from, some);
        }
        for (long done = some; done < length; ) {
            int part = (int) Math.min(length - done, ZEROS.length);
            memory.write(to + done, ZEROS, 0, part);
            done += part;
        }
        return true;
    }

    /** Passes over the next bytes. Returns how many of them there are. */
    private int skip(long length) {
        int some = (int) Math.min(length, Math.max(0, content().length - state.next));
        state.next += some;
        return some;
    }

    private int bigEndian(long at) {
        return Integer.reverseBytes(memory.read32(at));
    }

    private void answer(long at, int control) {
        if (memory.contains(at, Integer.BYTES)) {
            memory.write32(at, Integer.reverseBytes(control));
        }
    }
}
