package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's kernel, with its own modules, drives devices of the board. */
class BoardDriversTest {
    private static final Path STOCK = Swivel.GUESTS.resolve("stock");
    private static final Path MODULES = STOCK.resolve("modules/kernel/drivers");

    @TempDir
    private Path directory;

    /** Starts a guest that loads modules and runs a script, and waits until it has printed {@code READY}. */
    private Process start(List<String> modules, String script, String... options) throws IOException {
        Map<String, byte[]> found = new LinkedHashMap<>();
        for (String module : modules) {
            Path file = MODULES.resolve(module);
            found.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
        Path initramfs = Files.write(
                directory.resolve("initramfs"),
                DemoGuest.initramfs(
                        Files.readAllBytes(Swivel.GUESTS.resolve("busybox/busybox")),
                        script,
                        ScriptScreen.Marks.random(),
                        new DemoGuest.Terminal(24, 80, "vt100"),
                        Links.NONE,
                        found));
        List<String> command = new ArrayList<>(
                List.of("run", "--kernel", STOCK.resolve("vmlinuz").toString()));
        command.addAll(List.of("--initrd", initramfs.toString()));
        command.addAll(List.of("--append", "console=ttyAMA0 cryptomgr.notests=1 panic=-1"));
        command.addAll(List.of(options));
        Process process = Swivel.start(command.toArray(String[]::new));
        StringBuilder seen = new StringBuilder();
        InputStream output = process.getInputStream();
        while (seen.indexOf("READY\n") < 0) {
            int next = output.read();
            assertTrue(next >= 0, () -> "the guest ended: " + seen);
            seen.append((char) next);
        }
        return process;
    }

    /** Unlike {@link Process#destroy} leaves the streams open. */
    private static void terminate(Process process) {
        assertTrue(process.toHandle().destroy());
    }

    /** An event of 16 bytes: time, type (a key), code (116: power), value (1: down). */
    private static final String WAITS_FOR_THE_BUTTON = """
            (sleep 1; echo READY) &
            dd if=/dev/input/event0 of=/tmp/event bs=16 count=1 2>/dev/null
            hexdump -s 8 -e '4/2 "%d " "\\n"' /tmp/event
            sleep 1
            echo in order
            """;

    @Test
    void aSignalPressesThePowerButtonAndTheGuestShutsDown() throws IOException {
        Process process = start(List.of("input/evdev.ko"), WAITS_FOR_THE_BUTTON, "--on-terminate", "powerdown");
        terminate(process);
        Swivel.Result result = Swivel.finish(process);
        assertEquals(128 + 15, result.status(), result.errors());
        assertTrue(result.output().startsWith("1 116 1 0\nin order\n"), result.output());
        assertTrue(result.lastError().contains("power button"), result.errors());
    }

    @Test
    void aSecondSignalEndsTheGuestAtOnce() throws IOException, InterruptedException {
        Process process = start(List.of(), "echo READY; sleep 1000", "--on-terminate", "powerdown");
        terminate(process);
        StringBuilder said = new StringBuilder();
        while (said.indexOf("power off, or") < 0) {
            int next = process.getErrorStream().read();
            assertTrue(next >= 0, said.toString());
            said.append((char) next);
        }
        Thread.sleep(500);
        assertTrue(process.isAlive(), "the guest has time to shut down");
        terminate(process);
        assertEquals(128 + 15, Swivel.finish(process).status());
    }

    /** The clock's alarm, as {@code rtcwake} sets it; the file tells of the interrupt. */
    @Test
    void theAlarmOfTheClockRings() throws IOException {
        Process process = start(List.of(), """
                echo READY
                before=$(cat /sys/class/rtc/rtc0/since_epoch)
                echo +2 >/sys/class/rtc/rtc0/wakealarm
                dd if=/dev/rtc0 of=/tmp/alarm bs=4 count=1 2>/dev/null
                hexdump -e '1/4 "%x" "\\n"' /tmp/alarm
                late=$(($(cat /sys/class/rtc/rtc0/since_epoch) - before))
                [ $late -ge 2 ] && [ $late -le 4 ] && echo in time
                grep -c '1  *GIC-0 .* rtc-pl031' /proc/interrupts
                """);
        Swivel.Result result = Swivel.finish(process);
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        assertTrue(result.output().startsWith("1a0\nin time\n1\n"), result.output()); // one alarm (RTC_AF, RTC_IRQF)
    }

    @Test
    void aWatchdogThatIsServedLetsTheGuestGoOnAndEndsOneThatHangs() throws IOException {
        Process process = start(List.of("watchdog/sp805_wdt.ko"), """
                echo READY
                cat /sys/class/watchdog/watchdog0/identity
                watchdog -F -T 2 -t 1 /dev/watchdog0 &
                sleep 6
                echo goes on
                kill -STOP $!
                sleep 60
                echo too late
                """);
        Swivel.Result result = Swivel.finish(process);
        assertEquals(ExitStatus.WATCHDOG, result.status(), result.errors());
        assertTrue(result.output().endsWith("goes on\n"), result.output());
        assertEquals("swivel: the watchdog fired: the guest has not set it back in time", result.lastError());
    }

    private static long residentMebibytes(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .findFirst()
                        .orElseThrow()
                >> 10;
    }

    /** Linux reports what has been free for two seconds, in blocks of 4 MiB. */
    @Test
    void memoryThatTheGuestHasFreedIsTheHostsAgain() throws IOException, InterruptedException {
        Process process = start(List.of("virtio/virtio_mmio.ko", "virtio/virtio_balloon.ko"), """
                mkdir /full
                mount -t tmpfs -o size=400m tmp /full
                dd if=/dev/zero of=/full/x bs=1M count=350 2>/dev/null
                echo READY
                sleep 3
                rm /full/x
                sleep 1000
                """, "--memory", "512M");
        long full = residentMebibytes(process);
        for (int second = 0; second < 60 && residentMebibytes(process) > full - 150; second++) {
            Thread.sleep(1000);
        }
        long idle = residentMebibytes(process);
        terminate(process);
        assertEquals(128 + 15, Swivel.finish(process).status());
        assertTrue(idle <= full - 150, full + " MiB, then " + idle);
    }
}
