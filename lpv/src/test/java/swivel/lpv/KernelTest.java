package swivel.lpv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.Sensitivity;
import swivel.formats.Tools;
import swivel.lpv.report.Totals;

/** Real kernels, by every way in. */
class KernelTest {

    @TempDir
    Path folder;

    @Test
    void elfAndImageOfOneKernelAreRewrittenWordForWordTheSame() throws Exception {
        GuestImage elf = GuestImage.read(Tools.guest("linux-v7/vmlinux"), "vmlinux");
        GuestImage image = GuestImage.read(Tools.guest("linux-v7/Image"), "Image");
        assertEquals(elf.linkAddress(), image.linkAddress());
        RewriteReport report = elf.rewrite();
        assertEquals(report.encoded(), image.rewrite().encoded());
        assertArrayEquals(Tools.flatten(folder, elf.bytes()), image.bytes());
        assertEquals(List.of(), elf.scan());
        assertEquals(List.of(), image.scan());
        assertEquals(List.of(), report.notEncodable());
        // The counts of the guests' README, by objdump.
        Map<String, Integer> counts = report.totals().byMnemonic(Sensitivity.STATUS);
        assertTrue(counts.get("CPSID") > 600 && counts.get("MSR") > 600 && counts.get("MRS") > 600, report.text());
    }

    @Test
    void strippedKernelIsRewrittenTheSame() throws Exception {
        Files.write(folder.resolve("vmlinux"), Tools.guest("linux-v7/vmlinux"));
        Tools.run(folder, "arm-linux-gnueabi-strip", "-o", "stripped", "vmlinux");
        GuestImage stripped = GuestImage.read(Files.readAllBytes(folder.resolve("stripped")), "stripped");
        GuestImage image = GuestImage.read(Tools.guest("linux-v7/Image"), "Image");
        assertEquals(image.rewrite().encoded(), stripped.rewrite().encoded());
        assertArrayEquals(image.bytes(), Tools.flatten(folder, stripped.bytes()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "xz", "lzma", "lz4", "lzo", "zstd"})
    void zImageUnpacksToTheImage(String payload) throws Exception {
        GuestImage zImage = GuestImage.read(Tools.guest("payloads/zImage-" + payload), "zImage");
        assertTrue(zImage.wasCompressed());
        assertTrue(zImage.format().equalsIgnoreCase("zImage (" + payload + ")"), zImage.format());
        assertArrayEquals(Tools.guest("linux-v7/Image"), zImage.bytes());
    }

    @Test
    void stockKernelIsRewrittenAndNothingIsLeft() throws Exception {
        GuestImage image = GuestImage.read(Tools.guest("stock/vmlinuz"), "vmlinuz");
        RewriteReport report = image.rewrite();
        Totals counts = report.totals();
        System.out.println("stock kernel:\n" + report.text());
        assertTrue(counts.of(Sensitivity.STATUS) > 5000, report.text());
        assertTrue(counts.of(Sensitivity.UNPRIVILEGED) >= 37, report.text());
        assertTrue(counts.of(Sensitivity.MULTIPLE) >= 14, report.text());
        assertTrue(
                report.doubtful().stream().noneMatch(doubt -> doubt.reason().contains("branches here")), report.text());
        assertEquals(List.of(), image.scan());
        GuestImage again = GuestImage.read(image.bytes().clone(), "vmlinuz");
        assertEquals(0, again.rewrite().encoded());
        assertArrayEquals(image.bytes(), again.bytes());
    }
}
