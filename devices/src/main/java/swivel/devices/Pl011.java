package swivel.devices;

import swivel.devices.streams.ByteRing;
import swivel.memory.InterruptLine;
import swivel.memory.Snapshot;

/**
 * The PrimeCell UART PL011 (ARM DDI 0183G), revision 1: FIFOs of 16.
 *
 * <p>The line is infinitely fast: what is written is out at once, so the transmitter is never busy; what the host
 * offers is in as soon as there is room, so the receive timeout comes with the last byte offered. As in QEMU, both
 * directions work whether or not the guest has enabled the UART, for guests that never do. No modem signals, DMA,
 * breaks, errors or loopback.
 */
public final class Pl011 implements WordRegisters, Snapshot, ConsoleDevice {
    /** Bytes of the window. */
    public static final int SIZE = 0x1000;

    /** Data (3.3.1). */
    static final int DR = 0x000;
    /** Flags (3.3.3). */
    static final int FR = 0x018;
    /** IrDA low-power counter (3.3.4). */
    static final int ILPR = 0x020;
    /** Integer baud rate (3.3.5). */
    static final int IBRD = 0x024;
    /** Fractional baud rate (3.3.6). */
    static final int FBRD = 0x028;
    /** Line control (3.3.7). */
    static final int LCR_H = 0x02c;
    /** Control (3.3.8). */
    static final int CR = 0x030;
    /** Interrupt FIFO level select (3.3.9). */
    static final int IFLS = 0x034;
    /** Interrupt mask set/clear (3.3.10). */
    static final int IMSC = 0x038;
    /** Raw interrupt status (3.3.11). */
    static final int RIS = 0x03c;
    /** Masked interrupt status (3.3.12). */
    static final int MIS = 0x040;
    /** Interrupt clear (3.3.13). */
    static final int ICR = 0x044;

    private static final int PART = 0x011;
    private static final int REVISION = 1;

    /** FR: receive FIFO empty, receive FIFO full, transmit FIFO empty. */
    static final int FR_RXFE = 1 << 4;

    static final int FR_RXFF = 1 << 6;
    static final int FR_TXFE = 1 << 7;

    /** LCR_H: FIFOs enabled; else each is one byte deep. */
    static final int LCR_FEN = 1 << 4;

    /** Interrupts in IMSC, RIS, MIS and ICR: receive, transmit, receive timeout. */
    static final int RX = 1 << 4;

    static final int TX = 1 << 5;
    static final int RT = 1 << 6;
    private static final int INTERRUPTS = 0x7ff;

    /** After reset: receiver and transmitter enabled, the UART not. */
    private static final int CR_RESET = 0x300;
    /** After reset: both FIFOs interrupt at half. */
    private static final int IFLS_RESET = 0x12;

    private static final int FIFO_DEPTH = 16;

    /**
     * Bytes in the receive FIFO that interrupt, by IFLS.RXIFLSEL: 1/8, 1/4, 1/2, 3/4, 7/8 full; the rest is reserved.
     */
    private static final int[] RECEIVE_TRIGGER = {2, 4, 8, 12, 14, 14, 14, 14};

    private static final int IFLS_RECEIVE = 3;

    /** Where the guest's output goes. */
    @FunctionalInterface
    public interface Output {
        /** Takes a byte, 0 to 255. On the vCPU's thread. */
        void write(int value);
    }

    /** What a snapshot keeps. */
    static final class State {
        int irdaCounter;
        int integerBaud;
        int fractionalBaud;
        int lineControl;
        int control = CR_RESET;
        int fifoLevels = IFLS_RESET;
        int mask;
        int raw;
        /** The guest is about to listen; see {@link Pl011#clear}. */
        boolean opening;

        final byte[] fifo = new byte[FIFO_DEPTH];
        int fifoFirst;
        int fifoCount;
        /** Bytes from the host that wait for room in the FIFO. */
        final ByteRing backlog = new ByteRing();

        void fields(Archive fields) {
            irdaCounter = fields.word(irdaCounter);
            integerBaud = fields.word(integerBaud);
            fractionalBaud = fields.word(fractionalBaud);
            lineControl = fields.word(lineControl);
            control = fields.word(control);
            fifoLevels = fields.word(fifoLevels);
            mask = fields.word(mask);
            raw = fields.word(raw);
            opening = fields.flag(opening);
            fields.bytes(fifo);
            fifoFirst = fields.index(fifoFirst, FIFO_DEPTH);
            fifoCount = fields.index(fifoCount, FIFO_DEPTH + 1);
            backlog.fields(fields);
        }
    }

    private final InterruptLine line;
    private final Output output;
    private final EventQueue.Job refill;
    private final byte[] received = new byte[FIFO_DEPTH];
    final State state = new State();

