package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.cpu.engine.Engine;
import swivel.devices.DiskImage;
import swivel.devices.EventQueue;
import swivel.devices.GicV2;
import swivel.devices.Pl011;
import swivel.devices.net.EthernetCable;
import swivel.devices.net.Network;
import swivel.devices.p9.SharedFolder;
import swivel.devices.ports.HostPorts;
import swivel.devices.streams.Listener;
import swivel.devices.vsock.HostVsock;
import swivel.machine.DeviceRow.Window;
import swivel.memory.Bus;
import swivel.memory.GuestMemory;
import swivel.memory.Snapshot;
import swivel.memory.SnapshotException;
import swivel.vmm.Platform;
import swivel.vmm.Virtualization;

/**
 * Every device of the board, as its rows have them: driven at random, saved, loaded into a fresh machine, and both
 * driven on alike. Answers and whole snapshots, in which are the interrupt lines at the GIC and at the vCPU, have to be
 * equal all the time.
 *
 * <p>{@code -Dswivel.snapshot.seed=N} chooses other accesses; each round's seed is in the message of a failure.
 */
class DeviceSnapshotTest {
    private static final long SEED = Long.getLong("swivel.snapshot.seed", 1);
    private static final int ROUNDS = 4;
    private static final int STEPS = 400;
    private static final long MEMORY = 1 << 20;

    private static final int GICD = 0x0800_0000;
    private static final int GICC = 0x0801_0000;

    @TempDir
    private Path directory;

    /** A network that takes every frame at once, and has none. */
    private static final class Nowhere implements Network {
        private final EthernetCable cable = new EthernetCable();

        Nowhere() {
            cable.connectHost(this::take);
            take();
        }

        private void take() {
            while (cable.fromGuest().next()) {
                cable.fromGuest().release();
            }
            assertTrue(cable.maySleep(false));
        }

        @Override
        public EthernetCable cable() {
            return cable;
        }

        @Override
        public void fields(Snapshot.Archive fields) {}

        @Override
        public void close() {}
    }

    /** A machine in a time of its own, and what it answered. */
    private static final class Side implements AutoCloseable {
        private final VirtMachine machine;
        private final DeviceRow row;
        private final List<Long> answers = new ArrayList<>();
        private long nanoseconds;

        /** Two machines have to do the same at the same time. */
        private final class Time implements EventQueue.Clock {
            @Override
            public long nanoseconds() {
                return nanoseconds;
            }

            @Override
            public boolean repeats() {
                return true;
            }
        }

        /** Which of a device's virtqueues is driven. */
        private int queue;

        Side(String name, Path disk) throws IOException {
            byte[] firmware = name.equals("flash") ? new byte[] {1, 2, 3} : null;
            Equipment equipment = new Equipment()
                    .drives(List.of(DiskImage.open(disk, DiskImage.Use.WRITABLE, _ -> {})))
                    .firmware(firmware)
                    .network(new Nowhere())
                    .shares(List.of(SharedFolder.open(disk.getParent(), "tag", true)))
                    .virtioConsole(true)
                    .ports(nobody())
                    .vsock(HostVsock.open(disk.resolveSibling("vsock" + System.nanoTime()), 3, _ -> {}));
            row = VirtBoard.of(equipment).row(name);
            DeviceRow.Host host = new DeviceRow.Host(
                    new Time(), () -> 1_800_000_000_000L + nanoseconds / 1_000_000, () -> 0x0123_4567_89ab_cdefL);
            machine = new VirtMachine(
                    MEMORY,
                    "",
                    equipment,
                    value -> answers.add(-1L - value),
                    Virtualization.TRANSLATED,
                    memory -> Engine.INTERP.create(memory, Engine.MIN_CODE_BYTES, _ -> {}),
                    host);
        }

        /** A port that nobody is connected to: the thread is not started. */
        private static HostPorts nobody() throws IOException {
            HostPorts ports = new HostPorts(_ -> {});
            ports.addListener(
                    "nobody", Listener.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "nobody"));
            return ports;
        }

        byte[] save() {
            Snapshot.Writer to = new Snapshot.Writer();
            machine.save(to);
            return to.toByteArray();
        }

        void read(int gpa, int size) {
            Bus.Window window = machine.bus().find(gpa);
            answers.add((long) window.device().read(gpa - window.base(), size));
        }

        void write(int gpa, int size, int value) {
            Bus.Window window = machine.bus().find(gpa);
            window.device().write(gpa - window.base(), size, value);
        }

        void write(int gpa, int value) {
            write(gpa, 4, value);
        }

