package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Boot loaders: firmware that boots a kernel. */
class BootLoaderTest {
    /** What is typed to U-Boot. */
    private static final String COMMANDS = """

            virtio scan
            ext4load virtio 0 ${kernel_addr_r} vmlinuz
            ext4load virtio 0 ${ramdisk_addr_r} initramfs.cpio.gz
            setenv bootargs console=ttyAMA0 autotest panic=-1 cryptomgr.notests=1
            bootz ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdt_addr}
            """;

    @Test
    void debiansLoaderBootsDebiansKernelFromADisk() throws IOException {
        Process process = Swivel.start(
                "run",
                "--firmware",
                Swivel.guest("u-boot/u-boot.bin"),
                "--drive",
                Swivel.guest("u-boot/disk.img") + ",ro");
        try (OutputStream keys = process.getOutputStream()) {
            keys.write(COMMANDS.getBytes(StandardCharsets.US_ASCII));
        }
        assertBooted(Swivel.finish(process));
    }

    /** By itself, as on QEMU: nobody types anything. */
    @Test
    void debiansLoaderBootsTheKernelThatIsGivenBesideIt() throws IOException {
        Process process = Swivel.start(
                "run",
                "--firmware",
                Swivel.guest("u-boot/u-boot.bin"),
                "--kernel",
                Swivel.guest("stock/vmlinuz"),
                "--initrd",
                Swivel.guest("initramfs/initramfs.cpio.gz"),
                "--append",
                "console=ttyAMA0 autotest panic=-1 cryptomgr.notests=1");
        process.getOutputStream().close();
        Swivel.Result result = Swivel.finish(process);
        assertBooted(result);
        assertTrue(result.output().contains("loading kernel to address"), result.output());
    }

    private static void assertBooted(Swivel.Result result) throws IOException {
        assertEquals(ExitStatus.OK, result.status(), result.errors() + result.output());
        List<String> expected =
                GuestsTest.results(Files.readString(Swivel.GUESTS.resolve("reference/stock-autotest.txt")));
        assertEquals(expected, GuestsTest.results(result.output()));
    }
}
