package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.lpv.cpio.CpioWriter;

/** Debian's own modules in Debian's rewritten kernel: a disk with ext4, all of whose drivers are modules. */
class ModulesTest {
    private static final String[] MODULES = {
        "drivers/virtio/virtio_mmio",
        "drivers/block/virtio_blk",
        "lib/crc16",
        "crypto/crc32c_generic",
        "fs/mbcache",
        "fs/jbd2/jbd2",
        "fs/ext4/ext4"
    };

    private static final String INIT = """
            #!/bin/busybox sh
            /bin/busybox --install -s /bin
            mount -t proc proc /proc
            mount -t devtmpfs dev /dev
            for m in virtio_mmio virtio_blk crc16 crc32c_generic mbcache jbd2 ext4; do
              insmod /lib/$m.ko && echo "inserted $m"
            done
            until [ -b /dev/vda ]; do sleep 1; done
            mount -t ext4 /dev/vda /mnt
            yes swivel | head -c 300000 >/mnt/file
            umount /mnt
            mount -t ext4 /dev/vda /mnt
            sha256sum /mnt/file
            umount /mnt
            poweroff -f
            """;

    @TempDir
    Path directory;

    private static byte[] guest(String path) throws IOException {
        return Files.readAllBytes(Path.of(Swivel.guest(path)));
    }

    private Path initramfs() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (CpioWriter cpio = new CpioWriter(new GZIPOutputStream(packed))) {
            for (String name : new String[] {"bin", "dev", "lib", "mnt", "proc"}) {
                cpio.directory(name);
            }
            cpio.characterDevice("dev/console", 0600, 5, 1)
                    .file("init", 0755, INIT.getBytes(StandardCharsets.US_ASCII))
                    .file("bin/busybox", 0755, guest("busybox/busybox"));
            for (String module : MODULES) {
                cpio.file(
                        "lib/" + Path.of(module).getFileName() + ".ko",
                        0644,
                        guest("stock/modules/kernel/" + module + ".ko"));
            }
        }
        return Files.write(directory.resolve("initramfs"), packed.toByteArray());
    }

    @Test
    void modulesOfTheInitramfsAreRewrittenAndDriveADisk() throws Exception {
        Path disk = directory.resolve("disk");
        Files.write(disk, new byte[16 << 20]);
        assertEquals(
                0,
                new ProcessBuilder("sh", "-c", "PATH=$PATH:/usr/sbin mke2fs -q -t ext4 " + disk)
                        .inheritIO()
                        .start()
                        .waitFor());
        Swivel.Result result = Swivel.run(
                "run",
                "--virt",
                "patched",
                "--kernel",
                Swivel.guest("stock/vmlinuz"),
                "--initrd",
                initramfs().toString(),
                "--append",
                "console=ttyAMA0 quiet cryptomgr.notests=1 panic=-1",
                "--drive",
                disk.toString(),
                "--stats");
        assertEquals(ExitStatus.OK, result.status(), result.output() + result.errors());
        assertEquals(
                MODULES.length,
                result.output()
                        .lines()
                        .filter(line -> line.startsWith("inserted "))
                        .count(),
                result.output());
        String content = "swivel\n".repeat(50_000).substring(0, 300_000);
        assertTrue(result.output().contains(sha256(content) + "  /mnt/file"), result.output());
        assertTrue(
                Pattern.compile("rewrote [0-9]+ sensitive instructions in 4 modules of the initrd")
                        .matcher(result.errors())
                        .find(),
                result.errors());
        assertTrue(
                Pattern.compile("^sensitive but not rewritten +0$", Pattern.MULTILINE)
                        .matcher(result.errors())
                        .find(),
                result.errors());
    }

    private static String sha256(String text) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(digest);
    }
}
