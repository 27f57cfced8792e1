package swivel.vmm;

import java.util.function.BooleanSupplier;
import swivel.cpu.DevicePort;
import swivel.memory.Bus;

/**
 * The way of loads and stores to the devices on the bus: the processor's, and that of instructions that the hypervisor
 * executes itself.
 */
final class BusPort implements DevicePort {
    private final Bus bus;
    private final Statistics statistics;
    private final BooleanSupplier attention;
    private final Platform platform;
    private final Platform.MonitorPort time;

    /** {@code attention} tells {@link #wantsAttention}. */
    BusPort(Bus bus, Platform platform, Statistics statistics, BooleanSupplier attention) {
        this.bus = bus;
        this.statistics = statistics;
        this.attention = attention;
        this.platform = platform;
        this.time = platform.monitors();
    }

    @Override
    public boolean answers(int gpa, int size) {
        Bus.Window window = bus.find(gpa);
        return window != null && Integer.compareUnsigned(gpa - window.base(), window.size() - size) <= 0;
    }

    @Override
    public int load(int gpa, int size) {
        statistics.deviceAccesses++;
        Bus.Window window = bus.find(gpa);
        return window.device().read(gpa - window.base(), size);
    }

    @Override
    public void store(int gpa, int size, int value) {
        statistics.deviceAccesses++;
        Bus.Window window = bus.find(gpa);
        window.device().write(gpa - window.base(), size, value & -1 >>> 32 - 8 * size);
    }

    @Override
    public boolean wantsAttention() {
        return attention.getAsBoolean();
    }

    @Override
    public long nanoseconds() {
        return time.nanoseconds();
    }

    @Override
    public long aheadOfHost() {
        return platform.aheadOfHost();
    }
}
