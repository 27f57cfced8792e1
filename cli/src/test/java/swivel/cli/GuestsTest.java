package swivel.cli;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests as a person runs them: what they print, and how the process ends. */
class GuestsTest {
    private static final String OWN_KERNEL = Swivel.guest("linux-v7/vmlinux");
    private static final String INITRAMFS = Swivel.guest("initramfs/initramfs.cpio.gz");

    /** What autotest computes: a checksum and a length. */
    private static final Pattern RESULT = Pattern.compile("[0-9a-f]{64}  /tmp/x|[0-9]+|BOOT-OK.*");

    static List<String> results(String console) {
        return console.lines()
                .map(String::strip)
                .filter(RESULT.asMatchPredicate())
                .toList();
    }

    @Test
    void ownKernelRewrittenComputesWhatItComputesOnQemu() throws IOException {
        Swivel.Result result = Swivel.run(
                "run",
                "--kernel",
                OWN_KERNEL,
                "--initrd",
                INITRAMFS,
                "--append",
                "console=ttyAMA0 autotest panic=-1",
                "--stats");
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        List<String> expected = results(Files.readString(Swivel.GUESTS.resolve("reference/linux-v7-autotest.txt")));
        assertEquals(3, expected.size(), "the reference has a first line, a checksum and a length");
        assertEquals(expected, results(result.output()));
        assertTrue(result.errors().contains("--virt patched"), result.errors());
        assertTrue(
                Pattern.compile("^sensitive but not rewritten +0$", Pattern.MULTILINE)
                        .matcher(result.errors())
                        .find(),
                result.errors());
    }

    /**
     * Its page tables are of long descriptors. All but the line with its name is what the kernel of short ones prints
     * on QEMU.
     */
    @ParameterizedTest
    @CsvSource({
        "patched, 256M, 262144K",
        "translated, 256M, 262144K",
        "patched, 6G, 6291456K",
        "translated, 3G, 3145728K"
    })
    void debiansKernelOfLongDescriptorsComputesWhatTheOtherOneDoes(String virt, String memory, String seen)
            throws IOException {
        Swivel.Result result = Swivel.run(
                "run",
                "--virt",
                virt,
                "--memory",
                memory,
                "--kernel",
                Swivel.guest("stock-lpae/vmlinuz"),
                "--initrd",
                INITRAMFS,
                "--append",
                "console=ttyAMA0 autotest panic=-1 cryptomgr.notests=1");
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        List<String> expected = results(Files.readString(Swivel.GUESTS.resolve("reference/stock-autotest.txt")));
        List<String> found = results(result.output());
        assertEquals(3, found.size(), "a first line, a checksum and a length");
        assertTrue(found.getFirst().contains("-armmp-lpae armv7l"), found.getFirst());
        assertTrue(result.output().contains("/" + seen + " available"), result.output());
        assertEquals(expected.subList(1, 3), found.subList(1, 3));
    }

    /**
     * Programs of Thumb-2 code that have floating point in VFP's registers, and use NEON where the kernel says it is
     * there; a child of theirs that is killed by a signal is a wrong checksum.
     */
    @ParameterizedTest
    @ValueSource(strings = {"patched", "translated"})
    void debiansHardFloatUserLandComputesWhatTheOtherOneDoes(String virt) throws IOException {
        Swivel.Result result = Swivel.run(
                "run",
                "--virt",
                virt,
                "--kernel",
                Swivel.guest("stock/vmlinuz"),
                "--initrd",
                Swivel.guest("initramfs-armhf/initramfs.cpio.gz"),
                "--append",
                "console=ttyAMA0 autotest panic=-1 cryptomgr.notests=1");
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        assertEquals(
                "",
                result.errors()
                        .lines()
                        .filter(line -> line.contains("does not have"))
                        .collect(joining()));
        List<String> expected = results(Files.readString(Swivel.GUESTS.resolve("reference/stock-autotest.txt")));
        assertEquals(expected, results(result.output()));
    }

    @Test
    void guestIsInterpretedWhereNativeAccessIsDenied() throws IOException {
        Process process = Swivel.startWith(
                "--illegal-native-access=deny", "run", "--engine", "x64", "--kernel", Swivel.guest("bare/hello.elf"));
        process.getOutputStream().close();
        Swivel.Result result = Swivel.finish(process);
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        assertTrue(result.output().contains("HELLO"), result.output());
        assertEquals(
                1,
                result.errors()
                        .lines()
                        .filter(line -> line.contains("native access"))
                        .count(),
                result.errors());
    }

    @Test
    void smallCodeCacheStillBoots() {
        Swivel.Result result = Swivel.run(
                "demo", "--engine", "x64", "--code-cache", "4M", "--kernel", OWN_KERNEL, "--script", "echo fits");
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        assertEquals("fits\n", result.output());
    }

