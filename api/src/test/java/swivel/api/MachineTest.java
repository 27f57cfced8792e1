package swivel.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.cpu.engine.Engine;
import swivel.devices.EventQueue;
import swivel.devices.net.NetworkSettings;
import swivel.machine.DeviceTree;
import swivel.machine.MmioDevice;

class MachineTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(60);

    /** Prints what is typed, but for a q, at which it powers off. */
    private static final String ECHO = """
                ldr r1, =UART
            1:  ldr r2, [r1, #0x18]
                tst r2, #0x10 @ nothing received
                bne 1b
                ldr r2, [r1]
                cmp r2, #'q'
                beq power_off
                str r2, [r1]
                b 1b
            """;

    /** {@code -Dswivel.engine=INTERP} chooses another one than people get. */
    private static final Engine ENGINE = Engine.valueOf(System.getProperty("swivel.engine", "AUTO"));

    @TempDir
    private Path folder;

    private final List<String> messages = Collections.synchronizedList(new ArrayList<>());

    private MachineBuilder builder(String program) throws IOException, InterruptedException {
        return Machine.builder()
                .kernel(Assembled.guest(folder, program))
                .virt(Virt.TRANSLATED)
                .engine(ENGINE)
                .memory(32 << 20)
                .messages(messages::add);
    }

    private static String printing(String text, String then) {
        return "ldr r0, =text\n bl print\n b " + then + "\n forever: b forever\n text: .asciz \"" + text
                + "\"\n.align 2\n";
    }

    @Test
    void whatTheGuestPrintsIsReadInItsOrder() throws Exception {
        try (Machine machine =
                builder(printing("one two äöü three\\n", "power_off")).start()) {
            Console console = machine.console();
            assertEquals("one", console.expect("one"));
            assertEquals(" two äöü th", console.expect(Pattern.compile("ü t."), LONG));
            assertEquals("ree\n", console.expect("\n"));
            assertEquals(new End.PoweredOff(), machine.waitForExit(LONG));
            assertEquals("one two äöü three\n", console.output());
            GuestException e = assertThrows(GuestException.class, () -> console.expect("one", LONG));
            assertTrue(e.getMessage().contains("ended (PoweredOff[]) before it printed 'one'"), e.getMessage());
            assertTrue(machine.instructions() > 20);
        }
    }

    @Test
    void whatIsTypedReachesTheGuest() throws Exception {
        try (Machine machine = builder(ECHO).start()) {
            Console console = machine.console();
            String much = "0123456789".repeat(10_000);
            for (int i = 0; i < 3; i++) {
                console.send("line " + i + "\n");
                assertTrue(console.expect("\n").endsWith("line " + i + "\n"));
            }
            Thread typist = Thread.startVirtualThread(() -> {
                try {
                    console.send(much + "!q");
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            assertEquals(much + "!", console.expect("!"));
            typist.join();
            assertEquals(new End.PoweredOff(), machine.waitForExit(LONG));
            assertThrows(GuestException.class, () -> console.send("more"));
        }
    }

    @Test
    void waitingHasAnEndAndShowsWhatWasPrinted() throws Exception {
        try (Machine machine = builder(printing("so far\\n", "forever")).start()) {
            machine.console().expect("so far");
            GuestException e =
                    assertThrows(GuestException.class, () -> machine.console().expect("more", SHORT));
            assertTrue(e.getMessage().contains("'more' within 200 ms"), e.getMessage());
            assertTrue(e.getMessage().endsWith("so far\n"), e.getMessage());
            e = assertThrows(GuestException.class, () -> machine.waitForExit(SHORT));
            assertTrue(e.getMessage().contains("did not end within 200 ms"), e.getMessage());
            machine.stop();
            assertEquals(new End.Stopped(), machine.waitForExit(LONG));
        }
    }

    @Test
    void endsAreToldApart() throws Exception {
        try (Machine machine = builder("b reset").start()) {
            assertEquals(new End.Reset(), machine.waitForExit(LONG));
        }
        try (Machine machine =
                builder(printing("Kernel panic - not syncing: x\\n", "forever")).start()) {
            assertEquals(new End.Panicked(), machine.waitForExit(LONG));
        }
        try (Machine machine = builder(printing("Kernel panic - not syncing: x\\n", "reset"))
                .exitOnPanic(false)
                .start()) {
            assertEquals(new End.Reset(), machine.waitForExit(LONG));
        }
        try (Machine machine = builder(
                        "ldr r1, =UART\n mov r2, #0x10\n str r2, [r1, #0x38] @ input interrupts\n wfi\n b main")
                .start()) {
            assertThrows(GuestException.class, () -> machine.waitForExit(SHORT));
            machine.console().endInput();
            assertInstanceOf(End.Stuck.class, machine.waitForExit(LONG));
        }
    }

    /** Adds what is written to it, and interrupts while the sum is odd. */
    private static final class Adder extends MmioDevice {
        private int sum;
        private EventQueue.Job fromOutside;

        Adder() {
            super("adder", "example,adder");
        }

        @Override
        protected void connected(EventQueue events) {
            fromOutside = events.newJob("adder", () -> write(0, 4, 2));
        }

        @Override
        protected void describe(DeviceTree.Node node) {
            node.cells("example,start", 40);
        }

        @Override
        public int read(int offset, int size) {
            return offset == 4 ? sum : 0;
        }

        @Override
        public void write(int offset, int size, int value) {
            if (value == 0xbad) {
                throw new IllegalArgumentException("of the device");
            }
            sum += value;
            interrupt(sum % 2 != 0);
        }

        @Override
        public void fields(Archive fields) {
            sum = fields.word(sum);
        }
    }

    /** Prints whether SPI 112 is pending, as the GIC's distributor says. */
    private static final String PENDING = """
            pending:
                ldr r3, =0x08000210 @ GICD_ISPENDR of the interrupts 128 to 159
                ldr r3, [r3]
                tst r3, #1 << 16
                ldr r1, =UART
                moveq r2, #'-'
                movne r2, #'I'
                str r2, [r1]
                bx lr
            """;

    @Test
    void deviceOfOnesOwnIsReadWrittenAndInterrupts() throws Exception {
        Adder adder = new Adder();
        String program = """
                    ldr r4, =OWN
                    bl pending
                    mov r0, #'@'
                    str r0, [r4]
                    bl pending
                    mov r0, #1
                    str r0, [r4]
                    bl pending
                    ldr r2, [r4, #4]
                    str r2, [r1] @ an A
                2:  ldr r2, [r4, #4] @ until somebody outside has added
                    cmp r2, #'C'
                    bne 2b
                    str r2, [r1]
                    b power_off
                """;
        try (Machine machine = builder(program + PENDING).device(adder).start()) {
            machine.console().expect("--IA");
            adder.fromOutside.post();
            machine.console().expect("C");
            assertEquals(new End.PoweredOff(), machine.waitForExit(LONG));
        }
        MachineBuilder again = builder(program + PENDING).device(adder);
        assertThrows(IllegalStateException.class, again::start);
    }

    @Test
    void exceptionOfADeviceEndsTheRun() throws Exception {
        try (Machine machine = builder("ldr r0, =OWN\n ldr r1, =0xbad\n str r1, [r0]\n b power_off")
                .device(new Adder())
                .start()) {
            End.Failed end = assertInstanceOf(End.Failed.class, machine.waitForExit(LONG));
            assertEquals("of the device", end.cause().getMessage());
        }
    }

    @Test
    void closedMachineHasGivenEverythingBack() throws Exception {
        Path disk = Files.write(folder.resolve("disk"), new byte[1 << 20]);
        NetworkSettings.Forward any =
                new NetworkSettings.Forward(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, 22);
        for (int i = 0; i < 3; i++) {
            Machine machine = builder("b main")
                    .drive(Drive.of(disk).serial("D"))
                    .share(new Share(folder, "tag", true))
                    .net(new NetworkSettings(List.of(any), List.of(), true, null))
                    .pcap(folder.resolve("pcap"))
                    .start();
            InetSocketAddress port = machine.listening().getFirst();
            try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
                assertTrue(socket.isConnected());
            }
            assertThrows(
                    MachineException.class,
                    () -> builder("b main").drive(Drive.of(disk)).start());
            machine.close();
            machine.close();
            assertEquals(new End.Stopped(), machine.waitForExit(LONG));
            assertThrows(IOException.class, () -> new Socket(port.getAddress(), port.getPort()).close());
        }
        // A thread may be about to end.
        for (int i = 0; i < 100 && threads() > 0; i++) {
            Thread.sleep(50);
        }
        assertEquals(0, threads());
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("swivel-"))
                .count();
    }

    @Test
    void wrongMachineIsRefusedInALine() throws Exception {
        Path kernel = Assembled.guest(folder, "b power_off");
        Path empty = Files.createFile(folder.resolve("empty"));
        List<MachineBuilder> wrong = List.of(
                Machine.builder(),
                Machine.builder().kernel(folder.resolve("none")),
                Machine.builder().kernel(empty),
                Machine.builder().kernel(kernel).virt(Virt.BARE).strict(),
                Machine.builder().kernel(kernel).pcap(folder.resolve("p")),
                Machine.builder().kernel(kernel).dtb(kernel),
                Machine.builder().kernel(kernel).drive(Drive.of(folder.resolve("none"))),
                Machine.builder().kernel(kernel).share(new Share(empty, "tag", true)),
                Machine.builder().kernel(kernel).memory(0),
                Machine.builder().kernel(kernel).memory(17L << 30),
                Machine.builder().firmware(empty),
                Machine.builder().firmware(kernel).virt(Virt.PATCHED),
                Machine.builder().firmware(kernel).initrd(kernel),
                Machine.builder().firmware(kernel).memory(16L << 30));
        for (MachineBuilder builder : wrong) {
            MachineException e = assertThrows(
                    MachineException.class,
                    () -> builder.messages(messages::add).start().close());
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            assertFalse(e.getMessage().isBlank());
        }
        assertThrows(MachineException.class, () -> new Share(folder, "a b", true));
    }
}
