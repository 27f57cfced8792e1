package swivel.devices;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import swivel.devices.streams.ByteRing;

class Pl011Test {
    private final Rig rig = new Rig();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final Pl011 uart = new Pl011(rig.events, rig.line, output::write);

    @AfterEach
    void close() {
        rig.close();
    }

    private int read(int offset) {
        return uart.read(offset, 4);
    }

    private void write(int offset, int value) {
        uart.write(offset, 4, value);
    }

    private void type(String text) {
        assertEquals(text.length(), uart.input().put(text.getBytes(US_ASCII), 0, text.length()));
        rig.events.runDue();
    }

    private String readAll() {
        StringBuilder text = new StringBuilder();
        while ((read(Pl011.FR) & Pl011.FR_RXFE) == 0) {
            text.append((char) read(Pl011.DR));
        }
        return text.toString();
    }

    @Test
    void anEarlyConsoleThatPollsCanWrite() {
        for (byte c : "hello".getBytes(US_ASCII)) {
            assertEquals(0, read(Pl011.FR) & 1 << 5, "transmit FIFO full");
            uart.write(Pl011.DR, 1, c);
        }
        assertEquals("hello", output.toString(US_ASCII));
        assertEquals(Pl011.FR_TXFE | Pl011.FR_RXFE, read(Pl011.FR));
    }

    @Test
    void transmitInterruptsFollowTransmissionNotReset() {
        write(Pl011.IMSC, Pl011.TX);
        assertFalse(rig.line.level);
        write(Pl011.DR, 'x');
        assertTrue(rig.line.level);
        write(Pl011.ICR, Pl011.TX);
        assertFalse(rig.line.level);
    }

    @Test
    void fewBytesComeWithTheReceiveTimeoutAndManyWithTheReceiveInterrupt() {
        write(Pl011.LCR_H, Pl011.LCR_FEN);
        write(Pl011.IMSC, Pl011.RX | Pl011.RT);
        type("abc");
        assertEquals(Pl011.RT, read(Pl011.MIS));
        assertTrue(rig.line.level);
        type("defgh");
        assertEquals(Pl011.RX | Pl011.RT, read(Pl011.MIS));
        assertEquals('a', read(Pl011.DR));
        assertEquals(Pl011.RT, read(Pl011.MIS));
        assertEquals("bcdefgh", readAll());
        assertEquals(0, read(Pl011.RIS));
        assertFalse(rig.line.level);
    }

    @Test
    void theTriggerLevelIsTheOneSelected() {
        write(Pl011.LCR_H, Pl011.LCR_FEN);
        write(Pl011.IFLS, 4 << 3);
        type("0123456789abc");
        assertEquals(0, read(Pl011.RIS) & Pl011.RX);
        type("d");
        assertEquals(Pl011.RX, read(Pl011.RIS) & Pl011.RX);
    }

    @Test
    void withoutFifosOneByteFillsTheReceiver() {
        type("ab");
        assertEquals(Pl011.FR_TXFE | Pl011.FR_RXFF, read(Pl011.FR));
        assertEquals(Pl011.RX, read(Pl011.RIS) & Pl011.RX);
        assertEquals("ab", readAll());
    }

    @Test
    void noByteIsLostWhenTheGuestIsSlow() {
        write(Pl011.LCR_H, Pl011.LCR_FEN);
        byte[] sent = new byte[ByteRing.SIZE + 2000];
        new Random(7).nextBytes(sent);
        int offered = uart.input().put(sent, 0, sent.length);
        assertEquals(ByteRing.SIZE, offered);
        assertEquals(0, uart.input().put(sent, offered, 1));
        rig.events.runDue();
        assertEquals(Pl011.FR_RXFF, read(Pl011.FR) & Pl011.FR_RXFF);
        byte[] got = new byte[sent.length];
        for (int i = 0; i < got.length; i++) {
            offered += uart.input().put(sent, offered, sent.length - offered);
            got[i] = (byte) read(Pl011.DR);
        }
        assertArrayEquals(sent, got);
        assertEquals(Pl011.FR_RXFE, read(Pl011.FR) & Pl011.FR_RXFE);
    }