    @Test
    void demoRunsAScriptInDebiansKernel() {
        Swivel.Result result =
                Swivel.run("demo", "--script", "uname -sm; ls -l /proc/1/exe; echo -n no newline at the end");
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        List<String> lines = result.output().lines().toList();
        assertEquals("Linux armv7l", lines.get(0));
        assertTrue(lines.get(1).endsWith("/proc/1/exe -> /bin/busybox"), lines.get(1));
        assertTrue(result.output().endsWith("no newline at the end"), result.output());
        assertTrue(result.errors().contains("status"), "the table of what was rewritten");
    }

    /** The armel busybox asks for times of 32 bits; the clock is the guest's own. */
    @Test
    void ownKernelSleepsForPrograms() {
        String script =
                "a=$(cut -d. -f1 /proc/uptime); sleep 2; echo $?; b=$(cut -d. -f1 /proc/uptime); [ $((b - a)) -ge 1 ]";
        Swivel.Result result = Swivel.run("demo", "--kernel", OWN_KERNEL, "--script", script);
        assertEquals(ExitStatus.OK, result.status(), result.errors() + result.output());
        assertEquals("0\n", result.output());
    }

    @Test
    void demoTellsThatAScriptFailed() {
        Swivel.Result result = Swivel.run("demo", "--kernel", OWN_KERNEL, "--script", "echo before; exit 7");
        assertEquals(ExitStatus.SCRIPT_FAILED, result.status(), result.errors());
        assertEquals("before\n", result.output());
        assertEquals("swivel: the script ended with status 7", result.lastError());
    }

    @Test
    void kernelWithoutHelpFailsAndNamesTheFirstInstructionThatMisbehaved() {
        Swivel.Result result = Swivel.run("run", "--virt", "bare", "--kernel", OWN_KERNEL);
        assertEquals(ExitStatus.STUCK, result.status(), result.errors());
        assertTrue(result.lastError().contains("the first was"), result.errors());
    }

    @Test
    void panicAndResetHaveStatusesOfTheirOwn() {
        String append = "console=ttyAMA0 panic=-1";
        Swivel.Result reset = Swivel.run("run", "--kernel", OWN_KERNEL, "--append", append);
        assertEquals(ExitStatus.RESET, reset.status(), reset.errors());
        Swivel.Result panic = Swivel.run("run", "--kernel", OWN_KERNEL, "--append", append, "--exit-on-panic");
        assertEquals(ExitStatus.PANIC, panic.status(), panic.errors());
        assertEquals("swivel: the guest kernel panicked", panic.lastError());
    }

    @Test
    void silentGuestIsGivenUp() {
        Swivel.Result result = Swivel.run("run", "--kernel", OWN_KERNEL, "--append", "console=ttyS9", "--silence", "5");
        assertEquals(ExitStatus.STUCK, result.status(), result.errors());
        assertTrue(result.lastError().contains("printed nothing"), result.errors());
        assertEquals("", result.output());
    }

    /** Busybox 1.35 says "/", 1.37 "~", and then asks the terminal for its cursor. */
    private static final Pattern PROMPT = Pattern.compile("\n[/~] # ");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pipedInputReachesTheShellAndDrivesAreWhatTheyWereGivenAs(boolean legacy, @TempDir Path directory)
            throws IOException {
        Path writable = disk(directory, "first disk");
        Path readOnly = disk(directory, "second disk");
        List<String> command = new ArrayList<>(List.of("run", "--kernel", OWN_KERNEL, "--initrd", INITRAMFS));
        command.addAll(List.of("--append", "console=ttyAMA0 quiet panic=-1"));
        command.addAll(List.of("--drive", writable + ",serial=first", "--drive", readOnly + ",ro"));
        Path base = disk(directory, "third disk");
        Path forgotten = disk(directory, "fourth disk");
        Path overlay = directory.resolve("overlay.qcow2");
        command.addAll(List.of("--drive", base + ",overlay=" + overlay, "--drive", forgotten + ",snapshot"));
        if (legacy) {
            command.add("--virtio-legacy");
        }
        Process process = Swivel.start(command.toArray(String[]::new));
        InputStream output = process.getInputStream();
        StringBuilder seen = new StringBuilder();
        while (!PROMPT.matcher(seen).find()) {
            int next = output.read();
            assertTrue(next >= 0, "the guest ended: " + seen);
            seen.append((char) next);
        }
        try (OutputStream keys = process.getOutputStream()) {
            String commands = """
                    echo $((6 * 7))
                    head -c 10 /dev/vda; head -c 11 /dev/vdb
                    echo changed >/dev/vda; echo changed >/dev/vdb; sync
                    echo changed >/dev/vdc; echo changed >/dev/vdd; sync
                    echo 3 >/proc/sys/vm/drop_caches
                    head -c 8 /dev/vdc; head -c 8 /dev/vdd; cat /sys/block/vda/serial
                    head -c 9 /dev/hwrng | wc -c
                    poweroff -f
                    """;
            keys.write(commands.getBytes(StandardCharsets.US_ASCII));
        }
        Swivel.Result result = Swivel.finish(process);
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        assertTrue(result.output().contains("42\r\n"), result.output());
        assertTrue(result.output().contains("first disk" + "second disk"), result.output());
        assertTrue(result.output().contains("\n9\r\n"), result.output());
        assertTrue(Files.readString(writable).startsWith("changed\n"));
        assertTrue(Files.readString(readOnly).startsWith("second disk"));
        assertTrue(result.output().contains("changed\r\nchanged\r\nfirst"), result.output());
        assertTrue(Files.readString(base).startsWith("third disk"));
        assertTrue(Files.readString(forgotten).startsWith("fourth disk"));
        Path shown = directory.resolve("shown.raw");
        assertEquals(0, run("qemu-img", "convert", "-O", "raw", overlay.toString(), shown.toString()));
        assertTrue(Files.readString(shown).startsWith("changed\n"));
    }

