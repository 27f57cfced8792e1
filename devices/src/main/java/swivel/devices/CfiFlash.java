package swivel.devices;

import java.util.Arrays;
import swivel.memory.GuestMemory;
import swivel.memory.Mmio;
import swivel.memory.Snapshot;

/**
 * A bank of NOR flash with the Common Flash Interface (JESD68.01) and Intel's command set (AP-646): two chips of 16
 * bits side by side, as QEMU's {@code virt} has it. Commands take no time, so that the status is always "ready", and a
 * word is programmed to what is written, also where a real chip would keep zeros.
 *
 * <p>While the bank shows its content it is memory that the guest reads and executes; its owner maps it. Only writes
 * come here then. In all other states reads do too.
 */
public final class CfiFlash implements Mmio, Snapshot {
    /** Bytes of the bank. */
    public static final int SIZE = 64 << 20;

    /** What is erased at once: a block of 128 KiB of each chip. */
    static final int SECTOR = 256 << 10;

    /** What a buffered program can change: a buffer of 2 KiB of each chip. */
    private static final int BUFFER = 4 << 10;

    /** Log2 of the bus's width: the chips count 16-bit words, and have every other one. */
    private static final int WORD_SHIFT = 2;

    private static final int CHIP_BITS = 16;
    private static final int CHIP_BYTES = 25; // log2

    // Commands, and the states that they lead to.

    /** Not Intel's; what the state is called in which the content is seen. QEMU takes it for a command too. */
    private static final int ARRAY = 0x00;

    static final int PROGRAM_10 = 0x10;
    static final int ERASE = 0x20;
    static final int PROGRAM = 0x40;
    static final int CLEAR_STATUS = 0x50;
    static final int LOCK = 0x60;
    static final int READ_STATUS = 0x70;
    static final int READ_ID = 0x90;
    static final int QUERY = 0x98;
    static final int BUFFERED_PROGRAM = 0xe8;
    static final int READ_ARRAY = 0xff;

    /** The second cycle of {@link #ERASE} and of unlocking, the last of {@link #BUFFERED_PROGRAM}. */
    static final int CONFIRM = 0xd0;

    private static final int SET_LOCK = 0x01;

    /** Status: ready; and something was not programmed, until the status is cleared. */
    static final int READY = 0x80;

    static final int PROGRAM_ERROR = 0x10;

    /** Manufacturer Intel, and a device. */
    private static final int[] ID = {0x89, 0x18};

    /** Where the answer to a query begins, in words (JESD68.01, 2). */
    private static final int QUERY_TABLE = 0x10;

    private static final byte[] TABLE = {
        'Q',
        'R',
        'Y',
        1,
        0,
        0x31,
        0,
        0,
        0,
        0,
        0, // Intel's command set, extended table at 0x31
        0x45,
        0x55,
        0,
        0, // 4.5 to 5.5 V, no programming voltage
        7,
        7,
        10,
        0,
        4,
        4,
        4,
        0, // timeouts, as powers of two
        CHIP_BYTES,
        2,
        0, // its size; x8 and x16
        0x0b,
        0, // 2 KiB in a buffered program
        1,
        (byte) 255,
        0,
        0,
        2, // one region: 256 blocks of 128 KiB
        'P',
        'R',
        'I',
        '1',
        '0',
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        1
    };

    private static final int NO_BUFFER = -1;

    /** The last write of the longest command. */
    private static final int LAST_CYCLE = 3;

    /** What a snapshot keeps beside the content, which is memory. */
    static final class State {
        /** Which write of a command comes next. */
        int cycle;

        int command = ARRAY;
        int status = READY;
        /** Words that a buffered program still gets, less one. */
        int left;

        /** Where the buffer goes, or {@link #NO_BUFFER} before its first word is written; and what is in it. */
        int bufferAt = NO_BUFFER;

        final byte[] buffer = new byte[BUFFER];

        void fields(Archive fields) {
            cycle = fields.index(cycle, LAST_CYCLE + 1);
            command = fields.word(command);
            status = fields.word(status);
            left = fields.word(left);
            bufferAt = fields.index(bufferAt + 1, SIZE - BUFFER + 2) - 1;
            fields.bytes(buffer);
        }
    }

    /** Told when the bank begins and ceases to show its content. */
    @FunctionalInterface
    public interface Visibility {
        void set(boolean visible);
    }

    private final GuestMemory memory;
    private final long content;
    private final Visibility visibility;
    private final byte[] erased = new byte[SECTOR];
    final State state = new State();

    /**
     * Makes a bank that shows its content.
     *
     * @param content where in {@code memory} its content is
     */
    public CfiFlash(GuestMemory memory, long content, Visibility visibility) {
        this.memory = memory;
        this.content = content;
        this.visibility = visibility;
        Arrays.fill(erased, (byte) 0xff);
    }

