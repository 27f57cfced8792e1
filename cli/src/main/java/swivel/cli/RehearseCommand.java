package swivel.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import swivel.lpv.cpio.CpioWriter;

/** Runs what every start runs, for the launcher, which keeps the classes that this loads, and the profiles of their methods, in a cache. */
final class RehearseCommand implements Command {
    /** A guest that asks PSCI to power off. */
    private static final int[] GUEST = {
        0xe10f_1000, // mrs r1, cpsr
        0xe3a0_0321, // mov r0, #0x84000000
        0xe380_0008, // orr r0, r0, #8
        0xe140_0070, // hvc #0
    };

    /** Boots also this one, without a root file system: it ends in a panic. */
    private Path linux;

    private final Syntax syntax = new Syntax("swivel rehearse", "For the launcher.")
            .option("--kernel", "FILE", text -> linux = Path.of(text), "Boot this, too");

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run() throws IOException {
        ByteBuffer kernel = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        kernel.asIntBuffer().put(GUEST);
        Path file = Files.createTempFile("swivel", ".bin");
        Path initrd = Files.createTempFile("swivel", ".cpio.gz");
        try {
            Files.write(file, kernel.array());
            try (CpioWriter cpio = new CpioWriter(new GZIPOutputStream(Files.newOutputStream(initrd)))) {
                cpio.directory("dev").file("init", 0755, new byte[] {0x7f, 'E', 'L', 'F'});
            }
            int _ = Main.execute("--help");
            int _ = Main.execute("--version");
            int status = Main.execute("run", "--kernel", file.toString(), "--initrd", initrd.toString(), "--stats");
            if (linux != null) {
                int _ = Main.execute("run", "--kernel", linux.toString(), "--append", "console=ttyAMA0 quiet panic=-1");
            }
            return status;
        } finally {
            Files.delete(file);
            Files.delete(initrd);
        }
    }
}
