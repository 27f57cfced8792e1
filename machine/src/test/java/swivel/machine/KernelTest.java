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
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.formats.kernel.UImage;

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
        String message =
                assertThrows(BootException.class, () -> Kernel.read(file, ram)).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void zImageIsLoadedWholeAndLeavesRoomToUnpack() {
        Kernel kernel = Kernel.read(zImage(), RAM);
        assertEquals("zImage", kernel.format());
        assertEquals(0x40010000, kernel.entry());
        assertEquals(1 << 20, kernel.segments().getFirst().content().limit());
        assertTrue(kernel.end() >= 0x40010000L + (4 << 20), Long.toHexString(kernel.end()));
    }

    /** A uImage of a kernel; {@code type} 2 has a load address, 14 none. */
    private static byte[] uImage(byte[] inner, int load, int entry, int type) {
        ByteBuffer file = ByteBuffer.allocate(inner.length + 64).putInt(0, 0x27051956);
        file.putInt(12, inner.length).putInt(16, load).putInt(20, entry).putInt(24, crc(inner, inner.length));
        file.put(28, (byte) 5).put(29, (byte) 2).put(30, (byte) type).put(64, inner);
        file.putInt(4, crc(file.array(), 64));
        return file.array();
    }

    private static int crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** Whatever a raw image says, its words are of condition "always". */
    private static byte[] image() {
        byte[] file = new byte[4096];
        Arrays.fill(file, (byte) 0xe1);
        return file;
    }

    @Test
    void zImageInAnUImageGoesWhereZImagesGo() {
        Kernel kernel = Kernel.read(uImage(zImage(), 0x60008000, 0x60008000, 2), RAM);
        assertEquals("zImage", kernel.format());
        assertEquals(0x40010000, kernel.entry());
        assertEquals(1 << 20, kernel.segments().getFirst().content().limit());
    }

    /** The addresses are what QEMU makes of such files. */
    @ParameterizedTest
    @CsvSource({
        "0x40300000, 0x40300000, 2, 0x40300000, 0x40300000",
        "0x40300000, 0x4030000c, 2, 0x40300000, 0x4030000c",
        "0x7fffffff, 0x10, 14, 0x42000040, 0x42000050"
    })
    void uImageTellsWhereItGoesAndStarts(String load, String entry, int type, String at, String start) {
        Kernel kernel = Kernel.read(uImage(image(), number(load), number(entry), type), RAM);
        assertEquals(number(at), kernel.segments().getFirst().address());
        assertEquals(number(start), kernel.entry());
    }

    private static int number(String text) {
        return (int) (long) Long.decode(text);
    }

    @Test
    void uImageForAnotherBoardIsRefusedUnlessItIsLinux() {
        byte[] file = uImage(image(), 0x80008000, 0x80008000, 2);
        assertEquals(
                "is a uImage of 4 KiB for 0x80008000 that starts at 0x80008000, outside of RAM (256 MiB from 0x40000000);"
                        + " make it for an address in RAM or give more --memory",
                refusal(file));
        assertEquals(
                0x40208000,
                Kernel.read(image(), 0xc0208000, UImage.of(file), RAM).entry());
    }

    @Test
    void uImageThatLiesIsRefused() {
        byte[] header = uImage(image(), 0x40300000, 0x40300000, 2);
        header[17] ^= 1;
        assertEquals("is damaged: the checksum of the uImage's header is wrong", refusal(header));
        byte[] data = uImage(image(), 0x40300000, 0x40300000, 2);
        data[1000] ^= 1;
        assertEquals("is damaged: the checksum of the uImage's data is wrong", refusal(data));
    }

    /** Standalone programs, initial file systems, several files, firmware, scripts, file systems, device trees. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 6, 7, 8})
    void uImageOfSomethingElseIsRefused(int type) {
        assertEquals("is a uImage, but not of a kernel", refusal(uImage(image(), 0x40300000, 0x40300000, type)));
    }

    @Test
    void linuxOfUnknownLinkAddressGoesToTheUsualOffset() {
        byte[] file = image();
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(4, 0xe10f9000)
                .putInt(8, 0xe229901a);
        Kernel kernel = Kernel.read(file, RAM);
        assertEquals(0x40008000, kernel.entry());
        assertTrue(kernel.guess().startsWith("the kernel does not tell where it is linked"), kernel.guess());
        assertEquals("", Kernel.read(file, 0xc0208000, Optional.empty(), RAM).guess());
    }

    @Test
    void elfStartsInTheSegmentThatItsEntryIsIn() throws IOException {
        byte[] file = elf("0xc0200000");
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int header = bytes.getInt(28);
        while (bytes.getInt(header) != 1) {
            header += 32;
        }
        bytes.putInt(header + 12, 0x40200000);
        Kernel kernel = Kernel.read(file, RAM);
        assertEquals(0x40200004, kernel.entry());
        assertEquals(0x40200000, kernel.segments().getFirst().address());
        assertTrue(kernel.isBare());
    }

    @Test
    void elfOfMoreProgramHeadersThanItsHeaderHasRoomFor() throws IOException {
        byte[] file = elf("0x40000000");
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(bytes.getInt(32) + 28, bytes.getShort(44)).putShort(44, (short) 0xffff);
        assertEquals(0x40000004, Kernel.read(file, RAM).entry());
    }

    @Test
    void elfIsLoadedByItsProgramHeadersAlone() throws IOException {
        byte[] file = elf("0x40000000");
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(32, file.length - 1); // e_shoff
        assertEquals(0x40000004, Kernel.read(file, RAM).entry());
    }

    @Test
    void elfSegmentWithoutMemoryIsNotLoaded() throws IOException {
        byte[] file = elf("0x40000000");
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < bytes.getShort(44); i++) {
            bytes.putInt(bytes.getInt(28) + 32 * i + 20, 0);
        }
        assertEquals("has no loadable segments", refusal(file));
    }

    @Test
    void elfSegmentOfMoreBytesThanMemoryIsRefused() throws IOException {
        byte[] file = elf("0x40000000");
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int header = bytes.getInt(28);
        bytes.putInt(header + 20, bytes.getInt(header + 16) - 1);
        assertEquals("is damaged: its segment for 0x40000000 has more bytes in the file than in memory", refusal(file));
    }

    @Test
    void objectAndCoreDumpAreRefused() throws IOException {
        byte[] file = elf("0x40000000");
        file[16] = 1;
        assertEquals("is an ELF file that is not linked; link it, or give vmlinux", refusal(file));
        file[16] = 4;
        assertEquals("is an ELF file, but neither executable nor object (a core dump?)", refusal(file));
    }

    @Test
    void bigEndianKernelIsRefused() throws IOException {
        String wanted = "is big-endian; build the kernel little-endian (no CONFIG_CPU_BIG_ENDIAN)";
        byte[] magic = zImage();
        ByteBuffer.wrap(magic).putInt(0x24, 0x016f2818);
        assertEquals(wanted, refusal(magic));
        byte[] endianness = zImage();
        ByteBuffer.wrap(endianness).putInt(0x30, 0x04030201);
        assertEquals(wanted, refusal(endianness));
        byte[] elf = elf("0x40000000");
        elf[5] = 2;
        ByteBuffer.wrap(elf).putShort(18, (short) 40);
        assertEquals(wanted, refusal(elf));
    }

    @ParameterizedTest
    @CsvSource({"0, 0x40010000", "0xc0008000, 0x40008000", "0xc0208000, 0x40208000", "0x80008000, 0x40008000"})
    void rawImageGoesToItsTextOffset(String linkAddress, String expected) {
        byte[] file = new byte[4096];
        Arrays.fill(file, (byte) 0xe1);
        Kernel kernel = Kernel.read(file, (int) (long) Long.decode(linkAddress), Optional.empty(), RAM);
        assertEquals(Long.decode(expected), kernel.entry());
    }

    @ParameterizedTest
    @CsvSource({"0x40000000, 0x40000004", "0xc0008000, 0x40008004", "0xc0208000, 0x40208004", "0xffff0000, 0x4fff0004"})
    void elfIsLoadedPhysicallyAndLinuxMovedToRam(String linkAddress, String expectedEntry) throws IOException {
        Kernel kernel = Kernel.read(elf(linkAddress), RAM);
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
        assertTrue(refusal(noise).contains("no kernel for ARM"));
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
                    kernel = Kernel.read(damaged, RAM);
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
