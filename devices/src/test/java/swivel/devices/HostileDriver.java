package swivel.devices;

import java.util.Random;
import swivel.memory.GuestMemory;

/** A driver of a device with several queues that does anything at random, what its device expects and what not. */
final class HostileDriver {
    /** What a driver might send. */
    @FunctionalInterface
    interface Messages {
        byte[] next(int queue, Random random);
    }

    private final QueuesDriver driver;
    private final int queues;
    private final long features;
    private final Messages messages;
    private final Random random;

    HostileDriver(QueuesDriver driver, VirtioDevice device, Messages messages, long seed) {
        this.driver = driver;
        this.queues = device.queues;
        this.features = device.features | VirtioMmio.F_INDIRECT | VirtioMmio.F_EVENT_INDEX;
        this.messages = messages;
        this.random = new Random(seed);
        driver.start(device.features);
    }

    /** Does one thing, and has the device do what follows. */
    void step() {
        if (driver.broken() && random.nextInt(4) == 0 || random.nextInt(500) == 0) {
            driver.start(features & (random.nextBoolean() ? -1 : random.nextInt()));
        }
        int queue = random.nextInt(queues);
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> driver.send(queue, messages.next(queue, random));
            case 3, 4 -> driver.offerBuffers(queue, 1 + random.nextInt(8), random.nextInt(QueuesDriver.BUFFER));
            case 5 -> garbage(queue);
            case 6 -> {
                if (random.nextInt(50) == 0) {
                    driver.device.write(random.nextInt(0x120), 1 << random.nextInt(3), number());
                }
                driver.device.read(random.nextInt(0x200), 1 << random.nextInt(3));
            }
            default -> driver.write(VirtioMmio.QUEUE_NOTIFY, random.nextInt(queues + 2));
        }
        driver.rig.pass(random.nextInt(1000));
    }

    private int number() {
        return random.nextInt() >> random.nextInt(32);
    }

    /** Descriptors that lead anywhere, and more of them than there are. */
    private void garbage(int queue) {
        GuestMemory memory = driver.memory;
        int area = QueuesDriver.area(queue);
        for (int i = random.nextInt(8); i > 0; i--) {
            int at = area + random.nextInt(QueuesDriver.SIZE) * 16;
            boolean inRam = random.nextInt(4) > 0;
            memory.write32(at, inRam ? QueuesDriver.RAM + random.nextInt(QueuesDriver.RAM_SIZE) : random.nextInt());
            memory.write32(at + 4, random.nextInt(16) == 0 ? random.nextInt() : 0);
            memory.write32(at + 8, random.nextInt(64) == 0 ? number() : random.nextInt(1 << random.nextInt(14)));
            memory.write16(at + 12, random.nextInt(8));
            memory.write16(at + 14, random.nextInt(QueuesDriver.SIZE + 2));
        }
        int index = area + QueuesDriver.AVAILABLE + 2;
        for (int i = 0; i < QueuesDriver.SIZE; i++) {
            memory.write16(index + 2 + i * 2, random.nextInt(QueuesDriver.SIZE));
        }
        int more = random.nextInt(16) == 0 ? random.nextInt() : random.nextInt(QueuesDriver.SIZE);
        memory.write16(index, memory.read16(index) + more);
        driver.write(VirtioMmio.QUEUE_NOTIFY, queue);
    }
}
