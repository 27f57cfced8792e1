package swivel.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import swivel.formats.ImageException;
import swivel.formats.kernel.UImage;
import swivel.lpv.FileRewriter;
import swivel.lpv.report.FileReport;
import swivel.lpv.report.Report;
import swivel.machine.GuestKernel;
import swivel.machine.ModuleSignatures;
import swivel.vmm.Virtualization;

/**
 * The initial file system that a person named. A rewritten kernel loads modules from it, so they are rewritten too;
 * that happens while the kernel is being prepared.
 */
final class InitialFiles {
    /** What people call it. */
    private final String name;

    private final byte[] original;

    /** Why modules keep their signatures and so stay as they are; null: they do not. */
    private final String keptFor;

    private final CompletableFuture<FileRewriter.Result> rewritten;

    /**
     * Reads the file, and begins to rewrite it if the kernel may be patched.
     *
     * @param commandLine the kernel's; it may say that signatures of modules count
     * @throws Failure if it cannot be read
     */
    InitialFiles(Path file, MachineOptions options, String commandLine) {
        this(file.toString(), InputFile.read(file, "initrd"), options, commandLine);
    }

    /** Of what was read or made already. */
    InitialFiles(String name, byte[] files, MachineOptions options, String commandLine) {
        this.name = name;
        this.original = content(files);
        boolean mayBePatched = switch (options.virt) {
            case auto, patched -> true;
            case translated, bare -> false;
        };
        this.keptFor = options.strict ? null : ModuleSignatures.enforcedBy(commandLine);
        this.rewritten = mayBePatched ? CompletableFuture.supplyAsync(() -> rewrite(keptFor != null)) : null;
    }

    /** What the guest gets of a file: of a uImage, what is in it, as QEMU does. */
    private byte[] content(byte[] read) {
        Optional<UImage> header = UImage.of(read);
        if (header.isEmpty()) {
            return read;
        }
        if (!header.get().isRamdisk()) {
            throw Failure.badInput(
                    "initrd " + name + " is a uImage, but not of an initial file system (mkimage -T ramdisk)");
        }
        try {
            return header.get().data(read, "initrd " + name);
        } catch (ImageException e) {
            throw Failure.badInput(e.getMessage());
        }
    }

    private FileRewriter.Result rewrite(boolean keepSignatures) {
        FileRewriter rewriter = new FileRewriter(true, false, false, () -> {});
        try {
            return (keepSignatures ? rewriter.keepingSignatures() : rewriter).initramfs(original, "initrd " + name);
        } catch (ImageException e) {
            throw new CompletionException(e);
        }
    }

    /** What to load beside a kernel. Says on standard error what was rewritten. */
    byte[] beside(GuestKernel kernel) {
        if (rewritten == null || !kernel.virtualization().isRewritten()) {
            return original;
        }
        FileRewriter.Result result;
        String why = keptFor;
        try {
            result = rewritten.join();
            if (result.removedSignatures() && kernel.virtualization() == Virtualization.PATCHED) {
                why = ModuleSignatures.enforcedBy(kernel);
                result = why == null ? result : rewrite(true);
            }
        } catch (CompletionException e) {
            if (e.getCause() instanceof ImageException damaged) {
                Main.say("modules in the initrd are not rewritten: " + damaged.getMessage());
                return original;
            }
            throw e;
        }
        Report report = new Report("run", name, result.reports());
        for (FileReport member : report.files()) {
            if (member.outcome() == FileReport.Outcome.FAILED) {
                Main.say("not rewritten: " + member.file() + " " + member.note());
            }
        }
        int signed = report.skipped().getOrDefault(FileRewriter.SIGNED, 0);
        if (signed > 0) {
            Main.say("left %,d signed modules of the initrd as they are, since the kernel refuses others (%s)"
                    .formatted(signed, why));
        }
        if (result.content() == null) {
            return original;
        }
        Main.say("rewrote %,d sensitive instructions in %,d modules of the initrd%s"
                .formatted(
                        report.totals().all(),
                        report.count(FileReport.Outcome.SENSITIVE),
                        result.removedSignatures() ? ", which lost their signatures" : ""));
        return result.content();
    }
}