    /** Makes a UART after reset. */
    public Pl011(EventQueue events, InterruptLine line, Output output) {
        this.refill = events.newJob("PL011 input", this::refill);
        state.backlog.whenFilled(refill::post);
        this.line = line;
        this.output = output;
    }

    @Override
    public void fields(Archive fields) {
        state.fields(fields);
    }

    /** Input that another thread offered after the queue of events was saved. */
    @Override
    public void loaded() {
        if (!full()) {
            state.backlog.announce();
        }
    }

    @Override
    public ByteRing input() {
        return state.backlog;
    }

    @Override
    public boolean interruptsOnInput() {
        return (state.mask & (RX | RT)) != 0;
    }

    /** Moves what the host has offered into the FIFO, as far as there is room. */
    private void refill() {
        int count = state.backlog.take(received, 0, Math.max(0, depth() - state.fifoCount));
        for (int i = 0; i < count; i++) {
            state.fifo[(state.fifoFirst + state.fifoCount++) % FIFO_DEPTH] = received[i];
        }
        if (count > 0) {
            state.raw |= state.fifoCount >= receiveTrigger() ? RX : 0;
            state.raw |= state.backlog.isEmpty() ? RT : 0;
            update();
        }
    }

    /**
     * Clears interrupts, but not for long if the FIFO is full and more is coming: no later byte would interrupt.
     *
     * <p>A guest that clears the interrupts of reception while they are masked is about to open the port: Linux then
     * reads and drops what is in the FIFO (amba-pl011.c, pl011_enable_interrupts), which would be the beginning of what
     * was piped to us. So one look at the FIFO finds it empty, as if the bytes in it came a moment later; if the guest
     * enables the interrupts now, they do.
     */
    private void clear(int interrupts) {
        state.raw &= ~interrupts;
        state.opening = (interrupts & (RX | RT)) != 0 && !interruptsOnInput();
        state.raw |= state.backlog.isEmpty() ? 0 : RX;
    }

    private void enable(int interrupts) {
        boolean listened = interruptsOnInput();
        state.mask = interrupts & INTERRUPTS;
        if (!listened && interruptsOnInput() && state.fifoCount > 0) {
            state.raw |= RT;
        }
        state.opening = false;
    }

    private int flags() {
        boolean empty = state.fifoCount == 0 || state.opening;
        state.opening = false;
        return FR_TXFE | (empty ? FR_RXFE : full() ? FR_RXFF : 0);
    }

    private int receiveTrigger() {
        return (state.lineControl & LCR_FEN) != 0 ? RECEIVE_TRIGGER[state.fifoLevels >>> IFLS_RECEIVE & 7] : 1;
    }

    private int depth() {
        return (state.lineControl & LCR_FEN) != 0 ? FIFO_DEPTH : 1;
    }

    private boolean full() {
        return state.fifoCount >= depth();
    }

    private void update() {
        line.set((state.raw & state.mask) != 0);
    }

    @Override
    public int readWord(int offset) {
        return switch (offset) {
            case DR -> readData();
            case FR -> flags();
            case ILPR -> state.irdaCounter;
            case IBRD -> state.integerBaud;
            case FBRD -> state.fractionalBaud;
            case LCR_H -> state.lineControl;
            case CR -> state.control;
            case IFLS -> state.fifoLevels;
            case IMSC -> state.mask;
            case RIS -> state.raw;
            case MIS -> state.raw & state.mask;
            default -> offset >= PrimeCell.PERIPH_ID0 ? PrimeCell.read(offset, PART, REVISION) : 0;
        };
    }

    private int readData() {
        if (state.fifoCount == 0) {
            return 0;
        }
        int value = state.fifo[state.fifoFirst] & 0xff;
        state.fifoFirst = (state.fifoFirst + 1) % FIFO_DEPTH;
        state.fifoCount--;
        if (state.fifoCount < receiveTrigger()) {
            state.raw &= ~RX;
        }
        if (state.fifoCount == 0) {
            state.raw &= ~RT;
        }
        refill();
        update();
        return value;
    }

    @Override
    public void writeWord(int offset, int value, int lanes) {
        switch (offset) {
            case DR -> {
                output.write(value & 0xff);
                state.raw |= TX; // the FIFO has passed its trigger level on the way down again
            }
            case ILPR -> state.irdaCounter = value & 0xff;
            case IBRD -> state.integerBaud = value & 0xffff;
            case FBRD -> state.fractionalBaud = value & 0x3f;
            case LCR_H -> {
                state.lineControl = value & 0xff;
                refill();
            }
            case CR -> state.control = value & 0xff87;
            case IFLS -> state.fifoLevels = value & 0x3f;
            case IMSC -> enable(value);
            case ICR -> clear(value);
            default -> {}
        }
        update();
    }
}