    @Test
    void clearingTheInterruptOfAFullFifoWithMoreToComeDoesNotSilenceIt() {
        write(Pl011.LCR_H, Pl011.LCR_FEN);
        write(Pl011.IMSC, Pl011.RX | Pl011.RT);
        type("x".repeat(20));
        write(Pl011.ICR, -1);
        assertTrue(rig.line.level);
        readAll();
        assertFalse(rig.line.level);
    }

    /** As Linux opens the port: drivers/tty/serial/amba-pl011.c, pl011_enable_interrupts. */
    private void openAsLinux() {
        write(Pl011.ICR, Pl011.RT | Pl011.RX);
        for (int i = 0; i < 32 && (read(Pl011.FR) & Pl011.FR_RXFE) == 0; i++) {
            read(Pl011.DR);
        }
        write(Pl011.IMSC, Pl011.RX | Pl011.RT);
    }

    @Test
    void whatWasPipedBeforeLinuxOpensThePortIsThereAfterwards() {
        for (String piped : new String[] {"x", "echo hi\npoweroff\n", "0123456789".repeat(20)}) {
            write(Pl011.IMSC, 0);
            type(piped);
            write(Pl011.ICR, -1); // as its driver does once before
            write(Pl011.LCR_H, Pl011.LCR_FEN);
            while ((read(Pl011.FR) & 1 << 5) != 0) {}
            write(Pl011.DR, '.');
            openAsLinux();
            assertTrue(rig.line.level, piped);
            assertEquals(piped, readAll());
            assertEquals(0, read(Pl011.RIS) & (Pl011.RX | Pl011.RT));
        }
    }

    @Test
    void aGuestThatPollsSeesWhatWasTypedBeforeItClearedInterrupts() {
        type("abc");
        write(Pl011.ICR, -1);
        assertEquals(Pl011.FR_RXFE, read(Pl011.FR) & Pl011.FR_RXFE);
        assertEquals("abc", readAll());
        type("d");
        write(Pl011.ICR, -1);
        assertEquals('d', read(Pl011.DR), "blindly");
    }

    @Test
    @Timeout(20)
    void aHostThreadWaitsForRoom() throws InterruptedException {
        byte[] sent = new byte[100_000];
        new Random(8).nextBytes(sent);
        Thread host = Thread.ofPlatform().start(() -> {
            try {
                for (int at = 0; at < sent.length; ) {
                    uart.input().awaitRoom();
                    at += uart.input().put(sent, at, sent.length - at);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        byte[] got = new byte[sent.length];
        for (int at = 0; at < got.length; ) {
            if ((read(Pl011.FR) & Pl011.FR_RXFE) == 0) {
                got[at++] = (byte) read(Pl011.DR);
            } else {
                rig.events.await();
                rig.events.runDue();
            }
        }
        host.join();
        assertArrayEquals(sent, got);
    }

    @Test
    void registersKeepWhatTheyHaveBitsFor() {
        int[][] expected = {
            {Pl011.ILPR, 0xff},
            {Pl011.IBRD, 0xffff},
            {Pl011.FBRD, 0x3f},
            {Pl011.LCR_H, 0xff},
            {Pl011.CR, 0xff87},
            {Pl011.IFLS, 0x3f},
            {Pl011.IMSC, 0x7ff},
        };
        for (int[] register : expected) {
            write(register[0], -1);
            assertEquals(register[1], read(register[0]), "offset " + register[0]);
        }
    }

    @Test
    void linuxFindsThePrimeCellWithFifosOf16() {
        int[] id = new int[8];
        Arrays.setAll(id, i -> read(0xfe0 + i * 4));
        assertArrayEquals(new int[] {0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1}, id);
    }
}
