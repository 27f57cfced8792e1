package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.devices.DiskImage.Use;

class DiskImageTest {
    private static final int SIZE = 8192;

    @TempDir
    Path directory;

    private Path image;
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void makeImage() throws IOException {
        image = Files.write(directory.resolve("disk.img"), new byte[SIZE]);
    }

    private DiskImage open(Path file, Use use) throws IOException {
        return DiskImage.open(file, use, warnings::add);
    }

    private String refusal(Path file, Use use) {
        return assertThrows(IOException.class, () -> open(file, use).close()).getMessage();
    }

    /** Bytes of the host's disk that a file takes. */
    private static long room(Path file) throws IOException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return Long.parseLong(blocks.strip()) * 512;
    }

    @Test
    void whatIsDiscardedIsGivenBackToTheHost() throws IOException {
        int size = 8 << 20;
        byte[] content = new byte[size];
        new Random(6).nextBytes(content);
        Path raw = Files.write(directory.resolve("full.img"), content);
        Path base = Files.copy(raw, directory.resolve("base.img"));
        Path overlay = directory.resolve("overlay.qcow2");
        for (Path file : List.of(raw, overlay)) {
            try (DiskImage disk =
                    file.equals(raw) ? open(raw, Use.WRITABLE) : DiskImage.open(base, false, overlay, warnings::add)) {
                disk.write(content, size, 0);
                disk.flush();
                long full = room(file);
                assertTrue(full >= size, file + " takes " + full);
                disk.discard(4 << 20, 1 << 20);
                disk.flush();
                assertTrue(room(file) <= full - (3 << 20), file + " takes " + room(file) + " of " + full);
                byte[] read = new byte[size];
                disk.read(read, size, 0);
                byte[] expected = content.clone();
                Arrays.fill(expected, 1 << 20, 5 << 20, (byte) 0);
                assertArrayEquals(expected, read);
                disk.write(content, 4 << 20, 1 << 20);
                disk.read(read, size, 0);
                System.arraycopy(content, 0, expected, 1 << 20, 4 << 20);
                assertArrayEquals(expected, read);
            }
        }
        assertEquals(size, Files.size(raw));
        assertTrue(room(base) >= size, "nothing of a base is given back");
        assertEquals(List.of(), warnings);
    }

    /** What is closed gives up the lock on the file, and nothing before. */
    @Test
    void aDiskOfWhichSomethingWasDiscardedIsLockedStill() throws IOException, InterruptedException {
        DiskImage disk = open(image, Use.WRITABLE);
        try (disk) {
            disk.discard(4096, 0);
            assertTrue(lockedForOthers(), "while it is open");
        }
        assertFalse(lockedForOthers(), "afterwards");
    }

    private boolean lockedForOthers() throws IOException, InterruptedException {
        Process other = new ProcessBuilder("qemu-io", "-f", "raw", "-c", "read 0 512", image.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile())
                .start();
        return other.waitFor() != 0;
    }

    private Path withMagic(int at, byte[] magic) throws IOException {
        byte[] content = new byte[SIZE];
        System.arraycopy(magic, 0, content, at < 0 ? SIZE + at : at, magic.length);
        return Files.write(directory.resolve("container.img"), content);
    }

    @ParameterizedTest
    @CsvSource({
        "qemu-img create -q -f qcow, qcow",
        "qemu-img create -q -f qed, QED",
        "qemu-img create -q -f vdi, VDI",
        "qemu-img create -q -f vhdx, VHDX",
        "qemu-img create -q -f vpc, VHD",
        "qemu-img create -q -f vpc -o subformat=fixed, VHD",
        "qemu-img create -q -f vmdk, VMDK",
        "qemu-img create -q -f vmdk -o subformat=monolithicFlat, VMDK",
        "qemu-img create -q -f vmdk -o subformat=twoGbMaxExtentSparse, VMDK",
        "qemu-img create -q -f parallels, Parallels",
    })
    void whatQemuMakesInAnotherFormatIsRefusedWithTheCommandThatConvertsIt(String command, String format)
            throws IOException, InterruptedException {
        Path made = directory.resolve("made");
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of(made.toString(), "1M"));
        assertEquals(0, new ProcessBuilder(words).inheritIO().start().waitFor());
        for (Use use : List.of(Use.WRITABLE, Use.READ_ONLY)) {
            String refusal = refusal(made, use);
            assertTrue(refusal.contains("no raw image but " + format + ";"), refusal);
            assertTrue(refusal.contains("'qemu-img convert -O raw " + made + " " + made + ".raw'"), refusal);
        }
        open(made, Use.RAW_READ_ONLY).close();
    }

    @Test
    void packedAndOtherImagesAreRefusedToo() throws IOException {
        String[][] magics = {
            {"0", "\037\213\b", "gzip -dk"},
            {"0", "\375" + "7zXZ\0", "xz -dk"},
            {"0", "BZh9", "bzip2 -dk"},
            {"0", "PK\003\004", "unzip"},
            {"0", ":\377&\355", "simg2img"},
            {"-512", "koly", "qemu-img convert"},
            {"-511", "conectix", "qemu-img convert"},
            {"0", "COWD", "qemu-img convert"},
        };
        for (String[] magic : magics) {
            Path file = withMagic(Integer.parseInt(magic[0]), magic[1].getBytes(StandardCharsets.ISO_8859_1));
            assertTrue(refusal(file, Use.WRITABLE).contains("'" + magic[2]), magic[1]);
        }
    }

    @Test
    void aRawImageMayHoldAnythingElse() throws IOException {
        for (String start : new String[] {"LUKS\u00ba\u00be", "conectiX", "QFI", "hsqs", ""}) {
            open(withMagic(0, start.getBytes(StandardCharsets.ISO_8859_1)), Use.WRITABLE)
                    .close();
        }
        open(withMagic(100, "QFI\u00fb".getBytes(StandardCharsets.ISO_8859_1)), Use.WRITABLE)
                .close();
        assertEquals(List.of(), warnings);
    }

    @Test
    void oneFileIsWrittenByOneDiskWhateverItIsCalled() throws IOException {
        Path symbolic = Files.createSymbolicLink(directory.resolve("symbolic"), image);
        Path hard = Files.createLink(directory.resolve("hard"), image);
        try (DiskImage _ = open(image, Use.WRITABLE)) {
            for (Path name :
                    List.of(image, symbolic, hard, directory.resolve("../" + directory.getFileName() + "/hard"))) {
                for (Use use : Use.values()) {
                    assertTrue(refusal(name, use).contains("already"), name + " " + use);
                }
            }
        }
        try (DiskImage _ = open(hard, Use.READ_ONLY)) {
            assertTrue(refusal(image, Use.WRITABLE).contains("already"));
        }
        open(image, Use.WRITABLE).close();
    }

    @Test
    void disksThatAreOnlyReadShareAFile() throws IOException {
        byte[] content = new byte[SIZE];
        Arrays.fill(content, (byte) 7);
        Files.write(image, content);
        byte[] read = new byte[SIZE];
        try (DiskImage first = open(image, Use.READ_ONLY)) {
            try (DiskImage second = open(image, Use.READ_ONLY)) {
                second.read(read, SIZE, 0);
            }
            Arrays.fill(read, (byte) 0);
            first.read(read, SIZE, 0);
            assertEquals(7, read[SIZE - 1]);
        }
    }

    /** Locks the image in a process of its own, as QEMU and another Swivel do, until its input ends. */
    private Process lockElsewhere(String how) throws IOException {
        Process other = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import fcntl, sys\nf = open(sys.argv[1], 'r+b')\nfcntl.lockf(f, fcntl.LOCK_" + how
                                + ")\nprint('locked', flush=True)\nsys.stdin.read()",
                        image.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertEquals("locked", other.inputReader().readLine());
        return other;
    }

    @Test
    void anotherProcessThatUsesTheImageIsNoticed() throws IOException, InterruptedException {
        Process writer = lockElsewhere("EX");
        assertTrue(refusal(image, Use.WRITABLE).contains("used by another process"));
        assertTrue(refusal(image, Use.READ_ONLY).contains("used by another process, which writes it"));
        writer.outputWriter().close();
        writer.waitFor();
        Process reader = lockElsewhere("SH");
        assertTrue(refusal(image, Use.WRITABLE).contains("used by another process"));
        open(image, Use.READ_ONLY).close();
        reader.outputWriter().close();
        reader.waitFor();
        open(image, Use.WRITABLE).close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 511, 513, 700})
    void aPartOfASectorIsWarnedOf(int size) throws IOException {
        Files.write(image, new byte[size]);
        open(image, Use.WRITABLE).close();
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().contains("disk.img has " + size + " bytes"), warnings.getFirst());
    }

    @Test
    void whatCannotBeADiskIsRefusedWithASentence() throws IOException, InterruptedException {
        Path empty = Files.createFile(directory.resolve("empty.img"));
        Path fifo = directory.resolve("fifo");
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", fifo.toString())
                        .inheritIO()
                        .start()
                        .waitFor());
        Path nowhere = Files.createSymbolicLink(directory.resolve("nowhere"), directory.resolve("gone"));
        assertTrue(refusal(empty, Use.WRITABLE).contains("empty.img is empty"));
        assertTrue(refusal(directory, Use.WRITABLE).contains("is a directory"));
        assertTrue(refusal(directory.resolve("none.img"), Use.READ_ONLY).contains("none.img does not exist"));
        assertTrue(refusal(nowhere, Use.READ_ONLY).contains("does not exist"));
        assertTrue(refusal(image.resolve("inside"), Use.READ_ONLY).contains("inside does not exist"));
        assertTrue(refusal(fifo, Use.READ_ONLY).contains("neither a file nor a block device"));
        assertTrue(refusal(Path.of("/dev/zero"), Use.READ_ONLY).contains("neither a file nor a block device"));
    }

    @Test
    void aRefusedImageIsNotHeld() throws IOException {
        Path packed = withMagic(0, "BZh9".getBytes(StandardCharsets.US_ASCII));
        assertTrue(refusal(packed, Use.WRITABLE).contains("bzip2"));
        open(packed, Use.RAW_WRITABLE).close();
    }

    /**
     * What reads through a channel has it closed by an interrupt. A stopped machine may run on, and its disk is still
     * there.
     */
    @Test
    void anInterruptedThreadReadsAndWritesOn() throws IOException {
        byte[] content = {1, 2, 3, 4};
        try (DiskImage disk = open(image, Use.WRITABLE)) {
            Thread.currentThread().interrupt();
            disk.write(content, content.length, 512);
            disk.flush();
            byte[] found = new byte[content.length];
            disk.read(found, found.length, 512);
            assertArrayEquals(content, found);
            assertTrue(Thread.interrupted(), "the interrupt is not lost");
            disk.read(found, found.length, 512);
            assertArrayEquals(content, found);
        }
    }
}
