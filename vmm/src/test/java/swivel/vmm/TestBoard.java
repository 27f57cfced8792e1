package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import swivel.arm.A32;
import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;
import swivel.arm.core.CoreModel;
import swivel.arm.core.FloatingPointUnit;
import swivel.cpu.Assembler;
import swivel.cpu.Processor;
import swivel.cpu.UserState;
import swivel.cpu.engine.Engine;
import swivel.encoding.TrapEncoding;
import swivel.memory.Bus;
import swivel.memory.GuestMemory;
import swivel.memory.Mmio;

/**
 * The smallest board a guest can run on: RAM, a console, an interrupt controller with one source, two timers on a clock
 * that counts instructions, and HVC to end. Addresses as on QEMU's {@code virt}, so that the bare-metal guests run too.
 */
final class TestBoard implements Platform {
    static final int RAM = 0x4000_0000;
    static final int CODE = 0x4001_0000;
    static final int UART = 0x0900_0000;
    static final int SCRATCH_DEVICE = 0x0a00_0000;

    private static final int GICC = 0x0801_0000;
    private static final int GICD = 0x0800_0000;
    private static final int VIRTUAL_TIMER_INTID = 27;
    private static final int PSCI_SYSTEM_OFF = 0x8400_0008;
    private static final int SPURIOUS = 1023;

    final GuestMemory memory;
    final Bus bus = new Bus();
    /**
     * Tests of the hypervisor run on the engine that people get; {@code -Dswivel.engine=INTERP} chooses another one.
     */
    private static final Engine ENGINE = Engine.valueOf(System.getProperty("swivel.engine", "AUTO"));

    private static final long CODE_BYTES = 4 << 20;

    final Processor processor;
    final Vcpu vcpu;
    final ByteArrayOutputStream console = new ByteArrayOutputStream();
    final Timer physical = new Timer();
    final Timer virtual = new Timer();
    /** Set: firmware calls end the run whatever they ask for. */
    boolean endAtFirmwareCall = true;

    /** Written and read back by MMIO tests: 64 registers, one a word. */
    final int[] device = new int[64];

    /** What the device saw, as {@code r4@8} or {@code w4@8=1}. */
    final StringBuilder deviceLog = new StringBuilder();

    /** Whether the board drives the interrupt wires; else the test does. */
    boolean lines = true;

    /** Whether what is loaded is rewritten. */
    boolean rewrites;

    private int gicControl;
    private boolean timerEnabled;
    private long slept;

    /** How often the vCPU went to sleep. */
    final AtomicInteger sleeps = new AtomicInteger();

    private final Semaphore wakeUps = new Semaphore(0);

    TestBoard(Virtualization virtualization) {
        this(virtualization, 64 << 20);
    }

    TestBoard(Virtualization virtualization, CoreModel core) {
        this(virtualization, core, FloatingPointUnit.NONE, 64 << 20);
    }

    /** With floating point. */
    TestBoard(Virtualization virtualization, FloatingPointUnit unit) {
        this(virtualization, CoreModel.CORTEX_A15, unit, 64 << 20);
    }

    TestBoard(Virtualization virtualization, long ramSize) {
        this(virtualization, CoreModel.CORTEX_A15, FloatingPointUnit.NONE, ramSize);
    }

    private TestBoard(Virtualization virtualization, CoreModel core, FloatingPointUnit unit, long ramSize) {
        this.rewrites = virtualization.isRewritten();
        this.memory = new GuestMemory(RAM, ramSize);
        this.processor = ENGINE.create(memory, CODE_BYTES, System.err::println);
        bus.add("uart", UART, 0x1000, onWrite((offset, value) -> {
            if (offset == 0) {
                console.write(value);
            }
        }));
        bus.add("device", SCRATCH_DEVICE, 0x1000, new Scratch());
        bus.add("gicd", GICD, 0x1_0000, onWrite((offset, value) -> {
            if (offset == 0x100) {
                timerEnabled |= (value & 1 << VIRTUAL_TIMER_INTID) != 0;
            } else if (offset == 0x180) {
                timerEnabled &= (value & 1 << VIRTUAL_TIMER_INTID) == 0;
            }
        }));
        bus.add("gicc", GICC, 0x1_0000, new GicCpuInterface());
        this.vcpu = new Vcpu(core, unit, processor, memory, bus, this, virtualization);
    }

    /** Where {@link #loadWithVectors} has the vectors. */
    static final int VECTORS = CODE;

    /** Eight vectors, each of which ends the run: {@link #runToVector} tells which. */
    private static final String STOP_VECTORS = "vectors:\n" + "hvc #0\n".repeat(8);

    private static final String SET_VECTORS = "main: mov32 r0, vectors\n mcr p15, 0, r0, c12, c0, 0\n mov r0, #0\n";

    /** Loads vectors that end the run and source that starts in SVC mode with A, I and F masked and r0 = 0. */
    TestBoard loadWithVectors(String source) {
        loadAt(STOP_VECTORS + SET_VECTORS + source, CODE);
        vcpu.reset(CODE + 8 * 4, 0, 0, 0);
        return this;
    }