    private static int run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /**
     * What is piped at once waits until the kernel listens, although that drops what the port has received when it
     * opens it.
     */
    @ParameterizedTest
    @ValueSource(strings = {"linux-v7/zImage", "stock/vmlinuz"})
    void inputThatIsThereBeforeTheGuestIsNotLost(String kernel) throws IOException {
        Process process = Swivel.start(
                "run",
                "--kernel",
                Swivel.guest(kernel),
                "--initrd",
                INITRAMFS,
                "--append",
                "console=ttyAMA0 panic=-1 cryptomgr.notests=1");
        try (OutputStream keys = process.getOutputStream()) {
            keys.write("echo $((6 * 7))\npoweroff -f\n".getBytes(StandardCharsets.US_ASCII));
        }
        Swivel.Result result = Swivel.finish(process);
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        assertTrue(result.output().contains("42\r\n"), result.output());
    }

    /** Without a file system the kernel panics, but then its drivers have started. */
    @ParameterizedTest
    @CsvSource({"cortex-a15, 7", "cortex-a7, 5"})
    void linuxFindsPerformanceMonitorsAndFirmware(String core, int counters) throws IOException {
        Swivel.Result result = Swivel.run(
                "run",
                "--kernel",
                Swivel.guest("stock/vmlinuz"),
                "--append",
                "console=ttyAMA0 cryptomgr.notests=1",
                "--exit-on-panic",
                "--cpu",
                core);
        assertEquals(ExitStatus.PANIC, result.status(), result.errors());
        int mask = 1 << 31 | (1 << counters - 1) - 1;
        // Since 6.12 their mask stands behind the number.
        Pattern found = Pattern.compile("enabled with armv7_%s PMU driver, %d (\\(%08x\\) )?counters available"
                .formatted(core.replace('-', '_'), counters, mask));
        assertTrue(found.matcher(result.output()).find(), result.output());
        assertTrue(result.output().contains("PSCIv1.1 detected in firmware"), result.output());
    }

    private static Path disk(Path directory, String content) throws IOException {
        byte[] image = Arrays.copyOf(content.getBytes(StandardCharsets.US_ASCII), 1 << 20);
        return Files.write(directory.resolve(content), image);
    }

    /** The file has in one piece what the guest has had as RAM: its kernel is in it, and what it printed. */
    @Test
    void theGuestsMemoryIsTheFile(@TempDir Path directory) throws IOException {
        Path ram = directory.resolve("ram");
        Swivel.Result result = Swivel.run(
                "run",
                "--kernel",
                OWN_KERNEL,
                "--memory",
                "64M",
                "--memory-file",
                ram.toString(),
                "--append",
                "console=ttyAMA0 panic=-1");
        assertEquals(ExitStatus.RESET, result.status(), result.errors());
        assertEquals(64 << 20, Files.size(ram));
        String content = Files.readString(ram, StandardCharsets.ISO_8859_1);
        assertTrue(content.contains("Kernel panic - not syncing: VFS"), "the kernel's log is in its memory");
    }

    @Test
    void dumpedTreeBootsTheGuestAgain(@TempDir Path directory) throws IOException {
        String tree = directory.resolve("tree").toString();
        assertEquals(ExitStatus.OK, Swivel.run("run", "--dump-dtb", tree).status());
        Swivel.Result result = Swivel.run(
                "run",
                "--kernel",
                OWN_KERNEL,
                "--dtb",
                tree,
                "--append",
                "console=ttyAMA0 panic=-1",
                "--memory",
                "64M");
        assertEquals(ExitStatus.RESET, result.status(), result.errors());
        assertTrue(result.output().contains("[mem 0x0000000040000000-0x0000000043ffffff]"), result.output());
    }
}
