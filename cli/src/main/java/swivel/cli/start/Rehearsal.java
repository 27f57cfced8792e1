package swivel.cli.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import swivel.formats.cpio.CpioWriter;

/** What every start does, done once, so that the classes that this loads can be kept in the AOT cache. */
public final class Rehearsal {
    /** Executes a command line of Swivel in this process; returns its status. */
    @FunctionalInterface
    public interface CommandLine {
        int execute(String... arguments);
    }

    private final CommandLine swivel;

    private Rehearsal(CommandLine swivel) {
        this.swivel = swivel;
    }

    /**
     * Rehearses.
     *
     * @param linux a kernel to boot as well, without a root file system, or null
     * @return the status of the first machine that ran
     */
    public static int run(Path linux, CommandLine swivel) throws IOException {
        Path guest = Files.createTempFile("swivel", ".bin");
        Path initrd = Files.createTempFile("swivel", ".cpio.gz");
        try {
            Files.write(guest, WarmUp.image());
            try (CpioWriter cpio = new CpioWriter(new GZIPOutputStream(Files.newOutputStream(initrd)))) {
                cpio.directory("dev").file("init", 0755, new byte[] {0x7f, 'E', 'L', 'F'});
            }
            Rehearsal rehearsal = new Rehearsal(swivel);
            int _ = swivel.execute("--help");
            int _ = swivel.execute("--version");
            int status = rehearsal.boot("translated", guest, initrd);
            if (linux != null) {
                // The first time it is prepared, the second time it comes from the cache of kernels.
                int _ = rehearsal.boot("patched", linux, initrd);
                int _ = rehearsal.boot("patched", linux, initrd);
                int _ = rehearsal.boot("translated", linux, initrd);
            }
            return status;
        } finally {
            Files.delete(guest);
            Files.delete(initrd);
        }
    }

    private int boot(String virtualization, Path kernel, Path initrd) {
        return swivel.execute(
                "run",
                "--stats",
                "--memory",
                "256M",
                "--virt",
                virtualization,
                "--kernel",
                kernel.toString(),
                "--initrd",
                initrd.toString(),
                "--append",
                "console=ttyAMA0 panic=-1");
    }
}
