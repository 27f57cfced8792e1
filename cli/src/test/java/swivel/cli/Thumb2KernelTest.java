package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Linux kernel of Thumb-2 code computes what it computes on QEMU, however it is virtualized. */
class Thumb2KernelTest {
    /** The Image in a zImage has no mapping symbols to tell T32 code by, so that one is translated. */
    @ParameterizedTest
    @CsvSource({"vmlinux, patched", "vmlinux, translated", "zImage, auto"})
    void kernelComputesWhatItComputesOnQemu(String file, String virt) throws IOException {
        Swivel.Result result = Swivel.run(
                "run",
                "--virt",
                virt,
                "--kernel",
                Swivel.guest("linux-v7-thumb2/" + file),
                "--initrd",
                Swivel.guest("initramfs/initramfs.cpio.gz"),
                "--append",
                "console=ttyAMA0 autotest panic=-1",
                "--stats");
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        List<String> expected =
                GuestsTest.results(Files.readString(Swivel.GUESTS.resolve("reference/linux-v7-thumb2-autotest.txt")));
        assertEquals(3, expected.size(), "the reference has a first line, a checksum and a length");
        assertEquals(expected, GuestsTest.results(result.output()));
        if (virt.equals("patched")) {
            assertTrue(
                    Pattern.compile("^sensitive but not rewritten +0$", Pattern.MULTILINE)
                            .matcher(result.errors())
                            .find(),
                    result.errors());
        }
        assertTrue(!virt.equals("auto") || result.errors().contains("--virt translated"), result.errors());
    }
}
