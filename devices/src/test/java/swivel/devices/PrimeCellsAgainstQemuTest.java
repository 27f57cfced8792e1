package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import swivel.memory.Mmio;

/** After reset every register of UART, clock and GPIO reads as QEMU's; GPIO goes on to do so. */
class PrimeCellsAgainstQemuTest {
    private static void compare(QemuDevices qemu, Mmio ours, int theirs, int from, int to) {
        for (int offset = from; offset < to; offset += 4) {
            assertEquals(
                    Integer.toHexString(qemu.read(theirs + offset, 4)),
                    Integer.toHexString(ours.read(offset, 4)),
                    "offset 0x" + Integer.toHexString(offset));
        }
    }

    @Test
    void theUartIsTheSame() throws IOException {
        try (QemuDevices qemu = new QemuDevices();
                Rig rig = new Rig()) {
            Mmio uart = new Pl011(rig.events, rig.line, _ -> {});
            compare(qemu, uart, QemuDevices.UART, 0, 0x4c);
            compare(qemu, uart, QemuDevices.UART, PrimeCell.PERIPH_ID0, Pl011.SIZE);
            for (int each : new int[] {'x', 'y'}) {
                uart.write(Pl011.DR, 1, each);
                qemu.write(QemuDevices.UART + Pl011.DR, 1, each);
                compare(qemu, uart, QemuDevices.UART, 0, 0x4c);
            }
        }
    }

    @Test
    void theClockIsTheSame() throws IOException {
        try (QemuDevices qemu = new QemuDevices();
                Rig rig = new Rig()) {
            Mmio rtc = new Pl031(rig.events, rig.line, System::currentTimeMillis);
            compare(qemu, rtc, QemuDevices.RTC, Pl031.MR, 0x20);
            compare(qemu, rtc, QemuDevices.RTC, PrimeCell.PERIPH_ID0, Pl031.SIZE);
            for (int offset : new int[] {Pl031.LR, Pl031.MR, Pl031.IMSC}) {
                rtc.write(offset, 4, 1234);
                qemu.write(QemuDevices.RTC + offset, 4, 1234);
            }
            compare(qemu, rtc, QemuDevices.RTC, Pl031.MR, Pl031.LR);
            compare(qemu, rtc, QemuDevices.RTC, Pl031.CR, 0x20);
        }
    }

    /** What is read of the pins 0, 3 and 5 alone, and of all, and every register behind it. */
    private static void compareGpio(QemuDevices qemu, Mmio ours) {
        for (int offset : new int[] {1 << 2, 1 << 3 + 2, 1 << 5 + 2, 0x3fc}) {
            compare(qemu, ours, QemuDevices.GPIO, offset, offset + 4);
        }
        compare(qemu, ours, QemuDevices.GPIO, Pl061.DIR, Pl061.AFSEL + 4);
    }

    /**
     * Edges, in any order with everything else. QEMU also keeps that a level was once there, until that is cleared; by
     * the manual only edges are kept, so levels are not among these.
     */
    @Test
    void pinsThatInterruptOnEdgesAreTheSame() throws IOException {
        Random random = new Random(3);
        try (QemuDevices qemu = new QemuDevices();
                Rig rig = new Rig()) {
            Pl061 gpio = new Pl061(rig.line);
            compare(qemu, gpio, QemuDevices.GPIO, PrimeCell.PERIPH_ID0, Pl061.SIZE);
            compareGpio(qemu, gpio);
            int[] registers = {Pl061.IBE, Pl061.IEV, Pl061.IE, Pl061.IC, Pl061.AFSEL, Pl061.RIS, Pl061.MIS};
            for (int step = 0; step < 2000; step++) {
                if (random.nextBoolean()) {
                    int pin = random.nextInt(8);
                    boolean level = random.nextBoolean();
                    gpio.pin(pin).set(level);
                    qemu.setPin(pin, level);
                } else {
                    int offset = registers[random.nextInt(registers.length)];
                    int value = random.nextInt();
                    gpio.write(offset, 4, value);
                    qemu.write(QemuDevices.GPIO + offset, 4, value);
                }
                compareGpio(qemu, gpio);
            }
        }
    }

    @Test
    void pinsThatAreOutputsAreTheSame() throws IOException {
        Random random = new Random(4);
        try (QemuDevices qemu = new QemuDevices();
                Rig rig = new Rig()) {
            Pl061 gpio = new Pl061(rig.line);
            gpio.write(Pl061.DIR, 4, 0xf5);
            qemu.write(QemuDevices.GPIO + Pl061.DIR, 4, 0xf5);
            for (int step = 0; step < 500; step++) {
                int offset = random.nextInt(Pl061.DIR) & -4;
                int value = random.nextInt();
                gpio.write(offset, 4, value);
                qemu.write(QemuDevices.GPIO + offset, 4, value);
                compareGpio(qemu, gpio);
            }
        }
    }
}
