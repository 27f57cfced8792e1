package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Overlays, and images that QEMU makes; {@code qemu-img} tells whether an image is sound and what it shows. */
class Qcow2Test {
    private static final int SECTOR = DiskImage.SECTOR;
    /** No whole number of clusters. */
    private static final int SIZE = (5 << 20) + 7 * SECTOR;

    private static final int NEVER = Integer.MAX_VALUE;

    @TempDir
    Path directory;

    private final Random random = new Random(3);
    private final List<String> warnings = new ArrayList<>();

    private Path base() throws IOException {
        byte[] content = new byte[SIZE];
        for (int at = 0; at < SIZE; at += 4096) { // half of it zeros
            if (random.nextBoolean()) {
                byte[] page = new byte[Math.min(4096, SIZE - at)];
                random.nextBytes(page);
                System.arraycopy(page, 0, content, at, page.length);
            }
        }
        return Files.write(directory.resolve("base.img"), content);
    }

    private Path overlay() {
        return directory.resolve("overlay.qcow2");
    }

    /** Runs a program; its status. */
    private int run(Object... command) throws IOException {
        Process process = new ProcessBuilder(
                        Arrays.stream(command).map(Object::toString).toList())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile())
                .start();
        try {
            assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return process.exitValue();
    }

    private String said() throws IOException {
        return Files.readString(directory.resolve("said"));
    }

    /** What QEMU reads from an image. */
    private byte[] shown(Path image) throws IOException {
        Path raw = directory.resolve("shown.raw");
        assertEquals(0, run("qemu-img", "convert", "-O", "raw", image, raw), this::text);
        return Files.readAllBytes(raw);
    }