    @Override
    public void fields(Archive fields) {
        state.fields(fields);
    }

    @Override
    public void loaded() {
        visibility.set(state.command == ARRAY);
    }

    private long address(int offset, int size) {
        return content + Math.min(offset, SIZE - size);
    }

    @Override
    public int read(int offset, int size) {
        int value = switch (state.command) {
            case ARRAY ->
                switch (size) {
                    case 1 -> memory.read8(address(offset, size));
                    case 2 -> memory.read16(address(offset, size));
                    default -> memory.read32(address(offset, size));
                };
            case READ_ID -> both(entry(ID, offset >>> WORD_SHIFT & 0xff));
            case QUERY -> {
                int at = (offset >>> WORD_SHIFT) - QUERY_TABLE;
                yield both(at >= 0 && at < TABLE.length ? TABLE[at] & 0xff : 0);
            }
            default -> both(state.status);
        };
        return value & -1 >>> Integer.SIZE - 8 * size;
    }

    private static int entry(int[] table, int index) {
        return index < table.length ? table[index] : 0;
    }

    /** What both chips say. */
    private static int both(int value) {
        return value | value << CHIP_BITS;
    }

    @Override
    public void write(int offset, int size, int value) {
        boolean visible = state.command == ARRAY;
        int command = value & 0xff;
        switch (state.cycle) {
            case 0 -> begin(command, offset);
            case 1 -> second(command, offset, size, value);
            case 2 -> {
                fillBuffer(offset, size, value);
                state.cycle += state.left == 0 ? 1 : 0;
                state.left--;
            }
            default -> {
                boolean confirmed =
                        command == CONFIRM && state.bufferAt != NO_BUFFER && (state.status & PROGRAM_ERROR) == 0;
                if (confirmed) {
                    memory.write(content + state.bufferAt, state.buffer, 0, BUFFER);
                }
                finish(confirmed);
            }
        }
        if (visible != (state.command == ARRAY)) {
            visibility.set(!visible);
        }
    }

    private void begin(int command, int offset) {
        switch (command) {
            case PROGRAM_10, PROGRAM, LOCK, QUERY -> state.cycle = 1;
            case ERASE -> { // the confirmation is awaited, but undoes nothing, as in QEMU
                memory.write(content + (offset & -SECTOR), erased, 0, SECTOR);
                state.status |= READY;
                state.cycle = 1;
            }
            case BUFFERED_PROGRAM -> {
                state.status |= READY;
                state.cycle = 1;
            }
            case READ_STATUS, READ_ID -> {} // nothing follows
            case CLEAR_STATUS -> {
                state.status = 0;
                readArray();
                return;
            }
            default -> {
                readArray();
                return;
            }
        }
        state.command = command;
    }

    private void second(int command, int offset, int size, int value) {
        switch (state.command) {
            case PROGRAM_10, PROGRAM -> {
                program(offset, size, value);
                state.cycle = 0;
            }
            case ERASE -> finish(command == CONFIRM);
            case LOCK -> finish(command == CONFIRM || command == SET_LOCK);
            case BUFFERED_PROGRAM -> {
                state.left = value & 0xffff;
                state.bufferAt = NO_BUFFER;
                state.cycle = 2;
            }
            default -> { // QUERY: only this leaves it
                if (command == READ_ARRAY) {
                    readArray();
                }
            }
        }
    }

    private void program(int offset, int size, int value) {
        long at = address(offset, size);
        switch (size) {
            case 1 -> memory.write8(at, value);
            case 2 -> memory.write16(at, value);
            default -> memory.write32(at, value);
        }
        state.status |= READY;
    }

    /** The first word decides which buffer it is; a count of zero has none, as in QEMU. */
    private void fillBuffer(int offset, int size, int value) {
        if (state.bufferAt == NO_BUFFER && state.left != 0) {
            state.bufferAt = offset & -BUFFER;
            memory.read(content + state.bufferAt, state.buffer, 0, BUFFER);
        }
        int at = offset - state.bufferAt;
        if (state.bufferAt == NO_BUFFER || at < 0 || at + size > BUFFER) {
            state.status |= PROGRAM_ERROR;
        } else {
            for (int i = 0; i < size; i++) {
                state.buffer[at + i] = (byte) (value >>> 8 * i);
            }
        }
        state.status |= READY;
    }

    /** Ends a command; one that is not confirmed leads back to the content. */
    private void finish(boolean confirmed) {
        if (confirmed) {
            state.status |= READY;
            state.cycle = 0;
        } else {
            readArray();
        }
    }

    private void readArray() {
        state.cycle = 0;
        state.command = ARRAY;
    }
}
