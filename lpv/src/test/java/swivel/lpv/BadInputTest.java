package swivel.lpv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.formats.Tools;

/** What is no kernel is refused with one line that says what it is; damaged files never do worse than that. */
class BadInputTest {

    @TempDir
    Path folder;

    private static String message(byte[] file) {
        String message = assertThrows(ImageException.class, () -> GuestImage.read(file, "k"))
                .getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void textFile() {
        assertEquals(
                "k is a text file, not a kernel (zImage, Image, uImage or ELF)",
                message("All work and no play makes Jack a dull boy.\n"
                        .repeat(100)
                        .getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void noise() {
        byte[] noise = new byte[10_000];
        new Random(2).nextBytes(noise);
        assertEquals(
                "k is no kernel for ARM: neither ELF nor zImage nor uImage, and it does not begin with A32 code",
                message(noise));
    }

    @Test
    void kernelForAnotherMachine() {
        byte[] x86 = new byte[4096];
        Bytes.putWord(x86, 0x202, 0x53726448);
        assertEquals("k is an x86 kernel; Swivel runs kernels for 32-bit ARM", message(x86));
        byte[] arm64 = new byte[4096];
        Bytes.putWord(arm64, 0x38, 0x644d5241);
        assertEquals("k is a 64-bit ARM kernel; Swivel runs kernels for 32-bit ARM", message(arm64));
    }

    @Test
    void emptyFile() {
        assertEquals("k is too short for a kernel: 0 bytes", message(new byte[0]));
    }

    @Test
    void truncatedZImage() {
        byte[] file = TestImages.zImage(new byte[5000]);
        assertEquals(
                "k is truncated: the zImage says it has " + file.length + " bytes, the file has 3000",
                message(Arrays.copyOf(file, 3000)));
    }

    @Test
    void zImageWithoutPayload() {
        assertEquals(
                "k is a zImage without a compressed kernel in it that Swivel knows",
                message(TestImages.zImage(new byte[5000])));
    }

    @Test
    void zImageWithDamagedPayload() throws Exception {
        byte[] payload = Tools.filter(folder, new byte[100_000], "xz", "--check=crc32");
        payload[payload.length / 2] ^= 0x55;
        String message = message(TestImages.zImage(payload));
        assertTrue(message.startsWith("the XZ data at byte 64 of k cannot be unpacked: "), message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 39, 41, 0x7fffffff, -1})
    void zImageBeforeADeviceTreeWhoseSizeLies(int size) {
        ByteBuffer tree = ByteBuffer.allocate(40).putInt(0xd00dfeed).putInt(size);
        assertEquals(
                "the device tree behind the zImage in k is damaged: its size is not what is there",
                message(withBehind(TestImages.zImage(new byte[5000]), tree.array())));
    }

    @Test
    void whatIsBehindAZImageAndNoDeviceTreeIsNamed() throws Exception {
        byte[] image = Tools.guest("linux-v7/zImage");
        assertEquals("", GuestImage.read(withBehind(image, new byte[512]), "k").remark());
        assertEquals(
                "512 bytes behind the zImage are dropped: they are no device tree",
                GuestImage.read(
                                withBehind(
                                        image,
                                        "a signature"
                                                .repeat(50)
                                                .substring(0, 512)
                                                .getBytes(StandardCharsets.UTF_8)),
                                "k")
                        .remark());
    }

    private static byte[] withBehind(byte[] image, byte[] behind) {
        byte[] file = Arrays.copyOf(image, image.length + behind.length);
        System.arraycopy(behind, 0, file, image.length, behind.length);
        return file;
    }

    @Test
    void elfForThisMachine() throws IOException {
        String message = message(Files.readAllBytes(Path.of("/proc/self/exe")));
        assertTrue(
                message.matches("k is an ELF file for (x86-64|AArch64); Swivel runs kernels for 32-bit ARM"), message);
    }

    @Test
    void bigEndianElf() throws Exception {
        byte[] elf = Tools.assemble(folder, ".globl _start\n_start: b .\n");
        elf[5] = 2;
        elf[18] = 0;
        elf[19] = 40;
        assertEquals("k is big-endian; build the kernel little-endian (no CONFIG_CPU_BIG_ENDIAN)", message(elf));
    }

    @Test
    void objectWithoutMappingSymbols() throws Exception {
        Files.writeString(folder.resolve("o.S"), "mrs r0, cpsr\n");
        Tools.run(folder, "arm-linux-gnueabi-gcc", "-c", "o.S");
        Tools.run(folder, "arm-linux-gnueabi-strip", "-s", "o.o");
        assertEquals(
                "k was stripped of its mapping symbols ($a, $d), so its code cannot be told from its data; give it unstripped",
                message(Files.readAllBytes(folder.resolve("o.o"))));
    }

    @Test
    void objectOfMixedEndianness() throws Exception {
        byte[] elf = Tools.assemble(folder, ".globl _start\n_start: b .\n");
        elf[38] |= (byte) 0x80;
        assertEquals("k is of mixed endianness: little-endian, and marked as BE8", message(elf));
    }

    @Test
    void thumbKernelWithoutSymbols() throws Exception {
        Tools.assemble(folder, ".thumb\n.thumb_func\n.globl _start\n_start: cpsid i\nb .\n");
        Tools.run(folder, "arm-linux-gnueabi-strip", "guest.elf");
        String refusal = "k is T32 (Thumb) code without symbols, of which code and data cannot be told apart;"
                + " give the vmlinux";
        assertEquals(refusal, message(Files.readAllBytes(folder.resolve("guest.elf"))));
        byte[] image = new byte[4096];
        Bytes.putWord(image, 0, 0xe28f9001); // adr r9, . + 9
        Bytes.putWord(image, 4, 0xe12fff19); // bx r9
        assertEquals(refusal, message(image));
    }

    @Test
    void truncatedElf() throws Exception {
        byte[] elf = Tools.assemble(folder, ".globl _start\n_start: b .\n");
        assertTrue(message(Arrays.copyOf(elf, elf.length - 1))
                .matches("k is truncated: its headers speak of " + elf.length + " bytes, the file has \\d+"));
    }

    @Test
    void uImageForAnotherMachine() {
        byte[] file = TestImages.uImage(new byte[1000]);
        file[29] = 5;
        assertEquals("k is a uImage for MIPS; Swivel runs kernels for 32-bit ARM", message(file));
    }

    @Test
    void uImageThatLies() {
        byte[] header = TestImages.uImage(new byte[1000]);
        header[20] ^= 1;
        assertEquals("k is damaged: the checksum of the uImage's header is wrong", message(header));
        byte[] data = TestImages.uImage(new byte[1000]);
        data[500] ^= 1;
        assertEquals("k is damaged: the checksum of the uImage's data is wrong", message(data));
        byte[] cut = Arrays.copyOf(TestImages.uImage(new byte[1000]), 1000);
        assertEquals("k is truncated: the uImage says it has 1064 bytes, the file has 1000", message(cut));
        assertEquals("k is a uImage, but not of a kernel", message(TestImages.uImage(new byte[1000], 5)));
    }
}