    private String text() {
        try {
            return said();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** @param status that {@code qemu-img check} may end with: 3 where clusters without a user are no error */
    private void check(Path image, int... status) throws IOException {
        int ended = run("qemu-img", "check", image);
        assertTrue(Arrays.stream(status).anyMatch(s -> s == ended), this::text);
    }

    /** QEMU makes an overlay. */
    private int create(Path base, int cluster) throws IOException {
        return run(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                "-o",
                "cluster_size=" + cluster,
                "-b",
                base,
                "-F",
                "raw",
                overlay());
    }

    private static byte[] read(DiskImage disk, int length, long at) throws IOException {
        byte[] read = new byte[length];
        disk.read(read, length, at);
        return read;
    }

    /** What a random driver does, and what the disk then shows. */
    private final class Model {
        final byte[] content;

        Model(byte[] content) {
            this.content = content;
        }

        int sector() {
            return random.nextInt(content.length / SECTOR);
        }

        /** Something random; whether it was a flush. */
        boolean step(DiskImage disk) throws IOException {
            int at = sector() * SECTOR;
            int length = Math.min(content.length - at, SECTOR * (1 + random.nextInt(1 << random.nextInt(10))));
            switch (random.nextInt(8)) {
                case 0 -> {
                    disk.flush();
                    return true;
                }
                case 1 -> {
                    disk.zero(length, at);
                    Arrays.fill(content, at, at + length, (byte) 0);
                }
                case 2 -> {
                    disk.discard(length, at);
                    // What it shows then is not defined.
                    System.arraycopy(read(disk, length, at), 0, content, at, length);
                }
                case 3 -> assertArrayEquals(Arrays.copyOfRange(content, at, at + length), read(disk, length, at));
                default -> {
                    byte[] bytes = new byte[length];
                    random.nextBytes(bytes);
                    disk.write(bytes, length, at);
                    System.arraycopy(bytes, 0, content, at, length);
                }
            }
            return false;
        }
    }

    @Test
    void anOverlayShowsWhatWasWrittenAndTheBaseStays() throws IOException {
        Path base = base();
        byte[] before = Files.readAllBytes(base);
        Model model = new Model(before.clone());
        for (int round = 0; round < 8; round++) {
            try (DiskImage disk = DiskImage.open(base, false, overlay(), warnings::add)) {
                assertFalse(disk.readOnly());
                assertEquals(SIZE / SECTOR, disk.sectors());
                assertArrayEquals(model.content, read(disk, SIZE, 0));
                for (int i = 0; i < 200; i++) {
                    boolean _ = model.step(disk);
                }
            }
            check(overlay(), 0);
            assertArrayEquals(model.content, shown(overlay()));
        }
        assertArrayEquals(before, Files.readAllBytes(base));
        assertEquals(List.of(), warnings);
        assertEquals(0, run("qemu-img", "commit", overlay()), this::text);
        assertArrayEquals(model.content, Files.readAllBytes(base));
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 65536, 2 << 20})
    void anOverlayThatQemuMadeIsGoneOnWith(int cluster) throws IOException {
        Path base = base();
        Model model = new Model(Files.readAllBytes(base));
        assertEquals(0, create(base, cluster), this::text);
        try (DiskImage disk = DiskImage.open(base, false, overlay(), warnings::add)) {
            for (int i = 0; i < 300; i++) {
                boolean _ = model.step(disk);
            }
        }
        check(overlay(), 0);
        assertArrayEquals(model.content, shown(overlay()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-o compat=0.10",
                "-o compat=1.1",
                "-c",
                "-c -o cluster_size=4096",
                "-c -o cluster_size=2M",
                "-o cluster_size=512",
                "-c -o compression_type=zstd",
                "-c -o compression_type=zstd,cluster_size=4096",
                "-c -o compression_type=zstd,cluster_size=2M",
                "-o compression_type=zstd",
                "-o preallocation=metadata",
                "-o refcount_bits=1",
            })
    void whatQemuMakesIsReadAndIsABase(String options) throws IOException {
        Path raw = base();
        Path image = directory.resolve("base.qcow2");
        List<String> command = new ArrayList<>(List.of("qemu-img", "convert", "-O", "qcow2"));
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of(raw.toString(), image.toString()));
        assertEquals(0, run(command.toArray()), this::text);
        byte[] before = Files.readAllBytes(image);
        Model model = new Model(Files.readAllBytes(raw));
        try (DiskImage disk = DiskImage.open(image, DiskImage.Use.READ_ONLY, warnings::add)) {
            assertTrue(disk.readOnly());
            assertArrayEquals(model.content, read(disk, SIZE, 0));
            for (int i = 0; i < 100; i++) {
                int at = model.sector() * SECTOR;
                assertArrayEquals(Arrays.copyOfRange(model.content, at, at + SECTOR), read(disk, SECTOR, at));
            }
        }
        try (DiskImage disk = DiskImage.open(image, false, overlay(), warnings::add)) {
            for (int i = 0; i < 100; i++) {
                boolean _ = model.step(disk);
            }
        }
        check(overlay(), 0);
        assertArrayEquals(model.content, shown(overlay()));
        try (DiskImage disk = DiskImage.openSnapshot(image, false, warnings::add)) {
            Model forgotten = new Model(read(disk, SIZE, 0));
            for (int i = 0; i < 100; i++) {
                boolean _ = forgotten.step(disk);
            }
            assertArrayEquals(forgotten.content, read(disk, SIZE, 0));
        }
        assertArrayEquals(before, Files.readAllBytes(image));
        assertEquals(List.of(), warnings);
    }

    /** Images with other ones behind them, each of a size of its own, by relative names in folders. */
    @Test
    void aChainOfBackingFilesIsReadAsQemuReadsIt() throws IOException {
        Path below = Files.createDirectories(directory.resolve("a/b"));
        Path last = Files.move(base(), below.resolve("last.img"));
        Model model = new Model(Files.readAllBytes(last));
        List<String> names = List.of("a/b/one.qcow2", "a/two.qcow2", "a/three.qcow2", "four.qcow2");
        List<String> bases = List.of("last.img", "b/one.qcow2", "two.qcow2", "a/three.qcow2");
        int[] sizes = {SIZE - (1 << 20) - SECTOR, SIZE + (2 << 20), SIZE - 5 * SECTOR, SIZE + (1 << 20)};
        for (int i = 0; i < names.size(); i++) {
            Path image = directory.resolve(names.get(i));
            List<Object> command = new ArrayList<>(List.of(
                    "qemu-img", "create", "-q", "-f", "qcow2", "-o", "cluster_size=" + (512 << i), "-b", bases.get(i)));
            command.addAll(List.of("-F", i == 0 ? "raw" : "qcow2"));
            command.addAll(List.of(image, Integer.toString(sizes[i])));
            assertEquals(0, run(command.toArray()), this::text);
            byte[] content = Arrays.copyOf(model.content, sizes[i]);
            model = new Model(content);
            Path base = image.resolveSibling(bases.get(i));
            try (DiskImage disk = DiskImage.open(base, false, image, warnings::add)) {
                for (int step = 0; step < 60; step++) {
                    boolean _ = model.step(disk);
                }
            }
            assertArrayEquals(model.content, shown(image), names.get(i));
            try (DiskImage disk = DiskImage.open(image, DiskImage.Use.READ_ONLY, warnings::add)) {
                assertArrayEquals(model.content, read(disk, sizes[i], 0), names.get(i));
                for (int step = 0; step < 100; step++) {
                    int at = model.sector() * SECTOR;
                    int length = Math.min(sizes[i] - at, random.nextInt(1 << 17) & -SECTOR);
                    assertArrayEquals(Arrays.copyOfRange(model.content, at, at + length), read(disk, length, at));
                }
            }
        }
        assertTrue(warnings.stream().allMatch(warning -> warning.contains("is of a disk of")), warnings::toString);
    }

    private String refusedChain(Path image) {
        return assertThrows(
                        IOException.class,
                        () -> DiskImage.open(image, DiskImage.Use.READ_ONLY, warnings::add)
                                .close())
                .getMessage();
    }

    /** An image whose backing file need not be there. */
    private Path naming(String name, String base, String format) throws IOException {
        Path image = directory.resolve(name);
        assertEquals(
                0,
                run("qemu-img", "create", "-q", "-u", "-f", "qcow2", "-b", base, "-F", format, image, "1M"),
                this::text);
        return image;
    }

    @Test
    void aChainThatIsNoneOrLeadsElsewhereIsRefused() throws IOException {
        Path inside = Files.createDirectory(directory.resolve("inside"));
        Path outside = Files.write(directory.resolve("outside.img"), new byte[SIZE]);
        for (String name : List.of("../outside.img", outside.toString())) {
            String refused = refusedChain(naming("inside/a.qcow2", name, "raw"));
            assertTrue(refused.contains("outside of its own folder") && refused.contains(",overlay="), refused);
        }
        Files.createSymbolicLink(inside.resolve("link.img"), outside);
        assertTrue(refusedChain(naming("inside/b.qcow2", "link.img", "raw")).contains("outside of its own folder"));
        assertTrue(refusedChain(naming("c.qcow2", "none.img", "raw")).contains("does not exist, none.img"));
        Path _ = naming("d.qcow2", "e.qcow2", "qcow2");
        String loop = refusedChain(naming("e.qcow2", "d.qcow2", "qcow2"));
        assertTrue(loop.contains("e.qcow2 is its own backing file"), loop);
        assertTrue(refusedChain(naming("f.qcow2", "f.qcow2", "qcow2")).contains("is its own backing file"));
        Path raw = Files.write(directory.resolve("g.img"), new byte[SIZE]);
        assertTrue(refusedChain(naming("g.qcow2", "g.img", "qcow2")).contains("g.img is no qcow2 image"));
        assertTrue(refusedChain(naming("h.qcow2", "g.img", "vdi")).contains("of the format vdi"));
        for (int i = 0; i < 40; i++) {
            Path _ = naming("n" + i + ".qcow2", i == 0 ? "g.img" : "n" + (i - 1) + ".qcow2", i == 0 ? "raw" : "qcow2");
        }
        assertTrue(refusedChain(directory.resolve("n39.qcow2")).contains("more than 32 backing files"));
        DiskImage.open(directory.resolve("n30.qcow2"), DiskImage.Use.READ_ONLY, warnings::add)
                .close();
        // All of them were closed and can be written again.
        DiskImage.open(raw, DiskImage.Use.WRITABLE, warnings::add).close();
        assertEquals(List.of(), warnings);
    }

    /** A format that nobody named is that of the content, and only raw or qcow2; a raw one is taken as it is. */
    @Test
    void aBackingFilesFormatIsNamedOrFound() throws IOException {
        Path qcow2 = naming("a.qcow2", "base.img", "raw");
        byte[] content = Files.readAllBytes(base());
        Path image = naming("top.qcow2", "a.qcow2", "qcow2");
        for (String format : List.of("qcow2", "raw")) {
            assertEquals(0, run("qemu-img", "rebase", "-u", "-b", "a.qcow2", "-F", format, image), this::text);
            byte[] expected = format.equals("raw") ? Files.readAllBytes(qcow2) : content;
            try (DiskImage disk = DiskImage.open(image, DiskImage.Use.READ_ONLY, warnings::add)) {
                assertArrayEquals(Arrays.copyOf(expected, 4096), read(disk, 4096, 0), format);
            }
        }
        byte[] unnamed = Files.readAllBytes(image);
        int extension = 0;
        while (ByteBuffer.wrap(unnamed).getInt(extension) != 0xe279_2aca) {
            extension += 4;
        }
        ByteBuffer.wrap(unnamed).putInt(extension, 0x1234_5678); // one that nobody knows
        Files.write(image, unnamed);
        try (DiskImage disk = DiskImage.open(image, DiskImage.Use.READ_ONLY, warnings::add)) {
            assertArrayEquals(Arrays.copyOf(content, 4096), read(disk, 4096, 0));
        }
        Files.write(qcow2, "vhdxfile".getBytes(StandardCharsets.US_ASCII));
        assertTrue(refusedChain(image).contains("of the format VHDX"), refusedChain(image));
    }

    /** A file whose host loses power: of what was not brought to the medium any sectors may be missing. */
    private final class Crashing extends HostFile {
        private record Written(byte[] bytes, long at) {}

        private final Path medium;
        private final Path crashed;
        private final List<Written> pending = new ArrayList<>();
        /** Writes before the host crashes. */
        private int left = NEVER;

        Crashing(HostFile file, Path from, Path crashed) throws IOException {
            super(file);
            this.crashed = crashed;
            medium = Files.copy(from, directory.resolve("medium.qcow2"));
        }

        @Override
        void write(byte[] from, int first, int length, long at) throws IOException {
            if (left != NEVER && left-- == 0) {
                crash();
            }
            super.write(from, first, length, at);
            for (int done = 0; done < length; done += SECTOR) {
                int part = Math.min(SECTOR, length - done);
                pending.add(new Written(Arrays.copyOfRange(from, first + done, first + done + part), at + done));
            }
        }

        @Override
        void punch(long length, long at) {
            super.punch(length, at);
            for (long done = 0; done < length; done += SECTOR) {
                pending.add(new Written(new byte[SECTOR], at + done));
            }
        }

        @Override
        void sync() throws IOException {
            super.sync();
            put(medium, 1);
            pending.clear();
        }

        /** Makes the file as it is after a crash. */
        void crash() throws IOException {
            Files.deleteIfExists(crashed);
            Files.copy(medium, crashed);
            put(crashed, random.nextDouble());
            left = NEVER;
        }

        private void put(Path to, double share) throws IOException {
            try (RandomAccessFile file = new RandomAccessFile(to.toFile(), "rw")) {
                for (Written written : pending) {
                    if (random.nextDouble() < share) {
                        file.seek(written.at);
                        file.write(written.bytes);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 65536})
    void whatWasFlushedSurvivesACrashOfTheHostAtAnyMoment(int cluster) throws IOException {
        Path base = base();
        assertEquals(0, create(base, cluster), this::text);
        Model model = new Model(Files.readAllBytes(base));
        Path ours = Files.copy(base, directory.resolve("ours.img")); // QEMU's locks conflict with ours
        RawDisk raw = new RawDisk(HostFile.open(ours, false, warnings::add));
        Path crashed = directory.resolve("crashed.qcow2");
        Crashing file = new Crashing(HostFile.open(overlay(), true, warnings::add), overlay(), crashed);
        try (Qcow2 disk = new Qcow2(file, Qcow2Header.read(file), raw, false, 5)) {
            for (int round = 0; round < 40; round++) {
                byte[] flushed = model.content.clone();
                // Writes that are not flushed change their own sectors only.
                boolean[] touched = new boolean[SIZE / SECTOR];
                boolean inFlush = random.nextBoolean();
                file.left = inFlush ? NEVER : random.nextInt(20);
                int steps = 1 + random.nextInt(12);
                for (int i = 0; i < steps; i++) {
                    int sector = model.sector();
                    int sectors = Math.min(touched.length - sector, 1 + random.nextInt(1 << random.nextInt(9)));
                    byte[] bytes = new byte[sectors * SECTOR];
                    if (random.nextInt(4) == 0) {
                        disk.zero(bytes.length, (long) sector * SECTOR);
                    } else {
                        random.nextBytes(bytes);
                        disk.write(bytes, 0, bytes.length, (long) sector * SECTOR);
                    }
                    System.arraycopy(bytes, 0, model.content, sector * SECTOR, bytes.length);
                    Arrays.fill(touched, sector, sector + sectors, true);
                }
                file.left = inFlush ? random.nextInt(4) : file.left;
                disk.flush();
                if (file.left != NEVER) {
                    file.crash(); // behind the flush
                    check(crashed, 0);
                    assertArrayEquals(model.content, shown(crashed));
                    continue;
                }
                check(crashed, 0, 3);
                byte[] shown = shown(crashed);
                for (int sector = 0; sector < touched.length; sector++) {
                    int at = sector * SECTOR;
                    assertTrue(
                            touched[sector] || Arrays.equals(flushed, at, at + SECTOR, shown, at, at + SECTOR),
                            "sector " + sector + " in round " + round);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zlib", "zstd"})
    @Timeout(120)
    void damagedImagesAreRefusedOrFailAndNothingElse(String compression) throws IOException {
        Path raw = base();
        Path image = directory.resolve("base.qcow2");
        String options = "cluster_size=4096,compression_type=" + compression;
        assertEquals(0, run("qemu-img", "convert", "-c", "-O", "qcow2", "-o", options, raw, image), this::text);
        Path base = directory.resolve("base2.img");
        Files.write(base, new byte[SIZE]);
        DiskImage.open(base, false, overlay(), warnings::add).close();
        try (DiskImage disk = DiskImage.open(base, false, overlay(), warnings::add)) {
            disk.write(new byte[1 << 20], 1 << 20, 1 << 19);
        }
        byte[] sound = Files.readAllBytes(image);
        byte[] written = Files.readAllBytes(overlay());
        byte[] buffer = new byte[1 << 16];
        int failed = 0;
        for (int i = 0; i < 1500; i++) {
            boolean isOverlay = i % 2 == 0;
            byte[] damaged = (isOverlay ? written : sound).clone();
            int damages = 1 + random.nextInt(6);
            for (int j = 0; j < damages; j++) {
                // The header, tables, anywhere
                int at = random.nextInt(new int[] {112, 1 << 14, damaged.length}[random.nextInt(3)]) & ~7;
                long value = random.nextBoolean() ? random.nextLong() : 1L << random.nextInt(64);
                if (at + 8 <= damaged.length) {
                    ByteBuffer.wrap(damaged).putLong(at, random.nextBoolean() ? value : value & 0xff_ffff);
                }
            }
            Path file = Files.write(directory.resolve(isOverlay ? "o.qcow2" : "i.qcow2"), damaged);
            try (DiskImage disk = isOverlay
                    ? DiskImage.open(base, false, file, warnings::add)
                    : DiskImage.open(file, DiskImage.Use.READ_ONLY, warnings::add)) {
                for (int k = 0; k < 20; k++) {
                    long at = random.nextLong(disk.sectors()) * SECTOR;
                    int length = (int) Math.min(buffer.length, disk.sectors() * SECTOR - at);
                    disk.read(buffer, length, at);
                    if (isOverlay) {
                        disk.write(buffer, length, at);
                        disk.discard(length, at);
                    }
                }
            } catch (IOException e) {
                failed++;
                assertFalse(e.getMessage() == null || e.getMessage().startsWith(" "), e::toString);
            }
        }
        assertTrue(failed > 300, failed + " of 1500");
    }

    private String refusal(Path base, Path overlay) {
        return assertThrows(
                        IOException.class,
                        () -> DiskImage.open(base, false, overlay, warnings::add)
                                .close())
                .getMessage();
    }

    @Test
    void whatIsNoOverlayOfTheBaseIsRefused() throws IOException {
        Path base = base();
        Path other = Files.copy(base, directory.resolve("other.img"));
        DiskImage.open(base, false, overlay(), warnings::add).close();
        assertTrue(refusal(other, overlay()).contains("qemu-img rebase -u"), refusal(other, overlay()));
        assertTrue(refusal(base, other).contains("the overlay " + other + " is no qcow2 image"));
        assertTrue(refusal(base, directory.resolve("none/overlay")).contains("there is no directory"));
        assertTrue(refusal(base, base).contains("already"));
        String writable = assertThrows(
                        IOException.class, () -> DiskImage.open(overlay(), DiskImage.Use.WRITABLE, warnings::add))
                .getMessage();
        assertTrue(writable.contains(",overlay=FILE or ,snapshot"), writable);
        Path alone = directory.resolve("alone.qcow2");
        assertEquals(0, run("qemu-img", "create", "-q", "-f", "qcow2", alone, "1M"));
        assertTrue(refusal(base, alone).contains("has no backing file"));
        Path secret = directory.resolve("secret.qcow2");
        // Not by LUKS: to make that qemu-img measures the host, and fails on a busy one.
        assertEquals(
                0,
                run(
                        "qemu-img",
                        "create",
                        "-q",
                        "-f",
                        "qcow2",
                        "--object",
                        "secret,id=s,data=abc",
                        "-o",
                        "encrypt.format=aes,encrypt.key-secret=s",
                        secret,
                        "1M"),
                this::text);
        String encrypted = assertThrows(
                        IOException.class, () -> DiskImage.open(secret, DiskImage.Use.READ_ONLY, warnings::add))
                .getMessage();
        assertTrue(encrypted.contains("is encrypted"), encrypted);
        try (var files = Files.list(directory)) {
            assertTrue(files.noneMatch(f -> f.toString().endsWith(".new")));
        }
    }
}
