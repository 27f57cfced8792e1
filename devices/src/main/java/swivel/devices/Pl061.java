package swivel.devices;

import swivel.memory.InterruptLine;
import swivel.memory.Snapshot;

/**
 * The PrimeCell GPIO PL061 (ARM DDI 0190B): eight pins, each an input that can interrupt, or an output that nobody
 * listens to. Interrupts come from inputs only.
 */
public final class Pl061 implements WordRegisters, Snapshot {
    /** Bytes of the window. */
    public static final int SIZE = 0x1000;

    /** Data (3.3.1): bits 9:2 of the offset choose the pins that are read or written, the others read as 0. */
    static final int DATA = 0x000;

    /** Direction (3.3.2): 1 is an output. The first register behind those of the data. */
    static final int DIR = 0x400;
    /** Interrupt sense (3.3.3): 1 is a level, 0 an edge. */
    static final int IS = 0x404;
    /** Interrupt both edges (3.3.4). */
    static final int IBE = 0x408;
    /** Interrupt event (3.3.5): 1 is a rising edge, or high. */
    static final int IEV = 0x40c;
    /** Interrupt enable (3.3.6). */
    static final int IE = 0x410;
    /** Raw interrupt status (3.3.7). */
    static final int RIS = 0x414;
    /** Masked interrupt status (3.3.8). */
    static final int MIS = 0x418;
    /** Interrupt clear (3.3.9): forgets edges. */
    static final int IC = 0x41c;
    /** Mode control (3.3.10): 1 gives the pin to other hardware, of which there is none. */
    static final int AFSEL = 0x420;

    private static final int PART = 0x061;
    private static final int REVISION = 0;

    private static final int PINS = 8;
    private static final int ALL = (1 << PINS) - 1;

    /** What a snapshot keeps; a bit for each pin. */
    static final class State {
        /** The levels at the pins from outside. */
        int inputs;

        int outputs;
        int direction;
        int sense;
        int bothEdges;
        int event;
        int enable;
        int mode;
        /** The edges that were seen. */
        int edges;

        void fields(Archive fields) {
            inputs = fields.word(inputs) & ALL;
            outputs = fields.word(outputs) & ALL;
            direction = fields.word(direction) & ALL;
            sense = fields.word(sense) & ALL;
            bothEdges = fields.word(bothEdges) & ALL;
            event = fields.word(event) & ALL;
            enable = fields.word(enable) & ALL;
            mode = fields.word(mode) & ALL;
            edges = fields.word(edges) & ALL;
        }
    }

    private final InterruptLine line;
    final State state = new State();

    /** Makes one after reset, all pins being inputs, and low. */
    public Pl061(InterruptLine line) {
        this.line = line;
    }

    @Override
    public void fields(Archive fields) {
        state.fields(fields);
    }

    /** A pin, seen from outside: who has it sets its level. On the vCPU's thread. */
    public InterruptLine pin(int number) {
        return level -> setPin(1 << number, level);
    }

    private void setPin(int pin, boolean level) {
        boolean before = (state.inputs & pin) != 0;
        state.inputs = level ? state.inputs | pin : state.inputs & ~pin;
        boolean seen = (state.bothEdges & pin) != 0 || level == ((state.event & pin) != 0);
        if (level != before && seen) {
            state.edges |= pin & ~state.direction & ~state.sense;
        }
        update();
    }

    private int raw() {
        int levels = ~(state.inputs ^ state.event) & state.sense & ~state.direction;
        return state.edges & ~state.sense | levels;
    }

    private void update() {
        line.set((raw() & state.enable) != 0);
    }

    private static int chosen(int offset) {
        return offset >> 2 & ALL;
    }

    @Override
    public int readWord(int offset) {
        if (offset < DIR) {
            return (state.outputs & state.direction | state.inputs & ~state.direction) & chosen(offset);
        }
        return switch (offset) {
            case DIR -> state.direction;
            case IS -> state.sense;
            case IBE -> state.bothEdges;
            case IEV -> state.event;
            case IE -> state.enable;
            case RIS -> raw();
            case MIS -> raw() & state.enable;
            case AFSEL -> state.mode;
            default -> offset >= PrimeCell.PERIPH_ID0 ? PrimeCell.read(offset, PART, REVISION) : 0;
        };
    }

    @Override
    public void writeWord(int offset, int value, int lanes) {
        int bits = value & ALL;
        if (offset < DIR) {
            // A pin that is no output keeps nothing: Linux makes it one first (drivers/gpio/gpio-pl061.c).
            int written = chosen(offset) & state.direction;
            state.outputs = state.outputs & ~written | bits & written;
            return;
        }
        switch (offset) {
            case DIR -> state.direction = bits;
            case IS -> state.sense = bits;
            case IBE -> state.bothEdges = bits;
            case IEV -> state.event = bits;
            case IE -> state.enable = bits;
            case IC -> state.edges &= ~bits;
            case AFSEL -> state.mode = bits;
            default -> {}
        }
        update();
    }
}
