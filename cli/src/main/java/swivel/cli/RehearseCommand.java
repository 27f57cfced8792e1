package swivel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import swivel.formats.cpio.CpioWriter;

/** Runs what every start runs, for the launcher, which keeps the classes that this loads, and the profiles of their methods, in a cache. */
@Command(
        name = "rehearse",
        description = "Runs what every start runs. The launcher does it after a build, to make starts fast.",
        footer = ExitStatus.HELP)
final class RehearseCommand implements Callable<Integer> {
    @Option(
            names = "--kernel",
            paramLabel = "FILE",
            description = "Boot this one, too, without a root file system: it ends in a panic")
    Path linux;

    @Override
    public Integer call() throws IOException {
        Path file = Files.createTempFile("swivel", ".bin");
        Path initrd = Files.createTempFile("swivel", ".cpio.gz");
        try {
            Files.write(file, WarmUp.image());
            try (CpioWriter cpio = new CpioWriter(new GZIPOutputStream(Files.newOutputStream(initrd)))) {
                cpio.directory("dev").file("init", 0755, new byte[] {0x7f, 'E', 'L', 'F'});
            }
            int _ = Main.execute("--help");
            int _ = Main.execute("--version");
            int status = run("translated", file, initrd);
            if (linux != null) {
                // The first time it is prepared, the second time it comes from the cache of kernels.
                int _ = run("patched", linux, initrd);
                int _ = run("patched", linux, initrd);
                int _ = run("translated", linux, initrd);
            }
            return status;
        } finally {
            Files.delete(file);
            Files.delete(initrd);
        }
    }

    private static int run(String virtualization, Path kernel, Path initrd) {
        return Main.execute(
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
