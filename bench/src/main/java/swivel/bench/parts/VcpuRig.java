package swivel.bench.parts;

import swivel.arm.core.CoreModel;
import swivel.arm.core.FloatingPointUnit;
import swivel.cpu.engine.Engine;
import swivel.memory.Bus;
import swivel.memory.GuestMemory;
import swivel.memory.Mmio;
import swivel.vmm.Platform;
import swivel.vmm.Vcpu;
import swivel.vmm.Virtualization;

/** A vCPU whose guest turns its MMU on and then repeats a few instructions; HVC ends a run. */
final class VcpuRig implements Platform {
    private static final int RAM = 0x4000_0000;
    private static final int RAM_SIZE = 16 << 20;
    private static final int DEVICE = 0x0900_0000;

    private static final int FIRST_LEVEL = RAM + 0x4000;
    private static final int SECOND_LEVEL = RAM + 0x8000;
    private static final int VECTORS = RAM + 0x1_0000;
    private static final int CODE = RAM + 0x10_0000;
    /** A megabyte of addresses that small pages map to {@link #SMALL_TO}. */
    private static final int SMALL = 0x5000_0000;

    private static final int SMALL_TO = RAM + 0x80_0000;

    /** Short descriptors (ARM DDI 0406C, B3.5.1): full access, domain 0. */
    private static final int SECTION = 0xc02;

    private static final int PAGE_TABLE = 0x001;
    private static final int SMALL_PAGE = 0x032;

    private static final int FIRST_LEVEL_ENTRIES = 4096;
    private static final int SECOND_LEVEL_ENTRIES = 256;

    /** The vectors, from reset to IRQ, whose handler quietens the device. */
    private static final String HANDLERS = """
            b       .
            b       .
            movs    pc, lr
            b       .
            b       .
            b       .
            str     r1, [r1, #%d]
            subs    pc, lr, #4
            """.formatted(Device.QUIET);

    private final GuestMemory memory = new GuestMemory(RAM, RAM_SIZE);
    final Vcpu vcpu;

    /** A guest that runs {@code body} {@code rounds} times in each {@link #run}. */
    VcpuRig(String body, int rounds, Engine engine) {
        Bus bus = new Bus();
        bus.add("device", DEVICE, 0x1000, new Device());
        vcpu = new Vcpu(
                CoreModel.CORTEX_A15,
                FloatingPointUnit.NONE,
                ProcessorRig.create(engine, memory, ProcessorRig.CODE_BYTES),
                memory,
                bus,
                this,
                Virtualization.PATCHED);
        writeTables();
        ProcessorRig.load(HANDLERS, memory, VECTORS);
        ProcessorRig.load(source(body, rounds), memory, CODE);
        vcpu.reset(CODE, 0, 0, 0);
    }

    private void writeTables() {
        for (int i = 0; i < FIRST_LEVEL_ENTRIES; i++) {
            memory.write32(FIRST_LEVEL + 4 * i, i << 20 | SECTION);
        }
        memory.write32(FIRST_LEVEL + 4 * (SMALL >>> 20), SECOND_LEVEL | PAGE_TABLE);
        for (int i = 0; i < SECOND_LEVEL_ENTRIES; i++) {
            memory.write32(SECOND_LEVEL + 4 * i, SMALL_TO + (i << GuestMemory.PAGE_SHIFT) | SMALL_PAGE);
        }
    }

    private static String source(String body, int rounds) {
        return """
                .macro  load, register, value
                movw    \\register, #(\\value) & 0xffff
                movt    \\register, #((\\value) >> 16) & 0xffff
                .endm
                        load    r0, 0x%x
                        mcr     p15, 0, r0, c2, c0, 0   @ TTBR0
                        mov     r0, #0
                        mcr     p15, 0, r0, c2, c0, 2   @ TTBCR
                        mov     r0, #1
                        mcr     p15, 0, r0, c3, c0, 0   @ DACR: client
                        load    r0, 0x%x
                        mcr     p15, 0, r0, c12, c0, 0  @ VBAR
                        mrc     p15, 0, r0, c1, c0, 0   @ SCTLR.M
                        orr     r0, r0, #1
                        mcr     p15, 0, r0, c1, c0, 0
                        isb
                        load    r1, 0x%x
                        load    r2, 0x%x
                again:  mov     r0, #%d
                loop:
                """.formatted(FIRST_LEVEL, VECTORS, DEVICE, SMALL, rounds) + body + """
                        subs    r0, r0, #1
                        bne     loop
                        hvc     #0
                        b       again
                """;
    }

    /** One run of {@code rounds} rounds. */
    Vcpu.Exit run() {
        Vcpu.Exit exit = vcpu.run();
        if (!(exit instanceof Vcpu.Exit.PowerOff)) {
            throw new IllegalStateException("the guest ended with " + exit);
        }
        return exit;
    }

    /** A register that reads as what was written, and two that drive the interrupt line. */
    private final class Device implements Mmio {
        private static final int RAISE = 0;
        private static final int QUIET = 4;

        private int value;

        @Override
        public int read(int offset, int size) {
            return value;
        }

        @Override
        public void write(int offset, int size, int written) {
            switch (offset) {
                case RAISE -> vcpu.irq().set(true);
                case QUIET -> vcpu.irq().set(false);
                default -> value = written;
            }
        }
    }

    /** A timer that never fires. */
    private static final class NoTimer implements TimerPort {
        @Override
        public int control() {
            return 0;
        }

        @Override
        public void setControl(int value) {}

        @Override
        public long compare() {
            return 0;
        }

        @Override
        public void setCompare(long value) {}
    }

    private final TimerPort timer = new NoTimer();

    /** Monitors that nobody uses. */
    private static final class NoMonitors implements MonitorPort {
        @Override
        public long nanoseconds() {
            return 0;
        }

        @Override
        public void lookIn(long nanoseconds) {}

        @Override
        public void setInterrupt(boolean level) {}
    }

    private final MonitorPort monitors = new NoMonitors();

    @Override
    public void runEvents() {}

    @Override
    public void waitForInterrupt() {
        throw new IllegalStateException("the guest waits, and nothing will come");
    }

    @Override
    public void wake() {}

    @Override
    public long counter() {
        return 0;
    }

    @Override
    public int frequency() {
        return 1;
    }

    @Override
    public MonitorPort monitors() {
        return monitors;
    }

    @Override
    public TimerPort physicalTimer() {
        return timer;
    }

    @Override
    public TimerPort virtualTimer() {
        return timer;
    }

    @Override
    public void firmwareCall(Vcpu from, boolean hvc) {
        from.exit(new Vcpu.Exit.PowerOff());
    }
}
