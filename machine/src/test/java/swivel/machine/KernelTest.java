package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelTest {
    private static final Kernel.Ram RAM = new Kernel.Ram(0x40000000, 256 << 20);

    @TempDir
    Path directory;

    /** A zImage as far as its header: 1 MiB, unpacks to 3 MiB. */
    private static byte[] zImage() {
        byte[] file = new byte[1 << 20];
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 8; i++) {
            bytes.putInt(i * 4, 0xe1a00000); // mov r0, r0
        }
        bytes.putInt(0x24, 0x016f2818).putInt(0x28, 0).putInt(0x2c, file.length).putInt(0x30, 0x04030201);
        bytes.putInt(0x34, 0x45454545).putInt(0x38, 0x100);
        bytes.putInt(0x100, 4).putInt(0x104, 0x5a534c4b).putInt(0x108, 0x200).putInt(0x10c, 1 << 20);
        bytes.putInt(0x200, 2 << 20);
        return file;
    }

    /** An ELF file of one segment with two instructions, linked at an address by GNU ld. */
    private byte[] elf(String address) throws IOException {
        Path source = directory.resolve("a.s");
        Path object = directory.resolve("a.o");
        Path linked = directory.resolve("a.elf");
        Files.writeString(source, ".globl _start\n.text\nnop\n_start: b .\n.bss\n.space 0x5000\n");
        byte[] none = {};
        byte[] _ = Tools.runBytes(none, "arm-linux-gnueabi-as", "-o", object.toString(), source.toString());
        byte[] _ = Tools.runBytes(
                none, "arm-linux-gnueabi-ld", "-N", "-Ttext=" + address, "-o", linked.toString(), object.toString());
        return Files.readAllBytes(linked);
    }

    private static String refusal(byte[] file) {
        return refusal(file, RAM);
    }

    private static String refusal(byte[] file, Kernel.Ram ram) {
        String message = assertThrows(BootException.class, () -> Kernel.read(file, 0, ram))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void zImageIsLoadedWholeAndLeavesRoomToUnpack() {
        Kernel kernel = Kernel.read(zImage(), 0, RAM);
        assertEquals("zImage", kernel.format());
        assertEquals(0x40010000, kernel.entry());
        assertEquals(1 << 20, kernel.segments().getFirst().content().limit());
        assertTrue(kernel.end() >= 0x40010000L + (4 << 20), Long.toHexString(kernel.end()));
    }

    @Test
    void uImageIsUnwrapped() {
        byte[] inner = zImage();
        ByteBuffer file =
                ByteBuffer.allocate(inner.length + 64).putInt(0, 0x27051956).put(64, inner);
        Kernel kernel = Kernel.read(file.array(), 0, RAM);
        assertEquals("zImage", kernel.format());
        assertEquals(64, kernel.segments().getFirst().content().arrayOffset());
    }

    @ParameterizedTest
    @CsvSource({"0, 0x40008000", "0xc0008000, 0x40008000", "0xc0208000, 0x40208000", "0x80008000, 0x40008000"})
    void rawImageGoesToItsTextOffset(String linkAddress, String expected) {
        byte[] file = new byte[4096];
        Arrays.fill(file, (byte) 0xe1);
        Kernel kernel = Kernel.read(file, (int) (long) Long.decode(linkAddress), RAM);
        assertEquals(Long.decode(expected), kernel.entry());
    }

    @ParameterizedTest
    @CsvSource({"0x40000000, 0x40000004", "0xc0008000, 0x40008004", "0xc0208000, 0x40208004", "0xffff0000, 0x4fff0004"})
    void elfIsLoadedPhysicallyAndLinuxMovedToRam(String linkAddress, String expectedEntry) throws IOException {
        Kernel kernel = Kernel.read(elf(linkAddress), 0, RAM);
        assertEquals((int) (long) Long.decode(expectedEntry), kernel.entry());
        assertTrue(kernel.end() >= kernel.entry() + 0x5000, "zero-initialized data counts");
    }

    @Test
    void otherFilesAreRefusedByName() throws IOException {
        assertTrue(refusal(new byte[0]).contains("empty"));
        assertTrue(refusal("#!/bin/sh\necho this is no kernel\n".getBytes(StandardCharsets.UTF_8))
                .contains("text file"));
        assertTrue(refusal(Files.readAllBytes(Path.of("/bin/sh"))).contains("x86-64"));
        byte[] noise = new byte[10_000];
        new Random(2).nextBytes(noise);
        assertTrue(refusal(noise).contains("not a kernel"));
        byte[] truncated = Arrays.copyOf(zImage(), 500_000);
        assertTrue(refusal(truncated).contains("truncated"));
        byte[] whole = elf("0x40000000");
        assertTrue(refusal(Arrays.copyOf(whole, 90)).contains("truncated"));
        assertTrue(refusal(Arrays.copyOf(whole, 40)).contains("truncated"));
    }

    @Test
    void kernelThatDoesNotFitIsRefusedWithWhatToDo() throws IOException {
        Kernel.Ram small = new Kernel.Ram(0x40000000, 2 << 20);
        assertTrue(refusal(zImage(), small).contains("--memory"));
        assertTrue(refusal(elf("0x40200000"), small).contains("--memory"));
        assertTrue(refusal(elf("0x401ff000"), small).contains("--memory"), "zero-initialized data past the end");
    }

    @Test
    void damagedHeadersAreRefusedOrStayInsideRam() throws IOException {
        Random random = new Random(3);
        for (byte[] good : new byte[][] {zImage(), elf("0x40000000")}) {
            for (int i = 0; i < 3_000; i++) {
                byte[] damaged = good.clone();
                for (int n = random.nextInt(5); n >= 0; n--) {
                    damaged[random.nextInt(Math.min(damaged.length, 0x210))] = (byte) random.nextInt(256);
                }
                Kernel kernel;
                try {
                    kernel = Kernel.read(damaged, 0, RAM);
                } catch (BootException e) {
                    continue;
                }
                for (Kernel.Segment segment : kernel.segments()) {
                    assertTrue(RAM.contains(
                            Integer.toUnsignedLong(segment.address()),
                            segment.content().limit()));
                }
                assertTrue(RAM.contains(Integer.toUnsignedLong(kernel.entry()), 4));
                assertTrue(kernel.end() <= 0x50000000L);
            }
        }
    }
}
