package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.api.Share;

/** Folders of the host in a guest: what a person does with {@code --share}. */
class ShareTest {
    private static final Path KERNEL = Swivel.GUESTS.resolve("linux-v7");
    private static final String TAG = "home";

    @TempDir
    private Path directory;

    private Path folder(String name) throws IOException {
        Path in = Files.createDirectories(directory.resolve(name).resolve("in/dir"));
        Files.writeString(in.resolveSibling("a"), "hello\n");
        Files.createSymbolicLink(in.resolveSibling("link"), Path.of("a"));
        Files.createLink(in.resolveSibling("hard"), in.resolveSibling("a"));
        Files.write(in.resolveSibling("big"), new byte[300_000]);
        return directory.resolve(name);
    }

    /** Types, modes, owners, links, contents. */
    private static Map<String, String> picture(Path of) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(of)) {
            for (Path file : walk.toList()) {
                String content = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? sum(file) : "";
                String target = Files.isSymbolicLink(file)
                        ? Files.readSymbolicLink(file).toString()
                        : "";
                Map<String, Object> attributes =
                        Files.readAttributes(file, "unix:mode,uid,gid,nlink", LinkOption.NOFOLLOW_LINKS);
                all.put(of.relativize(file).toString(), new TreeMap<>(attributes) + " " + content + target);
            }
        }
        return all;
    }

    private static String sum(Path file) throws IOException {
        return Swivel.sha256(Files.readAllBytes(file));
    }

    private static String script() throws IOException {
        try (InputStream in = ShareTest.class.getResourceAsStream("/shares/files.sh")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Path initramfs(ScriptScreen.Marks marks) throws IOException {
        return Files.write(
                directory.resolve("initramfs"),
                DemoGuest.initramfs(
                        Files.readAllBytes(Swivel.GUESTS.resolve("busybox/busybox")),
                        script(),
                        marks,
                        new DemoGuest.Terminal(24, 80, "vt100"),
                        new Links(List.of(new Share(directory, TAG, false)), List.of(), null, null, null),
                        Map.of()));
    }

    private static List<String> between(ScriptScreen.Marks marks, String console) {
        int begin = console.indexOf(marks.begin());
        int end = console.indexOf(marks.end());
        assertTrue(begin >= 0 && end > begin, console);
        return console.substring(begin + marks.begin().length(), end).lines().toList();
    }

    /** Whatever the script does, guest and host find as if QEMU shared the folder (security_model=none). */
    @Test
    void aGuestWorksOnFilesAsOnQemu() throws IOException {
        ScriptScreen.Marks marks = ScriptScreen.Marks.random();
        Path initramfs = initramfs(marks);
        Path ours = folder("ours");
        Path theirs = folder("theirs");
        String append = "console=ttyAMA0 panic=-1";
        Swivel.Result result = Swivel.run(
                "run",
                "--kernel",
                KERNEL.resolve("vmlinux").toString(),
                "--initrd",
                initramfs.toString(),
                "--append",
                append,
                "--share",
                ours + ":" + TAG);
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        List<String> found = between(marks, result.output());

        ProcessBuilder qemu = new ProcessBuilder(
                Swivel.HOME.resolve("guests/run-qemu").toString(),
                KERNEL.resolve("zImage").toString(),
                initramfs.toString(),
                append);
        qemu.environment()
                .put(
                        "QEMU_ARGS",
                        "-fsdev local,id=f,security_model=none,path=" + theirs
                                + " -device virtio-9p-device,fsdev=f,mount_tag=" + TAG);
        Swivel.Result reference = Swivel.finish(qemu.start());
        List<String> expected = between(marks, reference.output());
        assertTrue(expected.contains("== end"), reference.errors());
        assertEquals(String.join("\n", expected), String.join("\n", found));
        assertEquals(picture(theirs), picture(ours));
    }

    @Test
    void theDemoMountsFoldersInDebiansKernel() throws IOException {
        Path writable = folder("writable");
        Path readOnly = folder("read-only");
        Map<String, String> before = picture(readOnly);
        Swivel.Result result = Swivel.run(
                "demo",
                "--share",
                writable + ":one",
                "--share",
                readOnly + ":two,ro",
                "--script",
                "cat /mnt/one/in/a; cp -a /mnt/two/in /mnt/one/copy; touch /mnt/two/x; rm -r /mnt/two/in; ls /mnt/one");
        assertEquals(ExitStatus.OK, result.status(), result.errors());
        assertTrue(result.output().startsWith("hello\n"), result.output());
        assertTrue(result.output().contains("touch: /mnt/two/x: Read-only file system\n"), result.output());
        assertTrue(result.output().endsWith("copy  in\n"), result.output());
        assertEquals(before, picture(readOnly));
        assertEquals(sum(readOnly.resolve("in/big")), sum(writable.resolve("copy/big")));
        assertEquals(Path.of("a"), Files.readSymbolicLink(writable.resolve("copy/link")));
    }

    @Test
    void aFolderIsARootFileSystem() throws IOException {
        Path root = folder("root");
        for (String name : List.of("bin", "dev", "proc")) {
            Files.createDirectory(root.resolve(name));
        }
        Path busybox = Files.copy(Swivel.GUESTS.resolve("busybox/busybox"), root.resolve("bin/busybox"));
        Path init = Files.writeString(
                root.resolve("init"),
                "#!/bin/busybox sh\n/bin/busybox --install -s /bin\nmount -t proc proc /proc\n"
                        + "echo root is $(cut -d' ' -f1-3 /proc/mounts | head -n 1)\necho written >/new\npoweroff -f\n");
        for (Path program : List.of(busybox, init)) {
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Swivel.Result result = Swivel.run(
                "run",
                "--kernel",
                KERNEL.resolve("vmlinux").toString(),
                "--share",
                root + ":" + TAG,
                "--append",
                "console=ttyAMA0 panic=-1 rw init=/init root=" + TAG
                        + " rootfstype=9p rootflags=trans=virtio,version=9p2000.L,cache=mmap");
        assertEquals(ExitStatus.OK, result.status(), result.errors() + result.output());
        assertTrue(result.output().contains("root is home / 9p"), result.output());
        assertEquals("written\n", Files.readString(root.resolve("new")));
        assertTrue(Files.isSymbolicLink(root.resolve("bin/ls")));
    }

    @Test
    void nothingIsSharedWithoutNativeAccess() throws IOException {
        Process process = Swivel.startWith(
                "--illegal-native-access=deny",
                "run",
                "--kernel",
                Swivel.guest("bare/hello.elf"),
                "--share",
                directory + ":" + TAG);
        process.getOutputStream().close();
        Swivel.Result result = Swivel.finish(process);
        assertEquals(ExitStatus.BAD_INPUT, result.status(), result.errors());
        assertTrue(result.lastError().contains("native access"), result.errors());
        assertFalse(result.output().contains("HELLO"), result.output());
    }
}
