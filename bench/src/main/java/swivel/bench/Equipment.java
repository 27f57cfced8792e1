package swivel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What a guest has beside its RAM, its processors and a serial port.
 *
 * @param swivel options of {@code swivel run}, the first of which older ones lack
 * @param qemu options of QEMU
 * @param append what the kernel's command line has for guests/bench/init
 */
record Equipment(List<String> swivel, List<String> qemu, String append) {
    static final Equipment NONE = new Equipment(List.of(), List.of(), "");

    /** What guests/bench/disk/disk.h has. */
    private static final int DATA_BYTES = 64 << 20;

    private static final Path DISK = Main.OUTPUT.resolve("disk.img");

    private static final Path FOLDER = Main.OUTPUT.resolve("share");

    /** A raw image with the same content each time, whatever was written there before. */
    static Equipment disk() {
        writeData(DISK);
        return new Equipment(
                List.of("--drive", DISK.toString()),
                List.of("-drive", "if=none,id=disk,format=raw,file=" + DISK, "-device", "virtio-blk-device,drive=disk"),
                "");
    }

    /** A folder with one file of that content, whatever was made there before. */
    static Equipment folder() {
        try {
            if (Files.exists(FOLDER)) {
                try (Stream<Path> files = Files.walk(FOLDER)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
            Files.createDirectories(FOLDER);
        } catch (IOException e) {
            throw new BenchmarkException("cannot make a folder: " + e.getMessage());
        }
        writeData(FOLDER.resolve("data"));
        return new Equipment(
                List.of("--share", FOLDER + ":bench"),
                List.of(
                        "-fsdev",
                        "local,id=folder,security_model=none,path=" + FOLDER,
                        "-device",
                        "virtio-9p-device,fsdev=folder,mount_tag=bench"),
                " share=bench");
    }

    /** The user-mode network, in which a port of the host's loopback is the gateway's. QEMU does that unasked. */
    static Equipment network(int port) {
        return new Equipment(
                List.of("--net", "user,guestfwd=tcp:10.0.2.2:" + port + "-127.0.0.1:" + port),
                List.of("-netdev", "user,id=network", "-device", "virtio-net-device,netdev=network"),
                " port=" + port);
    }

    private static void writeData(Path file) {
        byte[] content = new byte[DATA_BYTES];
        new Random(1).nextBytes(content);
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new BenchmarkException("cannot write " + file + ": " + e.getMessage());
        }
    }
}