        /** Lets every interrupt through, so that lines reach the vCPU. */
        void openGic() {
            write(GICD, 1);
            for (int n = 0; n < 9; n++) {
                write(GICD + 0x100 + 4 * n, -1);
            }
            write(GICC + 4, 0xff);
            write(GICC, 1);
        }

        void step(Random random) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    nanoseconds += random.nextLong(1L << random.nextInt(33));
                    machine.platform().runEvents();
                }
                case 1 -> machine.platform().runEvents();
                case 2, 3, 4 -> asItsDriver(random);
                default -> anywhere(random);
            }
        }

        /** A register of the device, or not: mostly words, mostly where most registers are. */
        private void anywhere(Random random) {
            if (row.windows().isEmpty()) {
                asItsDriver(random);
                return;
            }
            Window window = row.windows().get(random.nextInt(row.windows().size()));
            int size = random.nextInt(4) > 0 ? 4 : 1 << random.nextInt(2);
            int registers = window.registers();
            int offset = random.nextInt(random.nextInt(4) > 0 ? Math.min(0x120, registers) : registers) & -size;
            if (random.nextBoolean()) {
                read(window.base() + offset, size);
            } else {
                write(window.base() + offset, size, random.nextInt() >> random.nextInt(32));
            }
        }

        private void asItsDriver(Random random) {
            switch (row.node()) {
                case "timer" -> timer(random);
                case "intc" -> gic(random);
                case "pl011" -> uart(random);
                case "pl031" -> clock(random);
                case "fw-cfg" -> firmwareConfiguration(random);
                case "pl061" -> gpio(random);
                case "watchdog" -> watchdog(random);
                case "flash" -> flash(random);
                case "virtio_mmio" -> virtio(random);
                default -> throw new AssertionError("nobody drives " + row.name() + " here");
            }
        }

        private void timer(Random random) {
            Platform.TimerPort port = random.nextBoolean()
                    ? machine.platform().virtualTimer()
                    : machine.platform().physicalTimer();
            switch (random.nextInt(4)) {
                case 0 -> port.setControl(random.nextInt(4));
                case 1 -> port.setCompare(machine.platform().counter() + random.nextInt(1 << random.nextInt(31)));
                case 2 -> answers.add((long) port.control());
                default -> answers.add(port.compare() - machine.platform().counter());
            }
        }

        private void gic(Random random) {
            switch (random.nextInt(6)) {
                case 0 -> openGic();
                case 1 -> read(GICC + 0xc, 4); // acknowledge
                case 2 -> write(GICC + 0x10, random.nextInt(64)); // end
                case 3 -> write(GICD + 0xf00, random.nextInt(16) | 1 << 16); // SGI
                case 4 -> write(GICD + 0x400 + random.nextInt(64), 1, random.nextInt(256)); // priority
                default ->
                    machine.device(GicV2.class).line(16 + random.nextInt(48)).set(random.nextBoolean());
            }
        }

        private void uart(Random random) {
            int base = row.windows().getFirst().base();
            switch (random.nextInt(6)) {
                case 0 -> {
                    byte[] input = new byte[random.nextInt(1 << random.nextInt(8))];
                    random.nextBytes(input);
                    answers.add((long) machine.device(Pl011.class).input().put(input, 0, input.length));
                }
                case 1 -> read(base, 4);
                case 2 -> read(base + 0x18, 4); // flags
                case 3 -> write(base + 0x44, 0x70); // clear interrupts
                case 4 -> write(base + 0x38, random.nextInt(0x80)); // mask
                default -> write(base + 0x2c, random.nextInt(2) << 4); // FIFOs
            }
        }

        private void clock(Random random) {
            int base = row.windows().getFirst().base();
            switch (random.nextInt(4)) {
                case 0 -> {
                    read(base, 4);
                    write(base + 4, (int) (answers.getLast() + random.nextInt(5))); // the alarm
                }
                case 1 -> write(base + 8, random.nextInt()); // sets the time
                case 2 -> write(base + 0x10, random.nextInt(2)); // mask
                default -> write(base + 0x1c, 1); // clear
            }
        }

        /** Items byte by byte, and copied to RAM: the signature, the number of CPUs, or nothing. */
        private void firmwareConfiguration(Random random) {
            int base = row.windows().getFirst().base();
            int item = random.nextInt(3) * 5;
            switch (random.nextInt(4)) {
                case 0 -> write(base + 8, 2, item << 8);
                case 1 -> read(base, 1 << random.nextInt(3));
                case 2 -> write(base + 0x10, Integer.reverseBytes(random.nextInt(2)));
                default -> {
                    GuestMemory memory = machine.memory();
                    int control = random.nextInt(32) | item << 16;
                    int[] words = {control, random.nextInt(8), 0, BUFFERS + random.nextInt(64)};
                    for (int i = 0; i < words.length; i++) {
                        memory.write32(DESCRIPTORS + 4 * i, Integer.reverseBytes(words[i]));
                    }
                    write(base + 0x14, Integer.reverseBytes(DESCRIPTORS));
                    answers.add((long) memory.read32(DESCRIPTORS));
                    answers.add((long) memory.read32(BUFFERS));
                }
            }
        }

        /** The power button, with edges and levels of its pin that interrupt. */
        private void gpio(Random random) {
            int base = row.windows().getFirst().base();
            switch (random.nextInt(5)) {
                case 0 -> machine.pressPowerButton();
                case 1 -> write(base + 0x404 + 4 * random.nextInt(3), random.nextInt(16)); // edges or levels, which
                case 2 -> write(base + 0x410, random.nextInt(16)); // enable
                case 3 -> write(base + 0x41c, -1); // clear
                default -> read(base + 0x3fc, 4);
            }
        }

        private void watchdog(Random random) {
            int base = row.windows().getFirst().base();
            switch (random.nextInt(6)) {
                case 0 -> write(base, random.nextInt(1 << random.nextInt(31))); // load
                case 1 -> write(base + 8, random.nextInt(4)); // run, reset
                case 2 -> write(base + 0xc, 1); // clear
                case 3 -> write(base + 0xc00, random.nextInt(3) > 0 ? 0x1acc_e551 : 0); // lock
                default -> read(base + 4, 4); // the counter
            }
        }

        private static final int[] COMMANDS = {
            0xff, 0x10, 0x20, 0x40, 0x50, 0x60, 0x70, 0x90, 0x98, 0xe8, 0xe8, 0xe8, 0xd0, 0xd0, 1, 2, 3
        };

        private void flash(Random random) {
            int at = random.nextInt(2) * VirtBoard.MAX_FIRMWARE + (random.nextInt(1 << 20) & -4);
            if (random.nextInt(4) == 0) {
                answers.add(machine.memory().readable(at)); // shown, or a device
            }
            write(at, COMMANDS[random.nextInt(COMMANDS.length)]);
        }

        // A queue of 64: descriptors, the rings, and buffers.
        private static final int DESCRIPTORS = VirtBoard.RAM + 0x1000;
        private static final int AVAILABLE = VirtBoard.RAM + 0x2000;
        private static final int USED = VirtBoard.RAM + 0x3000;
        private static final int BUFFERS = VirtBoard.RAM + 0x4000;
        private static final int SIZE = 64;

        private void virtio(Random random) {
            int base = row.windows().getFirst().base();
            switch (random.nextInt(6)) {
                case 0 -> handshake(base, random);
                case 1 -> write(base + 0x64, random.nextInt(4)); // acknowledge
                default -> request(base, random);
            }
        }

        private void handshake(int base, Random random) {
            GuestMemory memory = machine.memory();
            memory.write(AVAILABLE, new byte[0x2000], 0, 0x2000); // both rings
            write(base + 0x70, 0);
            write(base + 0x70, 3);
            for (int word = 0; word < 2; word++) {
                write(base + 0x14, word);
                read(base + 0x10, 4);
                write(base + 0x24, word);
                write(base + 0x20, (int) (answers.getLast() & (word == 0 ? random.nextInt() : 1)));
            }
            write(base + 0x70, 3 | 8);
            queue = queue(base, random);
            write(base + 0x30, queue);
            write(base + 0x38, SIZE);
            write(base + 0x80, DESCRIPTORS);
            write(base + 0x84, 0);
            write(base + 0x90, AVAILABLE);
            write(base + 0x94, 0);
            write(base + 0xa0, USED);
            write(base + 0xa4, 0);
            write(base + 0x44, 1);
            write(base + 0x70, 3 | 8 | 4);
        }

        /** As many requests as there is no turn for at once. */
        private void request(int base, Random random) {
            GuestMemory memory = machine.memory();
            int type = new int[] {0, 1, 4, 8, 2}[random.nextInt(5)];
            memory.write32(BUFFERS, type);
            memory.write32(BUFFERS + 4, isConsole(base) ? random.nextInt(8) | random.nextInt(2) << 16 : 0); // an event
            memory.write32(BUFFERS + 8, random.nextInt(9));
            memory.write32(BUFFERS + 12, 0);
            memory.write32(BUFFERS + 0x100, random.nextInt());
            descriptor(memory, 0, BUFFERS, 16, 1, 1);
            descriptor(memory, 1, BUFFERS + 0x100, 512, type == 1 ? 1 : 3, 2);
            descriptor(memory, 2, BUFFERS + 0x800, 1, 2, 0);
            int available = memory.read16(AVAILABLE + 2);
            int more = 1 + random.nextInt(40);
            for (int i = 0; i < more; i++) {
                memory.write16(AVAILABLE + 4 + (available + i & SIZE - 1) * 2, 0);
            }
            memory.write16(AVAILABLE + 2, available + more);
            write(base + 0x50, queue);
        }

        /** A network card sends from its second queue, ports have two queues for messages. */
        private int queue(int base, Random random) {
            if (isConsole(base)) {
                return random.nextInt(6);
            }
            return answers.getLast() == 1 ? 1 : 0;
        }

        private boolean isConsole(int base) {
            read(base + 8, 4);
            return answers.getLast() == 3;
        }

        private static void descriptor(GuestMemory memory, int n, int address, int length, int flags, int next) {
            memory.write32(DESCRIPTORS + n * 16, address);
            memory.write32(DESCRIPTORS + n * 16 + 4, 0);
            memory.write32(DESCRIPTORS + n * 16 + 8, length);
            memory.write16(DESCRIPTORS + n * 16 + 12, flags);
            memory.write16(DESCRIPTORS + n * 16 + 14, next);
        }

        @Override
        public void close() throws IOException {
            machine.close();
        }
    }

    static Stream<String> devices() {
        return VirtBoard.of(new Equipment().firmware(new byte[0])).rows().stream()
                .filter(DeviceRow::isDevice)
                .map(DeviceRow::name);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void aDeviceGoesOnInAFreshMachine(String name) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            long seed = SEED + round;
            String where = name + ", -Dswivel.snapshot.seed=" + seed + ", ";
            Path disk = Files.write(directory.resolve(name + round), new byte[8 * 512]);
            Path copy = directory.resolve(name + round + ".copy");
            try (Side first = new Side(name, disk)) {
                first.openGic();
                Random random = new Random(seed);
                int before = random.nextInt(STEPS);
                for (int step = 0; step < before; step++) {
                    first.step(random);
                }
                byte[] snapshot = first.save();
                first.answers.clear();
                Files.copy(disk, copy);
                try (Side second = new Side(name, copy)) {
                    second.nanoseconds = first.nanoseconds;
                    second.machine.load(new Snapshot.Reader(snapshot));
                    assertArrayEquals(snapshot, second.save(), where + "just loaded");
                    goOn(first, second, seed + 1, where);
                }
                assertArrayEquals(Files.readAllBytes(disk), Files.readAllBytes(copy), where + "the disk");
            }
        }
    }

    /**
     * Whoever can make checksums right can write anything into a snapshot; a guest could bring a device into any state
     * as well.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "generic timer",
                "GICv2",
                "PL011",
                "PL031",
                "PL061",
                "SP805",
                "virtio slot 26",
                "virtio slot 27",
                "virtio slot 29",
                "virtio slot 30",
                "virtio slot 31",
                "time"
            })
    void aForgedSnapshotIsRefusedOrMakesADeviceThatWorksSomehow(String name) throws IOException {
        Path disk = Files.write(directory.resolve("forged"), new byte[8 * 512]);
        String row = name.equals("time") ? "PL011" : name;
        byte[] snapshot;
        try (Side side = new Side(row, disk)) {
            Random random = new Random(SEED);
            for (int step = 0; step < STEPS; step++) {
                side.step(random);
            }
            snapshot = side.save();
        }
        for (int round = 0; round < 40; round++) {
            Random random = new Random(SEED + round);
            byte[] forged = ForgedSnapshot.changed(snapshot, name, random);
            try (Side side = new Side(row, disk)) {
                try {
                    side.machine.load(new Snapshot.Reader(forged));
                } catch (SnapshotException e) {
                    assertTrue(e.getMessage().startsWith("the snapshot's section \"" + name + "\" "), e.getMessage());
                    continue;
                }
                for (int step = 0; step < 50; step++) {
                    side.step(random);
                }
            }
        }
    }

    private static void goOn(Side first, Side second, long seed, String where) {
        Random one = new Random(seed);
        Random other = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            first.step(one);
            second.step(other);
            assertEquals(first.answers, second.answers, where + "step " + step);
            if (step % 100 == 0 || step == STEPS - 1) {
                assertArrayEquals(first.save(), second.save(), where + "saved after step " + step);
                first.answers.clear();
                second.answers.clear();
            }
        }
    }
}
