package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.vmm.Virtualization;

final class ModuleSignaturesTest {
    private static final int LINK = 0xc000_8000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "module.sig_enforce",
                "quiet module.sig_enforce=1 panic=-1",
                "module.sig-enforce=y",
                "lockdown=integrity",
                "console=ttyAMA0 lockdown=confidentiality"
            })
    void commandLineEnforces(String commandLine) {
        String reason = ModuleSignatures.enforcedBy(commandLine);
        assertEquals(true, reason.endsWith(" on the command line"), reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "module.sig_enforce=0",
                "lockdown",
                "lockdown=none",
                "lsm=lockdown,yama",
                "xmodule.sig_enforce",
                "init=/bin/sh -- lockdown=integrity"
            })
    void commandLineEnforcesNothing(String commandLine) {
        assertNull(ModuleSignatures.enforcedBy(commandLine));
    }

    /**
     * An image with the parameter's name at 0x101, its structure at 0x200 and its value at 0x300, or behind the image.
     */
    private static byte[] image(int valueAt, int value) {
        ByteBuffer image = ByteBuffer.allocate(0x400).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x101, "module.sig_enforce".getBytes(StandardCharsets.US_ASCII));
        image.putInt(0x200, LINK + 0x101);
        image.putInt(0x200 + 16, LINK + valueAt);
        if (valueAt < image.limit()) {
            image.put(valueAt, (byte) value);
        }
        return image.array();
    }

    private static GuestKernel guest(byte[] image) {
        Kernel.Segment segment = new Kernel.Segment(0x4000_8000, ByteBuffer.wrap(image));
        int[] none = {};
        return new GuestKernel(
                new Kernel("Image", java.util.List.of(segment), 0x4000_8000, 0x4000_8000L, 0x4001_0000L, false, ""),
                Virtualization.PATCHED,
                new PreparedImage("Image", LINK, image, 0, none, none, "", new byte[0], new byte[0], ""));
    }

    @ParameterizedTest
    @CsvSource({"0x300, 1, CONFIG_MODULE_SIG_FORCE", "0x300, 0,", "0x500, 0,"})
    void configurationForcesSignaturesIfTheParameterIsSetFromTheBeginning(int at, int value, String expected) {
        assertEquals(expected, ModuleSignatures.enforcedBy(guest(image(at, value))));
    }

    @Test
    void configurationLocksTheKernelDown() {
        byte[] image = image(0x500, 0);
        byte[] reason = "Kernel configuration".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(reason, 0, image, 0x340, reason.length);
        assertEquals("CONFIG_LOCK_DOWN_KERNEL_FORCE_*", ModuleSignatures.enforcedBy(guest(image)));
    }
}