    /** Runs a guest of {@link #loadWithVectors} to an exception and tells which; null if it ended by itself. */
    ExceptionKind runToVector() {
        Vcpu.Exit exit = run();
        if (!(exit instanceof Vcpu.Exit.PowerOff)) {
            throw new AssertionError("ended by " + exit);
        }
        int offset = pc() - 4 - VECTORS;
        for (ExceptionKind kind : ExceptionKind.values()) {
            if (kind.vectorOffset() == offset) {
                return kind;
            }
        }
        return null;
    }

    /** Runs what ends by itself, and asserts that no exception is taken on the way. */
    void runWithoutException() {
        assertNull(
                runToVector(),
                () -> "an exception was taken, DFSR 0x%x DFAR 0x%x IFSR 0x%x"
                        .formatted(vcpu.system.get(Cp15.DFSR), vcpu.system.get(Cp15.DFAR), vcpu.system.get(Cp15.IFSR)));
    }

    /** Loads A32 source at {@link #CODE}, and resets the vCPU to it. */
    TestBoard load(String source) {
        loadAt(source, CODE);
        vcpu.reset(CODE, 0, 0, 0);
        return this;
    }

    void loadAt(String source, int address) {
        int[] words = Assembler.assemble(address, source);
        for (int i = 0; i < words.length; i++) {
            boolean rewrite = rewrites && A32.decode(words[i]).isSensitive();
            memory.write32(address + 4 * i, rewrite ? TrapEncoding.encode(words[i]) : words[i]);
        }
    }

    Vcpu.Exit run() {
        return vcpu.run();
    }

    int r(int n) {
        return vcpu.state().r[n];
    }

    int pc() {
        return r(UserState.PC);
    }

    String output() {
        return console.toString(StandardCharsets.ISO_8859_1);
    }

    private interface Write {
        void at(int offset, int value);
    }

    private static Mmio onWrite(Write action) {
        return new Mmio() {
            @Override
            public int read(int offset, int size) {
                return 0;
            }

            @Override
            public void write(int offset, int size, int value) {
                action.at(offset, value);
            }
        };
    }

    private final class Scratch implements Mmio {
        @Override
        public int read(int offset, int size) {
            deviceLog.append("r%d@%x ".formatted(size, offset));
            int word = device[offset >> 2 & 63] >>> 8 * (offset & 3);
            return size == 4 ? word : word & (1 << 8 * size) - 1;
        }

        @Override
        public void write(int offset, int size, int value) {
            deviceLog.append("w%d@%x=%x ".formatted(size, offset, value));
            device[offset >> 2 & 63] = value;
        }
    }

    private final class GicCpuInterface implements Mmio {
        @Override
        public int read(int offset, int size) {
            return offset == 0xc ? timerPending() ? VIRTUAL_TIMER_INTID : SPURIOUS : 0;
        }

        @Override
        public void write(int offset, int size, int value) {
            if (offset == 0) {
                gicControl = value;
            }
            runEvents();
        }
    }

    private boolean timerPending() {
        return timerEnabled && virtual.fires();
    }

    /** A timer; it drives the wire when the vCPU's events run, which every timer access brings about. */
    final class Timer implements TimerPort {
        private int control;
        private long compare;

        boolean fires() {
            return (control & 1) != 0 && counter() - compare >= 0;
        }

        @Override
        public int control() {
            processor.kick();
            return control | (fires() ? 4 : 0);
        }

        @Override
        public void setControl(int value) {
            control = value & 3;
            processor.kick();
        }

        @Override
        public long compare() {
            return compare;
        }

        @Override
        public void setCompare(long value) {
            compare = value;
            processor.kick();
        }
    }

    @Override
    public void runEvents() {
        boolean wire = timerPending() && (virtual.control & 2) == 0 && gicControl != 0;
        boolean asFiq = (gicControl & 8) != 0;
        if (lines) {
            vcpu.fiq().set(wire && asFiq);
            vcpu.irq().set(wire && !asFiq);
        }
    }

    @Override
    public void waitForInterrupt() {
        sleeps.incrementAndGet();
        if ((virtual.control & 1) != 0) {
            slept = Math.max(slept, virtual.compare - processor.instructions());
            return;
        }
        try {
            if (wakeUps.tryAcquire(10, TimeUnit.SECONDS)) {
                wakeUps.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void wake() {
        wakeUps.release();
    }

    @Override
    public long counter() {
        return processor.instructions() + slept;
    }

    @Override
    public int frequency() {
        return 62_500_000;
    }

    @Override
    public TimerPort physicalTimer() {
        return physical;
    }

    @Override
    public TimerPort virtualTimer() {
        return virtual;
    }

    /** The monitors' clock counts instructions, too; their interrupt goes nowhere. */
    @Override
    public MonitorPort monitors() {
        return new MonitorPort() {
            @Override
            public long nanoseconds() {
                return counter();
            }

            @Override
            public void lookIn(long nanoseconds) {}

            @Override
            public void setInterrupt(boolean level) {}
        };
    }

    @Override
    public void firmwareCall(Vcpu from, boolean hvc) {
        if (endAtFirmwareCall || from.state().r[0] == PSCI_SYSTEM_OFF) {
            from.exit(new Vcpu.Exit.PowerOff());
        } else {
            from.state().r[0] = 0x2;
        }
    }
}
