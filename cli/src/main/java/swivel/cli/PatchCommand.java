package swivel.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import swivel.lpv.GuestImage;
import swivel.lpv.ImageException;
import swivel.lpv.RewriteReport;

/** {@code swivel patch}. */
@Command(
        name = "patch",
        description =
                "Replaces every sensitive instruction of a kernel by a trap that carries it. A packed kernel (zImage, uImage) is"
                        + " written unpacked.")
final class PatchCommand implements Callable<Integer> {
    @Parameters(paramLabel = "IN", description = "Kernel: zImage, Image, uImage or ELF")
    private Path in;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            required = true,
            description = "The rewritten kernel")
    private Path out;

    @Override
    public Integer call() throws ImageException {
        GuestImage image = GuestImage.read(InputFile.read(in, "kernel"), in.toString());
        RewriteReport report = image.rewrite();
        OutputFile.write(out, image.bytes());
        System.out.print(report.text());
        System.out.printf(
                "%nWrote %s: %s, %,d bytes, from a %s.%n",
                out, image.kind() == GuestImage.Kind.ELF ? "ELF" : "Image", image.bytes().length, image.format());
        return ExitStatus.OK;
    }
}
