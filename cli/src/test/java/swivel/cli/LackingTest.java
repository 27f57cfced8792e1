package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import swivel.formats.cpio.CpioWriter;

/** Guests that need what their core does not have: a line names it when it is met, the last line as the cause. */
class LackingTest {
    private static final int CODE = 0x1_0000;
    private static final int ELF_HEADER = 52;
    private static final int PROGRAM_HEADER = 32;
    private static final int HEADERS = ELF_HEADER + PROGRAM_HEADER;

    @TempDir
    Path directory;

    /**
     * A static program for ARM of one word of code: an A32 instruction, or one of T32, whose first half is the lower
     * one.
     */
    private static byte[] program(int word, boolean thumb) {
        ByteBuffer elf = ByteBuffer.allocate(HEADERS + 4).order(ByteOrder.LITTLE_ENDIAN);
        elf.putInt(0x464c457f).putInt(0x00010101).putLong(0);
        elf.putShort((short) 2).putShort((short) 40).putInt(1).putInt(CODE + HEADERS + (thumb ? 1 : 0));
        elf.putInt(ELF_HEADER).putInt(0).putInt(0x0500_0200);
        elf.putShort((short) ELF_HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 1);
        elf.position(ELF_HEADER);
        elf.putInt(1).putInt(0).putInt(CODE).putInt(CODE).putInt(elf.limit()).putInt(elf.limit());
        elf.putInt(5).putInt(0x1000).putInt(word);
        return elf.array();
    }

    private Path initramfs(byte[] init) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (CpioWriter cpio = new CpioWriter(archive)) {
            cpio.directory("dev").characterDevice("dev/console", 0600, 5, 1).file("init", 0755, init);
        }
        return Files.write(directory.resolve("initramfs"), archive.toByteArray());
    }

    /** VLDR d16, [r3]. */
    @ParameterizedTest
    @CsvSource({"0xedd30b00, false, VFP or NEON (0xedd30b00)", "0x0b00edd3, true, VFP or NEON (0xedd30b00)"})
    void initThatCannotRunIsNamedAndNotOnlyKilled(long word, boolean thumb, String what) throws IOException {
        Swivel.Result result = Swivel.run(
                "run",
                "--cpu",
                "cortex-a15,vfp=off,neon=off",
                "--kernel",
                Swivel.guest("linux-v7/vmlinux"),
                "--initrd",
                initramfs(program((int) word, thumb)).toString(),
                "--append",
                "console=ttyAMA0 quiet panic=-1",
                "--exit-on-panic");
        assertEquals(ExitStatus.PANIC, result.status(), result.errors());
        String asked =
                "the program at 0x%08x asked for %s, which this core does not have".formatted(CODE + HEADERS, what);
        assertEquals("swivel: the guest kernel panicked; before that, " + asked, result.lastError());
        assertEquals(
                1,
                Pattern.compile("^swivel: " + Pattern.quote(asked) + ": take a core", Pattern.MULTILINE)
                        .matcher(result.errors())
                        .results()
                        .count(),
                result.errors());
        assertTrue(!result.output().contains("Swivel"), "it is for the person, not on the guest's console");
    }

    /** The words of its start are its exception vectors, too, so it tries again for ever. */
    @Test
    void silentKernelThatNeedsFloatingPointIsNotAskedForADriver() throws IOException {
        ByteBuffer image = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 8; i++) {
            image.putInt(0xe1a0_0000); // nop
        }
        image.putInt(0xe24f_0028); // sub r0, pc, #40: the first word
        image.putInt(0xee0c_0f10); // mcr p15, 0, r0, c12, c0, 0
        image.putInt(0xeee8_0a10); // vmsr fpexc, r0
        image.putInt(0xeaff_fffe); // 1: b 1b
        Path kernel = Files.write(directory.resolve("Image"), image.array());
        Swivel.Result result = Swivel.run(
                "run", "--cpu", "cortex-a15,vfp=off,neon=off", "--kernel", kernel.toString(), "--silence", "2");
        assertEquals(ExitStatus.STUCK, result.status(), result.errors());
        assertTrue(
                Pattern.matches(
                        "swivel: the guest has printed nothing for 2 s; the kernel at 0x[0-9a-f]{8} asked for VFP or NEON"
                                + " \\(0xeee80a10\\), which this core does not have",
                        result.lastError()),
                result.errors());
    }
}
