package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.formats.cpio.CpioWriter;

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

    /** Loads more modules, from the disk: nobody rewrites those. */
    private static final String INIT_WITH_DISK = """
            #!/bin/busybox sh
            /bin/busybox --install -s /bin
            mount -t proc proc /proc
            mount -t devtmpfs dev /dev
            for m in virtio_mmio virtio_blk crc16 crc32c_generic mbcache jbd2 ext4; do
              insmod /lib/$m.ko && echo "inserted $m"
            done
            until [ -b /dev/vda ]; do sleep 1; done
            mount -t ext4 /dev/vda /mnt
            for m in netfs fscache 9pnet 9p; do
              insmod /mnt/$m.ko && echo "inserted $m"
            done
            grep -w 9p /proc/filesystems
            mount -t 9p -o trans=tcp nowhere /proc 2>/dev/null
            umount /mnt
            poweroff -f
            """;

    /** Since Linux 6.8 fscache is a part of netfs. */
    private static List<String> onDisk() {
        return Stream.of("fs/netfs/netfs", "fs/fscache/fscache", "net/9p/9pnet", "fs/9p/9p")
                .filter(module -> !module.equals("fs/fscache/fscache") || Files.exists(Path.of(file(module))))
                .toList();
    }

    private static String file(String module) {
        return Swivel.guest("stock/modules/kernel/" + module + ".ko");
    }

    private static final Pattern TRAPPED = Pattern.compile(
            "^swivel: ([0-9,]+) sensitive instructions that nobody had rewritten trapped and were emulated, at ([0-9,]+) places: "
                    + "\"[a-z].*\" at 0xbf[0-9a-f]{6} \\([0-9,]+\\)",
            Pattern.MULTILINE);

    private Path initramfs() throws IOException {
        return initramfs(INIT);
    }

    private Path initramfs(String init) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (CpioWriter cpio = new CpioWriter(new GZIPOutputStream(packed))) {
            for (String name : new String[] {"bin", "dev", "lib", "mnt", "proc"}) {
                cpio.directory(name);
            }
            cpio.characterDevice("dev/console", 0600, 5, 1)
                    .file("init", 0755, init.getBytes(StandardCharsets.US_ASCII))
                    .file("bin/busybox", 0755, guest("busybox/busybox"));
            for (String module : MODULES) {
                cpio.file(
                        "lib/" + Path.of(module).getFileName() + ".ko",
                        0644,
                        Files.readAllBytes(Path.of(file(module))));
            }
        }
        return Files.write(directory.resolve("initramfs"), packed.toByteArray());
    }

    private Path diskWithModules() throws Exception {
        Path content = Files.createDirectory(directory.resolve("content"));
        for (String module : onDisk()) {
            Files.write(
                    content.resolve(Path.of(module).getFileName() + ".ko"), Files.readAllBytes(Path.of(file(module))));
        }
        Path disk = directory.resolve("disk");
        assertEquals(
                0,
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "PATH=$PATH:/usr/sbin mke2fs -q -t ext4 -d " + content + " " + disk + " 16M")
                        .inheritIO()
                        .start()
                        .waitFor());
        return disk;
    }

    private Swivel.Result runWithDisk(String append, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--kernel",
                Swivel.guest("stock/vmlinuz"),
                "--initrd",
                initramfs(INIT_WITH_DISK).toString(),
                "--append",
                "console=ttyAMA0 quiet cryptomgr.notests=1 panic=-1 " + append,
                "--drive",
                diskWithModules().toString(),
                "--stats"));
        arguments.addAll(List.of(options));
        Swivel.Result result = Swivel.run(arguments.toArray(String[]::new));
        assertEquals(ExitStatus.OK, result.status(), result.output() + result.errors());
        return result;
    }

    private static long inserted(Swivel.Result result) {
        return result.output()
                .lines()
                .filter(line -> line.startsWith("inserted "))
                .count();
    }

    private static long notRewritten(Swivel.Result result) {
        Matcher count = Pattern.compile("^sensitive but not rewritten +([0-9,]+)$", Pattern.MULTILINE)
                .matcher(result.errors());
        assertTrue(count.find(), result.errors());
        return number(count.group(1));
    }

    private static long number(String text) {
        return Long.parseLong(text.replace(",", ""));
    }

    @Test
    void modulesFromADiskTrapAreEmulatedAndOneLineSaysHowManyAndWhere() throws Exception {
        Swivel.Result result = runWithDisk("");
        assertEquals(MODULES.length + onDisk().size(), inserted(result), result.output());
        assertTrue(result.output().contains("nodev\t9p"), result.output());
        Matcher line = TRAPPED.matcher(result.errors());
        assertTrue(line.find(), result.errors());
        assertTrue(number(line.group(1)) > 0, result.errors());
        assertEquals(number(line.group(1)), notRewritten(result));
        long listed = Pattern.compile("^  0xbf[0-9a-f]{6} [a-z]+ +[0-9,]+  [a-z]", Pattern.MULTILINE)
                .matcher(result.errors())
                .results()
                .count();
        assertEquals(number(line.group(2)), listed, result.errors());
    }

    @Test
    void strictKernelHasModulesFromADiskMisbehaveAndSaysSo() throws Exception {
        Swivel.Result result = runWithDisk("", "--strict");
        assertTrue(
                result.errors().contains("nobody had rewritten executed as in user mode (--strict); the first was"),
                result.errors());
        assertTrue(notRewritten(result) > 0);
    }

    /**
     * A kernel that enforces signatures takes only what its makers signed: nothing of it is rewritten, and all of it
     * works.
     */
    @ParameterizedTest
    @ValueSource(strings = {"module.sig_enforce", "lockdown=integrity"})
    void kernelThatEnforcesSignaturesLoadsItsSignedModules(String enforce) throws Exception {
        Swivel.Result result = runWithDisk(enforce);
        assertEquals(MODULES.length + onDisk().size(), inserted(result), result.output());
        assertTrue(
                result.errors()
                        .contains(
                                "left %d signed modules of the initrd as they are, since the kernel refuses others (%s on"
                                        .formatted(MODULES.length, enforce)),
                result.errors());
        Matcher line = TRAPPED.matcher(result.errors());
        assertTrue(line.find(), result.errors());
        assertEquals(number(line.group(1)), notRewritten(result));
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
        assertTrue(
                result.output().contains(Swivel.sha256(content.getBytes(StandardCharsets.US_ASCII)) + "  /mnt/file"),
                result.output());
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
}
