package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import swivel.memory.Mmio;

/** After reset every register of UART and clock reads as QEMU's. */
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
}
