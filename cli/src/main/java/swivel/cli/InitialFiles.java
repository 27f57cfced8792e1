package swivel.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import swivel.lpv.FileRewriter;
import swivel.lpv.ImageException;
import swivel.lpv.UImage;
import swivel.lpv.report.FileReport;
import swivel.lpv.report.Report;
import swivel.machine.GuestKernel;
import swivel.vmm.Virtualization;

/**
 * The initial file system that a person named. A rewritten kernel loads modules from it, so they are rewritten too; that happens
 * while the kernel is being prepared.
 */
final class InitialFiles {
    private final Path file;
    private final byte[] original;
    private final CompletableFuture<FileRewriter.Result> rewritten;

    /**
     * Reads the file, and begins to rewrite it if the kernel may be patched.
     *
     * @throws Failure if it cannot be read
     */
    InitialFiles(Path file, MachineOptions options) {
        this.file = file;
        this.original = content(InputFile.read(file, "initrd"));
        boolean mayBePatched = switch (options.virt) {
            case auto, patched -> true;
            case translated, bare -> false;
        };
        this.rewritten = mayBePatched ? CompletableFuture.supplyAsync(this::rewrite) : null;
    }

    /** What the guest gets of a file: of a uImage, what is in it, as QEMU does. */
    private byte[] content(byte[] read) {
        Optional<UImage> header = UImage.of(read);
        if (header.isEmpty()) {
            return read;
        }
        if (!header.get().isRamdisk()) {
            throw Failure.badInput(
                    "initrd " + file + " is a uImage, but not of an initial file system (mkimage -T ramdisk)");
        }
        try {
            return header.get().data(read, "initrd " + file);
        } catch (ImageException e) {
            throw Failure.badInput(e.getMessage());
        }
    }

    private FileRewriter.Result rewrite() {
        try {
            return new FileRewriter(true, false, false, () -> {}).initramfs(original, "initrd " + file);
        } catch (ImageException e) {
            throw new CompletionException(e);
        }
    }

    /** What to load beside a kernel. Says on standard error what was rewritten. */
    byte[] beside(GuestKernel kernel) {
        if (rewritten == null || kernel.virtualization() != Virtualization.PATCHED) {
            return original;
        }
        FileRewriter.Result result;
        try {
            result = rewritten.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ImageException damaged) {
                Main.say("modules in the initrd are not rewritten: " + damaged.getMessage());
                return original;
            }
            throw e;
        }
        Report report = new Report("run", file.toString(), result.reports());
        for (FileReport member : report.files()) {
            if (member.outcome() == FileReport.Outcome.FAILED) {
                Main.say("not rewritten: " + member.file() + " " + member.note());
            }
        }
        if (result.content() == null) {
            return original;
        }
        Main.say("rewrote %,d sensitive instructions in %,d modules of the initrd"
                .formatted(report.totals().all(), report.count(FileReport.Outcome.SENSITIVE)));
        return result.content();
    }
}
