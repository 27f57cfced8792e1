package swivel.arm;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.tukaani.xz.SingleXZInputStream;

/** The words of the guests that {@code guests/build} makes: code that compilers wrote, and the data between it. */
final class GuestWords {
    private GuestWords() {}

    /** Magic and stream flags (CRC32) of an XZ stream as the kernel's build makes it. */
    private static final byte[] XZ_HEADER = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 0, 1};

    static Stream<Path> images() {
        String cache = System.getenv().getOrDefault("SWIVEL_CACHE", System.getenv("HOME") + "/.cache/swivel");
        return Stream.of("stock/vmlinuz", "linux-v7/vmlinux", "busybox/busybox")
                .map(name -> Path.of(cache, "guests", name));
    }

    /** Every distinct word at a word boundary; of a zImage with XZ payload those of the payload. */
    static int[] distinct(Path image) {
        try {
            byte[] bytes = unpacked(Files.readAllBytes(image));
            int[] words = new int[bytes.length / 4];
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
            return Arrays.stream(words).distinct().toArray();
        } catch (IOException e) {
            throw new UncheckedIOException("guests/build " + image.getParent().getFileName() + " makes " + image, e);
        }
    }

    private static byte[] unpacked(byte[] bytes) throws IOException {
        for (int at = 0; at + XZ_HEADER.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + XZ_HEADER.length, XZ_HEADER, 0, XZ_HEADER.length)) {
                ByteArrayInputStream from = new ByteArrayInputStream(bytes, at, bytes.length - at);
                return new SingleXZInputStream(from).readAllBytes();
            }
        }
        return bytes;
    }
}
