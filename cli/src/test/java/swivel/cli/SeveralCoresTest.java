package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linux on several cores computes what it computes on QEMU, uses all of them, and turns them off and on. */
class SeveralCoresTest {
    /** What Linux says when it finds something wrong with itself. */
    private static final Pattern COMPLAINT =
            Pattern.compile("BUG|WARNING|Oops|\\bstall|lockup|failed to (boot|come online)|Unable to handle");

    private static void assertSound(Swivel.Result result) {
        assertEquals(ExitStatus.OK, result.status(), result.output() + result.errors());
        assertFalse(COMPLAINT.matcher(result.output()).find(), result.output());
    }

    @ParameterizedTest
    @CsvSource({
        "linux-v7, vmlinux, patched, 4, auto", "linux-v7, vmlinux, translated, 2, auto",
        "linux-v7, vmlinux, patched, 2, interp", "linux-v7-thumb2, vmlinux, patched, 3, auto"
    })
    void kernelComputesWhatItComputesOnQemu(String guest, String file, String virt, int cores, String engine)
            throws IOException {
        Swivel.Result result = Swivel.run(
                "run",
                "--smp",
                Integer.toString(cores),
                "--virt",
                virt,
                "--engine",
                engine,
                "--kernel",
                Swivel.guest(guest + "/" + file),
                "--initrd",
                Swivel.guest("initramfs/initramfs.cpio.gz"),
                "--append",
                "console=ttyAMA0 autotest panic=-1");
        assertSound(result);
        assertTrue(
                result.output().contains("Brought up 1 node, " + cores + " CPUs"),
                "not all came up: " + result.output());
        List<String> expected =
                GuestsTest.results(Files.readString(Swivel.GUESTS.resolve("reference/" + guest + "-autotest.txt")));
        assertEquals(3, expected.size(), "the reference has a first line, a checksum and a length");
        assertEquals(expected, GuestsTest.results(result.output()));
    }

    /** Each core does work that moves from one to the other; one goes off line and comes back meanwhile. */
    @Test
    void stockKernelSharesItsWorkAmongThem() {
        Swivel.Result result = Swivel.run("demo", "--smp", "2", "--script", """
                work() {
                    n=0
                    while [ $n -lt 60 ]; do
                        echo $n | sed s/^/x/ >/dev/null || echo lost
                        n=$((n + 1))
                    done
                    head -c 3000000 /dev/zero | sha256sum
                }
                echo cores $(nproc)
                for i in 1 2 3; do work & done
                echo 0 >/sys/devices/system/cpu/cpu1/online
                echo now $(cat /sys/devices/system/cpu/online)
                echo 1 >/sys/devices/system/cpu/cpu1/online
                for i in 4 5 6; do work & done
                wait
                echo again $(nproc)
                dmesg | grep -iE 'BUG|WARNING|Oops|self-detected|lockup' && echo complaint
                grep arch_timer /proc/interrupts
                """);
        assertSound(result);
        assertTrue(result.output().contains("cores 2"), result.output());
        assertTrue(result.output().contains("now 0\n"), result.output());
        assertTrue(result.output().contains("again 2"), result.output());
        assertFalse(result.output().contains("complaint"), result.output());
        assertFalse(result.output().contains("lost"), result.output());
        String sum = Swivel.sha256(new byte[3_000_000]);
        assertEquals(6, result.output().lines().filter((sum + "  -")::equals).count(), result.output());
        assertTrue(
                Pattern.compile(":\\s+[1-9][0-9]*\\s+[1-9][0-9]*\\s.*arch_timer")
                        .matcher(result.output())
                        .find(),
                "ticks of both: " + result.output());
    }

    @ParameterizedTest
    @CsvSource({"0", "9", "-1", "two"})
    void numberOfCoresHasBounds(String cores) {
        Swivel.Result result = Swivel.run("run", "--smp", cores, "--kernel", Swivel.guest("bare/hello.elf"));
        assertEquals(ExitStatus.BAD_INPUT, result.status());
        assertTrue(result.errors().contains("it can be a whole number from 1 to 8"), result.errors());
    }

    @Test
    void lockstepIsOfOneCore() {
        Swivel.Result result =
                Swivel.run("run", "--smp", "2", "--lockstep", "--kernel", Swivel.guest("bare/hello.elf"));
        assertEquals(ExitStatus.BAD_INPUT, result.status());
        assertTrue(result.lastError().contains("leave out --smp"), result.errors());
    }
}
